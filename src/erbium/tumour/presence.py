"""Which mechanisms a tumour has: measured, ruled out, or drawn where nobody tested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array, Twins
from erbium.knowledge.schema.biomarker import Biomarker
from erbium.knowledge.schema.mechanism import Dispute, Marker, Mechanism
from erbium.profile import Profile
from erbium.profile.genome import TRUNCATING_CLASSES

Status = Literal["measured", "absent", "sampled"]
Mask = NDArray[np.bool_]

#: Answer to a dispute: the mechanism does what is said of it.
ACTS = 0


@dataclass(frozen=True)
class Presence:
    """A mechanism in the twins of one patient.

    Attributes
    ----------
    mechanism
        The mechanism.
    status
        measured: the profile shows it; absent: the profile rules it out; sampled: not tested.
    present
        Whether each twin has it, shape (count,).
    strength
        Marker value ``x`` of each twin, shape (count,).
    marker
        What the profile says, in words.
    """

    mechanism: Mechanism
    status: Status
    present: Mask
    strength: Array
    marker: str = ""

    @property
    def fraction(self) -> float:
        """Share of twins that have it."""
        return float(self.present.mean())


def carried(mechanism: Mechanism, twins: Twins, x: float = 1.0) -> Presence:
    """Return a mechanism that is stated, for a clone or a whole tumour, in every twin, with its strength."""
    everywhere = np.ones(twins.count, dtype=bool)
    return Presence(mechanism, "measured", everywhere, np.full(twins.count, x), "stated for a clone")


def dispute_of(dispute: Dispute) -> str:
    """Return the id of a dispute among the questions that a tumour answers."""
    return f"dispute.{dispute.marker}"


def acting(mechanisms: Iterable[Mechanism]) -> dict[str, int]:
    """Return the answer to every dispute by which the mechanisms act in all twins."""
    return {dispute_of(one.dispute): ACTS for one in mechanisms if one.dispute is not None}


def holds(mechanism: Mechanism, twins: Twins, answers: Mapping[str, int] | None = None) -> Mask:
    """Return in which twins a mechanism does what is said of it, shape (count,).

    Where evidence contradicts itself, a share of the parameter draws follows the weaker side: there the
    mechanism moves nothing. The typical draw follows the stronger side.

    Parameters
    ----------
    answers
        Disputes that all twins settle alike, by id: `ACTS` or not.
    """
    if mechanism.dispute is None:
        return np.ones(twins.count, dtype=bool)
    question = dispute_of(mechanism.dispute)
    if answers and question in answers:
        return np.full(twins.count, answers[question] == ACTS)
    from scipy.special import ndtr

    drawn = ndtr(twins.shared_normal(question))
    return np.asarray((drawn >= mechanism.dispute.share.value) | (twins.draw == 0), dtype=bool)


@dataclass(frozen=True)
class Reading:
    """What one marker says: True, False, or None when it was not tested."""

    present: bool | None
    x: float = 1.0
    text: str = ""


def find_mechanisms(
    profile: Profile,
    mechanisms: Mapping[str, Mechanism],
    twins: Twins,
    *,
    prior_key: str,
    her2_positive: bool,
    er: Array,
) -> dict[str, Presence]:
    """Return every tumour-wide mechanism with its presence in the twins.

    Parameters
    ----------
    prior_key
        Setting whose prevalence applies, for example ``metastatic_pretreated``.
    her2_positive
        Whether priors read in HER2-positive disease apply.
    er
        ER abundance of each twin, shape (count,): ESR1 variants need ER.
    """
    found: dict[str, Presence] = {}
    shown = {name: read_markers(mechanism, profile) for name, mechanism in mechanisms.items()}
    order = sorted(mechanisms, key=lambda name: (shown[name].present is not True, name))
    for name in order:
        mechanism = mechanisms[name]
        if mechanism.scope == "clone":
            continue
        reading = shown[name]
        taken = np.zeros(twins.count, dtype=bool)
        for other in mechanism.exclusive:
            if other in found:
                taken |= found[other].present
        if reading.present is not None:
            present = np.full(twins.count, reading.present)
            strength = np.full(twins.count, reading.x)
            status: Status = "measured" if reading.present else "absent"
        else:
            present, strength = _draw(mechanism, twins, prior_key, her2_positive)
            present &= ~taken
            if mechanism.prior is not None and mechanism.prior.requires_er:
                present &= er > 0.1
            status = "sampled"
        found[name] = Presence(mechanism, status, present, strength, reading.text)
    return found


def _draw(mechanism: Mechanism, twins: Twins, prior_key: str, her2_positive: bool) -> tuple[Mask, Array]:
    prior = mechanism.prior
    nothing = np.zeros(twins.count, dtype=bool), np.ones(twins.count)
    if prior is None or not prior.drawn or (prior.her2_positive_only and not her2_positive):
        return nothing
    number = prior.prevalence.get(prior_key) or prior.prevalence.get(prior_key.removesuffix("_pretreated"))
    if number is None:
        return nothing
    present = twins.uniform(f"mechanism.{mechanism.id}") < number.value
    if prior.x_median is None:
        return present, np.ones(twins.count)
    return present, prior.x_median.value * twins.between(f"mechanism.{mechanism.id}.strength", prior.x_cv)


def read_markers(mechanism: Mechanism | Biomarker, profile: Profile) -> Reading:
    """Return what the profile says about a mechanism, or a marker of published evidence.

    One positive marker is enough. A negative one rules the mechanism out only if every marker was
    tested, or if the protein itself was: a gene without mutation does not exclude loss of protein.
    """
    readings = [(marker, _read(marker, profile)) for marker in mechanism.markers]
    for _, reading in readings:
        if reading.present:
            return reading
    negative = [(m, r) for m, r in readings if r.present is False]
    if negative and (len(negative) == len(readings) or any(m.reveal == "field" for m, _ in negative)):
        return Reading(False, text="; ".join(r.text for _, r in negative))
    return Reading(None, text="not tested")


def _read(marker: Marker, profile: Profile) -> Reading:
    if marker.reveal == "variant":
        return _read_variant(marker, profile)
    if marker.reveal == "copy_number":
        return _read_copy_number(marker, profile)
    return _read_field(marker, profile)


def _read_variant(marker: Marker, profile: Profile) -> Reading:
    gene = marker.gene or ""
    state = profile.gene_state(gene)
    if state == "not tested":
        return Reading(None)
    for variant in profile.variants_of(gene):
        change = (variant.protein or "").removeprefix("p.").strip("()")
        truncating = "*" in change or "fs" in change or variant.maf_class in TRUNCATING_CLASSES
        hit = (
            "any" in marker.changes
            or change in marker.changes
            or ("truncating" in marker.changes and truncating)
            or ("loss" in marker.changes and variant.effect == "loss")
        )
        if hit and variant.effect != "benign":
            return Reading(True, marker.x, f"{gene} {variant.protein or variant.maf_class}")
    if state == "wild type" or profile.variants_of(gene):
        return Reading(False, text=f"{gene} sequenced, no such variant")
    return Reading(None)


def _read_copy_number(marker: Marker, profile: Profile) -> Reading:
    gene = marker.gene or ""
    entry = profile.copy_number_of(gene)
    if entry is None:
        tested = gene in profile.sequencing.copy_number_genes
        return Reading(False, text=f"{gene} copy number normal") if tested else Reading(None)
    if entry.call is not None and marker.calls:
        hit = round(entry.call) in marker.calls
        text = f"{gene} copy-number call {entry.call:g}"
    elif entry.copies is not None and (marker.above is not None or marker.below is not None):
        hit = (marker.above is None or entry.copies >= marker.above) and (
            marker.below is None or entry.copies < marker.below
        )
        text = f"{gene} {entry.copies:g} copies"
    else:
        return Reading(None)
    return Reading(hit, marker.x, text)


def _read_field(marker: Marker, profile: Profile) -> Reading:
    item: Any = profile
    for part in (marker.field or "").split("."):
        item = getattr(item, part, None)
        if item is None:
            return Reading(None)
    value = getattr(item, "value", item)
    if value is None:
        return Reading(None)
    label = (marker.field or "").split(".")[-1].replace("_", " ")
    if isinstance(value, str):
        return Reading(value in marker.values, marker.x, f"{label} {value}")
    if marker.graded:
        threshold = marker.threshold or 0.0
        return Reading(float(value) >= threshold, float(value), f"{label} {float(value):g}")
    if marker.above is not None or marker.below is not None:
        above = marker.above is None or value >= marker.above
        below = marker.below is None or value < marker.below
        return Reading(above and below, marker.x, f"{label} {float(value):g}")
    return Reading(None)
