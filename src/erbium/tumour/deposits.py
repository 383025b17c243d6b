"""Living deposits after surgery: who carries them, by lymph nodes, and how well drugs reach them."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array, Twins
from erbium.knowledge.schema.regimen import Setting
from erbium.knowledge.tables import load_numbers
from erbium.model.compose import clone_name
from erbium.model.network import Network
from erbium.profile import Profile

Mask = NDArray[np.bool_]

#: Settings in which what is left are deposits that no scan shows.
AFTER_SURGERY = frozenset({"adjuvant", "residual"})
#: What a tumour keeps from its cells, 1 in a dish: effector cells, drugs, and antibody. Not T cells, which
#: are held back by more than distance and kill without drugs too.
_KEPT_OUT = (
    "in_vivo_fc",
    "in_vivo_tubulin",
    "in_vivo_antimetabolite",
    "in_vivo_dna_damage",
    "in_vivo_tubulin_payload",
    "in_vivo_top1_payload",
    "antibody_access",
)
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


def reach(twins: Twins, given: float | None = None) -> Array:
    """Return how well drugs reach living deposits, 0 as measurable tumours to 1 as a dish, shape (count,)."""
    if given is not None:
        return np.full(twins.count, given)
    number = load_numbers("tumour/after_surgery")["deposit_reach"]
    return np.clip(twins.uncertain("deposit_reach", number.value, number.low, number.high), 0.0, 1.0)


def let_through(network: Network, table: Array, reached: Array) -> None:
    """Take from what tissue keeps out the share, on a logarithmic scale, that deposits do not.

    What vessels cannot supply of a conjugate is made up for by the same share.

    Parameters
    ----------
    table
        Parameters of deposits as if they were measurable tumours, shape (n, parameters); changed in place.
    reached
        0 to 1, shape (n,).
    """
    table[:, network.parameter_index["supply_limited"]] *= 1.0 - reached
    clones = range(1, network.clones + 1)
    for name in _KEPT_OUT:
        for column in (name, *(clone_name(c, name) for c in clones)):
            if column in network.parameter_index:
                at = network.parameter_index[column]
                table[:, at] **= 1.0 - reached
