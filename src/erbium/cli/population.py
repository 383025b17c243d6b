"""`erbium population`: sample, list, show and start populations of virtual patients."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.ask import following
from erbium.cli.console import Column, note, say, say_json, show_fields, show_table, warn
from erbium.cli.deliver import deliver
from erbium.cli.json_face import document
from erbium.cli.lines_before import LinesBefore, LinesOption
from erbium.cli.options import Json, Out, Overlay, Seed, examples
from erbium.cli.output import new_file, target
from erbium.cli.overlay import knowledge_of
from erbium.cli.start import Overwrite, StartFile, start
from erbium.core.errors import DataError

if TYPE_CHECKING:
    from erbium.knowledge.schema.population import Population

app = typer.Typer(no_args_is_help=True)

_PUBLISHED = (
    Column("what", "share"),
    Column("simulated", "sampled %", number=True),
    Column("published", "published %", number=True),
    Column("verdict", "within tolerance"),
    Column("cohort", "read in"),
)
_NUMBERS = (
    Column("attribute", "amount"),
    Column("unit", "unit"),
    Column("low", "5th", number=True),
    Column("median", "median", number=True),
    Column("high", "95th", number=True),
)
_LIST = (Column("id", "population"), Column("setting", "setting"), Column("summary", "who"))

Spec = Annotated[
    str,
    typer.Argument(metavar="POPULATION", help="Id or name of a population, or a file.", show_default=False),
]


@app.command(
    "sample",
    epilog=examples(
        "erbium population sample her2_positive_metastatic -n 1000 -o patients.parquet",
        "erbium population sample her2_low_metastatic -n 5000 --plots patients.png",
    ),
)
def sample_population(
    spec: Spec,
    patients: Annotated[int, typer.Option("--patients", "-n", min=1, help="Number of patients.")] = 1000,
    seed: Seed = 1,
    line: Annotated[
        int | None,
        typer.Option(
            "--line",
            min=1,
            max=20,
            help="The line that is to be given next (metastatic).",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Write the patients to a .parquet or .csv file.", show_default=False
        ),
    ] = None,
    plots: Annotated[
        Path | None,
        typer.Option(
            "--plots", help="Write a .png or .svg: shares beside published ones.", show_default=False
        ),
    ] = None,
    lines: LinesOption = LinesBefore.counted,
    as_json: Json = False,
    overlay: Overlay = None,
) -> None:
    """Sample virtual patients: attributes only, nothing is simulated but earlier lines where asked.

    Prints shares beside the published figures, distributions and, as JSON, correlations. A seed gives the
    same patients, the first ones of a longer list.
    """
    from erbium.population.table_file import SUFFIXES, TableFile

    place = target(out, SUFFIXES)
    figure = target(plots, (".png", ".svg"), key="--plots")
    knowledge = knowledge_of(overlay)
    from erbium.population.sample import sample
    from erbium.population.summary import Summary

    chosen = _population(spec, line, overlay)
    summary = Summary(chosen)
    blocks = sample(chosen, patients, seed=seed, knowledge=knowledge)
    if lines is LinesBefore.simulated:
        from erbium.trial.pretreated import sample_pretreated

        blocks = sample_pretreated(chosen, patients, seed=seed, knowledge=knowledge)
    with (
        nullcontext() if place is None else TableFile(place.ready()) as file,
        following("patients") as move,
    ):
        for block in blocks:
            first = summary.patients
            summary.add(block)
            if file is not None:
                rows = block.table.copy()
                rows.insert(0, "patient", range(first, first + len(rows)))
                rows.insert(1, "block", block.block)
                file.add(rows)
            move(summary.patients / patients, "patients")
    payload = document(
        "population_sample", seed=seed, warnings=summary.warnings, overlay=overlay, **summary.json(),
        earlier_lines=lines.value,
        file=None if place is None else str(place.path),
    )  # fmt: skip
    if figure is not None:
        from erbium.report.plots import save_figure
        from erbium.report.population_plots import population_figure

        save_figure(population_figure(payload), figure.ready())
    if as_json:
        say_json(payload)
    else:
        _show(payload, chosen)
    for text in summary.warnings:
        warn(text)
    for written in (place, figure):
        if written is not None:
            (note if as_json else say)(f"Written: {written.path}")


def _population(spec: str, line: int | None, overlay: Path | None) -> Population:
    from erbium.population import load_population

    found = load_population(spec, knowledge_of(overlay))
    if line is None:
        return found
    if found.setting != "metastatic":
        raise DataError(
            f"line {line} in the {found.setting} setting.", key="--line", expected="a metastatic population"
        )
    return found.at_line(line)


def _show(payload: dict[str, Any], population: Population) -> None:
    from erbium.report.population_plots import shown

    line = f", line {payload['line']}" if payload["line"] else ""
    say(
        f"{population.name}{line}: {payload['patients']} patients from {payload['candidates']} candidates, "
        f"seed {payload['seed']}"
    )
    worth = payload["effective_sample"]
    if worth["value"] < worth["of"]:
        say(f"stated shares: {worth['of']} drawn without and then weighted are worth {worth['value']:.0f}")
    rows = [
        {
            "what": shown(row["what"]),
            "simulated": _percent(row["simulated_percent"]),
            "published": _percent(row["published_percent"]),
            "verdict": "-" if row["within_tolerance"] is None else "yes" if row["within_tolerance"] else "no",
            "cohort": f"{row['cohort']} ({row['status']})",
        }
        for row in payload["published"]
    ]
    if rows:
        say()
        show_table(rows, _PUBLISHED, "Beside published figures")
    amounts = [
        {column.key: _short(row[column.key]) for column in _NUMBERS}
        for row in payload["distributions"]
        if "median" in row
    ]
    say()
    show_table(amounts, _NUMBERS, "Amounts")


def _short(value: float | str) -> str:
    from erbium.report.population_plots import short

    return value if isinstance(value, str) else short(value)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


@app.command("list", epilog=examples("erbium population list", "erbium population list --json"))
def list_populations(as_json: Json = False, out: Out = None, overlay: Overlay = None) -> None:
    """List the populations."""
    from erbium.knowledge.populations import load_populations

    knowledge_of(overlay)
    rows = [
        {"id": item.id, "name": item.name, "setting": item.setting, "summary": item.summary}
        for item in load_populations(overlay).values()
    ]
    deliver(
        document("populations", overlay=overlay, populations=rows),
        rows,
        lambda: show_table(rows, _LIST),
        as_json=as_json,
        out=out,
    )


@app.command("show", epilog=examples("erbium population show her2_low_metastatic"))
def show_population(spec: Spec, as_json: Json = False, out: Out = None, overlay: Overlay = None) -> None:
    """Show a population: who is in it, shares to reach, and the figures it is compared with."""
    found = _population(spec, None, overlay)
    rows = [
        {
            "what": item.name, "published": _percent(item.percent), "cohort": item.cohort,
            "source": item.source, "status": item.status,
        }
        for item in found.published
    ]  # fmt: skip

    def show() -> None:
        say(found.summary)
        facts = [
            ("id", found.id),
            ("setting", found.setting),
            ("line", found.line if found.setting == "metastatic" else None),
            ("every patient", ", ".join(_flat(found.profile))),
            ("eligible", [str(item) for item in found.eligibility]),
            ("shares", [f"{item}: {item.share.value:g} ({item.share.kind})" for item in found.shares]),
            ("acts", list(found.acts)),
            ("not represented", list(found.limits)),
            ("note", found.note),
        ]
        show_fields(facts, found.name)
        columns = (Column("what", "share"), Column("published", "published %", number=True))
        say()
        show_table(
            rows,
            (*columns, Column("cohort", "read in"), Column("source", "source"), Column("status", "status")),
        )

    deliver(
        document("population_file", overlay=overlay, population=found), rows, show, as_json=as_json, out=out
    )


def _flat(part: Any, where: str = "") -> list[str]:
    if not isinstance(part, dict):
        return [f"{where} = {part}"]
    return [
        text for key, item in part.items() for text in _flat(item, f"{where}.{key}" if where else str(key))
    ]


@app.command("new", epilog=examples("erbium population new my_population.toml"))
def new_population(
    file: StartFile = None,
    force: Overwrite = False,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Write a commented population to start from; it can be sampled as it stands."""
    from erbium.population.example import example_text

    place = new_file(file, out, (".toml",), force=force)
    text = example_text()
    if place is not None:
        text = text.replace('id = "my_population" ', f'id = "{place.path.stem}" ')
    start("population", text, place, then="erbium population sample", as_json=as_json)
