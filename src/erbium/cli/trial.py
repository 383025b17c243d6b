"""`erbium trial`: run a trial, published or planned, on virtual patients; list, show and start one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli import trial_compare, trial_plan, trial_scoreboard
from erbium.cli.ask import following
from erbium.cli.console import Column, note, say, say_json, show_fields, show_table, warn
from erbium.cli.deliver import deliver
from erbium.cli.going_on import going_on
from erbium.cli.json_face import document
from erbium.cli.lines_before import LinesBefore, LinesOption
from erbium.cli.options import Dask, Draws, Json, Out, Overlay, Seed, Workers, examples
from erbium.cli.output import new_file
from erbium.cli.overlay import knowledge_of
from erbium.cli.start import Overwrite, StartFile, start
from erbium.core.errors import DataError
from erbium.report.published_curves import published_curves

if TYPE_CHECKING:
    import pandas as pd

    from erbium.trial.result import TrialRun

app = typer.Typer(no_args_is_help=True)
app.command("compare", epilog=trial_compare.EPILOG)(trial_compare.compare)
app.command("plan", epilog=trial_plan.EPILOG)(trial_plan.plan)
app.command("scoreboard", epilog=trial_scoreboard.EPILOG)(trial_scoreboard.scoreboard)

_LISTED = (
    Column("id", "id"),
    Column("name", "name"),
    Column("year", "year", number=True),
    Column("setting", "setting"),
    Column("line", "line", number=True),
    Column("patients", "patients", number=True),
    Column("primary", "primary"),
    Column("arms", "arms"),
)
_ARMS = (
    Column("name", "arm"),
    Column("regimen", "regimen"),
    Column("share", "share", number=True),
)
_PUBLISHED = (
    Column("arm", "arm"),
    Column("endpoint", "endpoint"),
    Column("subgroup", "subgroup"),
    Column("figure", "published", number=True),
    Column("year", "year", number=True),
    Column("status", "status"),
)
_BESIDE = (
    Column("arm", "arm"),
    Column("endpoint", "figure"),
    Column("subgroup", "subgroup"),
    Column("simulated", "simulated (95 %)", number=True),
    Column("figure", "published (95 %)", number=True),
    Column("year", "cut", number=True),
    Column("status", "status"),
)
_FIGURES = (
    Column("name", "arm"),
    Column("n", "n", number=True),
    Column("orr", "ORR %", number=True),
    Column("cr", "CR %", number=True),
    Column("cbr", "CBR %", number=True),
    Column("pcr", "pCR %", number=True),
    Column("median_pfs", "median PFS, months", number=True),
    Column("orr_ic", "ORR-IC %", number=True),
    Column("median_cns_pfs", "median CNS-PFS, months", number=True),
    Column("median_os", "median OS, months (exploratory)", number=True),
)
_RATIOS = (
    Column("endpoint", "endpoint"),
    Column("arm", "arm"),
    Column("versus", "versus"),
    Column("ratio", "hazard ratio (95 %)", number=True),
)
Name = Annotated[
    str,
    typer.Argument(
        metavar="TRIAL", help="Id or acronym of a trial, or a trial file (.toml).", show_default=False
    ),
]


@app.command("run", epilog=examples(
    "erbium trial run cleopatra --patients 400",
    "erbium trial run my_trial.toml --out results --workers 2",
))  # fmt: skip
def run(
    trial: Name,
    patients: Annotated[
        int | None,
        typer.Option(
            "--patients", "-n", min=1, help="Of all arms together; as published without.", show_default=False
        ),
    ] = None,
    seed: Seed = 1,
    draws: Draws = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            show_default=False,
            help="Keep every patient and write a report here; a run that was ended goes on.",
        ),
    ] = None,
    curves: Annotated[
        Path | None,
        typer.Option(
            "--curves",
            metavar="FOLDER",
            envvar="ERBIUM_TRIAL_CURVES",
            show_default=False,
            help="Reconstructed published curves, dashed in the report; ../shared/data/trials_km if there.",
        ),
    ] = None,
    lines: LinesOption = LinesBefore.counted,
    workers: Workers = 1,
    dask: Dask = None,
    as_json: Json = False,
    overlay: Overlay = None,
) -> None:
    """Run a trial on virtual patients and set its figures beside the published ones.

    The same seed gives the same patients, bit for bit, however the work is split.
    """
    from erbium.knowledge.trials import trial_file
    from erbium.trial import Study, run_trial

    knowledge_of(overlay)
    study = Study.read(trial_file(trial), overlay)
    if lines is LinesBefore.simulated:
        study = study.with_lines_simulated()
    published = published_curves(study.trial, curves)
    count = patients or study.trial.design.patients
    following_or_not = nullcontext() if as_json else following("patients")
    with going_on(out), following_or_not as move:
        found = run_trial(
            study,
            count,
            seed=seed,
            draws=draws,
            out=out,
            workers=workers,
            dask=dask,
            progress=None if move is None else lambda share: move(share, "patients"),
        )
    payload = found.json()
    if out is not None:
        _keep(found, payload, out, published)
    if as_json:
        say_json(payload)
    else:
        _show_run(payload)
    for text in found.warnings:
        warn(text)
    if out is not None:
        if study.trial.km_files and not published:
            note("the published curves of this trial are not at hand: --curves names their folder")
        if found.resumed:
            note(f"{found.resumed} of {found.identity['blocks']} blocks were there already")
        (note if as_json else say)(f"Written: {out}")


def _keep(found: TrialRun, payload: dict[str, Any], out: Path, published: Mapping[str, pd.DataFrame]) -> None:
    from erbium.cli.json_face import dumps
    from erbium.core.files import write_whole
    from erbium.report.trial import write_report

    write_whole(out / "summary.json", dumps(payload))
    write_report(
        found.study.trial,
        found.patients,
        found.sizes,
        found.summary,
        out / "report.html",
        origin=found.identity,
        published_curves=published,
    )


def _show_run(payload: dict[str, Any]) -> None:
    say(f"{payload['name']}: {payload['patients']} virtual patients, seed {payload['seed']}")
    arms = [
        {"name": arm["name"], "n": arm["n"]}
        | {key: _interval(arm.get(key), 1.0) for key in ("median_pfs", "median_cns_pfs", "median_os")}
        | {key: _interval(arm.get(key), 100.0) for key in ("orr", "cr", "cbr", "pcr", "orr_ic")}
        for arm in payload["arms"]
    ]
    shown = [column for column in _FIGURES if any(arm[column.key] for arm in arms)]
    say()
    show_table(arms, shown)
    if payload["hazard_ratios"]:
        say()
        show_table([_marked(one) | {"ratio": _ratio(one)} for one in payload["hazard_ratios"]], _RATIOS)
    if payload["published"]:
        rows = [
            {
                **_marked(one),
                "arm": _compared(one),
                "figure": _interval(one, 1.0),
                "simulated": _interval(one["simulated"], 1.0),
            }
            for one in payload["published"]
        ]
        say()
        show_table(rows, _BESIDE, "Beside the published figures (per cent, months)")
    say()
    say(payload["notice"])


def _compared(one: dict[str, Any]) -> str:
    return f"{one['arm']} v {one['versus']}" if one["versus"] else str(one["arm"])


def _marked(one: dict[str, Any]) -> dict[str, Any]:
    """Return a row that says of overall survival that it is exploratory."""
    return {**one, "endpoint": f"{one['endpoint']} (exploratory)"} if one["exploratory"] else one


def _ratio(one: dict[str, Any]) -> str:
    return _interval({"value": one["hr"], "low": one["low"], "high": one["high"]}, 1.0)


def _interval(figure: dict[str, Any] | None, factor: float) -> str:
    """Return "12.4 (11.0-13.0)"; empty where there is no figure."""
    if figure is None:
        return ""
    if figure["value"] is None:
        return "not reached" if figure.get("not_reached") else ""
    value, low, high = (
        None if figure[key] is None else f"{factor * figure[key]:.3g}" for key in ("value", "low", "high")
    )
    return f"{value}" if low is None and high is None else f"{value} ({low or '–'}–{high or '–'})"


@app.command("list", epilog=examples("erbium trial list"))
def list_trials(as_json: Json = False, out: Out = None) -> None:
    """List the trials that are shipped."""
    from erbium.knowledge.trials import load_trials

    rows = [
        {
            "id": trial.id,
            "name": trial.name,
            "nct": trial.nct,
            "year": trial.year,
            "setting": trial.setting,
            "line": trial.population.line,
            "patients": trial.design.patients,
            "primary": trial.design.primary,
            "arms": " | ".join(trial.arm_names),
        }
        for trial in load_trials().values()
    ]
    deliver(
        document("trial_list", trials=rows), rows, lambda: show_table(rows, _LISTED), as_json=as_json, out=out
    )


@app.command("show", epilog=examples("erbium trial show cleopatra"))
def show(trial: Name, as_json: Json = False, out: Out = None) -> None:
    """Show a trial: who, how, what was reported."""
    from erbium.knowledge import load_knowledge
    from erbium.knowledge.trials import read_trial, treatment_of, trial_file

    known = load_knowledge()
    found = read_trial(trial_file(trial), known)
    published = [
        {
            "arm": item.arm,
            "endpoint": item.endpoint,
            "subgroup": item.subgroup.text if item.subgroup else None,
            "figure": _interval(item.model_dump(), 1.0),
            "year": item.year,
            "status": item.status,
        }
        for item in found.published
    ] + [
        {
            "arm": f"{item.arm} v {item.versus}",
            "endpoint": f"{item.endpoint} HR",
            "subgroup": item.subgroup.text if item.subgroup else None,
            "figure": _interval({"value": item.hazard_ratio, "low": item.low, "high": item.high}, 1.0),
            "year": item.year,
            "status": item.status,
        }
        for item in found.published_ratio
    ]
    arms = [
        {"name": arm.name, "regimen": treatment_of(arm, arm.name, known).name, "share": arm.share}
        for arm in found.arm
    ]

    def on_screen() -> None:
        design = found.design
        fields = [
            ("id", found.id),
            ("registry", found.nct),
            ("year", found.year),
            ("phase", found.phase),
            ("setting", found.setting),
            ("population", found.population.spec),
            ("line", found.population.line),
            ("eligibility", "; ".join(item.text for item in found.population.eligibility)),
            ("patients", design.patients),
            ("strata", ", ".join(design.stratify_by)),
            ("visits", design.visits),
            ("follow-up", f"{design.follow_up_days:.0f} days"),
            ("induction", design.induction and (design.induction.regimen or "given drug by drug")),
            ("primary", design.primary),
            ("not represented", found.population.note),
        ]
        show_fields(fields, found.name)
        if found.summary:
            say(f"  {found.summary}")
        say()
        show_table(arms, _ARMS)
        if published:
            say()
            show_table(published, _PUBLISHED)

    deliver(document("trial", trial=found), published, on_screen, as_json=as_json, out=out)


@app.command("new", epilog=examples("erbium trial new my_trial.toml"))
def new(
    file: StartFile = None,
    force: Overwrite = False,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Write a commented trial to start from; it runs as it stands."""
    import re

    from erbium.trial.example import example_text

    place = new_file(file, out, (".toml",), force=force)
    name = "my_trial" if place is None else place.path.stem
    if re.fullmatch(r"[a-z][a-z0-9_]*", name) is None:
        raise DataError(
            f'"{name}" cannot be the id of a trial.', key="FILE",
            expected="a file name of lower-case letters, digits and _, such as my_trial.toml",
        )  # fmt: skip
    start("trial", example_text(name), place, then="erbium trial run", as_json=as_json)
