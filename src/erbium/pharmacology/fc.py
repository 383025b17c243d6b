"""Affinity of an antibody's Fc part for a patient's activating receptor."""

from __future__ import annotations

import numpy as np

from erbium.core.twins import Array
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.pharmacology import FcBinder
from erbium.pharmacology.slots import Filling

#: Affinity of ordinary IgG1 for FcgRIIIa 158F, the reference of Fc engagement (Bruhns 2009,
#: 10.1182/blood-2008-09-179754, number not read: unverified).
REFERENCE_KD_NM = 850.0


def fc_affinity(drug: Drug, filling: Filling) -> Array:
    """Return the affinity relative to IgG1 on FcgRIIIa 158F, shape (count,); mean of the two alleles."""
    numbers = drug.pharmacology
    assert isinstance(numbers, FcBinder)
    # Both alleles come from one assay: what is off in one is off in the other.
    v = filling.uncertain(drug, "fcgr3a_KD", numbers.fcgr3a_v_KD, "nM")
    f = filling.uncertain(drug, "fcgr3a_KD", numbers.fcgr3a_f_KD, "nM")
    share = filling.host.v_alleles / 2.0
    return np.asarray(REFERENCE_KD_NM * (share / v + (1.0 - share) / f))
