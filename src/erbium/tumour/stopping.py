"""When each twin stops a drug for toxicity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.core.units import DAYS_PER_MONTH, HOURS_PER_DAY
from erbium.knowledge.schema.dose_text import hours
from erbium.knowledge.schema.regimen import Regimen, Setting
from erbium.knowledge.schema.toxicity import ToxicityArm
from erbium.knowledge.stopping import stop_rates


def draw_stops(
    regimen: Regimen,
    drug_of_rule: Sequence[str],
    arms: Mapping[str, ToxicityArm],
    setting: Setting,
    twins: Twins,
) -> Array:
    """Return the day from which the doses of each rule are no longer given, shape (rules, count).

    Infinite where no stop is known. Stops do not depend on the tumour or on each other; a drug
    stopped in two ways stops at the first.

    Parameters
    ----------
    drug_of_rule
        Id of the drug that each dose rule gives.
    arms
        What trials reported; those of `setting` are preferred.
    """
    starts = {item.drug: hours(item.starts) / HOURS_PER_DAY for item in regimen.drugs}
    days = np.full((len(drug_of_rule), twins.count), np.inf)
    for rate in stop_rates(regimen, arms, (setting,)):
        if rate.per_month <= 0.0:
            continue
        drawn = -np.log(twins.uniform(f"stopped.{'+'.join(rate.drugs)}")) / rate.per_month * DAYS_PER_MONTH
        for number, drug in enumerate(drug_of_rule):
            if drug in rate.drugs:
                days[number] = np.minimum(days[number], starts[drug] + drawn)
    return days
