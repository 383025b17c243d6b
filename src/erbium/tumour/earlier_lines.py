"""What earlier lines left: tolerance of the classes that were given, and drive where HER2 was blocked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge import Knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.usual_lines import usual_line
from erbium.pharmacology.registry import kind_of
from erbium.profile import Profile
from erbium.profile.disease import PriorTherapy, lines_before_each

#: Tolerances of drugs that kill, by parameter; a minor clone may have any of them.
CYTOTOXIC = (
    "antimitotic_tolerance",
    "antimetabolite_tolerance",
    "dna_damage_tolerance",
    "tubulin_payload_tolerance",
    "genotoxic_payload_tolerance",
)
#: Classes of drugs that take the input of HER2 from a cell.
_BLOCKING = frozenset({"antibody", "bispecific", "adc", "tki"})
#: What stands between the drugs of a combination.
_PARTS = re.compile(r"\s+and\s+|[+/,;]")


@dataclass(frozen=True)
class EarlierLine:
    """What one earlier line selected for.

    Attributes
    ----------
    tolerances
        Parameters of the tolerances of the classes that were given.
    blocked_her2
        Whether a drug on HER2 was given.
    """

    tolerances: frozenset[str] = frozenset()
    blocked_her2: bool = False

    @classmethod
    def of(cls, regimens: Sequence[Regimen], knowledge: Knowledge) -> EarlierLine:
        """Return what a line of these regimens, one after the other, selected for."""
        drugs = [knowledge.drugs[name] for regimen in regimens for name in regimen.drug_ids]
        tolerances = [kind_of(drug.drug_class).selects(drug) for drug in drugs]
        return cls(
            frozenset(name for name in tolerances if name is not None),
            any(
                drug.drug_class in _BLOCKING and any(item.target == "HER2" for item in drug.targets)
                for drug in drugs
            ),
        )


def lines_given(profile: Profile, knowledge: Knowledge, her2_positive: bool) -> tuple[EarlierLine, ...]:
    """Return the earlier metastatic lines, oldest first: those of the profile, else the usual ones.

    A drug that Erbium does not know selects for nothing.

    Parameters
    ----------
    her2_positive
        Which order of treatment is the usual one.
    """
    stated = _stated(profile, knowledge)
    many = max((profile.disease.line or 1) - 1, 1 + max(stated, default=-1))
    return tuple(
        EarlierLine.of(
            stated[number] if number in stated else [usual_line(number, her2_positive, knowledge)], knowledge
        )
        for number in range(many)
    )


def times_selected(lines: Sequence[EarlierLine]) -> Mapping[str, int]:
    """Return in how many of the lines each tolerance was selected for."""
    return Counter(name for line in lines for name in line.tolerances)


def _stated(profile: Profile, knowledge: Knowledge) -> dict[int, list[Regimen]]:
    """Return the regimens of the stated metastatic lines, by the number of lines before them."""
    found: dict[int, list[Regimen]] = {}
    for therapy, number in _metastatic(profile):
        given = [regimen for _, regimen in _named(therapy, knowledge) if regimen is not None]
        found.setdefault(number, []).extend(given)
    return found


def unknown_drugs(profile: Profile, knowledge: Knowledge) -> list[str]:
    """Return what earlier metastatic lines name and Erbium does not know: it counts for nothing."""
    found = [
        name
        for therapy, _ in _metastatic(profile)
        for name, regimen in _named(therapy, knowledge)
        if regimen is None
    ]
    return list(dict.fromkeys(found))


def _metastatic(profile: Profile) -> Iterator[tuple[PriorTherapy, int]]:
    """Yield each earlier treatment of metastatic disease with the number of lines before it."""
    numbers = lines_before_each(profile.prior_therapies, profile.disease)
    for therapy, number in zip(profile.prior_therapies, numbers, strict=True):
        if number is not None:
            yield therapy, number


def _named(therapy: PriorTherapy, knowledge: Knowledge) -> Iterator[tuple[str, Regimen | None]]:
    """Yield each name in a line, the whole or else drug by drug, with its regimen; None if unknown."""
    try:
        yield therapy.name, resolve_regimen(therapy.name, knowledge.regimens, knowledge.drugs)
    except (UnknownName, DataError):
        for part in map(str.strip, therapy.drugs or _PARTS.split(therapy.name)):
            try:
                yield part, resolve_regimen(part, knowledge.regimens, knowledge.drugs)
            except (UnknownName, DataError):
                yield part, None
