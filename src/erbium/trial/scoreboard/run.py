"""Running the trials of the scoreboard and putting their rows together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError
from erbium.core.result import NOTICE, plain, version
from erbium.trial.run import run_trial
from erbium.trial.scoreboard.claims import score_claims, set_aside
from erbium.trial.scoreboard.comparisons import awaited, comparison_entries
from erbium.trial.scoreboard.entry import About, Entry, Scored
from erbium.trial.scoreboard.figures import figure_entries
from erbium.trial.scoreboard.frozen import Frozen
from erbium.trial.scoreboard.rates import rate_comparisons
from erbium.trial.scoreboard.selection import Selection, patients_of
from erbium.trial.scoreboard.sides import Sides, find_sides
from erbium.trial.scoreboard.totals import Totals, total
from erbium.trial.scoring import ComparisonRow, SubgroupRow, rows_of
from erbium.trial.statistics import Summary
from erbium.trial.study import Study

SIDES = ("in_sample", "out_of_sample")


@dataclass(frozen=True)
class Setting:
    """How a scoreboard was run.

    Attributes
    ----------
    patients, draws, seed
        Patients of each trial, draws of what all tumours share, and seed.
    frozen
        Hashes of the model.
    date
        Day of the run.
    earlier_lines
        What was made of the lines before a trial: counted, or simulated.
    """

    patients: int
    draws: int
    seed: int
    frozen: Frozen
    date: dt.date
    earlier_lines: str = "counted"


@dataclass(frozen=True)
class TrialScoreboard:
    """The scoreboard.

    Attributes
    ----------
    setting
        How it was run.
    scored
        What is kept of each trial.
    totals
        Scores in and out of sample.
    left_out
        By trial, why it was not run.
    """

    setting: Setting
    scored: tuple[Scored, ...]
    totals: Totals
    left_out: Mapping[str, str]

    @property
    def comparisons(self) -> list[Entry]:
        """Hazard ratios of all trials."""
        return [entry for one in self.scored for entry in one.comparisons]

    @property
    def figures(self) -> list[Entry]:
        """Figures of arms of all trials."""
        return [entry for one in self.scored for entry in one.figures]

    @property
    def awaited(self) -> list[dict[str, Any]]:
        """Predictions of comparisons without a published result."""
        return [dict(item) for one in self.scored for item in one.awaited] + [
            waiting for one in self.scored for row in one.rates if (waiting := row.awaited) is not None
        ]

    def json(self) -> dict[str, Any]:
        """Return the scoreboard as JSON-safe data, schema ``erbium.trial-scoreboard/1``."""
        how = self.setting
        body = {
            **self.totals.board.json(
                {
                    "version": version(),
                    "seed": how.seed,
                    "knowledge_hash": how.frozen.knowledge,
                    "parameters_hash": how.frozen.parameters,
                    "network_hash": how.frozen.network,
                    "date": how.date.isoformat(),
                    "notice": NOTICE,
                    "patients": how.patients,
                    "draws": how.draws,
                    "earlier_lines": how.earlier_lines,
                }
            ),
            "warnings": [*self.totals.board.warnings, *coarse(self.comparisons)],
            "sensitivity": self.totals.sensitivity,
            "rates": {**self.totals.rates, "rows": [row.json() for one in self.scored for row in one.rates]},
            "rows": [entry.json() for entry in self.comparisons if entry.scored],
            "figures": [entry.json() for entry in self.figures if entry.scored],
            "subgroups": [entry.json() for one in self.scored for entry in one.subgroups],
            "beside": {
                "rows": [entry.json() for entry in self.comparisons if not entry.scored],
                "figures": [entry.json() for entry in self.figures if not entry.scored],
            },
            "claims": {
                **self.totals.claims,
                "rows": [score.json() for one in self.scored for score in one.claims],
                "aside": set_aside(),
            },
            "trials": [
                {
                    "trial": one.about.study.trial.id,
                    "name": one.about.study.trial.name,
                    "setting": one.about.study.trial.setting,
                    "side": SIDES[0] if one.about.in_sample else SIDES[1],
                    "why": one.about.why,
                    "warnings": list(one.warnings),
                }
                for one in self.scored
            ],
            "awaited": self.awaited,
            "not_run": [{"trial": name, "why": why} for name, why in self.left_out.items()],
        }
        return dict(plain(body))


def run_scoreboard(
    selection: Selection,
    setting: Setting,
    *,
    out: Path | None = None,
    workers: int = 1,
    dask: str | None = None,
    sides: Sides | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> TrialScoreboard:
    """Return the scoreboard of some trials.

    Parameters
    ----------
    selection, setting
        The trials, and how they are run.
    out
        Folder with one folder of results a trial; a run that was ended goes on from it.
    workers, dask
        As in a single trial.
    sides
        Which trials the fits have seen; read from the calibration files without.
    progress
        Called with the share that is done and the trial that is run.

    Raises
    ------
    DataError
        Nothing can be run, or a folder of results belongs to another run.
    """
    if not selection.studies:
        raise DataError("no trial can be run.", key="--trials", expected="see erbium trial list")
    if out is not None and out.exists() and not out.is_dir():
        raise DataError("is a file.", file=out, key="--out", expected="a folder")
    sides = sides or find_sides()
    every = [selection.seconds(setting.patients, [study]) for study in selection.studies]
    scored: list[Scored] = []
    for place, study in enumerate(selection.studies):

        def follow(share: float, place: int = place, name: str = study.trial.name) -> None:
            if progress is not None:
                progress((sum(every[:place]) + share * every[place]) / sum(every), name)

        follow(0.0)
        scored.append(_run(study, sides, setting, out, workers=workers, dask=dask, progress=follow))
    return TrialScoreboard(setting, tuple(scored), total(scored, setting.seed), selection.left_out)


def _run(
    study: Study,
    sides: Sides,
    setting: Setting,
    out: Path | None,
    *,
    workers: int,
    dask: str | None,
    progress: Callable[[float], None],
) -> Scored:
    trial = study.trial
    found = run_trial(
        study,
        patients_of(study, setting.patients),
        seed=setting.seed,
        draws=setting.draws,
        out=None if out is None else _folder(out, trial.id),
        workers=workers,
        dask=dask,
        progress=progress,
    )
    about = About.of(study, sides)
    patients, summary = found.patients, found.summary
    return Scored(
        about=about,
        comparisons=tuple(comparison_entries(about, patients, summary)),
        figures=tuple(figure_entries(about, patients, summary)),
        subgroups=tuple(subgroup_entries(about, summary)),
        rates=tuple(rate_comparisons(about, patients, summary)),
        awaited=tuple(awaited(about, patients, summary)),
        claims=tuple(score_claims(trial, patients, summary, SIDES[0] if about.in_sample else SIDES[1])),
        warnings=tuple(found.warnings),
        resumed=found.resumed,
    )


def subgroup_entries(about: About, summary: Summary) -> list[Entry]:
    """Return how effects differ between the subgroups that a trial reported."""
    trial = about.study.trial
    beside = {"name": trial.name, "setting": trial.setting, "fitted": about.fitted}
    rows = rows_of(trial, summary, in_sample=about.in_sample, group="")
    return [Entry(row, beside) for row in rows if isinstance(row, SubgroupRow)]


def _folder(out: Path, trial: str) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    return out / trial


def coarse(entries: Sequence[Entry]) -> list[str]:
    """Return what must be said where chance in the simulation is not small beside that in the trials.

    Intervals of predictions hold the chance of the published trial, and take the simulated ratio as exact.
    """
    known = [
        (float(entry.told["simulated"]["error"] or 0.0), entry.row.published_error)
        for entry in entries
        if entry.scored and isinstance(entry.row, ComparisonRow) and entry.told["simulated"]
    ]
    few = sum(own > 0.5 * published for own, published in known)
    if not few:
        return []
    text = (
        f"in {few} of {len(known)} hazard ratios the chance of the simulated patients is more than half of "
        "that of the published ones, and the predicted intervals leave it out: add patients"
    )
    return [text]


def resumed(scored: Sequence[Scored]) -> int:
    """Return how many blocks were there already."""
    return sum(one.resumed for one in scored)


def today() -> dt.date:
    """Return the day, in universal time."""
    return dt.datetime.now(dt.UTC).date()
