"""`erbium cohort`: the answer for every sample of a study."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.ask import following, need_parquet, regimens_of, twins_and_warnings
from erbium.cli.console import cell, note, say, say_json, show_fields, warn
from erbium.cli.failure import BAD_INPUT, PARTLY_DONE
from erbium.cli.options import Force, Json, Seed, examples
from erbium.cli.output import Target, target
from erbium.core.errors import ErbiumError

if TYPE_CHECKING:
    from erbium.advise import CohortResult

SUFFIXES = (".parquet", ".csv", ".json")
TWINS = 20
EPILOG = examples("erbium cohort STUDY -o answers.parquet", "erbium cohort STUDY --limit 10 --json")


def cohort(
    folder: Annotated[
        Path, typer.Argument(help="A cBioPortal study folder, or a folder of profiles.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write a .parquet, .csv or .json file.", show_default=False),
    ] = None,
    regimen: Annotated[
        list[str] | None,
        typer.Option(
            "--regimen",
            "-r",
            help="Only this regimen (name or file); repeatable; default all that are allowed.",
            show_default=False,
        ),
    ] = None,
    twins: Annotated[str, typer.Option("--twins", metavar="N", help="Virtual twins of each tumour.")] = str(
        TWINS
    ),
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Only so many samples.", show_default=False)
    ] = None,
    seed: Seed = 1,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Advise on every sample of a folder; samples that are wrong are listed and the others finished.

    Exit code 4 when some failed.
    """
    place = target(out, SUFFIXES)
    if place is not None and place.suffix == ".parquet":
        need_parquet()
    chosen = regimens_of(regimen or [])
    count, warnings = twins_and_warnings(twins, "auto", TWINS)

    from erbium.advise import cohort as answer_for

    with following("samples") as move:
        answer = answer_for(
            folder, seed=seed, twins=count, regimens=chosen or None, progress=move, limit=limit, force=force
        )
    payload = answer.json()
    payload["warnings"] = list(dict.fromkeys([*payload.get("warnings", []), *warnings]))
    done = len(answer.frame)
    if place is not None and done:
        _write(place, answer, payload)
    if as_json:
        say_json(payload)
    else:
        _show(answer.summary)
    for text in answer.warnings:
        warn(text)
    for failure in answer.failures:
        warn(f"left out: {_failure(failure)}")
    if place is not None:
        (note if as_json else say)(
            f"Written: {place.path}" if done else "nothing was written: no sample could be read"
        )
    if answer.failures:
        raise typer.Exit(PARTLY_DONE if done else BAD_INPUT)


def _write(place: Target, answer: CohortResult, payload: dict[str, Any]) -> None:
    if place.suffix == ".json":
        place.write_json(payload)
    elif place.suffix == ".csv":
        place.write(answer.frame.to_csv(index=False, lineterminator="\n"))
    else:
        import io

        stream = io.BytesIO()
        answer.frame.to_parquet(stream, index=False)
        place.write(stream.getvalue())


def _failure(failure: Mapping[str, Any]) -> str:
    parts = ("file", "key", "expected", "nearest")
    error = ErbiumError(str(failure.get("message")), **{name: failure.get(name) for name in parts})
    sample = str(failure.get("sample"))
    return str(error) if sample in str(error) else f"{sample}: {error}"


def _show(summary: Mapping[str, Any]) -> None:
    plain = [
        (key.replace("_", " "), value) for key, value in summary.items() if not isinstance(value, Mapping)
    ]
    show_fields(plain, "Cohort")
    for key, value in summary.items():
        if isinstance(value, Mapping):
            say()
            show_fields([(str(name), cell(part)) for name, part in value.items()], key.replace("_", " "))
