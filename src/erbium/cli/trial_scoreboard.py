"""`erbium trial scoreboard`: every shipped trial on virtual patients, scored against its published result."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.ask import following
from erbium.cli.console import Column, note, say, say_json, show_table, warn
from erbium.cli.going_on import going_on
from erbium.cli.lines_before import LinesBefore, LinesOption
from erbium.cli.options import Dask, Draws, Json, Seed, Workers, examples
from erbium.cli.output import Target, target

if TYPE_CHECKING:
    pass

EPILOG = examples(
    "erbium trial scoreboard --patients 2000 --draws 8 --out results -o docs/trials-scoreboard.md",
    "erbium trial scoreboard --trials cleopatra,emilia --patients 200",
)
_TOTALS = (
    Column("what", ""),
    Column("in_sample", "in sample", number=True),
    Column("out_of_sample", "out of sample", number=True),
)
_ROWS = (
    Column("name", "trial"),
    Column("endpoint", "endpoint"),
    Column("side", "side"),
    Column("published", "published", number=True),
    Column("predicted", "predicted (90 %)", number=True),
    Column("inside", "inside"),
)
_CONSTANTS = (
    Column("side", "side"),
    Column("constant", "constant"),
    Column("log_hr_error", "mean error of log HR", number=True),
    Column("inside", "inside the interval", number=True),
)
_SAID = (
    ("log hazard ratio, mean error", "log_hr_error"),
    ("skill against the best constant", "log_hr_skill"),
    ("Spearman", "log_hr_spearman"),
    ("hazard ratio inside", "hr_inside_ci"),
    ("null and negative right", "null_comparisons_right"),
    ("ORR inside", "orr_inside_ci"),
    ("median PFS within 30 %", "median_pfs_within_30pct"),
    ("subgroups right", "subgroup_right"),
    ("CRPS skill", "crps_skill"),
    ("90 % intervals cover", "coverage_90"),
)


def scoreboard(
    patients: Annotated[
        int, typer.Option("--patients", "-n", min=1, help="Of each trial, all arms together.")
    ] = 1000,
    draws: Draws = 4,
    seed: Seed = 1,
    trials: Annotated[
        str | None,
        typer.Option(
            "--trials",
            metavar="NAMES",
            help="Ids with commas between; every shipped trial without.",
            show_default=False,
        ),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--page",
            "-o",
            metavar="FILE",
            show_default=False,
            help="Write the scoreboard as .md (with its figure beside it) or .json.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            show_default=False,
            help="Keep the results of each trial here; a run that was ended goes on.",
        ),
    ] = None,
    log: Annotated[
        Path, typer.Option("--log", metavar="FILE", help="The log to which every scoring run is added.")
    ] = Path("docs/scoring-log.tsv"),
    predictions: Annotated[
        Path,
        typer.Option(
            "--predictions",
            metavar="DIR",
            help="Where predictions without a published result are written down.",
        ),
    ] = Path("predictions"),
    lines: LinesOption = LinesBefore.counted,
    workers: Workers = 1,
    dask: Dask = None,
    as_json: Json = False,
) -> None:
    """Run the shipped trials on virtual patients and score them, in and out of sample.

    Every run is added to the log with its seed and hashes, and predictions for trials without a result
    are written down, of runs with earlier lines counted.
    """  # fmt: skip
    from erbium.trial.scoreboard import (
        ScoringLog,
        Setting,
        freeze,
        log_row,
        resumed,
        run_scoreboard,
        select,
        today,
        with_lines_simulated,
        write_predictions,
    )  # fmt: skip

    place = target(page, (".md", ".json"), key="--page")
    kept = ScoringLog(log)
    names = [name.strip() for name in trials.split(",") if name.strip()] if trials is not None else []
    chosen = select(names, named=trials is not None, patients=patients, draws=draws)
    if lines is LinesBefore.simulated:
        chosen = with_lines_simulated(chosen)
    frozen = freeze()
    said = kept.changes(frozen)
    for text in said:
        note(text)
    note(
        f"{len(chosen.studies)} trials with {patients} patients each: about "
        f"{_time(chosen.seconds(patients))} on two cores"
    )
    setting = Setting(patients, draws, seed, frozen, today(), lines.value)
    with going_on(out), nullcontext() if as_json else following("trials") as move:
        found = run_scoreboard(chosen, setting, out=out, workers=workers, dask=dask, progress=move)
    number = kept.append(log_row(found))
    audited = write_predictions(found, predictions) if lines is LinesBefore.counted else None
    board = {**found.json(), "run": number}
    if place is not None:
        _write(board, place, said)
    if as_json:
        say_json(board)
    else:
        _show(board)
    if again := resumed(found.scored):
        note(f"{again} blocks were there already")
    for item in board["not_run"]:
        warn(f"not run: {item['trial']}: {item['why']}")
    note(f"run {number} added to {log}")
    if audited is not None:
        note(f"predictions without a result: {audited}")


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _write(board: dict[str, Any], place: Target, said: list[str]) -> None:
    if place.suffix == ".json":
        place.write_json(board)
    else:
        from erbium.report.scoreboard_page import scoreboard_page
        from erbium.report.scoreboard_plot import write_scoreboard_plot

        figure = place.ready().with_suffix(".png")
        write_scoreboard_plot(board, figure)
        place.write(scoreboard_page(board, figure.name, said))
        note(f"written: {figure}")
    note(f"written: {place.path}")


def _show(board: dict[str, Any]) -> None:
    totals = board["totals"]
    show_table(
        [
            {
                "name": row["name"], "endpoint": row["endpoint"],
                "side": "in" if row["in_sample"] else "out", "published": _ratio(row["published"]),
                "predicted": _ratio(row["predicted"]), "inside": row["inside_ci"],
            }
            for row in board["rows"] if row["primary"]
        ],
        _ROWS, "Primary hazard ratios",
    )  # fmt: skip
    say()
    show_table(
        [{"what": words, **{side: _score(totals[side][key]) for side in totals}} for words, key in _SAID],
        _TOTALS, "Scores",
    )  # fmt: skip
    say()
    show_table(
        [
            {**item, "side": side.replace("_", " "), "inside": _score(item["hr_inside_ci"])}
            for side in totals for item in totals[side]["baselines"]
        ],
        _CONSTANTS, "What constants score",
    )  # fmt: skip
    say()
    for side, total in board["claims"]["totals"].items():
        say(f"Claims that are numbers of trials, {side.replace('_', ' ')}: {_score(total['numbers_right'])}")
    say()
    say(board["notice"])


def _ratio(item: dict[str, Any]) -> str:
    if item["hr"] is None:
        return ""
    ends = "" if item["low"] is None else f" ({item['low']:.2f}–{item['high']:.2f})"
    return f"{item['hr']:.2f}{ends}"


def _score(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        if "of" in value:
            return f"{value['count']} of {value['of']}"
        if value["value"] is None:
            return ""
        ends = "" if value["low"] is None else f" ({value['low']:.2f} to {value['high']:.2f})"
        return f"{value['value']:.2f}{ends}"
    return f"{value:.2f}"
