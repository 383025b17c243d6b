"""Disease beside the measured lesions that no treatment takes off the scans."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Twins
from erbium.knowledge.schema.regimen import Setting
from erbium.knowledge.tables import load_numbers


def stays_visible(twins: Twins, setting: Setting) -> NDArray[np.bool_]:
    """Return who has non-target disease that stays visible, as healed bone does, shape (count,).

    By RECIST 1.1 a response is complete only if the non-target lesions have gone as well.
    """
    if setting != "metastatic":
        return np.zeros(twins.count, dtype=bool)
    number = load_numbers("tumour/settings")["metastatic_persistent_non_target"]
    share = twins.uncertain("persistent_non_target", number.value, number.low, number.high)
    return np.asarray(twins.uniform("persistent_non_target") < share)
