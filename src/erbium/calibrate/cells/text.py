"""The calibration to cells as Markdown."""

from __future__ import annotations

from collections import Counter

import numpy as np

from erbium.calibrate.cells.fit import FITTED, CellFit
from erbium.calibrate.cells.misfit import misfit_table
from erbium.calibrate.cells.prior import BOUND
from erbium.calibrate.cells.recovery import WANTED
from erbium.calibrate.cells.scores import Contrast, error_contrasts, noise_floor, rank_contrasts, trusted
from erbium.knowledge.alternatives import load_alternatives

Lines = list[str]


def cell_report(fit: CellFit, figure: str | None = None) -> str:
    """Return the report of a fit; `figure` names the picture of the held-out pairs."""
    parts = [_head(fit), _misfits(fit), _numbers(fit), _held(fit), _alternatives(fit), _check(fit),
             _recovery(fit), _donor_out(fit)]  # fmt: skip
    if figure is not None:
        parts.append([f"![Held-out drug responses beside their predictions]({figure})", ""])
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(fit: CellFit) -> Lines:
    s, table = fit.settings, fit.observations
    rows = Counter(row.dataset for row in table.rows)
    counts = ", ".join(f"{dataset} {rows[dataset]}" for dataset in table.datasets)
    return [
        "# Calibration to cells",
        "",
        "One ensemble of shared numbers for all lines; no line has a constant of its own.",
        "",
        f"- date {fit.date}, seed {s.seed}, {s.members} members, {s.steps} steps of data assimilation",
        (f"- data: SHA-256 `{fit.data_hash[:16]}`; {len(table)} observations ({counts}); "
        f"{len(table.donors)} donors with drug responses"),
        f"- to repeat: `erbium calibrate cells --members {s.members} --steps {s.steps} --seed {s.seed}`",
        (f"- {len(fit.prior.free)} numbers free, {len(fit.fitted)} of them fitted (posterior SD below "
        f"{FITTED:g} of the prior SD); the others stay assumed"),
        "- mean square misfit in units of the whole error, before each step and at the end: "
        + ", ".join(f"{c:.2f}" for c in fit.course),
        "- at their bound: " + (", ".join(f"`{n}`" for n in fit.at_bound) or "none"),
        "",
        ("Concentrations are nominal in the data and free in the dish: each drug's share free in medium "
        "with serum applies, not its share free in plasma. GR in (0, 1] is growth lost (static), below 0 "
        "cells lost (toxic). A constant fitted to patients is held; what it is in a dish is one shared "
        "factor (`dish.`). Factors of tissue are 1 there."),
        "",
    ]  # fmt: skip


def _misfits(fit: CellFit) -> Lines:
    return [
        "## Misfit of the ensemble mean",
        "",
        "Signals in natural logarithms, the scale of each blot removed.",
        "",
        "Before:",
        "",
        misfit_table(list(fit.before)),
        "",
        "After:",
        "",
        misfit_table(list(fit.after)),
        "",
    ]


def _numbers(fit: CellFit) -> Lines:
    found = {effect.name: effect for effect in fit.kept}
    low, middle, high = np.quantile(fit.z, [0.05, 0.5, 0.95], axis=0)
    rows = []
    for k, c in enumerate(fit.prior.free):
        if c.kind == "alternative":
            continue
        width = fit.prior.width if c.kind == "network" else 1.0
        at = " – ".join(f"{float(c.at(np.array(z), width)):.3g}" for z in (low[k], middle[k], high[k]))
        before = f"{c.low:.3g} – {c.value:.3g} – {c.high:.3g}"
        status = "fitted" if c.name in fit.fitted else "assumed"
        effect, left = found[c.name], float(fit.shrinkage[k])
        cells = (f"`{c.name}`", c.unit, before, at, f"{left:.2f}", status,
                 f"{effect.information:.1f}", f"{effect.interaction:.2f}")  # fmt: skip
        rows.append((left, f"| {' | '.join(cells)} |"))
    return [
        "## Numbers",
        "",
        (
            "5th, 50th and 95th percentile. Information: length of the elementary effects (Morris) of one "
            f"prior SD in units of the error. No number may leave {BOUND:.1f} prior SD."
        ),
        "",
        "| number | unit | prior | posterior | SD left | status | information | interaction |",
        "|---|---|---|---|--:|---|--:|--:|",
        *(text for _, text in sorted(rows)),
        "",
    ]


def _held(fit: CellFit) -> Lines:
    twins = [e for e in fit.left_out if e.alike]
    return [
        "## Held: scale degeneracies",
        "",
        (
            "Two numbers whose effects on every observation are parallel only rescale an amount that nobody "
            "measured. The stronger is fitted, the other stays at its prior. Blot scales are profiled out."
        ),
        "",
        *(
            [f"- `{e.name}` repeats `{e.alike}` (information {e.information:.1f})" for e in twins]
            or ["- none"]
        ),
        "",
        f"{len(fit.left_out) - len(twins)} numbers that the data do not see stay at their prior, sampled.",
        "",
    ]


def _alternatives(fit: CellFit) -> Lines:
    lines = ["## Open questions", "", "| question | answer | weight before | after |", "|---|---|--:|--:|"]
    ensemble = fit.ensemble()
    for c in fit.prior.free:
        if c.kind != "alternative":
            continue
        positions = ensemble.column(c.name)
        assert positions is not None
        for k, choice in enumerate(load_alternatives()[c.bare].choices):
            lines.append(
                f"| {c.bare} | {choice.id} | {choice.weight:.2f} | {float((positions == k).mean()):.2f} |"
            )
    return [*lines, ""]


def _check(fit: CellFit) -> Lines:
    if not fit.modes:
        return []
    spread = np.maximum(fit.shrinkage, 1e-3)
    lines = [
        "## Cross-check: maximum a posteriori",
        "",
        "| restart | minus log posterior | numbers within 2 posterior SD of the ensemble mean |",
        "|--:|--:|--:|",
    ]
    for k, mode in enumerate(fit.modes):
        near = np.abs(mode.z - fit.z.mean(axis=0)) < 2.0 * spread
        lines.append(f"| {k + 1} | {mode.cost:.0f} | {100 * near.mean():.0f} % |")
    return [*lines, ""]


def _recovery(fit: CellFit) -> Lines:
    r = fit.recovery
    if r is None:
        return []
    shares = ", ".join(f"{100 * share:.0f} %" for share in r.by_truth)
    return [
        "## Synthetic recovery",
        "",
        (
            "Truths drawn from the prior, data of the real design with the error model's noise. 90 % "
            f"intervals hold {100 * r.overall:.0f} % of the truths (by truth: {shares}); wanted "
            f"{100 * WANTED[0]:.0f} to {100 * WANTED[1]:.0f} %: {'passes' if r.passes else 'does not pass'}."
        ),
        "",
    ]


def _donor_out(fit: CellFit) -> Lines:
    if not fit.held_out:
        return []
    pairs, seed, table = fit.held_out, fit.settings.seed, fit.observations
    folds = min(fit.settings.folds, len(table.donors))
    floor = noise_floor(pairs, fit.noise)
    return [
        "## Leave donors out",
        "",
        (f"{len(table.donors)} donors in {folds} folds. All drug responses of the donors of a fold, in every "
        "data set, are removed; lines of one patient go together. Their signalling stays. For a new donor "
        "the line mean is not known: the fair baseline is the drug's mean over the other donors; the "
        "oracle adds the held-out donor's own mean over its other drugs. Errors are in spreads of the data "
        "set and measure. A difference above 0 favours the model; an interval that includes zero is not "
        "shown. Drugs measured in one donor only are left out."),
        "",
        *_contrasts("RMSE", error_contrasts(pairs, seed)),
        "",
        ("The same with the model's differences between lines taken as far as the training donors say that "
        "they are to be trusted: measured values are regressed on predicted ones for each drug, and the "
        "slope leans towards that of all drugs of the data set."),
        "",
        *_contrasts("RMSE", error_contrasts(pairs, seed, trusted)),
        "",
        "Replicate noise alone would give: "
        + ", ".join(f"{name} {float(value[0]):.2f}" for name, value in floor.items()) + ".",
        "",
        "Within-drug rank correlation (Spearman) over donors, pooled by class:",
        "",
        *_contrasts("rank correlation", rank_contrasts(pairs, seed)),
        "",
    ]  # fmt: skip


def _contrasts(score: str, rows: list[Contrast]) -> Lines:
    return [
        f"| against | {score} of the model | of the rival | difference, 90 % | pairs | donors | verdict |",
        "|---|--:|--:|---|--:|--:|---|",
        *(
            f"| {c.name} | {c.model:.2f} | {c.rival:.2f} | {c.low:+.2f} to {c.high:+.2f} | {c.n} | "
            f"{c.donors} | {c.verdict} |"
            for c in rows
        ),
    ]
