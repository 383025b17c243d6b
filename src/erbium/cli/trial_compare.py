"""`erbium trial compare`: two runs side by side, or one beside the published figures of its trial."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.ask import following
from erbium.cli.console import Column, note, say, say_json, show_table, warn
from erbium.cli.json_face import document
from erbium.cli.options import Json, Seed, examples
from erbium.cli.output import target
from erbium.core.errors import DataError

if TYPE_CHECKING:
    from erbium.knowledge.schema.trial import Trial
    from erbium.trial.compare import Run

EPILOG = examples(
    "erbium trial compare results/cleopatra",
    "erbium trial compare results/before results/after",
    "erbium trial compare emilia my_trial.toml --patients 400",
)
_BESIDE = (
    Column("who", "arm"),
    Column("endpoint", "figure"),
    Column("subgroup", "subgroup"),
    Column("published", "published (95 %)", number=True),
    Column("simulated", "simulated (95 %)", number=True),
    Column("words", "verdict"),
)
_GAPS = (
    Column("arm", "arm"),
    Column("figure", "figure"),
    Column("first", "first (95 %)", number=True),
    Column("second", "second (95 %)", number=True),
    Column("gap", "second less first, or over it", number=True),
    Column("words", ""),
)
_BETWEEN = (
    Column("arm", "arm"),
    Column("endpoint", "endpoint"),
    Column("ratio", "hazard ratio, second over first (95 %)", number=True),
)


def compare(
    first: Annotated[
        str,
        typer.Argument(
            metavar="A", help="A folder of results, a trial, or a trial file.", show_default=False
        ),
    ],
    second: Annotated[
        str | None,
        typer.Argument(
            metavar="B", help="What to hold it against; without, the published figures.", show_default=False
        ),
    ] = None,
    patients: Annotated[
        int | None,
        typer.Option(
            "--patients",
            "-n",
            min=1,
            help="Of a trial that is run for this; as published without.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = 1,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the comparison as .json.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare two runs of trials, or one with the published figures of its trial.

    A and B are folders of `erbium trial run --out`, or trials that are run here.
    """  # fmt: skip
    from erbium.trial.compare import compare as side_by_side

    place = target(out, (".json",))
    if second is not None and first == second:
        raise DataError("both are the same.", key="B", expected="another folder or trial")
    one, trial = _run(first, patients, seed)
    if second is None:
        payload = _beside(one, trial)
    else:
        other, _ = _run(second, patients, seed)
        payload = side_by_side(one, other).json()
    if place is not None:
        place.write_json(payload)
        note(f"written: {place.path}")
    if as_json:
        say_json(payload)
    elif second is None:
        _show_beside(payload)
    else:
        _show_gaps(payload)
    for text in payload["warnings"]:
        warn(text)


def _run(name: str, patients: int | None, seed: int) -> tuple[Run, Trial]:
    """Return a run that is there, or run a trial."""
    from erbium.knowledge.trials import trial_file
    from erbium.trial import Study, run_trial
    from erbium.trial.compare import Run
    from erbium.trial.reopen import is_folder, reopen

    if is_folder(name):
        found = reopen(Path(name))
        return Run(name, found.summary, found.patients, found.identity), found.trial
    study = Study.read(trial_file(name))
    with following(study.trial.name) as move:
        made = run_trial(
            study, patients or study.trial.design.patients, seed=seed,
            progress=lambda share: move(share, study.trial.name),
        )  # fmt: skip
    return Run(name, made.summary, made.patients, made.identity), study.trial


def _beside(run: Run, trial: Trial) -> dict[str, Any]:
    from erbium.trial.verdict import tally, verdicts

    found = verdicts(trial, run.summary)
    if not found:
        raise DataError(
            f'the trial "{trial.id}" has no published figures.', key="A",
            expected="a second run to compare with, or a published trial",
        )  # fmt: skip
    return document(
        "trial_verdict", seed=run.identity.get("seed"), warnings=run.summary.warnings, run=run.name,
        trial=trial.id, name=trial.name, patients=run.identity.get("patients"),
        verdicts=[item.json() for item in found], summary=tally(found),
    )  # fmt: skip


def _show_beside(payload: dict[str, Any]) -> None:
    say(f"{payload['name']}: {payload['patients']} virtual patients beside the published figures")
    say()
    rows = [
        {
            **item,
            "who": f"{item['arm']} v {item['versus']}" if item["versus"] else item["arm"],
            "endpoint": f"{item['endpoint']}{' HR' if item['versus'] else ''}{_mark(item)}",
            **{key: _figure(item[key], item["unit"]) for key in ("published", "simulated")},
        }
        for item in payload["verdicts"]
    ]
    show_table(rows, _BESIDE)
    say()
    say(f"{payload['summary'][0].upper()}{payload['summary'][1:]}.")


def _show_gaps(payload: dict[str, Any]) -> None:
    names = [run["name"] for run in payload["runs"]]
    say(f"first: {names[0]}, second: {names[1]}")
    say()
    rows = []
    for item in (*payload["hazard_ratios"], *payload["figures"]):
        gap = item.get("second_over_first", item.get("second_minus_first"))
        who = item["arm"] if item["arm"] == item["other_arm"] else f"{item['arm']} | {item['other_arm']}"
        rows.append(
            {
                "arm": who, "figure": f"{item['figure']}{_mark(item)}", "words": item["words"],
                **{key: _figure(item[key], item["unit"]) for key in ("first", "second")},
                "gap": _figure(gap, item["unit"], signed=item["unit"] != "ratio"),
            }
        )  # fmt: skip
    show_table(rows, _GAPS)
    if payload["between"]:
        say()
        show_table(
            [
                {
                    "arm": item["arm"], "endpoint": item["endpoint"],
                    "ratio": _figure({**item, "value": item["hr"]}, "ratio"),
                }
                for item in payload["between"]
            ],
            _BETWEEN,
        )  # fmt: skip
    say()
    say(payload["notice"])


def _mark(item: dict[str, Any]) -> str:
    """Return what is said of overall survival."""
    return " (exploratory)" if item["exploratory"] else ""


def _figure(item: dict[str, Any], unit: str, *, signed: bool = False) -> str:
    if item["value"] is None:
        return ""
    scale, digits, sign = {"fraction": (100.0, 0, " %"), "months": (1.0, 1, ""), "ratio": (1.0, 2, "")}[unit]
    plus = "+" if signed else ""
    value, low, high = (
        None if item[key] is None else f"{scale * item[key]:{plus}.{digits}f}"
        for key in ("value", "low", "high")
    )
    between = " to " if signed else "–"
    return (
        f"{value}{sign}"
        if low is None and high is None
        else f"{value}{sign} ({low or '…'}{between}{high or '…'})"
    )
