"""When surgery follows preoperative treatment."""

from __future__ import annotations

import numpy as np

from erbium.core.units import HOURS_PER_DAY
from erbium.knowledge.schema.regimen import Regimen

#: Surgery follows the last dose by about this long.
SURGERY_DELAY_DAYS = 28.0
#: Day of the last preoperative dose if the regimen itself has no end.
NEOADJUVANT_DAYS = 119.0


def surgery_day(regimen: Regimen | None = None) -> float:
    """Return the day of surgery after a preoperative regimen; without one, after the usual eighteen weeks."""
    drugs = regimen.drugs if regimen is not None else ()
    doses = [drug.times_h(drug.end_h) for drug in drugs if drug.end_h is not None]
    last = max((times[-1] / HOURS_PER_DAY for times in doses if times), default=NEOADJUVANT_DAYS)
    return float(np.round(last + SURGERY_DELAY_DAYS))
