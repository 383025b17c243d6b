"""The published rates for a regimen: of an arm with the same drugs, else of each drug's own arm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.regimen import Caution, Regimen
from erbium.knowledge.schema.toxicity import Event, Rate, ToxicityArm

#: Arms shown for one caution, where they have the regimen's drugs and where they have one drug only.
SAME_DRUGS, ONE_DRUG = 2, 1
#: Arms shown at most where they differ in what else was prescribed.
MOST = 5

Basis = Literal["arm", "drug", "none"]


@dataclass(frozen=True)
class Entry:
    """One row of one arm; `drug` is the drug it was looked up for, None for the whole regimen."""

    arm: ToxicityArm
    event: Event
    drug: str | None = None


@dataclass(frozen=True)
class CautionRates:
    """What is known of one caution of a regimen.

    Attributes
    ----------
    drugs
        Drugs of the regimen that carry the caution; two or more overlap.
    basis
        "arm": arms with the regimen's drugs; "drug": arms of single drugs; "none": no rate is known.
    unknown
        Drugs that carry the caution and of which no rate is known.
    """

    caution: Caution
    drugs: tuple[str, ...]
    basis: Basis
    entries: tuple[Entry, ...]
    unknown: tuple[str, ...]


def same_drugs(
    regimen: Regimen, arms: Iterable[ToxicityArm], settings: Sequence[str] = ()
) -> tuple[ToxicityArm, ...]:
    """Return the arms with exactly the drugs of `regimen`, the most fitting first.

    Those of the settings come first, then those in HER2-positive breast cancer, then the largest.
    """
    wanted = settings or [use.setting for use in regimen.uses]
    given = set(regimen.drug_ids)
    return _by_fit((arm for arm in arms if arm.gives(given)), wanted)


def own_arms(drug: str, arms: Iterable[ToxicityArm], settings: Sequence[str] = ()) -> tuple[ToxicityArm, ...]:
    """Return the arms with `drug` alone, then those that speak for it, the most fitting first."""
    known = tuple(arms)
    alone = [arm for arm in known if arm.gives({drug})]
    spoken = [arm for arm in known if drug in arm.speaks_for and arm not in alone]
    return (*_by_fit(alone, settings), *_by_fit(spoken, settings))


def rates_of(
    regimen: Regimen,
    drugs: Mapping[str, Drug],
    arms: Mapping[str, ToxicityArm],
    settings: Sequence[str] = (),
) -> tuple[CautionRates, ...]:
    """Return what is known of each caution of the regimen, in the order of its cautions.

    Parameters
    ----------
    settings
        Settings whose arms are preferred; those of the regimen if empty.
    """
    wanted = settings or [use.setting for use in regimen.uses]
    whole = same_drugs(regimen, arms.values(), wanted)
    found = []
    for caution in regimen.cautions:
        carriers = tuple(item for item in regimen.drug_ids if caution in drugs[item].toxicities)
        entries = _entries(whole, caution, wanted, None, SAME_DRUGS)
        unknown: list[str] = []
        basis: Basis = "arm"
        if not entries:
            for drug in carriers:
                own = _entries(own_arms(drug, arms.values(), wanted), caution, (), drug, ONE_DRUG)
                entries += own
                if not own:
                    unknown.append(drug)
            basis = "drug" if entries else "none"
        found.append(CautionRates(caution, carriers, basis, tuple(entries), tuple(unknown)))
    return tuple(found)


def toxicity_json(
    regimen: Regimen,
    drugs: Mapping[str, Drug],
    arms: Mapping[str, ToxicityArm],
    settings: Sequence[str] = (),
) -> dict[str, Any]:
    """Return overlaps, rates, and what else arms with the same drugs reported, as plain data."""
    rates = rates_of(regimen, drugs, arms, settings)
    shown = dict.fromkeys(entry.arm.id for item in rates if item.basis == "arm" for entry in item.entries)
    whole = [arms[name] for name in shown] or same_drugs(regimen, arms.values(), settings)[:1]
    return {
        "overlapping": [
            {"caution": item.caution, "drugs": list(item.drugs)} for item in rates if len(item.drugs) > 1
        ],
        "rates": [
            {
                "caution": item.caution,
                "drugs": list(item.drugs),
                "basis": item.basis,
                "unknown": list(item.unknown),
                "arms": [_entry_json(entry) for entry in item.entries],
            }
            for item in rates
        ],
        "also": [
            {"caution": event.caution, "arms": [_entry_json(Entry(arm, event))]}
            for arm in whole[:1]
            for event in arm.event
            if event.caution not in regimen.cautions
        ],
        "treatment": [course for arm in whole if (course := _course_json(arm)) is not None],
    }


def cited(toxicity: Mapping[str, Any]) -> set[str]:
    """Return the ids of the sources that the plain data of a regimen's toxicity rest on."""
    if "published" in toxicity:
        return {str(toxicity["source"])}
    found: set[str] = set()
    for value in toxicity.values():
        parts = value if isinstance(value, list) else [value]
        found |= {source for part in parts if isinstance(part, Mapping) for source in cited(part)}
    return found


def _entries(
    arms: Sequence[ToxicityArm], caution: Caution, settings: Sequence[str], drug: str | None, most: int
) -> list[Entry]:
    """Return the best arms that report a caution, and those in which something else was prescribed."""
    reporting = [(arm, event) for arm in arms if (event := arm.event_of(caution)) is not None]
    fitting = [pair for pair in reporting if pair[0].setting in settings] or reporting
    chosen = [Entry(arm, event, drug) for arm, event in fitting[:most]]
    conditions = {entry.arm.condition for entry in chosen}
    for arm, event in reporting:
        if arm.condition is not None and arm.condition not in conditions and len(chosen) < MOST:
            chosen.append(Entry(arm, event, drug))
            conditions.add(arm.condition)
    return chosen


def _by_fit(arms: Iterable[ToxicityArm], settings: Sequence[str]) -> tuple[ToxicityArm, ...]:
    def fit(arm: ToxicityArm) -> tuple[bool, bool, int, str]:
        return (arm.setting not in settings, arm.population is not None, -arm.n, arm.id)

    return tuple(sorted(arms, key=fit))


def _arm_json(arm: ToxicityArm) -> dict[str, Any]:
    return {
        "arm": arm.id,
        "name": arm.name,
        "trial": arm.trial,
        "n": arm.n,
        "setting": arm.setting,
        "population": arm.population,
        "condition": arm.condition,
    }


def _entry_json(entry: Entry) -> dict[str, Any]:
    event = entry.event
    return _arm_json(entry.arm) | {
        "drug": entry.drug,
        "term": event.term,
        "any_grade": _rate_json(event.any_grade),
        "severe": _rate_json(event.severe),
        "fatal": _rate_json(event.fatal),
        "discontinued": _rate_json(event.discontinued),
        "note": event.note,
    }


def _course_json(arm: ToxicityArm) -> dict[str, Any] | None:
    """Return what an arm reported of the treatment itself, None where it reported nothing."""
    names = ("discontinued", "reduced", "interrupted", "lvef_fall")
    rates = {name: _rate_json(getattr(arm, name)) for name in names}
    stopped = {drug: _rate_json(rate) for drug, rate in arm.stopped.items()}
    intensity = {drug: _rate_json(rate) for drug, rate in arm.relative_dose_intensity.items()}
    if arm.months is None and not stopped and not intensity and not any(rates.values()):
        return None
    more = {"months": arm.months, "stopped": stopped, "relative_dose_intensity": intensity}
    return _arm_json(arm) | rates | more


def _rate_json(rate: Rate | None) -> dict[str, Any] | None:
    if rate is None:
        return None
    return {
        "share": rate.share,
        "below": rate.is_bound,
        "published": rate.published,
        "source": rate.source,
        "status": rate.status,
        "note": rate.note,
    }
