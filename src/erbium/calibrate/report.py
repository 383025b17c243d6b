"""The fit on paper: what was fitted to what, how well, and which numbers the data hardly move."""

from __future__ import annotations

import datetime as dt

import numpy as np

from erbium.calibrate.backbone import FREE, BackboneFit

#: A number whose log is known no better than this is called flat.
FLAT = 0.7


def fit_report(fit: BackboneFit, values: dict[str, float], *, patients: int) -> str:
    """Return the fit as Markdown.

    Parameters
    ----------
    values
        The fitted values, in the units of the data files.
    patients
        Virtual patients per line.
    """
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    lines = [
        "# Tumour-level constants: the documented fit",
        "",
        "Few numbers carry the model from cell to patient. They were set by one fit to backbone, control and",
        "anchor arms of HER2-positive metastatic disease; the other arms below were predicted. The joint fit",
        "(population.md) has taken its place: what was found here are the middles of the priors there.",
        "",
        f"- date {today}, seed {fit.seed}, {patients} virtual patients per line, cost {fit.cost:.1f}",
        f"- data: `knowledge/data/calibration/backbone.toml`, SHA-256 `{fit.data_hash[:16]}`",
        "- scales: logit of response 0.25, log of a median 0.2, log of a ratio of medians 0.15; weak priors",
        "- to repeat: `erbium calibrate backbone`",
        "",
        "## Fitted numbers",
        "",
        "| number | value | moved by this fit | log standard error, others fixed | |",
        "|---|--:|--:|--:|---|",
    ]
    for name in FREE:
        error = fit.profile[name][1]
        notes = ["flat: the arms say little"] if error > FLAT else []
        if abs(np.log(fit.factors[name])) > 0.99 * np.log(FREE[name]):
            notes.append(f"on its bound (x {FREE[name]:g} either way)")
        note = "; ".join(notes)
        shown = f"{values[name]:.4g}" if name in values else ""
        lines.append(f"| {name} | {shown} | x {fit.factors[name]:.3f} | {min(error, 9.99):.2f} | {note} |")
    lines += [
        "",
        "## Arms",
        "",
        "| role | line | regimen | trial | response %, published | simulated | PFS, months | simulated |",
        "|---|---|---|---|--:|--:|--:|--:|",
    ]
    order = {"backbone": 0, "control": 1, "anchor": 2, "predicted": 3}
    for row in sorted(fit.rows, key=lambda r: (order[r.role], r.line, r.regimen)):
        lines.append(
            f"| {row.role} | {row.line} | {row.regimen} | {row.trial} | {row.response:g} | "
            f"{row.simulated_response:.0f} | {row.median_pfs:g} | {row.simulated_pfs:.1f} |"
        )
    lines += [
        "",
        "## Arms of one trial against each other",
        "",
        "| trial | line | test | against | ratio of median PFS, published | simulated |",
        "|---|---|---|---|--:|--:|",
        *(
            f"| {c.trial} | {c.line} | {c.test} | {c.against} | {c.ratio:g} | {c.simulated(fit.rows):.2f} |"
            for c in fit.contrasts
        ),
    ]
    return "\n".join(lines) + "\n"
