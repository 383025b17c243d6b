"""`erbium regimens`: which treatments can be chosen, where, and what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.ask import regimens_of
from erbium.cli.console import Column, say, show_fields, show_table
from erbium.cli.deliver import deliver
from erbium.cli.json_face import document
from erbium.cli.options import Json, Out, Overlay, examples
from erbium.cli.overlay import knowledge_of
from erbium.core.errors import UnknownName

if TYPE_CHECKING:
    from erbium.knowledge.schema.regimen import Regimen, RegimenDrug

app = typer.Typer(no_args_is_help=True)

SETTINGS = ("metastatic", "neoadjuvant", "adjuvant", "residual")
_COLUMNS = (
    Column("id", "regimen"),
    Column("name", "drugs"),
    Column("uses", "setting, line and tier of evidence"),
)
_DRUGS = (
    Column("drug", "drug"),
    Column("dose", "dose"),
    Column("loading", "first dose"),
    Column("every", "every"),
    Column("course", "course"),
)

_TOXICITY = (
    Column("caution", "caution"),
    Column("any_grade", "any grade", number=True),
    Column("severe", "grade 3+", number=True),
    Column("arm", "arm and patients"),
    Column("sources", "source"),
)


@app.command("list", epilog=examples("erbium regimens list", "erbium regimens list --setting metastatic"))
def list_regimens(
    setting: Annotated[
        str | None,
        typer.Option("--setting", metavar="NAME", help="metastatic, neoadjuvant, adjuvant or residual."),
    ] = None,
    drug: Annotated[str | None, typer.Option("--drug", help="Only regimens with this drug.")] = None,
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """List the regimens."""
    from erbium.knowledge.catalogue import resolve_drug

    if setting is not None and setting not in SETTINGS:
        raise UnknownName.among("setting", setting, SETTINGS, key="--setting")
    known = knowledge_of(overlay)
    wanted = resolve_drug(drug, known.drugs).id if drug else None
    rows = [
        _row(regimen)
        for regimen in known.regimens.values()
        if (wanted is None or wanted in regimen.drug_ids)
        and (setting is None or any(use.setting == setting for use in regimen.uses))
    ]
    deliver(
        document("regimens", overlay=overlay, regimens=rows),
        rows,
        lambda: show_table(rows, _COLUMNS),
        as_json=as_json,
        out=out,
    )


@app.command(
    "show",
    epilog=examples(
        "erbium regimens show tdxd", 'erbium regimens show "trastuzumab + pertuzumab + docetaxel"'
    ),
)
def show_regimen(
    name: Annotated[
        str,
        typer.Argument(
            metavar="REGIMEN",
            help='Id, name, synonym, drugs joined by "+", or a regimen file.',
            show_default=False,
        ),
    ],
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """Show a regimen: doses, what the drugs do to each other, where it may be used, evidence, cautions."""
    from erbium.knowledge.toxicity_rates import cited as cited_toxicity
    from erbium.knowledge.toxicity_rates import toxicity_json
    from erbium.pharmacology import find_interactions

    known = knowledge_of(overlay)
    regimen = regimens_of([name], "REGIMEN", known)[0]
    drugs = [_drug_row(item) for item in regimen.drugs]
    moved = find_interactions(regimen.drug_ids, known.drugs)
    toxicity = toxicity_json(regimen, known.drugs, known.toxicities)
    cited = {item.source for use in regimen.uses for item in use.evidence} | cited_toxicity(toxicity)
    sources = [
        {"id": one, "text": known.sources[one].cite()} for one in sorted(cited) if one in known.sources
    ]

    def show() -> None:
        facts = [
            ("id", regimen.id),
            ("also called", regimen.synonyms),
            ("cautions", regimen.cautions),
            ("note", regimen.note),
        ]
        show_fields(facts, regimen.name)
        say()
        show_table(drugs, _DRUGS)
        for one in moved:
            say(f"interaction: {one.text}")
        for use in regimen.uses:
            say(f"\n{_use(use)}; for {', '.join(use.requires)}{' (reference)' if use.reference else ''}")
            for item in use.evidence:
                say(f"  level {item.level}: {item.text} [{item.source}]")
        _show_toxicity(toxicity)
        if sources:
            say("\nSources")
        for source in sources:
            say(f"  {source['id']}: {source['text']}")

    payload = document(
        "regimen",
        overlay=overlay,
        regimen=regimen,
        interactions=[one.json() for one in moved],
        toxicity=toxicity,
        sources=sources,
    )
    deliver(payload, drugs, show, as_json=as_json, out=out)


def _show_toxicity(toxicity: Mapping[str, Any]) -> None:
    """Show the published rates of each caution, and which cautions overlap."""
    from erbium.report.toxicity import overlap_lines, rows, treatment_lines

    found = rows(toxicity)
    if not found:
        return
    say("\nToxicity as published, shares of patients")
    also = [row | {"caution": f"also {row['caution']}"} for row in rows(toxicity, "also")]
    show_table([_toxicity_row(row) for row in found + also], _TOXICITY)
    for line in treatment_lines(toxicity):
        say(f"  {line}")
    overlaps = overlap_lines(toxicity)
    say(f"\nOverlapping toxicity: {'; '.join(overlaps) or 'none'}")


def _toxicity_row(row: Mapping[str, Any]) -> dict[str, Any]:
    detail = f" ({row['detail']})" if row["detail"] else ""
    sources = ", ".join(
        source if status == "verified" else f"{source} [{status}]" for source, status in row["sources"]
    )
    return {**row, "caution": row["caution"] or " ", "arm": f"{row['arm']}{detail}", "sources": sources}


def _use(use: Any) -> str:
    return " ".join(part for part in (use.setting, "/".join(use.lines), f"tier {use.tier}") if part)


def _row(regimen: Regimen) -> dict[str, Any]:
    return {
        "id": regimen.id,
        "name": regimen.name,
        "synonyms": list(regimen.synonyms),
        "drugs": list(regimen.drug_ids),
        "uses": [_use(use) for use in regimen.uses],
        "requires": list(dict.fromkeys(item for use in regimen.uses for item in use.requires)),
        "reference": any(use.reference for use in regimen.uses),
        "cautions": list(regimen.cautions),
    }


def _drug_row(item: RegimenDrug) -> dict[str, Any]:
    course = []
    if item.days_on and item.cycle:
        course.append(f"{item.days_on} days of each {item.cycle}")
    if item.extra_days:
        course.append("also on day " + ", ".join(str(day) for day in item.extra_days))
    if item.starts != "0 days":
        course.append(f"from {item.starts} on")
    if item.cycles:
        course.append(f"{item.cycles} cycles")
    elif item.until == "progression":
        course.append("until progression")
    else:
        course.append(f"for {item.until}")
    return {
        "drug": item.drug,
        "dose": item.dose,
        "loading": item.loading,
        "every": item.every,
        "course": "; ".join(course),
    }
