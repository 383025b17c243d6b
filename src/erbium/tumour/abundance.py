"""Receptor numbers of the twins: from IHC, ISH, percentages and counts, with what the assay leaves open."""

from __future__ import annotations

import functools
from typing import Literal

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.knowledge.abundance import load_abundance
from erbium.knowledge.schema.abundance import Abundance, Her2Class
from erbium.profile import HER2Status, Profile


@functools.cache
def tables() -> Abundance:
    """Return the shipped abundance tables."""
    return load_abundance()


def abundances(profile: Profile, status: HER2Status, twins: Twins) -> dict[str, Array]:
    """Return receptor numbers and drives of the twins, each of shape (count,).

    Returns
    -------
    ``HER2``, ``EGFR``, ``HER3`` and ``negative_HER2`` (a HER2-negative clone) in thousands per cell;
    ``ER`` relative to a clearly positive tumour; ``bypass`` and ``negative_bypass``, drive that needs
    no modelled receptor.
    """
    table = tables()
    negative = table.her2.classes["0"].spread
    her2 = _her2(profile, status, twins)
    negative_her2 = negative.median * _factor(twins, "negative_HER2", negative.log_sd)
    return {
        "HER2": her2,
        "EGFR": table.receptors.EGFR.spread.median
        * _factor(twins, "EGFR", table.receptors.EGFR.spread.log_sd),
        "HER3": table.receptors.HER3.spread.median
        * _factor(twins, "HER3", table.receptors.HER3.spread.log_sd),
        "ER": _er(profile, twins),
        "bypass": _bypass(profile, status, twins, her2),
        "negative_HER2": negative_her2,
        "negative_bypass": table.bypass.median(negative_her2)
        * _factor(twins, "negative_bypass", table.bypass.log_sd),
    }


def _bypass(profile: Profile, status: HER2Status, twins: Twins, her2: Array) -> Array:
    """Return the drive beside HER2, shape (count,)."""
    table = tables().bypass
    if status.status == "negative" and profile.gene_state("ERBB2") == "variant":
        spread = table.her2_mutant.spread
        return np.asarray(spread.median * _factor(twins, "bypass", spread.log_sd))
    return np.asarray(table.median(her2) * _factor(twins, "bypass", table.log_sd))


def _factor(twins: Twins, name: str, log_sd: float) -> Array:
    return np.exp(log_sd * twins.normal(f"abundance.{name}"))


def _her2(profile: Profile, status: HER2Status, twins: Twins) -> Array:
    table = tables().her2
    count = profile.her2.receptors_per_cell.value
    z = twins.normal("abundance.HER2")
    if count:
        spread = table.counted(count / 1000.0)
        return spread.median * np.exp(spread.log_sd * z)
    copies = profile.her2.copies.value
    score = _class(profile, status)
    if score is not None:
        spread = table.spread(score, copies)
        return spread.median * np.exp(spread.log_sd * z)
    drawn = [table.spread(drawn_class, copies) for drawn_class in her2_classes(profile, status, twins)]
    return np.array([spread.at(float(zi)) for spread, zi in zip(drawn, z, strict=True)])


def her2_classes(profile: Profile, status: HER2Status, twins: Twins) -> list[Her2Class]:
    """Return the IHC and ISH class of each twin: the profile's, or drawn within its status."""
    score = _class(profile, status)
    if score is not None:
        return [score] * twins.count
    known: Literal["positive", "negative"] = "negative" if status.status == "negative" else "positive"
    table = tables().her2
    return [table.class_at(float(u), known) for u in twins.uniform("abundance.HER2_class")]


def _class(profile: Profile, status: HER2Status) -> Her2Class | None:
    score = profile.her2.ihc.value
    if score is None:
        return None
    if score == "2+":
        if status.status == "positive":
            return "2+/ISH+"
        return "2+/ISH-" if status.status == "negative" else "2+"
    return score


def _er(profile: Profile, twins: Twins) -> Array:
    table = tables().oestrogen_receptor
    percent = profile.receptors.er_percent.value
    noise = np.exp(np.sqrt(np.log1p(table.assay_cv.value**2)) * twins.normal("abundance.ER_assay"))
    if percent is not None:
        return np.asarray(table.abundance(percent) * noise)
    positive = table.positive.spread.median * _factor(twins, "ER", table.positive.spread.log_sd)
    word = profile.receptors.er.value
    if word is not None:
        return positive if word == "positive" else np.zeros(twins.count)
    setting = profile.disease.setting or "metastatic"
    share = table.positive_fraction.get(setting) or table.positive_fraction["metastatic"]
    return np.where(twins.uniform("abundance.ER_status") < share.value, positive, 0.0)
