"""What a run of a trial gives: its figures beside the published ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from erbium.core.result import NOTICE, plain
from erbium.knowledge.schema.trial_results import Published, PublishedRatio
from erbium.trial.further import limits_of
from erbium.trial.statistics import Summary
from erbium.trial.statistics.beside import figure_pairs, ratio_pairs
from erbium.trial.statistics.endpoint import is_survival
from erbium.trial.study import Study
from erbium.trial.survival import MISSING, SETTING

if TYPE_CHECKING:
    import pandas as pd

    from erbium.trial.statistics import Estimate, Ratio

LINES_SIMULATED = (
    "earlier lines are simulated until each fails, in lesions of the body; the shipped numbers were "
    "calibrated with earlier lines counted"
)


@dataclass(frozen=True)
class TrialRun:
    """A trial that was run.

    Attributes
    ----------
    study
        The trial and what it refers to.
    identity
        What the results depend on: hashes, seed, patients, draws.
    patients
        One row per patient.
    sizes
        Sums of diameters in mm at the visits of the first patients.
    summary
        Figures of the arms, ratios, subgroups.
    run_warnings
        What was said of doses and engine.
    resumed
        Blocks that were there already.
    """

    study: Study
    identity: Mapping[str, Any]
    patients: pd.DataFrame
    sizes: pd.DataFrame
    summary: Summary
    run_warnings: tuple[str, ...] = ()
    resumed: int = 0

    @property
    def warnings(self) -> list[str]:
        """What must be said beside the figures, each once."""
        trial = self.study.trial
        said = [f"not represented: {trial.population.note}"] if trial.population.note else []
        if self.study.lines:
            said.append(LINES_SIMULATED)
        limits = list(self.study.population.limits)
        if trial.setting == SETTING and not any(arm.os for arm in self.summary.arms):
            said.append(MISSING)
        said += limits_of(trial)
        said += [doubt for item in trial.published if (doubt := item.doubt)]
        return list(dict.fromkeys([*self.run_warnings, *self.summary.warnings, *limits, *said]))

    def json(self) -> dict[str, Any]:
        """Return the run as JSON-safe data, schema ``erbium.trial-run/1``."""
        trial, who = self.study.trial, self.identity
        told = self.summary.json()
        body = {
            "schema": "erbium.trial-run/1",
            "version": who["version"],
            "seed": who["seed"],
            "knowledge_hash": who["knowledge_hash"],
            "knowledge_date": self.study.knowledge.date,
            "trial_hash": who["trial_hash"],
            "population_hash": who["population_hash"],
            "notice": NOTICE,
            "warnings": self.warnings,
            "trial": trial.id,
            "name": trial.name,
            "setting": trial.setting,
            "primary": trial.design.primary,
            "population": who["population"],
            "patients": who["patients"],
            "draws": who["draws"],
            "earlier_lines": {
                "how": "simulated" if self.study.lines else "counted",
                "regimens": [line.id for line in self.study.lines],
            },
            "level": told["level"],
            "arms": told["arms"],
            "hazard_ratios": told["hazard_ratios"],
            "subgroups": told["subgroups"],
            "differences": told["differences"],
            "published": self.beside_published(),
        }
        return dict(plain(body))

    def beside_published(self) -> list[dict[str, Any]]:
        """Return each published figure and ratio beside the simulated one; absent is None."""
        trial, summary = self.study.trial, self.summary
        figures = zip(trial.published, figure_pairs(trial, summary), strict=True)
        ratios = zip(trial.published_ratio, ratio_pairs(trial, summary), strict=True)
        return [_figure(item, pair.simulated) for item, pair in figures] + [
            _ratio(item, pair.simulated) for item, pair in ratios
        ]

    def table(self) -> pd.DataFrame:
        """Return one row per arm and figure: the simulated value with its interval."""
        import pandas as pd

        rows = [
            {"arm": arm.name, "n": arm.n, "figure": name, "value": figure.value, "low": figure.low,
             "high": figure.high, "unit": figure.unit}
            for arm in self.summary.arms
            for name, figure in arm.figures.items()
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def why(self) -> str:
        """Return how the observation of patients ended, by arm, in words."""
        lines = [f"{self.study.trial.name}: {len(self.patients)} virtual patients"]
        for name, part in self.patients.groupby("arm", sort=False):
            counts = part["end_reason"].value_counts()
            lines.append(f"  {name}: " + ", ".join(f"{reason} {count}" for reason, count in counts.items()))
        return "\n".join(lines)

    def cite(self) -> list[dict[str, Any]]:
        """Return the sources of the published figures, each once, with how far they were checked."""
        trial = self.study.trial
        found = {(item.source, item.status) for item in (*trial.published, *trial.published_ratio)}
        return [{"text": source, "status": status} for source, status in sorted(found)]


def _figure(item: Published, found: Estimate | None) -> dict[str, Any]:
    return {
        "arm": item.arm,
        "versus": None,
        "endpoint": item.endpoint,
        "exploratory": is_survival(item.endpoint),
        "unit": item.unit,
        **_source(item),
        "value": item.value,
        "low": item.low,
        "high": item.high,
        "simulated": _range(found, 100.0 if item.unit == "percent" else 1.0),
    }


def _ratio(item: PublishedRatio, found: Ratio | None) -> dict[str, Any]:
    simulated = None if found is None else {"value": found.hr, "low": found.low, "high": found.high}
    return {
        "arm": item.arm,
        "versus": item.versus,
        "endpoint": f"{item.endpoint}_HR",
        "exploratory": is_survival(item.endpoint),
        "unit": "1",
        **_source(item),
        "value": item.hazard_ratio,
        "low": item.low,
        "high": item.high,
        "simulated": simulated,
    }


def _source(item: Published | PublishedRatio) -> dict[str, Any]:
    return {
        "subgroup": item.subgroup.text if item.subgroup else None,
        "definition": item.definition,
        "year": item.year,
        "follow_up": item.follow_up,
        "source": item.source,
        "status": item.status,
    }


def _range(estimate: Estimate | None, factor: float) -> dict[str, Any] | None:
    """Return a figure in the unit of the published one; None where there is none."""
    if estimate is None or (estimate.value is None and not estimate.not_reached):
        return None
    scaled = {
        key: None if value is None else factor * value
        for key, value in (("value", estimate.value), ("low", estimate.low), ("high", estimate.high))
    }
    return {**scaled, "not_reached": estimate.not_reached}
