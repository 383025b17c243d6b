"""What no treatment takes off the scans: healed bone, and what is fibrous of lesions whose cells are gone."""

from __future__ import annotations

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.knowledge.schema.regimen import Setting
from erbium.knowledge.tables import load_numbers
from erbium.pharmacology.host import spread

#: A lesion is not all scar.
MOST = 0.6


def scars(twins: Twins, setting: Setting) -> Array:
    """Return the share of a lesion's volume that stays visible when its cells are gone, shape (count,).

    Above 0 in those whose disease does not leave the scans; by RECIST 1.1 their response is not complete.
    """
    if setting != "metastatic":
        return np.zeros(twins.count)
    numbers = load_numbers("tumour/settings")
    number = numbers["metastatic_persistent"]
    share = twins.uncertain("persistent_non_target", number.value, number.low, number.high)
    stays = twins.uniform("persistent_non_target") < share
    return np.where(stays, np.minimum(spread(twins, "scar", numbers["metastatic_scar"]), MOST), 0.0)
