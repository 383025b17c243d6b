"""What speaks for and against one regimen in one patient, by what is known of the patient's markers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from erbium.evidence.base import EvidenceBase
from erbium.evidence.classes import class_of
from erbium.evidence.level import level_of, lower
from erbium.evidence.weight import Balance, Vote, balance
from erbium.knowledge.evidence_tables import LEVELS, drug_classes
from erbium.knowledge.schema.biomarker import Leaf
from erbium.knowledge.schema.evidence import PREDICTIVE, EvidenceItem
from erbium.knowledge.schema.regimen import Level

Relation = Literal["regimen", "drug", "class"]
_NEARNESS: tuple[Relation, ...] = ("regimen", "drug", "class")


@dataclass(frozen=True)
class Finding:
    """What a profile says of one mention of a marker: there, not there, or None, not tested."""

    present: bool | None
    text: str = ""


@dataclass(frozen=True)
class Patient:
    """What matters of a patient.

    Attributes
    ----------
    findings
        By mention of a marker; one that is absent here was not tested.
    tumours
        Kinds of tumour that the patient's belongs to, such as "HER2-positive" and "breast".
    setting
        Setting; None if not known.
    """

    findings: Mapping[Leaf, Finding]
    tumours: Collection[str]
    setting: str | None = None


@dataclass(frozen=True)
class Weighed:
    """An item that applies to the patient and the regimen.

    Attributes
    ----------
    level
        Level here: one lower in another setting, and one lower for a class instead of a drug.
    relation
        Whether the item is of these drugs together, of one of them, or of their class.
    because
        What of the patient it rests on.
    """

    item: EvidenceItem
    level: Level
    relation: Relation
    same_setting: bool
    because: str

    def json(self) -> dict[str, Any]:
        """Return the item as plain data, in short."""
        item = self.item
        return {
            "id": item.id,
            "claim": item.claim,
            "because": self.because,
            "effect": item.effect,
            "direction": item.direction,
            "level": level_of(item),
            "level_here": self.level,
            "relation": self.relation,
            "design": item.design,
            "setting": item.setting,
            "same_setting": self.same_setting,
            "result": item.measure.text if item.measure else None,
            "n": item.n,
            "study": item.study,
            "source": item.source,
            "status": item.status,
        }


@dataclass(frozen=True)
class Weighing:
    """What speaks for and against a regimen in a patient.

    Attributes
    ----------
    in_favour, against
        Items, the strongest and nearest first.
    untested
        Markers without a result that items about this regimen ask for.
    balance
        Weights of the two sides.
    """

    in_favour: tuple[Weighed, ...]
    against: tuple[Weighed, ...]
    untested: tuple[str, ...]
    balance: Balance

    @property
    def conflict(self) -> float:
        """Conflict index, 0 to 1."""
        return self.balance.conflict

    @property
    def level(self) -> Level | None:
        """Level of "it works here": the best item for it, one lower where much speaks against it."""
        if not self.in_favour:
            return None
        best = self.in_favour[0].level
        return lower(best) if self.balance.doubtful else best

    def json(self) -> dict[str, Any]:
        """Return the keys that an option of an answer carries."""
        return {
            "evidence_for": [one.json() for one in self.in_favour],
            "evidence_against": [one.json() for one in self.against],
            "evidence_untested": list(self.untested),
            "evidence_level": self.level,
            "conflict": self.conflict,
            "contradicted": self.balance.contradicted,
        }


def weigh(base: EvidenceBase, regimen_drugs: Sequence[str], patient: Patient) -> Weighing:
    """Return the items that apply to a regimen, given by the ids of its drugs, in a patient.

    An item whose marker was not tested does not apply, and neither does one that asks for its absence.
    """
    sides: dict[bool, list[Weighed]] = {True: [], False: []}
    untested: set[str] = set()
    for item in base.items.values():
        side = in_favour_of_treating(item)
        if side is None or (item.tumour != "other" and item.tumour not in patient.tumours):
            continue
        relation = related(item, regimen_drugs, base)
        if relation is None:
            continue
        state, because, missing = _applies(item, patient.findings)
        if state is None:
            untested.update(missing)
        elif state:
            sides[side].append(_weighed(item, relation, because, patient.setting))
    for found in sides.values():
        found.sort(key=_order)
    votes = [
        Vote(side, one.level, one.item.quality, one.item.study)
        for side, found in sides.items()
        for one in found
    ]
    return Weighing(tuple(sides[True]), tuple(sides[False]), tuple(sorted(untested)), balance(votes))


def in_favour_of_treating(item: EvidenceItem) -> bool | None:
    """Return whether an item speaks for the treatment it is about; None if it does neither.

    A marker that was looked at and makes no difference says nothing of the treatment, whether sensitivity or
    resistance was looked for; nor does how patients do, whatever they get.
    """
    if item.retracted or item.direction != "supports" or item.effect not in PREDICTIVE:
        return None
    return None if item.effect == "no_predictive_effect" else item.effect == "sensitivity"


def related(item: EvidenceItem, regimen_drugs: Sequence[str], base: EvidenceBase) -> Relation | None:
    """Return how near the treatment of an item is to a regimen; None if it is of something else.

    A comparison with another treatment is of the drugs in which the two differ: it says nothing where the
    tested side has no drug of its own, or of a regimen that holds all of the other side too.
    """
    given = set(regimen_drugs)
    if item.drug_class is not None:
        group = drug_classes().groups.get(item.drug_class, (item.drug_class,))
        kinds = {class_of(base.drugs[name]) for name in given if name in base.drugs}
        return "class" if kinds & set(group) else None
    named, other = set(item.drugs), set(item.comparator_drugs)
    if not named or (other and (named <= other or (other <= given and not other <= named))):
        return None
    if item.interaction == "substitutes" or (len(named) == 1 and not item.other_drugs):
        return None if not named & given else "regimen" if given <= named else "drug"
    if item.other_drugs or not named <= given:
        return None
    return "regimen" if named == given else "drug"


def _applies(
    item: EvidenceItem, findings: Mapping[Leaf, Finding]
) -> tuple[bool | None, str, tuple[str, ...]]:
    """Return whether the markers of an item are as it asks, what was found, and which were not tested."""
    every = [(leaf, _holds(leaf, findings)) for leaf in item.all_of]
    some = [(leaf, _holds(leaf, findings)) for leaf in item.any_of]
    missing = tuple(leaf.marker for leaf, state in (*every, *some) if state is None)
    if any(state is False for _, state in every) or (some and all(state is False for _, state in some)):
        return False, "", ()
    met = [leaf for leaf, state in (*every, *some) if state]
    if all(state for _, state in every) and (not some or any(state for _, state in some)):
        return True, "; ".join(dict.fromkeys(findings[leaf].text or leaf.text for leaf in met)), ()
    return None, "", missing


def _holds(leaf: Leaf, findings: Mapping[Leaf, Finding]) -> bool | None:
    finding = findings.get(leaf)
    if finding is None or finding.present is None:
        return None
    return finding.present == leaf.present


def _weighed(item: EvidenceItem, relation: Relation, because: str, setting: str | None) -> Weighed:
    same = item.setting is None or setting is None or item.setting == setting
    steps = (not same) + (relation == "class")
    return Weighed(item, lower(level_of(item), steps), relation, same, because)


def _order(one: Weighed) -> tuple[Any, ...]:
    item = one.item
    direct = ("direct", "indirect_step", "other_tumour", "by_analogy").index(item.directness)
    return (
        LEVELS.index(one.level), direct, _NEARNESS.index(one.relation), not one.same_setting,
        -item.quality, item.id,
    )  # fmt: skip
