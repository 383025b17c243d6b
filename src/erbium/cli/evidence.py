"""`erbium evidence`: what was published on a marker and a drug, how strong it is, and where it conflicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.console import Column, note, say, say_json, show_table
from erbium.cli.deliver import deliver
from erbium.cli.evidence_rows import full_item, group_row, item_row, show_one, show_sides
from erbium.cli.failure import BAD_INPUT, say_error
from erbium.cli.json_face import document
from erbium.cli.options import Json, Out, Overlay, examples
from erbium.cli.output import target
from erbium.cli.overlay import knowledge_of
from erbium.core.errors import DataError, DataErrors, UnknownName

if TYPE_CHECKING:
    from erbium.evidence import EvidenceBase, EvidenceDatabase

app = typer.Typer(no_args_is_help=True)

MarkerOption = Annotated[
    str | None,
    typer.Option(
        "--marker", "-m", metavar="NAME", help="A marker, another name of it, or a gene.", show_default=False
    ),
]
DrugOption = Annotated[
    str | None,
    typer.Option("--drug", "-d", metavar="NAME", help="A drug, or a class of drugs.", show_default=False),
]
LevelOption = Annotated[
    str | None,
    typer.Option("--level", metavar="LEVEL", help="A1, A2, B, C, D or E.", show_default=False),
]
SettingOption = Annotated[
    str | None,
    typer.Option(
        "--setting", metavar="NAME", help="metastatic, neoadjuvant, adjuvant or residual.", show_default=False
    ),
]
EffectOption = Annotated[
    str | None,
    typer.Option("--effect", metavar="NAME", help="sensitivity, resistance, ...", show_default=False),
]
SourceOption = Annotated[
    str | None,
    typer.Option(
        "--source", metavar="NAME", help="curated, claim, trial, civic or overlay.", show_default=False
    ),
]
_ITEM = (
    Column("id", "id"),
    Column("level", "level"),
    Column("markers", "marker"),
    Column("effect", "effect"),
    Column("drugs", "drugs"),
    Column("setting", "setting"),
    Column("claim", "claim"),
)
_GROUP = (
    Column("marker", "marker"),
    Column("treatment", "treatment"),
    Column("setting", "setting"),
    Column("claim", "claim"),
    Column("level", "level"),
    Column("conflict", "conflict", number=True),
    Column("n_for", "for", number=True),
    Column("n_against", "against", number=True),
)


@app.command(
    "search",
    epilog=examples(
        "erbium evidence search lapatinib",
        "erbium evidence search --marker PTEN --drug trastuzumab",
        "erbium evidence search --drug 'HER2 kinase inhibitor' --level A2 --json",
    ),
)
def search(
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="Words, each of which must occur.")] = "",
    marker: MarkerOption = None,
    drug: DrugOption = None,
    level: LevelOption = None,
    setting: SettingOption = None,
    effect: EffectOption = None,
    source: SourceOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many items are shown.")] = 50,
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """Look for items by words, marker, drug, level and more; the strongest come first."""
    base, database = _open(overlay)
    found = database.find(_query(database, text, marker, drug, level, setting, effect, source))
    shown = found[:limit]
    rows = [item_row(item) for item in shown]

    def show() -> None:
        if not rows:
            say("No item fits. Nothing found is no finding: the marker may not have been studied.")
            return
        show_table(rows, _ITEM)
        say(f"\n{len(found)} items" + (f", {len(shown)} shown" if len(shown) < len(found) else ""))

    body = document(
        "evidence_search", overlay=overlay, found=len(found), items=[full_item(item) for item in shown]
    )
    deliver(_with_faults(body, base), rows, show, as_json=as_json, out=out)
    _leave(base)


@app.command("show", epilog=examples("erbium evidence show civic:1385", "erbium evidence show S1-104 --json"))
def show_item(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of the item.", show_default=False)],
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """Show one item: study, result, level here and in other schemes, source, and what stands against it."""
    from erbium.evidence.conflict import groups_of

    base, _ = _open(overlay)
    item = base.item(name)
    groups = [
        group
        for group in groups_of(base, item.markers)
        if group.setting == "all" and item in (*group.in_favour, *group.against)
    ]
    body = document(
        "evidence_item", overlay=overlay, item=full_item(item), conflicts=[group.json() for group in groups]
    )
    deliver(
        _with_faults(body, base), [item_row(item)], lambda: show_one(item, groups), as_json=as_json, out=out
    )
    _leave(base)


@app.command(
    "conflicts",
    epilog=examples(
        "erbium evidence conflicts", "erbium evidence conflicts PTEN", "erbium evidence conflicts p95 --json"
    ),
)
def show_conflicts(
    marker: Annotated[
        str | None, typer.Argument(metavar="[MARKER]", help="A marker or a gene; all without.")
    ] = None,
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """Show where items contradict each other, by marker, treatment and setting, with both sides."""
    from erbium.evidence.conflict import conflicts
    from erbium.evidence.weight import THRESHOLD

    base, database = _open(overlay)
    groups = conflicts(base, None if marker is None else database.markers_called(marker))
    rows = [group_row(group) for group in groups]

    def show() -> None:
        if not rows:
            say("No item contradicts another here.")
            return
        show_table(rows, _GROUP)
        say(f"\nFrom {THRESHOLD:g} on a claim is marked X. A lower level never outvotes a higher one.")
        if marker is not None:
            for group in groups:
                show_sides(group)

    body = document(
        "evidence_conflicts",
        overlay=overlay,
        threshold=THRESHOLD,
        groups=[group.json() for group in groups],
        items={item.id: full_item(item) for group in groups for item in (*group.in_favour, *group.against)},
    )
    deliver(_with_faults(body, base), rows, show, as_json=as_json, out=out)
    _leave(base)


@app.command("stats", epilog=examples("erbium evidence stats", "erbium evidence stats --json"))
def stats(as_json: Json = False, out: Out = None, overlay: Overlay = None) -> None:
    """Count the items by source and level, and by marker."""
    from erbium.evidence.conflict import conflicts
    from erbium.evidence.database import by_origin_and_level

    base, database = _open(overlay)
    origins = list(dict.fromkeys(key[0] for key in database.counts("origin")))
    table = by_origin_and_level(database.counts("origin", "level"), origins)
    markers = database.marker_counts()
    contradicted = [
        group for group in conflicts(base) if group.setting == "all" and group.balance.contradicted
    ]
    columns = tuple(Column(key, key, number=key != "source") for key in table[0])

    def show() -> None:
        show_table(table, columns)
        say(f"\n{len(base.items)} items on {len(markers)} markers; {len(contradicted)} claims contradicted")
        say("Markers: " + ", ".join(f"{name} {count}" for name, count in markers.items()))

    body = document(
        "evidence_stats",
        overlay=overlay,
        items=len(base.items),
        by_source_and_level=table,
        by_effect={key[0]: count for key, count in database.counts("effect").items()},
        by_status={key[0]: count for key, count in database.counts("status").items()},
        by_marker=markers,
        contradicted=[{"marker": g.marker, "treatment": g.treatment or None} for g in contradicted],
    )
    deliver(_with_faults(body, base), table, show, as_json=as_json, out=out)
    _leave(base)


@app.command(
    "validate",
    epilog=examples("erbium evidence validate my_items.toml", "erbium evidence validate my_overlay"),
)
def validate(
    path: Annotated[
        Path, typer.Argument(metavar="FILE|FOLDER", help="Your items, or an overlay.", show_default=False)
    ],
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Check files of items; exit code 2 when something is wrong."""
    from erbium.evidence.base import FOLDER, read_files
    from erbium.evidence.level import level_of
    from erbium.knowledge import load_knowledge

    if not path.exists():
        raise DataError("does not exist.", file=path, expected="a file of items, or a folder of such files")
    folder = path / FOLDER if (path / FOLDER).is_dir() else path
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else [path]
    if not files:
        raise DataError("holds no TOML file.", file=path, expected="files of evidence items")
    items, errors = read_files(files, load_knowledge().drugs)
    rows = [{"id": item.id, "level": level_of(item), "claim": item.claim} for item in items.values()]
    body = document("evidence_validate", ok=not errors, items=rows, errors=[error.json() for error in errors])
    columns = (Column("id", "id"), Column("level", "level"), Column("claim", "claim"))

    def show() -> None:
        show_table(rows, columns)
        say(f"\n{len(rows)} good items, {len(errors)} errors")

    deliver(
        body,
        rows,
        show,
        as_json=as_json,
        out=out,
    )
    if errors:
        say_error(DataErrors(errors))
        raise typer.Exit(BAD_INPUT)


@app.command(
    "export",
    epilog=examples(
        "erbium evidence export --format tsv -o items.tsv",
        "erbium evidence export --format civic --marker PIK3CA",
        "erbium evidence export --format va-spec -o statements.json",
    ),
)
def export(
    form: Annotated[str, typer.Option("--format", help="tsv, civic (25 columns) or va-spec (JSON).")] = "tsv",
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="Words, each of which must occur.")] = "",
    marker: MarkerOption = None,
    drug: DrugOption = None,
    level: LevelOption = None,
    source: SourceOption = None,
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """Write items out, all or those that are looked for."""
    from erbium.evidence.export import FORMATS, civic_row, row_of, table_text, va_spec
    from erbium.evidence.from_civic import COLUMNS

    if form not in FORMATS:
        raise UnknownName.among("format", form, FORMATS, key="--format", hint=f"one of {', '.join(FORMATS)}")
    suffixes = (".json",) if form == "va-spec" or as_json else (".tsv", ".txt")
    place = target(out, suffixes)
    base, database = _open(overlay)
    items = database.find(_query(database, text, marker, drug, level, None, None, source))
    if form == "va-spec":
        rows: list[dict[str, Any]] = [va_spec(item, base.drugs) for item in items]
        columns: Sequence[str] = ()
    elif form == "civic":
        rows, columns = [dict(civic_row(item, base.drugs)) for item in items], COLUMNS
    else:
        rows = [row_of(item) for item in items]
        columns = list(rows[0]) if rows else ["id"]
    body = _with_faults(document("evidence_export", overlay=overlay, format=form, items=rows), base)
    as_document = form == "va-spec" or as_json
    if place is not None:
        place.write_json(body) if as_document else place.write(table_text(rows, columns))
        note(f"written: {place.path} ({len(rows)} items)")
    elif as_document:
        say_json(body)
    else:
        typer.echo(table_text(rows, columns), nl=False)
    _leave(base)


def _open(overlay: Path | None) -> tuple[EvidenceBase, EvidenceDatabase]:
    from erbium.evidence import EvidenceDatabase, load_evidence

    base = load_evidence(knowledge_of(overlay))
    return base, EvidenceDatabase(base)


def _query(
    database: EvidenceDatabase,
    text: str,
    marker: str | None,
    drug: str | None,
    level: str | None,
    setting: str | None,
    effect: str | None,
    source: str | None,
) -> Any:
    from typing import get_args

    from erbium.evidence import Query
    from erbium.knowledge.evidence_tables import LEVELS
    from erbium.knowledge.schema.evidence import Effect, Origin
    from erbium.knowledge.schema.regimen import Setting

    def one_of(value: str | None, known: Sequence[str], key: str) -> str | None:
        if value is None:
            return None
        found = {name.casefold(): name for name in known}.get(value.strip().casefold())
        if found is None:
            what = key.removeprefix("--")
            raise UnknownName.among(what, value, known, key=key, hint=f"one of {', '.join(known)}")
        return found

    return Query(
        text=text,
        markers=() if marker is None else database.markers_called(marker),
        drug=None if drug is None else database.drug_called(drug),
        level=one_of(level, LEVELS, "--level"),
        setting=one_of(setting, get_args(Setting), "--setting"),
        effect=one_of(effect, get_args(Effect), "--effect"),
        origin=one_of(source, get_args(Origin), "--source"),
    )


def _leave(base: EvidenceBase) -> None:
    """Say what of an overlay was not used, and leave with 2 if anything."""
    if base.errors:
        say_error(DataErrors(base.errors))
        raise typer.Exit(BAD_INPUT)


def _with_faults(body: Mapping[str, Any], base: EvidenceBase) -> dict[str, Any]:
    return dict(body) | ({"errors": [error.json() for error in base.errors]} if base.errors else {})
