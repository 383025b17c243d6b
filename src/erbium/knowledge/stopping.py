"""How often the drugs of a regimen are stopped for toxicity, from what trials reported of their arms.

An arm gives a rate if it reports both the share of patients who stopped and the median time on
treatment. Where treatment goes on until progression, time on it is taken to be exponential: of all
who come off it, ``ln 2 / median`` per month, the share reported stopped for toxicity. After surgery
treatment ends at a planned time, that of the regimen if the arm tells none, and whoever did not reach it
is taken to have stopped for toxicity. The share is about toxicity; the time on treatment is also one of
efficacy, and an arm's time enters the rate of its drugs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from erbium.core.units import DAYS_PER_MONTH, HOURS_PER_DAY
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.schema.toxicity import Rate, ToxicityArm
from erbium.knowledge.toxicity_rates import own_arms, same_drugs

_HOURS_PER_MONTH = DAYS_PER_MONTH * HOURS_PER_DAY


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
    """Return what is known of stops for toxicity: of the same drugs in the setting, else by drug.

    A drug's rate is read from the arm that tells it best, whatever was given beside it, so that a drug stops
    alike in both arms of a comparison. Drugs of which nothing is known are not in the answer.

    Parameters
    ----------
    settings
        Settings whose arms are preferred; those of the regimen if empty.
    """
    wanted = settings or tuple(use.setting for use in regimen.uses)
    planned = _planned_months(regimen)
    found: list[StopRate] = []
    for arm in same_drugs(regimen, arms.values(), wanted):
        months = _months(arm, wanted, planned)
        if months is None or not _fits(arm, wanted):
            continue
        if _told(arm.discontinued):
            return (_stop(regimen.drug_ids, months, arm, arm.discontinued),)
        found = [_stop((drug,), months, arm, rate) for drug, rate in arm.stopped.items() if _told(rate)]
        if found:
            break
    known = {drug for one in found for drug in one.drugs}
    for drug in regimen.drug_ids:
        if drug not in known and (one := _own(drug, arms, wanted, planned)) is not None:
            found.append(one)
    return tuple(found)


def _own(
    drug: str, arms: Mapping[str, ToxicityArm], wanted: tuple[str, ...], planned: float | None
) -> StopRate | None:
    """Return the rate of one drug: arms of the setting first, then with the drug alone, then by size."""
    alone = own_arms(drug, arms.values(), wanted)
    others = [arm for arm in arms.values() if drug in arm.stopped and arm not in alone]
    ordered = [*alone, *sorted(others, key=lambda arm: (-arm.n, arm.id))]
    for arm in sorted(ordered, key=lambda arm: arm.setting not in wanted):
        months = _months(arm, wanted, planned)
        rate = arm.discontinued if arm.gives({drug}) else arm.stopped.get(drug)
        if months is not None and _told(rate):
            return _stop((drug,), months, arm, rate)
    return None


def _told(rate: Rate | None) -> TypeGuard[Rate]:
    """Return whether a share is known, not only bounded."""
    return rate is not None and not rate.is_bound


def _fits(arm: ToxicityArm, wanted: tuple[str, ...]) -> bool:
    return not wanted or arm.setting in wanted


def _months(arm: ToxicityArm, wanted: tuple[str, ...], planned: float | None) -> float | None:
    """Return the time on treatment of an arm: after surgery that of the regimen, if the arm tells none."""
    if arm.months is not None:
        return arm.months
    return planned if arm.setting != "metastatic" and arm.setting in wanted else None


def _planned_months(regimen: Regimen) -> float | None:
    """Return how long a regimen that ends by plan lasts."""
    ends = [item.end_h for item in regimen.drugs]
    last = [end for end in ends if end is not None]
    return max(last) / _HOURS_PER_MONTH if last and len(last) == len(ends) else None


def _stop(drugs: tuple[str, ...], months: float, arm: ToxicityArm, rate: Rate) -> StopRate:
    if arm.setting == "metastatic":
        per_month = rate.share * math.log(2.0) / months
    else:
        per_month = -math.log1p(-min(rate.share, 0.99)) / months
    return StopRate(tuple(drugs), per_month, arm, rate)
