"""The calibration to published arms as Markdown, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from erbium.calibrate.population.fit import PopulationFit
from erbium.calibrate.population.leave_out import LeftOut
from erbium.calibrate.population.posterior import FITTED, FLAT, GRID
from erbium.calibrate.population.predictions import Prediction

Lines = list[str]


def population_report(fit: PopulationFit) -> str:
    """Return the report of a fit."""
    parts = [_head(fit), _numbers(fit), _profiles(fit), _arms(fit, fitted=True), _arms(fit, fitted=False),
             _left_outs(fit), _emulators(fit), _check(fit), _patients(fit), _undescribed(fit)]  # fmt: skip
    return "\n".join(line for part in parts for line in part) + "\n"


def command(fit: PopulationFit) -> str:
    """Return the command that repeats the fit."""
    s = fit.settings
    named = "" if fit.file.stem == "population" else f" --file {fit.file.name}"
    named += "".join(f" --trial {name}" for name in s.trials)
    return (
        f"erbium calibrate population --designs {s.designs} --patients {s.patients} --groups {s.groups} "
        f"--refine {s.refine} --seed {s.seed}{named}"
    )


def _head(fit: PopulationFit) -> Lines:
    s, lib = fit.settings, fit.library
    rows = fit.observed.rows
    return [
        "# Calibration to published arms",
        "",
        _use(fit),
        "",
        ("Few numbers carry the model from cell to patient. They are fitted jointly to control and backbone "
        "arms and to one anchor of each modality; tested arms of randomised trials are predicted."),
        "",
        (f"- date {fit.date}, seed {s.seed}; {s.designs} designs of the numbers and {s.refine} more near the "
        f"first posterior, {s.patients} patients of "
        f"each arm in a design, {s.groups} groups of patients taken in turn; {len(lib.courses.courses)} "
        f"treatments, {lib.count} courses in all"),
        (f"- data: SHA-256 `{fit.observed.hash[:16]}`; library `{lib.hash[:16]}`; knowledge "
        f"`{fit.knowledge_hash[:16]}`; {len(rows)} figures of {len({r.arm for r in rows})} arms of "
        f"{len({r.trial for r in rows})} trials"),
        (f"- mean squared scaled residual at the mode {fit.posterior.misfit:.2f}, "
        f"cost {fit.posterior.cost:.1f}"),
        f"- to repeat: `{command(fit)}`",
        *(f"- {text}" for text in fit.warnings),
        "",
        ("Courses run to progression or the horizon. Nobody is lost and nobody is censored earlier: an "
        "estimate from censored times aims at the same shares with more noise. Times are those of the scans "
        "of each trial. Nobody dies of something else, so time to progression and progression-free survival "
        "are one."),
        "",
    ]  # fmt: skip


def _use(fit: PopulationFit) -> str:
    """Return whether the fit is in use, and of which network and data its library is."""
    identity = fit.library.identity
    use = (
        "**In use**: the file of the calibration says that the shipped numbers come from this fit."
        if fit.in_use
        else "**Not in use**: the shipped numbers do not come from this fit (`in_use = false` in its file). "
        "What follows is what it would say; it is no description of the shipped model."
    )
    return (
        f"{use} The library is of the network `{identity['network'][:16]}`, of parameters and other data "
        f"`{identity['data'][:16]}`, version {identity['version']}."
    )


def _numbers(fit: PopulationFit) -> Lines:
    lines = [
        "## Numbers",
        "",
        (
            f"A number is fitted if its posterior SD is below {FITTED:g} of its prior SD; any other stays "
            "assumed. Prior and posterior: 5th, 50th and 95th percentile."
        ),
        "",
        "| number | what | prior | posterior | mode | over the shipped value | SD left | |",
        "|---|---|---|---|--:|--:|--:|---|",
    ]
    for item, row, left, flat in zip(
        fit.place, fit.values, fit.posterior.shrinkage, is_flat(fit), strict=True
    ):
        status = "fitted" if left < FITTED else "assumed"
        note = f"{status}; flat" if flat else status
        factor = f"x {row[3] / item.shipped:.2f}" if item.kind == "number" else ""
        lines.append(
            f"| `{item.name}` | {item.kind} | {item.low:.3g} – {item.value:.3g} – {item.high:.3g} | "
            f"{row[0]:.3g} – {row[1]:.3g} – {row[2]:.3g} | {row[3]:.4g} | {factor} | {left:.2f} | {note} |"
        )
    return [*lines, ""]


def is_flat(fit: PopulationFit) -> list[bool]:
    """Return whether the misfit hardly changes along each number."""
    return [bool(row.max() < FLAT) for row in fit.profiles]


def _profiles(fit: PopulationFit) -> Lines:
    return [
        "## Profiles",
        "",
        (
            "Rise of the misfit (minus twice the log likelihood) when a number is held at so many prior SD "
            f"from the median of its prior and the others are free. Below {FLAT:g} everywhere: flat."
        ),
        "",
        "| number | " + " | ".join(f"{z:+.1f}" for z in GRID) + " | |",
        "|---|" + "--:|" * len(GRID) + "---|",
        *(
            f"| `{item.name}` | " + " | ".join(f"{x:.1f}" for x in row) + f" | {'flat' if flat else ''} |"
            for item, row, flat in zip(fit.place, fit.profiles, is_flat(fit), strict=True)
        ),
        "",
    ]


_ORDER = ("backbone", "control", "anchor", "beside", "predicted")


def _arms(fit: PopulationFit, *, fitted: bool) -> Lines:
    rows = [p for p in fit.predictions if (p.role in _ORDER[:3] and p.statistic != "HR") == fitted]
    rows.sort(key=lambda p: (_ORDER.index(p.role), p.trial, p.label, p.statistic))
    title = "Fitted figures" if fitted else "Predicted figures"
    return [
        f"## {title}",
        "",
        _coverage(rows),
        "",
        *_table(rows),
        "",
    ]


def _coverage(rows: Sequence[Prediction]) -> str:
    known = [p for p in rows if p.inside is not None]
    inside = sum(bool(p.inside) for p in known)
    text = f"{inside} of {len(known)} published figures lie in the 90 % interval."
    ratios = [p for p in known if p.statistic == "HR"]
    if len(ratios) > 1:
        within = sum(bool(p.inside) for p in ratios)
        published = np.log([p.published for p in ratios if p.published is not None])
        simulated = np.log([p.value for p in ratios])
        rmse = float(np.sqrt(np.mean((published - simulated) ** 2)))
        none = float(np.sqrt(np.mean(published**2)))
        mean = float(published.std())
        text += (
            f" Of {len(ratios)} primary hazard ratios {within}; error of log HR {rmse:.2f}, that of HR 1 "
            f"{none:.2f}, that of their own mean {mean:.2f}."
        )
    return text


def _table(rows: Sequence[Prediction]) -> Lines:
    return [
        "| role | trial and arm | figure | published | simulated, 90 % | with floor and chance | |",
        "|---|---|---|--:|---|---|---|",
        *(
            f"| {p.role} | {p.label} | {p.statistic} | {_number(p.published, p)} | {_number(p.value, p)} "
            f"({_number(p.low, p)} – {_number(p.high, p)}) | "
            f"{_number(p.predicted_low, p)} – {_number(p.predicted_high, p)} | "
            f"{'' if p.inside is None or p.inside else 'outside'} |"
            for p in rows
        ),
    ]


def _number(value: float | None, of: Prediction) -> str:
    if value is None:
        return ""
    if of.statistic == "HR":
        return f"{value:.2f}"
    return f"{value:.1f}"


def _left_outs(fit: PopulationFit) -> Lines:
    if not fit.left_out:
        return []
    lines = [
        "## Left out",
        "",
        ("All rows of a trial (figures and curves), or of every arm with a drug or with any drug of a class, "
        "are dropped, the posterior is solved again, and what was left out is predicted. The library stays: "
        "it holds no published figure. Where its further designs stand was chosen with all figures."),
        "",
    ]  # fmt: skip
    for kind in ("trial", "drug", "class"):
        items = [item for item in fit.left_out if item.kind == kind]
        if not items:
            continue
        every = [p for item in items for p in item.predictions]
        lines += [
            f"### By {kind}",
            "",
            _coverage(every),
            "",
            f"| {kind} | rows dropped | figures inside | primary HR: published, predicted | not fitted now |",
            "|---|--:|---|---|---|",
            *(_left_row(item) for item in items),
            "",
        ]
    trials = [p for item in fit.left_out if item.kind == "trial" for p in item.predictions]
    return [*lines, "### Figures of trials that were left out", "", *_table(trials), ""]


def _left_row(item: LeftOut) -> str:
    known = [p for p in item.predictions if p.inside is not None]
    ratios = [p for p in known if p.statistic == "HR"]
    shown = "; ".join(
        f"{p.published:.2f}, {p.value:.2f} ({p.predicted_low:.2f} – {p.predicted_high:.2f})"
        for p in ratios[:3]
    )
    more = f"; {len(ratios) - 3} more" if len(ratios) > 3 else ""
    lost = ", ".join(f"`{name}`" for name in item.lost)
    inside = f"{sum(bool(p.inside) for p in known)} of {len(known)}"
    return f"| {item.name} | {item.dropped} | {inside} | {shown}{more} | {lost} |"


def _emulators(fit: PopulationFit) -> Lines:
    by: dict[str, list[tuple[float, float]]] = {}
    for row, emulator in zip(fit.observed.rows, fit.emulators, strict=True):
        by.setdefault(row.statistic, []).append((emulator.r2, np.sqrt(emulator.variance)))
    lines = [
        "## Emulators of the fitted figures",
        "",
        (
            "R2 over the prior, each design predicted from the others. Error: standard deviation at a point "
            "near the posterior, on the scale of the figure (logit of a share, logarithm of a time)."
        ),
        "",
        "| figure | arms | R2, lowest | median | highest | error, median |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, values in sorted(by.items()):
        r2, error = np.array(values).T
        lines.append(
            f"| {name} | {len(r2)} | {r2.min():.2f} | {np.median(r2):.2f} | {r2.max():.2f} | "
            f"{np.median(error):.2f} |"
        )
    return [*lines, ""]


def _check(fit: PopulationFit) -> Lines:
    if not fit.checked:
        return []
    apart = np.abs([c.apart for c in fit.checked])
    worst, near = float(np.nanmax(apart)), int((apart < 2.0).sum())
    return [
        "## The mode, simulated",
        "",
        (
            f"{near} of {len(fit.checked)} figures lie within two SD of their emulator; the farthest is "
            f"{worst:.1f} SD away."
        ),
        "",
        "| trial and arm | figure | published | emulated | simulated | SD apart | R2 |",
        "|---|---|--:|--:|--:|--:|--:|",
        *(
            f"| {c.label} | {c.statistic} | {c.published:.1f} | {c.emulated:.1f} | {c.simulated:.1f} | "
            f"{c.apart:+.1f} | {e.r2:.2f} |"
            for c, e in zip(fit.checked, fit.emulators, strict=True)
        ),
        "",
        (
            "Median deepest change of the sum of diameters in per cent (the trial files hold none): "
            + "; ".join(f"{label} {value:+.0f}" for label, value in fit.depth)
            + "."
        ),
        "",
    ]


def _patients(fit: PopulationFit) -> Lines:
    sizes = dict(fit.baseline)
    return [
        "## Patients",
        "",
        (
            "Shares of patients are reached by weighting. Size at the start is drawn by the population and "
            "moved by no number of the fit."
        ),
        "",
        "| patients | simulated | effective at the mode | median sum of diameters, mm |",
        "|---|--:|--:|--:|",
        *(f"| {name} | {real} | {ess:.0f} | {sizes[name]:.0f} |" for name, ess, real in fit.effective),
        "",
    ]


def _undescribed(fit: PopulationFit) -> Lines:
    left = fit.library.courses.left_out
    return [
        "## Left aside",
        "",
        "Figures that no emulator describes:",
        "",
        *([f"- {text}" for text in fit.undescribed] or ["- none"]),
        "",
        "Trials that were not run:",
        "",
        *([f"- {name}: {reason}" for name, reason in left.items()] or ["- none"]),
    ]


def population_json(fit: PopulationFit) -> dict[str, Any]:
    """Return the body of the JSON document of a fit."""
    flat, values, s = is_flat(fit), fit.values, fit.settings
    return {
        "date": fit.date,
        "in_use": fit.in_use,
        "settings": {
            "designs": s.designs, "patients": s.patients, "groups": s.groups, "refine": s.refine,
            "draws": s.draws, "trials": list(s.trials),
        },
        "command": command(fit),
        "data_hash": fit.observed.hash,
        "library_hash": fit.library.hash,
        "network_hash": fit.library.identity["network"],
        "courses": fit.library.count,
        "cost": fit.posterior.cost,
        "misfit": fit.posterior.misfit,
        "numbers": [
            {
                "name": c.name, "kind": c.kind, "prior": {"value": c.value, "low": c.low, "high": c.high},
                "posterior": {"value": float(row[1]), "low": float(row[0]), "high": float(row[2])},
                "mode": float(row[3]),
                "factor": float(row[3] / (c.shipped if c.kind == "number" else c.value)),
                "sd_left": float(left),
                "fitted": bool(left < FITTED), "flat": is_flat_,
                "profile": [
                    {"value": float(c.at(np.array(z))), "rise": float(x)}
                    for z, x in zip(GRID, profile, strict=True)
                ],
            }
            for c, row, left, is_flat_, profile in zip(
                fit.place, values, fit.posterior.shrinkage, flat, fit.profiles, strict=True
            )
        ],
        "rows": [
            {
                "arm": fit.library.courses.arms[r.arm].label, "trial": r.trial, "statistic": r.statistic,
                "n": r.n, "from_curve": r.from_curve, "source": r.source, "status": r.status, "r2": e.r2,
                "error": e.error,
            }
            for r, e in zip(fit.observed.rows, fit.emulators, strict=True)
        ],
        "predictions": [_shown(p) for p in fit.predictions],
        "left_out": [
            {
                "kind": item.kind, "name": item.name, "dropped": item.dropped, "kept": item.kept,
                "no_longer_fitted": list(item.lost), "predictions": [_shown(p) for p in item.predictions],
            }
            for item in fit.left_out
        ],
        "checked": [vars(c) for c in fit.checked],
        "effective": [{"patients": name, "effective": e, "simulated": n} for name, e, n in fit.effective],
        "baseline_mm": dict(fit.baseline),
        "undescribed": list(fit.undescribed),
        "not_run": dict(fit.library.courses.left_out),
    }  # fmt: skip


def _shown(p: Prediction) -> dict[str, Any]:
    return {**vars(p), "inside": p.inside}
