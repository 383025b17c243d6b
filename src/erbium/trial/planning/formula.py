"""Events, patients and power of a comparison by formula."""

from __future__ import annotations

import math
from dataclasses import dataclass

from erbium.core.errors import DataError


@dataclass(frozen=True)
class Size:
    """What a comparison of two arms needs.

    Attributes
    ----------
    events
        Events in both arms; None for rates.
    patients
        Patients in both arms.
    power, alpha
        Power, and two-sided level of the test.
    """

    events: int | None
    patients: int
    power: float
    alpha: float


def events_needed(hr: float, *, power: float = 0.8, alpha: float = 0.05, share: float = 0.5) -> int:
    """Return the events that show a hazard ratio by a log-rank test (Schoenfeld 1983).

    Parameters
    ----------
    hr
        Hazard ratio to be found.
    power, alpha
        Power wanted, and two-sided level.
    share
        Share of patients in the tested arm.
    """
    _check(hr, share)
    z = _z(1.0 - alpha / 2.0) + _z(power)
    return math.ceil(z**2 / (share * (1.0 - share) * math.log(hr) ** 2) - 1e-9)


def power_of_events(hr: float, events: float, *, alpha: float = 0.05, share: float = 0.5) -> float:
    """Return the power of a log-rank test at this number of events (Schoenfeld 1983)."""
    from scipy.special import ndtr

    _check(hr, share)
    drift = math.sqrt(events * share * (1.0 - share)) * abs(math.log(hr))
    return float(ndtr(drift - _z(1.0 - alpha / 2.0)))


def event_chance(
    median_months: float,
    follow_up_months: float,
    *,
    accrual_months: float = 0.0,
    drop_out_per_year: float = 0.0,
) -> float:
    """Return the chance that a patient's event is seen, for exponential times.

    Parameters
    ----------
    median_months
        Median time to the event.
    follow_up_months
        From the entry of the last patient to the data cut.
    accrual_months
        Over which patients enter evenly.
    drop_out_per_year
        Rate at which patients are lost, 1/year.
    """
    hazard, lost = math.log(2.0) / median_months, drop_out_per_year / 12.0
    total, share = hazard + lost, hazard / (hazard + lost)
    if accrual_months <= 0.0:
        return share * (1.0 - math.exp(-total * follow_up_months))
    survivors = math.exp(-total * follow_up_months) - math.exp(-total * (follow_up_months + accrual_months))
    return share * (1.0 - survivors / (total * accrual_months))


def size_for_ratio(
    hr: float,
    control_median_months: float,
    follow_up_months: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    share: float = 0.5,
    accrual_months: float = 0.0,
    drop_out_per_year: float = 0.0,
) -> Size:
    """Return events and patients that show a hazard ratio, for exponential times in both arms."""
    events = events_needed(hr, power=power, alpha=alpha, share=share)
    chances = [
        event_chance(
            control_median_months / ratio,
            follow_up_months,
            accrual_months=accrual_months,
            drop_out_per_year=drop_out_per_year,
        )
        for ratio in (hr, 1.0)
    ]
    chance = share * chances[0] + (1.0 - share) * chances[1]
    return Size(events, math.ceil(events / chance), power, alpha)


def size_for_rates(
    rate: float, control: float, *, power: float = 0.8, alpha: float = 0.05, share: float = 0.5
) -> Size:
    """Return the patients that show a difference of two rates, fractions, by a test of proportions."""
    if rate == control or not (0.0 < rate < 1.0 and 0.0 < control < 1.0):
        raise DataError(
            f"rates of {rate:g} and {control:g} cannot be told apart by any trial.",
            key="rate",
            expected="two different fractions between 0 and 1",
        )
    pooled = share * rate + (1.0 - share) * control
    null = pooled * (1.0 - pooled) / (share * (1.0 - share))
    other = rate * (1.0 - rate) / share + control * (1.0 - control) / (1.0 - share)
    z = _z(1.0 - alpha / 2.0) * math.sqrt(null) + _z(power) * math.sqrt(other)
    return Size(None, math.ceil((z / (rate - control)) ** 2 - 1e-9), power, alpha)


def power_of_rates(
    rate: float, control: float, patients: float, *, alpha: float = 0.05, share: float = 0.5
) -> float:
    """Return the power of a test of two rates, fractions, with this number of patients in both arms."""
    from scipy.special import ndtr

    if rate == control:
        return alpha
    pooled = share * rate + (1.0 - share) * control
    null = pooled * (1.0 - pooled) / (share * (1.0 - share))
    other = rate * (1.0 - rate) / share + control * (1.0 - control) / (1.0 - share)
    drift = abs(rate - control) * math.sqrt(patients) - _z(1.0 - alpha / 2.0) * math.sqrt(null)
    return 1.0 if other == 0.0 else float(ndtr(drift / math.sqrt(other)))


def _z(share: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(share))


def _check(hr: float, share: float) -> None:
    if not hr > 0.0 or hr == 1.0:
        raise DataError(
            f"a hazard ratio of {hr:g} cannot be shown by any number of events.",
            key="hr",
            expected="a number above 0 that is not 1",
        )
    if not 0.0 < share < 1.0:
        raise DataError(f"{share:g} of the patients in one arm.", key="share", expected="between 0 and 1")
