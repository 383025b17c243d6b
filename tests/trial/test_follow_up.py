"""Patients enter over the accrual, are cut off on one day, and some are lost before."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.trial import Design
from erbium.knowledge.tables import load_numbers
from erbium.trial.follow_up import longest_follow_up, seen_until

PATIENTS = np.arange(4000)


def design(**changes: object) -> Design:
    given = {"patients": 10, "visits": "6 weeks", "follow_up": "20 months", "primary": "PFS"}
    return Design.model_validate(given | changes)


def test_follow_up_is_even_around_its_mean() -> None:
    seen = seen_until(design(accrual="12 months", drop_out_per_year=0), PATIENTS, 1, 0)
    months = seen.until / DAYS_PER_MONTH
    assert months.mean() == pytest.approx(20.0, abs=0.3)
    assert (months.min(), months.max()) == pytest.approx((14.0, 26.0), abs=0.1)
    assert not seen.lost.any()


def test_without_an_accrual_the_spread_is_the_assumed_one() -> None:
    numbers = load_numbers("conduct/trials")
    share, most = (numbers[name] for name in ("accrual_half_width", "accrual_half_width_most"))
    assert (share.value, most.value, most.unit) == (0.5, 18.0, "month")
    assert None not in (share.low, share.high, most.low, most.high)
    longest = [longest_follow_up(design(), 1, draw) / DAYS_PER_MONTH for draw in range(200)]
    assert np.median(longest) == pytest.approx(30.0, abs=1.5)
    assert np.quantile(longest, 0.05) == pytest.approx(24.0, abs=1.5)
    assert longest_follow_up(design(), 1, 3) == longest_follow_up(design(), 1, 3)


def test_the_assumed_spread_is_cut_where_enrolment_ends() -> None:
    late = design(follow_up="120 months")
    longest = [longest_follow_up(late, 1, draw) / DAYS_PER_MONTH for draw in range(200)]
    assert np.median(longest) == pytest.approx(138.0, abs=1.5)
    assert max(longest) < 120.0 + 30.0
    seen = seen_until(late.model_copy(update={"drop_out_per_year": None}), PATIENTS, 1, 3)
    assert seen.until.max() <= longest_follow_up(late, 1, 3)
    given = design(follow_up="120 months", accrual="60 months")
    assert longest_follow_up(given, 1, 0) / DAYS_PER_MONTH == pytest.approx(150.0, abs=0.1)


def test_the_rate_of_drop_out_is_that_of_the_file() -> None:
    seen = seen_until(design(drop_out_per_year=0.3, accrual="1 day"), PATIENTS, 1, 0)
    assert seen.lost.mean() == pytest.approx(1.0 - np.exp(-0.3 * 20.0 / 12.0), abs=0.03)


def test_an_uncertain_rate_differs_between_draws_and_not_within_one() -> None:
    rate = {"value": 0.08, "low": 0.02, "high": 0.2, "unit": "1/year", "kind": "assumed"}
    found = [
        seen_until(design(drop_out_per_year=rate), PATIENTS, 1, draw).lost.mean() for draw in (0, 0, 1, 2)
    ]
    assert found[0] == found[1]
    assert len(set(found)) == 3


def test_visits_become_rarer_when_they_are_said_to() -> None:
    found = design(visits_later={"after": "18 weeks", "every": "12 weeks"}).visit_days(400.0)
    assert found == (42.0, 84.0, 126.0, 210.0, 294.0, 378.0)
