"""Who carries living deposits after surgery: by lymph nodes, known or drawn."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Twins
from erbium.knowledge.schema.regimen import Setting
from erbium.knowledge.tables import load_numbers
from erbium.profile import Profile

Mask = NDArray[np.bool_]

#: N of a TNM text, clinical or pathological: N0 or N1 to N3.
_NODES = re.compile(r"N([0-3])", re.IGNORECASE)


def node_positive(profile: Profile, twins: Twins) -> Mask:
    """Return who has disease in lymph nodes: as the TNM of the profile says, else drawn, shape (count,)."""
    found = _NODES.search(profile.disease.tnm or "")
    if found is not None:
        return np.full(twins.count, found.group(1) != "0")
    share = load_numbers("tumour/after_surgery")["node_positive_share"]
    return np.asarray(twins.uniform("nodes") < share.value)


def has_disease(profile: Profile, setting: Setting, twins: Twins) -> Mask:
    """Return who has living tumour: before surgery everybody, a share after it, shape (count,)."""
    numbers = load_numbers("tumour/after_surgery")
    if setting == "residual":
        share = numbers["residual_micrometastasis"]
        chance = twins.uncertain("micrometastasis", share.value, share.low, share.high)
    elif setting == "adjuvant":
        shares = [numbers[f"adjuvant_micrometastasis_node_{nodes}"] for nodes in ("negative", "positive")]
        negative, positive = (
            twins.uncertain("micrometastasis", share.value, share.low, share.high) for share in shares
        )
        chance = np.where(node_positive(profile, twins), positive, negative)
    else:
        return np.ones(twins.count, dtype=bool)
    return np.asarray(twins.uniform("micrometastasis") < chance)
