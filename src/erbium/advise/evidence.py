"""What was published for and against a regimen in a patient with these markers."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from erbium.advise.rules import hormone_receptor
from erbium.evidence import EvidenceBase, Finding, Patient, Weighing, load_evidence, weigh
from erbium.knowledge.evidence_tables import biomarker
from erbium.knowledge.schema.biomarker import Biomarker, Leaf
from erbium.knowledge.schema.mechanism import Marker
from erbium.profile.her2_status import her2_status
from erbium.tumour.presence import read_markers

if TYPE_CHECKING:
    from erbium.knowledge import Knowledge
    from erbium.knowledge.schema.regimen import Regimen
    from erbium.profile import Profile

_CHANGE = re.compile(r"[A-Z]\d+(?:[A-Z*]|_?[A-Z]?\d*(?:del|ins|dup|fs)\S*)")
#: Labels that say how strong HER2 staining is; "HER2-negative" alone does not tell low from lower.
_GRADED = ("HER2-low", "HER2-ultralow", "HER2-null")


def evidence_for(profile: Profile, regimen: Regimen, knowledge: Knowledge) -> Weighing:
    """Return the items for and against a regimen, each by level and then by nearness, and their conflict.

    Parameters
    ----------
    profile
        The patient's profile. A marker without a result is neither there nor absent: its items do not
        count, and the marker stands in `untested`.
    regimen
        The regimen; an item applies if it is of these drugs, of one of them, or of their class.
    knowledge
        Drugs, and the overlay whose items are added.

    Returns
    -------
    Weighing
        ``in_favour``, ``against``, ``untested``, ``conflict`` (0 to 1) and ``level`` (None if nothing speaks
        for it).

    Raises
    ------
    DataErrors
        Items of the overlay are wrong.
    """
    base = _base(_ByHash(knowledge))
    return weigh(base, regimen.drug_ids, patient_of(profile, base))


def patient_of(profile: Profile, base: EvidenceBase) -> Patient:
    """Return what the items of a base could ask of a patient: markers, kind of tumour and setting."""
    leaves = {leaf for item in base.items.values() for leaf in item.leaves}
    return Patient(
        {leaf: finding_of(leaf, profile) for leaf in leaves}, kinds_of(profile), profile.disease.setting
    )


def kinds_of(profile: Profile) -> frozenset[str]:
    """Return the kinds of tumour that the patient's belongs to, as far as is known."""
    states = {
        "HER2-positive": _her2_positive(profile),
        "HER2-low": _her2_low(profile),
        "HR-positive": hormone_receptor(profile),
        "ERBB2-mutant": bool(profile.variants_of("ERBB2")),
    }
    found = {name for name, state in states.items() if state} | {"breast"}
    return frozenset(found | ({"HER2-negative"} if states["HER2-positive"] is False else set()))


def finding_of(leaf: Leaf, profile: Profile) -> Finding:
    """Return what a profile says of one mention of a marker."""
    entry = biomarker(leaf.marker)
    if entry.computed is not None:
        state = {
            "HER2-positive": _her2_positive,
            "HER2-low": _her2_low,
            "HR-positive": hormone_receptor,
        }[entry.computed](profile)
        if state is not None or not entry.markers:
            told = "" if state is None else entry.computed if state else f"not {entry.computed}"
            return Finding(state, told)
    if leaf.alterations:
        return _altered(entry, leaf, profile)
    if leaf.among:
        shown = tuple(marker.model_copy(update={"values": leaf.among}) for marker in entry.markers)
        entry = entry.model_copy(update={"markers": shown})
    if not entry.markers:
        return Finding(None)
    reading = read_markers(entry, profile)
    return Finding(reading.present, reading.text)


def _altered(entry: Biomarker, leaf: Leaf, profile: Profile) -> Finding:
    """Return whether one of some changes is there; regions such as an exon cannot be told from a change."""
    gene = entry.gene or ""
    readable = tuple(change for change in leaf.alterations if _CHANGE.fullmatch(change))
    if readable:
        marker = Marker(reveal="variant", gene=gene, changes=readable)
        reading = read_markers(entry.model_copy(update={"markers": (marker,)}), profile)
        if reading.present or len(readable) == len(leaf.alterations):
            return Finding(reading.present, reading.text)
    wild_type = profile.gene_state(gene) == "wild type"
    return Finding(False, f"{gene} sequenced, no variant") if wild_type else Finding(None)


def _her2_positive(profile: Profile) -> bool | None:
    status = her2_status(profile.her2, amplified_by_sequencing=profile.her2_amplified).status
    return {"positive": True, "negative": False}.get(status)


def _her2_low(profile: Profile) -> bool | None:
    status = her2_status(profile.her2, amplified_by_sequencing=profile.her2_amplified)
    if status.status == "positive":
        return False
    return status.label == "HER2-low" if status.label in _GRADED else None


class _ByHash:
    """Knowledge as a key of a cache: two of the same hash are the same."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def __hash__(self) -> int:
        return hash(self.knowledge.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByHash) and other.knowledge.hash == self.knowledge.hash


@functools.lru_cache(maxsize=4)
def _base(key: _ByHash) -> EvidenceBase:
    return load_evidence(key.knowledge).checked()
