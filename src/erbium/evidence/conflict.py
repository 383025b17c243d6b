"""Where items contradict each other: one group for each marker, treatment and setting, with both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from erbium.evidence.base import EvidenceBase
from erbium.evidence.classes import classes_of
from erbium.evidence.level import level_of, lower
from erbium.evidence.weight import Balance, Vote, balance
from erbium.knowledge.evidence_tables import LEVELS
from erbium.knowledge.schema.evidence import PREDICTIVE, PROGNOSTIC, Effect, EvidenceItem
from erbium.knowledge.schema.regimen import Level

Axis = Literal["predictive", "prognostic"]
ALL_SETTINGS = "all"
_OPPOSITE: Mapping[Effect, Effect] = {
    "sensitivity": "resistance",
    "resistance": "sensitivity",
    "better_outcome": "worse_outcome",
    "worse_outcome": "better_outcome",
}
_NOTHING: tuple[Effect, ...] = ("no_predictive_effect", "no_prognostic_effect")


@dataclass(frozen=True)
class Group:
    """What is said of one marker under one kind of treatment in one setting.

    Attributes
    ----------
    marker, treatment, setting
        Marker as in a leaf ("no X" where it is asked to be absent), kind of drug ("" for how patients do,
        whatever they get), and setting: "all" is every setting together, "" what states none.
    claim
        The effect that the stronger side claims.
    in_favour, against, undecided
        Items for that claim, against it, and with no bearing on it.
    balance
        Weights of the two sides.
    """

    marker: str
    treatment: str
    setting: str
    axis: Axis
    claim: Effect
    in_favour: tuple[EvidenceItem, ...]
    against: tuple[EvidenceItem, ...]
    undecided: tuple[EvidenceItem, ...]
    balance: Balance

    @property
    def conflict(self) -> float:
        """Conflict index by weight."""
        return self.balance.conflict

    @property
    def conflict_by_count(self) -> float:
        """Conflict index by the bare number of items."""
        both = (len(self.in_favour), len(self.against))
        return 1.0 - abs(both[0] - both[1]) / sum(both) if sum(both) else 0.0

    @property
    def level(self) -> Level | None:
        """Level of the claim: that of its best item, one lower where much speaks against it."""
        if not self.in_favour:
            return None
        best = min((level_of(item) for item in self.in_favour), key=LEVELS.index)
        return lower(best) if self.balance.doubtful else best

    def json(self) -> dict[str, Any]:
        """Return the group as plain data, both sides by id."""
        return {
            "marker": self.marker,
            "treatment": self.treatment or None,
            "setting": self.setting or None,
            "axis": self.axis,
            "claim": self.claim,
            "conflict": self.conflict,
            "conflict_by_count": self.conflict_by_count,
            "contradicted": self.balance.contradicted,
            "level": self.level,
            "weight_for": self.balance.in_favour,
            "weight_against": self.balance.against,
            "for": [item.id for item in self.in_favour],
            "against": [item.id for item in self.against],
            "undecided": [item.id for item in self.undecided],
            "possible_reasons": list(reasons(self)),
        }


def groups_of(base: EvidenceBase, markers: Iterable[str] | None = None) -> list[Group]:
    """Return the groups of the given markers, all without, those that conflict most first."""
    wanted = None if markers is None else set(markers)
    found: dict[tuple[str, str, Axis, str], dict[str, EvidenceItem]] = {}
    for item in base.items.values():
        axis: Axis | None = (
            "predictive" if item.effect in PREDICTIVE else "prognostic" if item.effect in PROGNOSTIC else None
        )
        if axis is None or item.retracted:
            continue
        treatments = classes_of(item, base.drugs) if axis == "predictive" else ("",)
        for name in _subjects(item, wanted):
            for treatment in treatments:
                for setting in (ALL_SETTINGS, item.setting or ""):
                    found.setdefault((name, treatment, axis, setting), {})[item.id] = item
    groups = [_group(*key, tuple(items.values())) for key, items in found.items()]
    groups.sort(
        key=lambda g: (-g.conflict, g.marker, g.treatment, g.setting != ALL_SETTINGS, g.setting, g.axis)
    )
    return groups


def conflicts(base: EvidenceBase, markers: Iterable[str] | None = None) -> list[Group]:
    """Return the groups in which both sides have items."""
    return [group for group in groups_of(base, markers) if group.in_favour and group.against]


def vote(item: EvidenceItem, claim: Effect) -> bool | None:
    """Return whether an item speaks for a claim or against it; None if it has no bearing on it."""
    if item.retracted or item.direction == "neutral":
        return None
    supports = item.direction == "supports"
    if item.effect == claim:
        return supports
    if supports and (item.effect == _OPPOSITE[claim] or item.effect in _NOTHING):
        return False
    return None


def votes_of(items: Iterable[EvidenceItem], claim: Effect) -> list[Vote]:
    """Return the votes of items on a claim."""
    told = [(item, vote(item, claim)) for item in items]
    return [Vote(side, level_of(item), item.quality, item.study) for item, side in told if side is not None]


def reasons(group: Group) -> tuple[str, ...]:
    """Return in what the two sides differ: setting, line, treatment, assay, kind of study."""
    found = []
    for name, key in (
        ("setting", "setting"),
        ("line", "line"),
        ("comparator", "comparator"),
        ("assay", "assay"),
        ("kind of study", "design"),
    ):
        one = {value for item in group.in_favour if (value := getattr(item, key))}
        other = {value for item in group.against if (value := getattr(item, key))}
        if one and other and one != other:
            found.append(name)
    backbones = [
        {frozenset(item.drugs) for item in side if item.drugs} for side in (group.in_favour, group.against)
    ]
    if all(backbones) and backbones[0] != backbones[1]:
        found.append("drugs given together")
    return tuple(found)


def _subjects(item: EvidenceItem, wanted: set[str] | None) -> list[str]:
    """Return what an item is about: each alternative, and what is asked for together as one."""
    together = " + ".join(
        dict.fromkeys(f"{'' if leaf.present else 'no '}{leaf.marker}" for leaf in item.all_of)
    )
    alone = [f"{'' if leaf.present else 'no '}{leaf.marker}" for leaf in item.any_of]
    names = list(dict.fromkeys([*([together] if together else []), *alone]))
    if wanted is None:
        return names
    return [name for name in names if wanted & {part.removeprefix("no ") for part in name.split(" + ")}]


def _group(marker: str, treatment: str, axis: Axis, setting: str, items: tuple[EvidenceItem, ...]) -> Group:
    options: tuple[Effect, Effect] = (
        ("resistance", "sensitivity") if axis == "predictive" else ("worse_outcome", "better_outcome")
    )
    claim = max(options, key=lambda effect: _strength(items, effect))
    sides: dict[bool | None, list[EvidenceItem]] = {True: [], False: [], None: []}
    order = sorted(items, key=lambda item: (LEVELS.index(level_of(item)), -item.quality, item.id))
    for item in order:
        sides[vote(item, claim)].append(item)
    return Group(
        marker, treatment, setting, axis, claim,
        tuple(sides[True]), tuple(sides[False]), tuple(sides[None]), balance(votes_of(items, claim)),
    )  # fmt: skip


def _strength(items: tuple[EvidenceItem, ...], effect: Effect) -> tuple[float, int, int]:
    """Return how much supports an effect by weight and number, then how much of it is disputed."""
    support = [item for item in items if item.effect == effect and item.direction == "supports"]
    other = [item for item in items if item.effect == _OPPOSITE[effect] and item.direction == "supports"]
    votes = [Vote(True, level_of(item), item.quality, item.study) for item in support]
    votes += [Vote(False, level_of(item), item.quality, item.study) for item in other]
    weight = balance(votes)
    disputed = Counter(item.effect for item in items if item.direction == "disputes")[effect]
    return weight.in_favour - weight.against, len(support), disputed
