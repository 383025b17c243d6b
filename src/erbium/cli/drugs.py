"""`erbium drugs`: which drugs are known, and what of each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from erbium.cli.console import Column, note, say, say_json, show_fields, show_table
from erbium.cli.deliver import TABLE_SUFFIXES, deliver
from erbium.cli.json_face import document
from erbium.cli.options import Json, Out, Overlay, examples
from erbium.cli.output import check_folder, target
from erbium.cli.overlay import knowledge_of
from erbium.report.files import write_whole

if TYPE_CHECKING:
    from erbium.knowledge import Knowledge
    from erbium.knowledge.schema.drug import Drug
    from erbium.knowledge.schema.regimen import Schedule

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


_CLASS = {"adc": "antibody-drug conjugate", "tki": "HER2 kinase inhibitor"}
_SAID = {"True": "yes", "False": "no"}


@app.command("list", epilog=examples("erbium drugs list"))
def list_drugs(as_json: Json = False, out: Out = None, overlay: Overlay = None) -> None:
    """List the drugs, and what each rests on.

    PK and potency say the weakest kind of number behind them; trial arms, whether one with the
    drug is fitted or only predicted. A drug without one is mechanistic only.
    """
    from erbium.trial.scoreboard.arms import arms_of_drugs

    drugs, arms = knowledge_of(overlay).drugs, arms_of_drugs()
    rows = [_row(drug) | {"arms": arms.get(drug.id, "none")} for drug in drugs.values()]
    deliver(
        document("drugs", overlay=overlay, drugs=rows),
        rows,
        lambda: show_table(rows, _COLUMNS),
        as_json=as_json,
        out=out,
    )


@app.command(
    "show",
    epilog=examples(
        "erbium drugs show trastuzumab",
        "erbium drugs show T-DXd --json",
        "erbium drugs show T-DXd -o tdxd.html",
    ),
)
def show_drug(
    name: Annotated[
        str, typer.Argument(metavar="DRUG", help="INN, code, brand or synonym.", show_default=False)
    ],
    as_json: Json = False,
    out: Out = None,
    overlay: Overlay = None,
) -> None:
    """Show what is known of a drug: targets, pharmacokinetics, pharmacology, approvals.

    As a page (-o FILE.html) it also has the simulated dose-response in BT-474 and the plasma course.
    """
    from erbium.knowledge.catalogue import resolve_drug
    from erbium.pharmacology.interactions import partners

    place = target(out, (*TABLE_SUFFIXES, ".html"))
    known = knowledge_of(overlay)
    drug = resolve_drug(name, known.drugs)
    if place is not None and place.suffix == ".html":
        from erbium.report.drug_page import drug_page

        note("simulating the drug on BT-474 and in patients")
        place.write(drug_page(_page(drug, known)))
        note(f"written: {place.path}")
        if not as_json:
            return
        out = None
    rows = [_number_row(key, number) for key, number in drug.numbers().items()]
    used_in = _used_in(drug, known)
    sources = _sources(drug, known)
    own, others = partners(drug, known.drugs)
    payload = document(
        "drug",
        overlay=overlay,
        drug=drug,
        regimens=used_in,
        interactions={"own": [one.json() for one in own], "others": [one.json() for one in others]},
        sources=sources,
    )

    def show() -> None:
        show_fields(_facts(drug, used_in), drug.name)
        say()
        show_table(rows, _NUMBERS)
        for key, text in _choices(drug):
            say(f"{key}: {text}")
        for one in (*own, *others):
            say(f"interaction: {one.text}")
        for title, text in _notes(drug):
            say(f"\n{title}: {text}")
        if sources:
            say("\nSources")
        for source in sources:
            say(f"  {source['id']}: {source['text']}")

    deliver(payload, rows, show, as_json=as_json, out=out)


@app.command("pages", epilog=examples("erbium drugs pages docs/drugs"))
def drug_pages(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the pages go; it is made.", show_default=False)
    ],
    as_json: Json = False,
    overlay: Overlay = None,
) -> None:
    """Write the page of every drug, and one that lists them (some minutes)."""
    from erbium.report.drug_page import drug_page, drugs_index
    from erbium.trial.scoreboard.arms import arms_of_drugs

    check_folder(folder, key="FOLDER")
    folder.mkdir(parents=True, exist_ok=True)
    known, arms = knowledge_of(overlay), arms_of_drugs()
    drugs = sorted(known.drugs.values(), key=lambda drug: drug.name.casefold())
    for number, drug in enumerate(drugs, start=1):
        note(f"{number} of {len(drugs)}: {drug.name}")
        write_whole(folder / f"{drug.id}.html", drug_page(_page(drug, known)))
    rows = [_row(drug) | {"arms": arms.get(drug.id, "none")} for drug in drugs]
    write_whole(folder / "index.html", drugs_index(rows))
    index = folder / "index.html"
    if as_json:
        pages = [str(folder / f"{drug.id}.html") for drug in drugs]
        say_json(document("drug_pages", overlay=overlay, index=str(index), pages=pages))
    else:
        say(f"Written: {index}")


def _page(drug: Drug, known: Knowledge) -> dict[str, Any]:
    """Return what the page of a drug shows."""
    from erbium.core.errors import DataError
    from erbium.experiment.drug_effects import MEMBERS
    from erbium.experiment.drug_portrait import TWINS, drug_portrait
    from erbium.knowledge import load_knowledge
    from erbium.trial.scoreboard.arms import arms_of_drugs

    if load_knowledge().drugs.get(drug.id) != drug:
        raise DataError(
            f"{drug.name} comes from the overlay, and cells know the shipped drugs only: no page is drawn.",
            key="--overlay",
            expected="a drug as it is shipped",
            hint=f"erbium drugs show {drug.id} without a page lists its numbers",
        )
    portrait = drug_portrait(drug, known).json()
    facts = [
        (what, _text(value))
        for what, value in _facts(drug, _used_in(drug, known))
        if value and what not in ("class", "route")
    ]
    rows = [_number_row(key, number) for key, number in drug.numbers().items()]
    facts += [(key.replace("_", " "), _SAID.get(text, text)) for key, text in _choices(drug)]
    return {
        **document("drug", drug=drug, sources=_sources(drug, known), portrait=portrait),
        "knowledge_date": known.date,
        "summary": f"{_CLASS.get(drug.drug_class, drug.drug_class.replace('_', ' '))}, {drug.route}",
        "facts": facts,
        "rows": [row | {"shown": f"{row['value']:g}"} for row in rows],
        "notes": _notes(drug),
        "weight": drug.molecular_weight if drug.has_concentration else None,
        "usual": f"{float(format(portrait['usual'], '.3g')):g} {portrait['unit']}",
        "members": MEMBERS,
        "twins": TWINS,
        "schedule": dict(facts).get("usual dose"),
        "pk": drug.pk_basis,
        "potency": drug.potency_basis,
        "arms": arms_of_drugs().get(drug.id, "none"),
    }


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _notes(drug: Drug) -> list[tuple[str, str]]:
    titled = (
        ("Pharmacokinetics", drug.pk.note if drug.pk is not None else None),
        ("Pharmacology", drug.pharmacology.note),
        ("Note", drug.note),
    )
    return [(title, text) for title, text in titled if text]


def _used_in(drug: Drug, known: Knowledge) -> list[str]:
    return [regimen.id for regimen in known.regimens.values() if drug.id in regimen.drug_ids]


def _sources(drug: Drug, known: Knowledge) -> list[dict[str, str]]:
    cited = {number.source_id for number in drug.numbers().values()} | {
        item.source for item in drug.approvals
    }
    if drug.pk is not None and drug.pk.studied_doses is not None:
        cited.add(drug.pk.studied_doses.source)
    if drug.pk is not None and drug.pk.target_path is not None:
        cited.add(drug.pk.target_path.source)
    return [
        {"id": one, "text": known.sources[one].cite()}
        for one in sorted(filter(None, cited))
        if one in known.sources
    ]


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


def _usual_dose(schedule: Schedule) -> str:
    """Return a schedule in words."""
    loading = f" (first {schedule.loading})" if schedule.loading else ""
    if schedule.cycles == 1 and schedule.cycle is None:
        return f"{schedule.dose}{loading} once"
    text = f"{schedule.dose}{loading} every {schedule.every}"
    if schedule.cycle is not None:
        text += f", on the first {schedule.days_on} days of {schedule.cycle}"
    if schedule.cycles is not None:
        text += f", {schedule.cycles} " + ("cycles" if schedule.cycle is not None else "times")
    return text


def _facts(drug: Drug, used_in: list[str]) -> list[tuple[str, Any]]:
    schedule = drug.default_schedule
    studied = drug.pk.studied_doses if drug.pk is not None else None
    path = drug.pk.target_path if drug.pk is not None else None
    facts: list[tuple[str, Any]] = [
        ("class", drug.drug_class),
        ("also called", [*drug.synonyms, *drug.codes, *drug.brands]),
        ("targets", [_target(item) for item in drug.targets]),
        ("route", drug.route),
        ("usual dose", _usual_dose(schedule)),
        ("doses studied", f"{studied.low} to {studied.high}" if studied else None),
        ("taken away by its target as well", f"in full at {path.whole_at} and below" if path else None),
        ("toxicities", drug.toxicities),
        ("in regimens", used_in),
    ]
    facts += [
        (
            f"approved, {item.region} {item.year}" if item.granted else f"not approved, {item.region}",
            f"{item.setting}: {item.text}",
        )
        for item in drug.approvals
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
