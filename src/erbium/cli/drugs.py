"""`erbium drugs`: which drugs are known, and what of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.console import Column, say, show_fields, show_table
from erbium.cli.deliver import deliver
from erbium.cli.json_face import document
from erbium.cli.options import Json, Out, Overlay, examples
from erbium.cli.overlay import knowledge_of

if TYPE_CHECKING:
    from erbium.knowledge.schema.drug import Drug

app = typer.Typer(no_args_is_help=True)

_COLUMNS = (
    Column("id", "drug"),
    Column("class", "class"),
    Column("route", "route"),
    Column("targets", "targets"),
    Column("pk", "PK"),
    Column("potency", "potency"),
    Column("arms", "trial arms"),
)
_NUMBERS = (
    Column("key", "number"),
    Column("value", "value", number=True),
    Column("unit", "unit"),
    Column("range", "5th to 95th percentile"),
    Column("kind", "kind"),
    Column("status", "status"),
    Column("source", "source"),
)


@app.command("list", epilog=examples("erbium drugs list"))
def list_drugs(as_json: Json = False, out: Out = None, overlay: Overlay = None) -> None:
    """List the drugs, and what each rests on.

    PK and potency say the weakest kind of number behind them; trial arms, whether one with the
    drug is fitted or only predicted. A drug without one is mechanistic only.
    """
    from erbium.calibrate import arms_of_drugs

    drugs, arms = knowledge_of(overlay).drugs, arms_of_drugs()
    rows = [_row(drug) | {"arms": arms.get(drug.id, "none")} for drug in drugs.values()]
    deliver(
        document("drugs", overlay=overlay, drugs=rows),
        rows,
        lambda: show_table(rows, _COLUMNS),
        as_json=as_json,
        out=out,
    )


@app.command("show", epilog=examples("erbium drugs show trastuzumab", "erbium drugs show T-DXd --json"))
def show_drug(
    name: Annotated[
        str, typer.Argument(metavar="DRUG", help="INN, code, brand or synonym.", show_default=False)
    ],
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """Show what is known of a drug: targets, pharmacokinetics, pharmacology, approvals."""
    from erbium.knowledge.catalogue import resolve_drug

    known = knowledge_of(overlay)
    drug = resolve_drug(name, known.drugs)
    rows = [_number_row(key, number) for key, number in drug.numbers().items()]
    used_in = [regimen.id for regimen in known.regimens.values() if drug.id in regimen.drug_ids]
    cited = {number.source_id for number in drug.numbers().values()} | {
        item.source for item in drug.approvals
    }
    sources = [
        {"id": one, "text": known.sources[one].cite()}
        for one in sorted(filter(None, cited))
        if one in known.sources
    ]
    payload = document("drug", overlay=overlay, drug=drug, regimens=used_in, sources=sources)

    def show() -> None:
        show_fields(_facts(drug, used_in), drug.name)
        say()
        show_table(rows, _NUMBERS)
        for key, text in _choices(drug):
            say(f"{key}: {text}")
        for title, note in (
            ("Pharmacokinetics", drug.pk.note),
            ("Pharmacology", drug.pharmacology.note),
            ("Note", drug.note),
        ):
            if note:
                say(f"\n{title}: {note}")
        if sources:
            say("\nSources")
        for source in sources:
            say(f"  {source['id']}: {source['text']}")

    deliver(payload, rows, show, as_json=as_json, out=out)


def _row(drug: Drug) -> dict[str, Any]:
    return {
        "id": drug.id,
        "name": drug.name,
        "class": drug.drug_class,
        "route": drug.route,
        "targets": list(dict.fromkeys(_target(item) for item in drug.targets)),
        "brands": list(drug.brands),
        "synonyms": [*drug.synonyms, *drug.codes],
        "pk": drug.pk_basis,
        "potency": drug.potency_basis,
        "numbers": len(drug.numbers()),
    }


def _target(item: Any) -> str:
    return f"{item.target} {item.site}" if item.site else str(item.target)


def _facts(drug: Drug, used_in: list[str]) -> list[tuple[str, Any]]:
    schedule = drug.default_schedule
    loading = f" (first {schedule.loading})" if schedule.loading else ""
    facts: list[tuple[str, Any]] = [
        ("class", drug.drug_class),
        ("also called", [*drug.synonyms, *drug.codes, *drug.brands]),
        ("targets", [_target(item) for item in drug.targets]),
        ("route", drug.route),
        ("usual dose", f"{schedule.dose}{loading} every {schedule.every}"),
        ("toxicities", drug.toxicities),
        ("in regimens", used_in),
    ]
    facts += [
        (f"approved, {item.region} {item.year}", f"{item.setting}: {item.text}") for item in drug.approvals
    ]
    return facts


def _choices(drug: Drug) -> list[tuple[str, str]]:
    """Return what the pharmacology says in words: epitope, linker, mode."""
    fields = type(drug.pharmacology).model_fields
    values = ((name, getattr(drug.pharmacology, name)) for name in fields if name not in ("kind", "note"))
    return [(name, str(value)) for name, value in values if isinstance(value, str | bool)]


def _number_row(key: str, number: Any) -> dict[str, Any]:
    has_range = number.low is not None and number.high is not None
    return {
        "key": key,
        "value": number.value,
        "unit": number.unit,
        "range": f"{number.low:g} to {number.high:g}" if has_range else None,
        "kind": number.kind,
        "status": number.status,
        "source": number.source,
        "note": number.note or number.formula,
    }
