"""De-escalation: what is lost on the same twins when an agent or a class of agents is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from erbium.advise.ranking import compare
from erbium.advise.run import Simulated, simulate_all
from erbium.core import units
from erbium.core.errors import DataError, UnitError, UnknownName
from erbium.knowledge import Knowledge
from erbium.knowledge.catalogue import resolve_drug
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.tables import load_numbers
from erbium.tumour import Tumour

#: Regimens from the top that are simulated without the agent.
MOST = 6
_CLASS_SPELLINGS = {"chemo": "chemotherapy", "endocrine_therapy": "endocrine"}


@dataclass(frozen=True)
class Omitted:
    """What is left out: the name as asked, and the drugs it stands for."""

    name: str
    drugs: frozenset[str]


def omitted(names: Sequence[str], knowledge: Knowledge) -> tuple[Omitted, ...]:
    """Return what each name leaves out: a class of drugs, or one drug.

    Raises
    ------
    UnknownName
        Neither a class nor a drug, with the nearest of both.
    """
    return tuple(_omitted(name, knowledge.drugs) for name in names)


def _omitted(name: str, drugs: Mapping[str, Drug]) -> Omitted:
    classes = {drug.drug_class for drug in drugs.values()}
    key = name.strip().casefold().replace(" ", "_").replace("-", "_")
    key = _CLASS_SPELLINGS.get(key, key)
    if key in classes:
        return Omitted(key, frozenset(drug.id for drug in drugs.values() if drug.drug_class == key))
    try:
        drug = resolve_drug(name, drugs)
    except UnknownName as error:
        words = [*classes, *(word for drug in drugs.values() for word in drug.names)]
        raise UnknownName.among(
            "drug or class", name, words, key="--omit", hint="a class such as chemotherapy, or a drug"
        ) from error
    return Omitted(drug.name, frozenset({drug.id}))


def margin_of(text: str | None, unit: str) -> tuple[float, str]:
    """Return the margin in the unit of the leading endpoint, and where it comes from.

    Parameters
    ----------
    text
        What was stated, for example "2 months" or "5 %"; None for the assumed one.
    unit
        months or fraction.

    Raises
    ------
    DataError
        Not a size of that unit, or not more than 0.
    """
    expected = "a time such as 2 months" if unit == "months" else "points such as 5 %, or 0.05"
    if text is None:
        found = load_numbers("advice/margins")[unit]
        return found.value, f"assumed ({found.low:g} to {found.high:g})"
    try:
        if unit == "months":
            value = units.to(text, "month", key="--margin")
        else:
            value = units.to(text.replace("%", " percent"), "1", key="--margin")
    except (UnitError, DataError) as error:
        raise DataError(f'"{text}" is no margin here.', key="--margin", expected=expected) from error
    if not value > 0.0 or (unit == "fraction" and value > 1.0):
        raise DataError(f'"{text}" is no margin here.', key="--margin", expected=expected)
    return value, "stated"


def without(regimen: Regimen, left_out: frozenset[str], drugs: Mapping[str, Drug]) -> Regimen | None:
    """Return `regimen` without the drugs of `left_out`; None if it has none of them, or none else."""
    kept = tuple(item for item in regimen.drugs if item.drug not in left_out)
    if not kept or len(kept) == len(regimen.drugs):
        return None
    return regimen.model_copy(
        update={
            "id": f"{regimen.id}_without_{'_'.join(sorted(left_out.intersection(regimen.drug_ids)))}",
            "name": " + ".join(drugs[item.drug].name for item in kept),
            "drugs": kept,
            "uses": (),
            "ad_hoc": True,
        }
    )


def shortened(
    regimens: Sequence[Regimen], left_out: Sequence[Omitted], drugs: Mapping[str, Drug]
) -> dict[str, Regimen]:
    """Return what is left of each regimen without what is left out, by the id of the whole one.

    Raises
    ------
    DataError
        None of them holds what is to be left out, beside something else.
    """
    ids = frozenset().union(*(item.drugs for item in left_out))
    found = {item.id: shorter for item in regimens if (shorter := without(item, ids, drugs)) is not None}
    if not found:
        names = " and ".join(item.name for item in left_out)
        raise DataError(
            f"no option of this case holds {names} beside another drug.",
            key="--omit",
            expected="a drug or class that an option can do without",
        )
    return found


def de_escalation(
    tumour: Tumour,
    simulated: Sequence[Simulated],
    left_out: Sequence[Omitted],
    margin: str | None,
    horizon_days: float,
) -> dict[str, Any]:
    """Return what the first options lose on the same twins without what is left out, as JSON.

    Raises
    ------
    DataError
        No option of the answer holds what is to be left out, beside something else.
    """
    left = shortened([one.regimen for one in simulated], left_out, tumour.knowledge.drugs)
    pairs = [(one, left[one.regimen.id]) for one in simulated if one.regimen.id in left][:MOST]
    found, failed = simulate_all(tumour, [shorter for _, shorter in pairs], horizon_days)
    by_id = {item.regimen.id: item for item in found}
    size, origin = margin_of(margin, simulated[0].endpoints.score_unit)
    rows = [_row(tumour, full, by_id[shorter.id], size) for full, shorter in pairs if shorter.id in by_id]
    return {
        "omitted": [item.name for item in left_out],
        "endpoint": simulated[0].endpoints.score_name,
        "margin": {"value": size, "unit": simulated[0].endpoints.score_unit, "origin": origin},
        "options": rows,
        "not_simulated": [f"{regimen.name}: {text}" for regimen, text in failed],
    }


def _row(tumour: Tumour, full: Simulated, shorter: Simulated, margin: float) -> dict[str, Any]:
    """Return the loss of one option: full minus shorter, each twin against itself."""
    loss = compare(full.endpoints, shorter.endpoints, tumour.twins).difference
    per_draw = tumour.twins.per_draw(full.endpoints.score - shorter.endpoints.score).mean(axis=1)
    within = float((per_draw <= margin).mean())
    assert loss.low is not None
    assert loss.high is not None
    if loss.high <= margin:
        verdict = "the loss stays within the margin"
    elif loss.low > margin:
        verdict = "the loss exceeds the margin"
    else:
        verdict = "not settled: the interval holds the margin"
    return {
        "regimen": full.regimen.id,
        "name": full.regimen.name,
        "without": shorter.regimen.name,
        "with_score": float(full.endpoints.score.mean()),
        "without_score": float(shorter.endpoints.score.mean()),
        "loss": loss.json(),
        "p_within_margin": within,
        "verdict": verdict,
    }
