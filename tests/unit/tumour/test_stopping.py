"""When twins stop a drug for toxicity, and what the controller makes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from erbium.core.twins import Twins
from erbium.engine.doses import DoseRule
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.stopping import stop_rates
from erbium.profile import profile_from
from erbium.tumour import Tumour, run_arms
from erbium.tumour.dose_control import DoseControl
from erbium.tumour.stopping import draw_stops

DAYS_PER_MONTH = 30.4375
ARMS = load_knowledge().toxicities
WEEKLY = DoseRule("antibody", 0.0, 168.0, None, None, np.inf)
THREE_DOSES = DoseRule("cytotoxic", 0.0, 168.0, None, None, 21 * 24.0)


def test_stops_come_at_the_published_rate_after_the_first_dose() -> None:
    twins = Twins(1, 1, 4000)
    regimen = resolve_regimen("tdxd")
    (rate,) = stop_rates(regimen, ARMS, ("metastatic",))
    (days,) = draw_stops(regimen, ["trastuzumab_deruxtecan"], ARMS, "metastatic", twins)
    year = 12.0 * DAYS_PER_MONTH
    assert (days < year).mean() == pytest.approx(1.0 - np.exp(-12.0 * rate.per_month), abs=0.01)


def test_rules_of_one_drug_stop_on_the_same_day_and_unknown_drugs_never() -> None:
    twins = Twins(1, 1, 50)
    regimen = resolve_regimen("tucatinib_trastuzumab_capecitabine")
    rules = ["tucatinib", "tucatinib", "trastuzumab"]
    first, second, other = draw_stops(regimen, rules, ARMS, "metastatic", twins)
    np.testing.assert_array_equal(first, second)
    assert np.isfinite(first).all()
    assert np.isinf(other).all()


def test_doses_end_on_the_day_and_only_doses_still_ahead_count_as_stopped() -> None:
    amounts = np.full((2, 3), 100.0)
    never = np.inf
    stops = np.array([[never, 10.0, never], [never, never, 30.0]])
    control = DoseControl((WEEKLY, THREE_DOSES), amounts, np.zeros((2, 3), dtype=bool), stops)
    everyone = np.arange(3)
    control.stop(everyone, 7.0)
    assert (control.amounts == 100.0).all()
    control.stop(everyone, 14.0)
    np.testing.assert_array_equal(control.amounts[0], [100.0, 0.0, 100.0])
    control.stop(everyone, 35.0)
    np.testing.assert_array_equal(control.amounts[1], [100.0, 100.0, 0.0])
    np.testing.assert_array_equal(control.stopped_day, [np.nan, 14.0, np.nan])
    assert (amounts == 100.0).all()


def test_who_stops_progresses_no_later() -> None:
    profile = profile_from(
        {
            "schema": "erbium.profile/1",
            "meta": {"id": "x"},
            "her2": {"status": "positive"},
            "disease": {"setting": "metastatic", "line": 2},
        }
    )
    tumour = Tumour.from_profile(profile, parameter_draws=1, marker_draws=24)
    treatment = tumour.treat("tdxd", "80 weeks")
    course = treatment.course
    arm = tumour.arm(resolve_regimen("tdxd"))
    stopped = arm.stops.min(axis=0) < course.visit_days[-1]
    assert stopped.any()
    assert not stopped.all()
    np.testing.assert_array_equal(np.isfinite(course.stopped_day), stopped)
    doses = treatment.json()["doses"]
    assert 0.0 < doses["stopped_for_toxicity"]["share"] <= stopped.mean()
    # After the stop the tumour of nobody shrinks faster than that of the same twin who goes on.
    visits = [42.0 * k for k in range(1, 14)]
    going_on = replace(arm, stop_days=np.empty((0, 0)))
    with_stops, without = run_arms(tumour.kernel, [arm, going_on], visits, stop_at_progression=False)
    last_with, last_without = with_stops.volume[-1], without.volume[-1]
    assert (last_with[stopped] >= last_without[stopped] * (1.0 - 1e-3)).all()
    assert (last_with[stopped] > 1.5 * last_without[stopped]).any()
    np.testing.assert_allclose(last_with[~stopped], last_without[~stopped], rtol=1e-2)
