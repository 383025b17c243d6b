"""The fit of survival after progression on paper, with what it predicts and how far off it is."""

from __future__ import annotations

import datetime as dt
import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from erbium.calibrate.population.observed import figure_of
from erbium.calibrate.survival import (
    STEP,
    Model,
    SurvivalArm,
    SurvivalFit,
    progression_free,
)
from erbium.core.twins import Array
from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.trials import load_trials
from erbium.population import load_population
from erbium.trial.statistics.survival import curve
from erbium.trial.survival import SETTING, STATUS

#: Months at which curves are compared, as far as this many patients are at risk.
MONTHS, FEWEST = (6.0, 12.0, 24.0, 36.0, 48.0), 10
#: Longest time to which a predicted median is looked for, months.
FAR = 240.0
#: Share within which a median is called near.
NEAR = 0.3
_NAMES = {
    "survival_after_progression": "median from progression to death, first line, months",
    "survival_per_line": "fold per further line, up to the third",
    "death_at_progression": "share of events of PFS that are deaths",
}


@dataclass(frozen=True)
class CurveRow:
    """An arm's overall survival at a time: reconstructed with its 95 % interval, and by the model."""

    trial: str
    arm: str
    kind: str
    month: float
    observed: float
    low: float
    high: float
    predicted: float

    @property
    def inside(self) -> bool:
        """Whether the model lies in the interval."""
        return bool(self.low <= self.predicted <= self.high)


@dataclass(frozen=True)
class MedianRow:
    """A published median of overall survival beside that from the published median of progression."""

    trial: str
    arm: str
    year: int
    line: int
    pfs: float
    published: float
    predicted: float
    status: str

    @property
    def ratio(self) -> float:
        """Predicted over published."""
        return self.predicted / self.published


def curve_rows(fit: SurvivalFit) -> list[CurveRow]:
    """Return every arm at some months: as fitted, left out, and the tested arms."""
    kinds = [("fitted", fit.best.model, arm) for arm in fit.arms]
    kinds += [("left out", fit.left_out[arm.trial], arm) for arm in fit.arms]
    kinds += [("predicted", fit.best.model, arm) for arm in fit.tested]
    return [row for kind, model, arm in kinds for row in _of_arm(kind, model, arm)]


def _of_arm(kind: str, model: Model, arm: SurvivalArm) -> Iterator[CurveRow]:
    found, alive = curve(arm.os, arm.os_event), model.overall(progression_free(arm), arm.line)
    for month in MONTHS:
        if found.at_risk([month])[0] >= FEWEST:
            yield CurveRow(
                arm.trial, arm.arm, kind, month, *found.at(month), float(alive[round(month / STEP)])
            )


def median_rows(model: Model) -> list[MedianRow]:
    """Return the arms of shipped trials with published medians of progression and of survival.

    Progression is taken to be exponential with its published median: nothing is simulated here.
    """
    rows = []
    for trial in load_trials().values():
        line = trial.population.line
        if trial.setting != SETTING or line is None or not _positive(trial):
            continue
        for arm in trial.arm_names:
            pfs = figure_of(trial, arm, "median_PFS") or figure_of(trial, arm, "median_TTP")
            os = figure_of(trial, arm, "median_OS")
            if pfs is None or os is None:
                continue
            free = np.exp2(-STEP * np.arange(round(FAR / STEP)) / pfs.value)
            rows.append(
                MedianRow(
                    trial.id, arm, os.year or trial.year or 0, line, pfs.value, os.value,
                    _median(model.overall(free, line)), os.status,
                )
            )  # fmt: skip
    return sorted(rows, key=lambda row: (row.year, row.trial, row.arm))


def _positive(trial: Trial) -> bool:
    profile = load_population(trial.population.spec).profile
    return bool(dict(profile).get("her2", {}).get("status") == STATUS)


def _median(alive: Array) -> float:
    below = np.flatnonzero(alive <= 0.5)
    return float(STEP * below[0]) if below.size else math.inf


def survival_json(fit: SurvivalFit) -> dict[str, Any]:
    """Return the fit as JSON-safe data."""
    numbers = zip(_NAMES, fit.best.model.values, fit.low, fit.high, strict=True)
    return {
        "exploratory": True,
        "numbers": [{"name": n, "value": v, "low": low, "high": high} for n, v, low, high in numbers],
        "models": [
            {"name": name, "free": found.free, "log_likelihood": found.log_likelihood, "aic": found.aic}
            for name, found in {"exponential": fit.best, **fit.others}.items()
        ],
        "curves": [vars(row) | {"inside": row.inside} for row in curve_rows(fit)],
        "medians": [vars(row) for row in median_rows(fit.best.model)],
        "resamples": fit.resamples,
        "data_hash": fit.data_hash,
    }


def survival_report(fit: SurvivalFit) -> str:
    """Return the fit as Markdown."""
    return "\n".join([*_head(fit), *_models(fit), *_curves(fit), *_medians(fit), *_limits(fit)]) + "\n"


def _head(fit: SurvivalFit) -> list[str]:
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    arms = ", ".join(
        f"{arm.trial} ({arm.arm}, line {arm.line}, {arm.os_event.sum()} deaths)" for arm in fit.arms
    )
    numbers = zip(_NAMES.values(), fit.best.model.values, fit.low, fit.high, strict=True)
    return [
        "# Survival after progression: the documented fit",
        "",
        *_wrapped(
            "**Exploratory.** Overall survival is the time to progression plus a time from progression to "
            "death that depends on the line of treatment alone. It knows no drug, no trial and no arm, and "
            "stands outside headline, ranking and scoreboard."
        ),
        "",
        f"- fitted to the survival of control arms: {arms}; no tested arm is fitted",
        f"- date {today}, seed {fit.seed}, {fit.resamples} samples of patients",
        f"- curves of `raredd/kmdata`, SHA-256 `{fit.data_hash[:16]}`; the arms are those whose curve",
        "  `calibration/population.toml` names",
        "- to repeat: `erbium calibrate survival -o fit.md --parameters after_progression.toml`",
        "",
        "| number | value | 5th | 95th |",
        "|---|--:|--:|--:|",
        *(f"| {name} | {value:.3g} | {low:.3g} | {high:.3g} |" for name, value, low, high in numbers),
        "",
        *_wrapped(
            "The range holds the chance of the patients on both curves, and a shift of the median of each "
            f"trial with an SD of {fit.floor:g} in log: how far near-identical arms of different trials lie "
            "apart."
        ),
        "",
        *_wrapped(
            "How: with S(t) the share without progression, overall survival is S(t) plus those who "
            "progressed earlier and are alive. The two curves of an arm are reconstructed apart and "
            "not linked by patient. Deaths are counted by month. Times to and from progression are taken to "
            "be independent."
        ),
        "",
    ]


def _models(fit: SurvivalFit) -> list[str]:
    rows = sorted({"exponential, in use": fit.best, **fit.others}.items(), key=lambda item: item[1].aic)
    alone = fit.others["exponential, nobody dies before progression"]
    alike = fit.others["exponential, every line alike"]
    each = fit.others["exponential, a median for each trial"]
    deaths, line, trial = (
        2.0 * (one.log_likelihood - other.log_likelihood)
        for one, other in ((fit.best, alone), (fit.best, alike), (each, fit.best))
    )
    shape, trials = fit.shape, load_trials()
    years = [trials[arm.trial].year or 0 for arm in fit.arms]
    crossed = sum(any(arm.crossover_to for arm in trials[found.trial].arm) for found in fit.arms)
    return [
        "## What the curves support",
        "",
        "| model | numbers | log-likelihood | AIC |",
        "|---|--:|--:|--:|",
        *(
            f"| {name} | {found.free} | {found.log_likelihood:.1f} | {found.aic:.1f} |"
            for name, found in rows
        ),
        "",
        "Gain is twice the difference of log-likelihoods, for one more number.",
        "",
        *_wrapped(
            f"- A constant hazard: the shape of a Weibull distribution is {shape[0]:.2f} ({shape[1]:.2f} to "
            f"{shape[2]:.2f})."
        ),
        f"- Death before progression: gain {deaths:.1f}.",
        f"- The line: gain {line:.1f}. Line 4 and later count as line 3, the last with a curve.",
        *_wrapped(
            "- Later treatment, era and crossover: cannot be told. Each line is one trial, the reports are "
            f"of {min(years)} to {max(years)}, and a median for each trial gains {trial:.1f}. `crossover_to` "
            f"of an arm is therefore read and told, and changes nothing. {crossed} of the {len(fit.arms)} "
            "fitted arms had crossover; what it did is in the number of the line."
        ),
        "",
    ]


def _curves(fit: SurvivalFit) -> list[str]:
    rows = curve_rows(fit)
    out = [
        "## Curves",
        "",
        *_wrapped(
            "Alive at a time, per cent, each arm from its own curve of progression. *Left out*: by a fit to "
            "the other arms. *Predicted*: tested arms, never fitted."
        ),
        "",
        "| | trial | arm | month | reconstructed (95 %) | model | inside |",
        "|---|---|---|--:|--:|--:|---|",
    ]
    for row in rows:
        ends = f"{100 * row.low:.0f}–{100 * row.high:.0f}"
        out.append(
            f"| {row.kind} | {row.trial} | {row.arm} | {row.month:g} | {100 * row.observed:.0f} ({ends}) | "
            f"{100 * row.predicted:.0f} | {'yes' if row.inside else 'no'} |"
        )
    counts = {
        kind: (sum(row.inside for row in rows if row.kind == kind), sum(row.kind == kind for row in rows))
        for kind in ("fitted", "left out", "predicted")
    }
    told = "; ".join(f"{kind} {inside} of {of}" for kind, (inside, of) in counts.items())
    return [*out, "", f"Inside the interval: {told}. Times of one arm share their chance.", ""]


def _medians(fit: SurvivalFit) -> list[str]:
    rows = median_rows(fit.best.model)
    if not rows:
        return []
    near = sum(abs(row.ratio - 1.0) <= NEAR for row in rows)
    middle = np.exp(np.mean([math.log(row.ratio) for row in rows]))
    told = f"Within 30 %: {near} of {len(rows)}; the mean ratio is {middle:.2f}."
    dated = np.array([(row.year, math.log(row.ratio)) for row in rows if row.year])
    if len(np.unique(dated[:, 0])) > 1:
        fold = math.exp(10.0 * np.polyfit(dated[:, 0], dated[:, 1], 1)[0])
        told += (
            f" Over ten years of reports the ratio changes by a factor of {fold:.2f}: below 1, later arms "
            "outlive the model, as they would if later treatment had become better."
        )
    return [
        "## Published medians",
        "",
        *_wrapped(
            "Arms of shipped trials with published medians of progression and of survival, months. "
            "Progression is taken to be exponential with its published median; no median was fitted, but the "
            "fitted curves are among these arms."
        ),
        "",
        "| trial | arm | report | line | PFS | OS, published | OS, model | ratio | status |",
        "|---|---|--:|--:|--:|--:|--:|--:|---|",
        *(
            f"| {row.trial} | {row.arm} | {row.year or '–'} | {row.line} | {row.pfs:g} | {row.published:g} | "
            f"{row.predicted:.1f} | {row.ratio:.2f} | {row.status} |"
            for row in rows
        ),
        "",
        *_wrapped(told),
        "",
    ]


def _limits(fit: SurvivalFit) -> list[str]:
    most = max(fit.arms, key=lambda arm: int(arm.os_event.sum()))
    share = most.os_event.sum() / sum(arm.os_event.sum() for arm in fit.arms)
    return [
        "## What it cannot say",
        "",
        *_wrapped(
            "- A treatment that changes the course after progression (what is given later, resistance that "
            "was selected) has the same survival after progression as any other."
        ),
        *_wrapped(
            "- Line and trial cannot be told apart: each line is one trial, whose patients also differ "
            "otherwise."
        ),
        *_wrapped(
            f"- {100.0 * share:.0f} % of the deaths, and all that is known of late survival, are of one arm "
            f"({most.trial})."
        ),
        *_wrapped(
            "- Disease that is not HER2-positive, and trials before and after surgery, have no overall "
            "survival."
        ),
    ]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 110, subsequent_indent="  " if text.startswith("- ") else "")
