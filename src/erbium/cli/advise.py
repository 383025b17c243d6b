"""`erbium advise`: which treatments this tumour resists, why, and what would overcome it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.ask import (
    backend_of,
    combination_of,
    explained_and_warnings,
    following,
    horizon_of,
    in_profile,
    regimens_of,
    ruling,
    twins_and_warnings,
)
from erbium.cli.console import note, say, say_json, stdout
from erbium.cli.options import Backend, Force, Json, Overlay, ProfileFile, Seed, Twins, examples
from erbium.cli.output import Target, target
from erbium.cli.overlay import knowledge_of
from erbium.core.errors import DataError

if TYPE_CHECKING:
    from erbium.advise import Advice

REPORTS = (".html", ".pdf")
SUFFIXES = (".html", ".json", ".csv", ".pdf")
EPILOG = examples(
    "erbium advise my_tumour.toml --out my_report.pdf",
    "erbium advise my_tumour.toml --combine sets.json --out my_report.html",
    'erbium advise my_tumour.toml --regimen "T-DXd" --regimen "trastuzumab + pertuzumab + docetaxel"',
    "erbium advise my_tumour.toml --omit chemotherapy",
    "erbium advise my_tumour.toml --json > answer.json",
)


def advise(
    profile: ProfileFile,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write a .html or .pdf report, .json or .csv.", show_default=False),
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
    horizon: Annotated[
        str, typer.Option("--horizon", help="How far to simulate, with a unit.")
    ] = "24 months",
    explain: Annotated[
        int | None,
        typer.Option(
            "--explain",
            min=0,
            max=100,
            help="Options to explain, from the top; default 8, or 2 with the NumPy kernel.",
            show_default=False,
        ),
    ] = None,
    twins: Twins = "auto",
    seed: Seed = 1,
    backend: Backend = "auto",
    force: Force = False,
    omit: Annotated[
        list[str] | None,
        typer.Option(
            "--omit",
            metavar="AGENT",
            help="What the first options lose without this drug or class (chemotherapy); repeatable.",
            show_default=False,
        ),
    ] = None,
    margin: Annotated[
        str | None,
        typer.Option(
            "--margin",
            metavar="SIZE",
            help='With --omit: the loss that counts as small, such as "2 months" or "5 %".',
            show_default=False,
        ),
    ] = None,
    history: Annotated[
        bool,
        typer.Option("--history/--no-history", help="Weigh twins by what happened under earlier lines."),
    ] = True,
    pool: Annotated[
        int | None,
        typer.Option(
            "--pool",
            metavar="N",
            min=1,
            max=1_000_000,
            help="Twins run through the earlier lines; default 25 for each twin, 5000 for 200.",
            show_default=False,
        ),
    ] = None,
    combine: Annotated[
        Path | None,
        typer.Option(
            "--combine",
            metavar="FILE",
            help="Answer of erbium combine for the same case (.json), for the report.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
    overlay: Overlay = None,
) -> None:
    """Order the regimens that this tumour may be given, and say why.

    Within a tier of evidence the simulation decides, with intervals; what cannot be told apart is a tie.
    """
    place = target(out, SUFFIXES)
    if place is not None and place.suffix == ".pdf":
        from erbium.report.pdf import pdf_writer

        pdf_writer()
    kernel = backend_of(backend)
    span = horizon_of(horizon)
    if combine is not None and (place is None or place.suffix not in REPORTS):
        raise DataError(f"{combine} for no report.", key="--combine", expected="--out with .html or .pdf")
    if margin is not None and not omit:
        raise DataError(f'a margin of "{margin}" for nothing.', key="--margin", expected="--omit beside it")

    from erbium.advise import advise as answer_for
    from erbium.profile import read_profile

    case = read_profile(profile)
    known = knowledge_of(overlay)
    combined = None if combine is None else combination_of(combine, case.id)
    chosen = regimens_of(regimen or [], knowledge=known)
    count, warnings = twins_and_warnings(twins, kernel)
    explained, remarks = explained_and_warnings(explain, kernel)
    warnings += remarks
    with in_profile(profile), ruling(), following("simulating") as move:
        answer = answer_for(
            case,
            seed=seed,
            twins=count,
            regimens=chosen or None,
            horizon=span,
            explain=explained,
            progress=move,
            backend=kernel,
            knowledge=known,
            force=force,
            history=history,
            pool=pool,
            omit=omit or (),
            margin=margin,
            said=note,
        )
    payload = answer.json()
    payload["warnings"] = list(dict.fromkeys([*payload.get("warnings", []), *warnings]))
    if (
        combine is not None
        and combined is not None
        and combined.get("knowledge_hash") != payload["knowledge_hash"]
    ):
        payload["warnings"].append(f"{combine.name} was searched with other knowledge than this answer")
    if place is not None:
        _write(place, answer, payload, combined)
    if as_json:
        say_json(payload)
    else:
        from erbium.report.terminal import advice_table

        advice_table(payload, stdout())
    if place is not None:
        (note if as_json else say)(f"{'Report' if place.suffix in REPORTS else 'Written'}: {place.path}")


def _write(place: Target, answer: Advice, payload: dict[str, Any], combined: dict[str, Any] | None) -> None:
    if place.suffix == ".json":
        place.write_json(payload)
    elif place.suffix == ".csv":
        place.write(answer.table().to_csv(index=False, lineterminator="\n"))
    else:
        from erbium.report.html import advice_html
        from erbium.report.pdf import pdf_bytes

        paper = place.suffix == ".pdf"
        made = datetime.now(tz=UTC).date().isoformat()
        page = advice_html(payload, combined=combined, made=made, paper=paper)
        place.write(pdf_bytes(page) if paper else page)
