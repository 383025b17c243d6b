"""How often the drugs of a regimen are stopped for toxicity, from what trials reported of their arms.

An arm gives a rate if it reports both the share of patients who stopped and the median time on
treatment. Where treatment goes on until progression, time on it is taken to be exponential: of all
who come off it, ``ln 2 / median`` per month, the share reported stopped for toxicity. After surgery
treatment ends at a planned time, and whoever did not reach it is taken to have stopped for toxicity.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.toxicity import Rate, ToxicityArm
from erbium.knowledge.toxicity_rates import own_arms, same_drugs


@dataclass(frozen=True)
class StopRate:
    """How often drugs are stopped together for toxicity.

    Attributes
    ----------
    drugs
        Ids of the drugs that are stopped.
    per_month
        Rate while on treatment, 1/month.
    arm, rate
        The arm that it is read from, and the published share.
    """

    drugs: tuple[str, ...]
    per_month: float
    arm: ToxicityArm
    rate: Rate


def stop_rates(
    regimen: Regimen, arms: Mapping[str, ToxicityArm], settings: tuple[str, ...] = ()
) -> tuple[StopRate, ...]:
    """Return what is known of stops for toxicity: of an arm with the same drugs, else of each drug's own.

    Drugs of which nothing is known are not in the answer.

    Parameters
    ----------
    settings
        Settings whose arms are preferred; those of the regimen if empty.
    """
    wanted = settings or tuple(use.setting for use in regimen.uses)
    found: list[StopRate] = []
    for arm in same_drugs(regimen, arms.values(), wanted):
        if arm.months is None:
            continue
        if arm.discontinued is not None and not arm.discontinued.is_bound:
            return (_stop(regimen.drug_ids, arm.months, arm, arm.discontinued),)
        found = [_stop((drug,), arm.months, arm, rate) for drug, rate in arm.stopped.items()]
        if found:
            break
    known = {drug for one in found for drug in one.drugs}
    for drug in regimen.drug_ids:
        if drug in known:
            continue
        own_ones = own_arms(drug, arms.values(), wanted)
        for arm in sorted(own_ones, key=lambda arm: arm.setting not in wanted):
            own = arm.discontinued if arm.gives({drug}) else arm.stopped.get(drug)
            if arm.months is not None and own is not None and not own.is_bound:
                found.append(_stop((drug,), arm.months, arm, own))
                break
    return tuple(found)


def _stop(drugs: tuple[str, ...], months: float, arm: ToxicityArm, rate: Rate) -> StopRate:
    if arm.setting == "metastatic":
        per_month = rate.share * math.log(2.0) / months
    else:
        per_month = -math.log1p(-min(rate.share, 0.99)) / months
    return StopRate(tuple(drugs), per_month, arm, rate)
