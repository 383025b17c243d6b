"""The values of a profile as single findings, for formats that hold one result each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from erbium.profile.measurement import Block, Measurement
from erbium.profile.schema import Profile

_BLOCKS = ("person", "disease", "her2", "receptors", "protein", "rna", "immune")
_LISTS = {
    "disease.sites": "site of disease",
    "sequencing.genes": "gene sequenced",
    "sequencing.copy_number_genes": "gene with copy number",
}
_NOT_CARRIED = ("comorbidities",)


@dataclass(frozen=True)
class Carried:
    """One value with its field.

    Parameters
    ----------
    field
        Dotted path in the profile.
    label
        What it is, in words.
    value, unit, assay, specimen, date, status
        As in the profile; the unit is that of the field.
    """

    field: str
    label: str
    value: Any
    unit: str | None = None
    assay: str | None = None
    specimen: str | None = None
    date: str | None = None
    status: str = "measured"


@dataclass
class Carriage:
    """What of a profile fits single results, and the keys of what does not."""

    values: list[Carried] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def carried(profile: Profile) -> Carriage:
    """Return the values of a profile one by one.

    A value of a specimen that is not listed goes without its specimen. The status of HER2 results that
    name their specimen or date for the whole block is given to each.
    """
    found = Carriage()
    known = {specimen.id for specimen in profile.specimens}
    for name in _BLOCKS:
        _block(getattr(profile, name), name, name, known, found)
    for index, her2 in enumerate(profile.her2_history):
        _block(her2, "her2", f"her2_history[{index}]", known, found)
    for path, label in _LISTS.items():
        block, leaf = path.split(".")
        found.values += [Carried(path, label, value) for value in getattr(getattr(profile, block), leaf)]
    if profile.sequencing.panel:
        found.values.append(Carried("sequencing.panel", "sequencing panel", profile.sequencing.panel))
    if profile.sequencing.status == "inferred":
        found.values.append(Carried("sequencing.status", "how the panel is known", "inferred"))
    found.lost += [f"sequencing.{name}" for name in ("specimen", "date") if getattr(profile.sequencing, name)]
    for index, therapy in enumerate(profile.prior_therapies):
        own = f"prior_therapies.{index}"
        if therapy.line is not None:
            found.values.append(Carried(f"{own}.line", "line of an earlier treatment", therapy.line))
        if therapy.duration_months.value is not None:
            months = therapy.duration_months
            found.values.append(
                Carried(f"{own}.duration_months", "duration of an earlier treatment", months.value, "month")
            )
    _rest(profile, found)
    return found


def _block(block: Block, prefix: str, shown: str, known: set[str], found: Carriage) -> None:
    own_specimen, own_date = getattr(block, "specimen", None), getattr(block, "date", None)
    for name, info in type(block).model_fields.items():
        value = getattr(block, name)
        if value is None or value in ((), {}) or name in ("specimen", "date"):
            continue
        label = (info.description or name).rstrip(".")
        if isinstance(value, Measurement):
            if value.status == "unknown":
                continue
            extra = info.json_schema_extra
            unit = extra.get("unit") if isinstance(extra, dict) else None
            if unit is None:
                unit = value.unit
            specimen = value.specimen or own_specimen
            found.values.append(
                Carried(
                    f"{prefix}.{name}",
                    label,
                    value.value,
                    unit if isinstance(unit, str) else None,
                    value.assay,
                    specimen if specimen in known else None,
                    value.date or own_date,
                    value.status,
                )
            )
            if value.source:
                found.lost.append(f"{shown}.{name}.source")
        elif isinstance(value, Block):
            _block(value, f"{prefix}.{name}", f"{shown}.{name}", known, found)
        elif isinstance(value, str | int | float):
            specimen = own_specimen if own_specimen in known else None
            if prefix == "her2" and specimen is None and own_date is None:
                specimen, own = _where(block, known)
                found.values.append(Carried(f"{prefix}.{name}", label, value, None, None, specimen, own))
            else:
                found.values.append(Carried(f"{prefix}.{name}", label, value, None, None, specimen, own_date))
        elif name in _NOT_CARRIED:
            found.lost.append(f"{shown}.{name}")


def _where(block: Block, known: set[str]) -> tuple[str | None, str | None]:
    """Return the specimen and date that most results of a block name, for what has none of its own."""
    for name in type(block).measured_fields():
        value = getattr(block, name)
        if value.known and (value.specimen in known or value.date):
            return value.specimen if value.specimen in known else None, value.date
    return None, None


def _rest(profile: Profile, found: Carriage) -> None:
    for name in ("fusions", "clones", "preferences", "extras"):
        block, default = getattr(profile, name), Profile.model_fields[name].default
        if block and block != default:
            found.lost.append(name)
    found.lost += [
        f"meta.{name}" for name in ("created", "consent", "note", "source") if getattr(profile.meta, name)
    ]
    for index, variant in enumerate(profile.variants):
        if variant.source:
            found.lost.append(f"variants[{index}].source")
    for index, entry in enumerate(profile.copy_number):
        if entry.source:
            found.lost.append(f"copy_number[{index}].source")
    for index, specimen in enumerate(profile.specimens):
        if specimen.tumour_percent.known:
            found.lost.append(f"specimens[{index}].tumour_percent")
        if specimen.line_before is not None:
            found.lost.append(f"specimens[{index}].line_before")
    for index, therapy in enumerate(profile.prior_therapies):
        if therapy.regimen and therapy.drugs:
            found.lost.append(f"prior_therapies[{index}].drugs")
