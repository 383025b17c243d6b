"""Lays an imported profile over one that is there: nothing known is lost, and what differs is reported."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from erbium.core.errors import DataError
from erbium.formats.patient.draft import Choice
from erbium.profile.measurement import Block, Measurement
from erbium.profile.read import profile_from
from erbium.profile.residues import check_variant
from erbium.profile.schema import Profile
from erbium.profile.write import as_data

_BLOCKS = ("person", "disease", "receptors", "protein", "rna", "immune")


def merge(base: Profile, new: Profile) -> tuple[Profile, tuple[Choice, ...]]:
    """Return `base` with what `new` adds, and the contradictions.

    Of two values the later dated one counts; without dates the value of `base`. A test that was not done
    never replaces a result. HER2 results of another date are one whole: the earlier go to the history.

    Raises
    ------
    DataErrors
        The two contradict each other in a way that a profile does not allow.
    """
    choices: list[Choice] = []
    data = as_data(base)
    for name in _BLOCKS:
        merged = _block(getattr(base, name), getattr(new, name), name, choices)
        if merged:
            data[name] = merged
    _her2(base, new, data, choices)
    _lists(base, new, data, choices)
    sequencing = {**as_data(new).get("sequencing", {}), **data.get("sequencing", {})}
    for name in ("genes", "copy_number_genes"):
        both = [*getattr(base.sequencing, name), *getattr(new.sequencing, name)]
        if both:
            sequencing[name] = list(dict.fromkeys(both))
    if sequencing:
        data["sequencing"] = sequencing
    extras = {**as_data(new).get("extras", {}), **data.get("extras", {})}
    if extras:
        data["extras"] = extras
    return profile_from(data), tuple(choices)


def _block(base: Block, new: Block, path: str, choices: list[Choice]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name, info in type(base).model_fields.items():
        old, other, field = getattr(base, name), getattr(new, name), f"{path}.{name}"
        if isinstance(old, Measurement):
            chosen = _measurement(old, other, field, choices)
            if chosen.status != "unknown":
                merged[name] = chosen.model_dump(exclude_none=True)
        elif isinstance(old, Block):
            inner = _block(old, other, field, choices)
            if inner:
                merged[name] = inner
        elif isinstance(old, tuple):
            both = list(dict.fromkeys([*old, *other]))
            if both:
                merged[name] = both
        else:
            given = [value for value in (old, other) if value not in (None, info.default)]
            if len(given) == 2 and given[0] != given[1]:
                choices.append(Choice(field, str(given[0]), (str(given[1]),), "the profile that was there"))
            if given:
                merged[name] = given[0]
    return merged


def _measurement(
    old: Measurement[Any], new: Measurement[Any], field: str, choices: list[Choice]
) -> Measurement[Any]:
    if not new.known:
        return old if old.status != "unknown" else new
    if not old.known:
        return new
    if old.value == new.value:
        return new if (new.date or "") > (old.date or "") else old
    newer = bool(new.date and old.date and new.date > old.date)
    chosen, other = (new, old) if newer else (old, new)
    why = "the newer" if newer or (old.date and new.date) else "the profile that was there: no two dates"
    choices.append(Choice(field, str(chosen.value), (str(other.value),), why))
    return chosen


def _her2(base: Profile, new: Profile, data: dict[str, Any], choices: list[Choice]) -> None:
    newest_old, newest_new = _date(base.her2), _date(new.her2)
    history = [*as_data(base).get("her2_history", []), *as_data(new).get("her2_history", [])]
    if newest_old and newest_new and newest_old != newest_new:
        later, earlier = (new, base) if newest_new > newest_old else (base, new)
        data["her2"] = as_data(later)["her2"]
        history.append(as_data(earlier)["her2"])
        choices.append(
            Choice(
                "her2",
                f"the results of {_date(later.her2)}",
                (f"those of {_date(earlier.her2)}",),
                "the newer; the others are in her2_history",
            )
        )
    else:
        merged = _block(base.her2, new.her2, "her2", choices)
        if merged:
            data["her2"] = merged
    unique = [entry for index, entry in enumerate(history) if entry not in history[:index]]
    if unique:
        data["her2_history"] = unique


def _date(her2: Block) -> str | None:
    dates = [
        value.date
        for name in type(her2).measured_fields()
        if (value := getattr(her2, name)).known and value.date
    ]
    return max(dates, default=None) or getattr(her2, "date", None)


def _lists(base: Profile, new: Profile, data: dict[str, Any], choices: list[Choice]) -> None:
    old, other = as_data(base), as_data(new)
    for name in ("specimens", "variants", "copy_number", "fusions", "prior_therapies"):
        both: dict[Any, dict[str, Any]] = {}
        for entry in [*old.get(name, []), *other.get(name, [])]:
            key = _key(name, entry)
            known = both.get(key)
            if known is None:
                both[key] = entry
                continue
            newer = (entry.get("date") or "") > (known.get("date") or "")
            for part in ("vaf", "copies", "call"):
                if part in known and part in entry and known[part] != entry[part]:
                    values = (entry[part], known[part]) if newer else (known[part], entry[part])
                    choices.append(
                        Choice(
                            f"{name}: {part} of {key[0]}",
                            str(values[0]),
                            (str(values[1]),),
                            "the newer" if newer else "the profile that was there",
                        )
                    )
            both[key] = {**known, **entry} if newer else {**entry, **known}
        if both:
            data[name] = list(both.values())


def _key(name: str, entry: dict[str, Any]) -> tuple[Any, ...]:
    if name == "specimens":
        return (entry["id"],)
    if name == "variants":
        protein = entry.get("protein")
        if protein:
            with suppress(DataError):
                protein = check_variant(entry["gene"], protein, entry.get("transcript")).change.short
        return entry["gene"], protein or entry.get("cdna") or entry.get("maf_class")
    if name == "copy_number":
        return (entry["gene"],)
    if name == "fusions":
        return entry["gene"], entry.get("partner")
    drugs = "+".join(sorted(entry.get("drugs", ()))) or entry.get("regimen")
    return drugs, entry.get("line"), entry.get("start")
