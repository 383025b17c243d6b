"""`erbium combine`: which agents together keep this tumour down, at what burden, and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from erbium.cli.ask import backend_of, following
from erbium.cli.console import Column, note, say, say_json, show_fields, show_table
from erbium.cli.options import Backend, Json, Out, Overlay, ProfileFile, Seed, examples
from erbium.cli.output import target
from erbium.cli.overlay import knowledge_of
from erbium.core.errors import DataError, UnknownName

EPILOG = examples(
    "erbium combine my_tumour.toml --given trastuzumab",
    "erbium combine my_tumour.toml --drugs trastuzumab,pertuzumab,alpelisib,trametinib --size 3",
    "erbium combine my_tumour.toml --targets any --given trastuzumab --json > sets.json",
)
TARGETS = ("drugs", "any")
_COLUMNS = (
    Column("rank", "", number=True),
    Column("name", "set"),
    Column("benefit", "fewer cells, log10", number=True),
    Column("range", "90 % interval", number=True),
    Column("adds", "least adds", number=True),
    Column("severe", "severe events", number=True),
    Column("overlap", "overlap", number=True),
    Column("front", "front"),
    Column("tumour", "in a tumour"),
    Column("dish", "in a dish"),
    Column("closes", "closes"),
)


def combine(
    profile: ProfileFile,
    size: Annotated[int, typer.Option("--size", min=1, max=3, help="Most agents of a set.")] = 2,
    drugs: Annotated[
        str | None,
        typer.Option(
            "--drugs", metavar="NAMES", help="Only these drugs, with commas between.", show_default=False
        ),
    ] = None,
    targets: Annotated[
        str,
        typer.Option("--targets", metavar="KIND", help='"drugs", or "any": also nodes without a drug.'),
    ] = "drugs",
    strength: Annotated[
        float, typer.Option("--strength", help="Share of a node that is inhibited without a drug.")
    ] = 0.8,
    given: Annotated[
        str | None,
        typer.Option(
            "--given",
            metavar="NAMES",
            help="Drugs that are given anyway, with commas between; benefit is counted from them.",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option("--draws", min=2, max=200, help="Parameter draws, each with one twin.")
    ] = 8,
    explain: Annotated[
        int, typer.Option("--explain", min=0, max=60, help="Sets to explain, from the top.")
    ] = 12,
    seed: Seed = 1,
    backend: Backend = "auto",
    force: Annotated[bool, typer.Option("--force", help="Run also what the profile rules out.")] = False,
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """Find small sets of agents that keep the tumour down through adaptation, and what each partner closes.

    Pairs are screened by adapted signalling; the best, and every partner of the given drugs, run as courses.
    """
    place = target(out, (".json", ".csv"))
    kernel = backend_of(backend)
    if targets not in TARGETS:
        raise UnknownName.among("kind of target", targets, TARGETS, key="--targets")
    from erbium.advise.eligibility import rules_for
    from erbium.profile import read_profile
    from erbium.search import combine as search

    case = read_profile(profile)
    known = knowledge_of(overlay)
    with following("searching") as move:
        found = search(
            case,
            file=profile,
            size=size,
            drugs=_names(drugs, "--drugs"),
            nodes=targets == "any",
            strength=strength,
            given=_names(given, "--given") or (),
            seed=seed,
            draws=draws,
            rules=None if force else rules_for(case, known),
            explain=explain,
            backend=kernel,
            knowledge=known,
            progress=move,
        )
    payload = found.json()
    if place is not None:
        if place.suffix == ".csv":
            place.write(found.table().to_csv(index=False, lineterminator="\n"))
        else:
            place.write_json(payload)
    if as_json:
        say_json(payload)
    else:
        _show(payload)
    if place is not None:
        (note if as_json else say)(f"Written: {place.path}")


def _names(text: str | None, key: str) -> list[str] | None:
    if text is None:
        return None
    names = [part.strip() for part in text.replace("+", ",").split(",") if part.strip()]
    if not names:
        raise DataError(f'"{text}" names nothing.', key=key, expected="names with commas between")
    return names


def _show(payload: dict[str, Any]) -> None:
    benefit = payload["benefit"]
    searched = payload["searched"]
    show_fields(
        [
            ("case", f"{payload['case']}, {payload['her2_status']}, {payload['setting']}"),
            (
                "benefit",
                f"{benefit['name']} than under {benefit['against']} after 24 weeks, {benefit['unit']}",
            ),
            (
                "searched",
                (
                    f"{searched['screened']} sets screened, {searched['courses']} run as courses, "
                    f"{payload['seconds']:.0f} s"
                ),
            ),
        ],
        "Combinations",
    )
    say()
    show_table([_row(item) for item in payload["sets"]], _COLUMNS)
    say()
    say("front: no other set is better in benefit and in every part of the burden")
    say("severe events: expected kinds of grade 3 or more in a patient, from published arms of single drugs")
    say("?: no rate is published for one of the drugs; it counts like the median drug of its class")
    if payload["ruled_out"]:
        say(f"{len(payload['ruled_out'])} sets are ruled out for this patient; --json gives the reasons")
    say(payload["notice"])


def _row(item: dict[str, Any]) -> dict[str, Any]:
    benefit, synergy = item["benefit"], item["synergy"]
    return {
        "rank": item["rank"],
        "name": item["name"],
        "benefit": f"{benefit['median']:.2f}",
        "range": f"{benefit['low']:.2f} to {benefit['high']:.2f}",
        "adds": None if item["adds"] is None else f"{item['adds']:.2f}",
        "severe": f"{item['burden']['severe_events']:.2f}" + ("?" if item["burden"]["rates_unknown"] else ""),
        "overlap": ", ".join(part["caution"] for part in item["burden"]["overlapping"]),
        "front": "yes" if item["on_front"] else "",
        "tumour": _verdict(synergy["tumour"]),
        "dish": _verdict(synergy["dish"]),
        "closes": ", ".join(dict.fromkeys(part["escape"] for part in item["closes"][:3])),
    }


def _verdict(synergy: dict[str, Any] | None) -> str:
    if synergy is None:
        return ""
    bliss = synergy["excess"]["Bliss"]
    return f"{synergy['verdict']} ({bliss['median']:+.2f}, {bliss['low']:+.2f} to {bliss['high']:+.2f})"
