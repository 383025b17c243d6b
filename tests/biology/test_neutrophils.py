"""Neutrophils under drugs in patients, and what their fall does to doses."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.knowledge.catalogue import resolve_regimen
from erbium.model.modules import drug_exposure, neutrophils
from erbium.profile import profile_from
from erbium.tumour import Tumour, run_arms

pytestmark = pytest.mark.needs_compiler


@pytest.fixture(scope="module")
def tumour() -> Tumour:
    profile = profile_from(
        {"schema": "erbium.profile/1", "meta": {"id": "unselected"}, "her2": {"status": "positive"},
         "disease": {"setting": "metastatic", "line": 1}}
    )  # fmt: skip
    return Tumour.from_profile(profile, seed=1, parameter_draws=4, marker_draws=10)


def counts(tumour: Tumour, regimen: str, days: float) -> tuple[np.ndarray, np.ndarray]:
    """Return days and neutrophils, 10^9 per litre, (times, twins), without delays."""
    arm = tumour.arm(resolve_regimen(regimen))
    out = tumour.kernel.advance(
        arm.states, arm.parameters, 0.0, days * 24.0, list(arm.rules), arm.amounts, 12.0
    )
    assert out.record is not None
    return out.times_h / 24.0, tumour.kernel.compute_readouts(out.record, arm.parameters, ["ANC"])["ANC"]


def test_after_docetaxel_they_fall_within_two_weeks_and_come_back(tumour: Tumour) -> None:
    """Nadir after 7 to 12 days, recovery before the next cycle (label and Kloft 2006)."""
    days, found = counts(tumour, "th_docetaxel", 21.0)
    middle = np.median(found, axis=1)
    assert 6.0 <= days[middle.argmin()] <= 12.0
    assert middle.min() < 1.0
    assert middle[-1] > 0.6 * middle[0]


def test_every_slot_of_a_drug_counts() -> None:
    assert set(neutrophils.SLOTS) == {slot for slot, _, _, _ in drug_exposure.SLOTS}


def test_drugs_without_an_effect_on_marrow_leave_them_alone(tumour: Tumour) -> None:
    _, found = counts(tumour, "trastuzumab", 42.0)
    np.testing.assert_allclose(found, np.broadcast_to(found[0], found.shape), rtol=1e-3)


def test_doses_of_a_taxane_are_reduced_and_those_of_the_antibody_are_not(tumour: Tumour) -> None:
    arm = tumour.arm(resolve_regimen("th_docetaxel"))
    (course,) = run_arms(tumour.kernel, [arm], [42.0, 84.0, 126.0], stop_at_progression=False)
    assert (course.dose_share < 1.0).any()
    assert (course.delay_weeks >= 0).all()
    held = dict(zip((rule.species for rule in arm.rules), arm.held, strict=True))
    assert held["central_antibody_IV"] is False
    assert any(is_held for species, is_held in held.items() if "chemotherapy" in species)


def test_a_patient_with_few_neutrophils_is_delayed_more(tumour: Tumour) -> None:
    regimen = resolve_regimen("eribulin")
    arm = tumour.arm(regimen)
    column = tumour.network.parameter_index["neutrophil_baseline"]
    delays = []
    for baseline in (2.0, 6.0):
        arm.parameters[:, column] = baseline
        (course,) = run_arms(tumour.kernel, [arm], [63.0], stop_at_progression=False)
        delays.append(course.delay_weeks.mean() + course.left_out.mean())
    assert delays[0] > delays[1]


def test_the_arm_alone_has_the_same_course_as_beside_others(tumour: Tumour) -> None:
    arms = [tumour.arm(resolve_regimen(name)) for name in ("th_docetaxel", "trastuzumab_pertuzumab")]
    together = run_arms(tumour.kernel, arms, [42.0, 84.0])
    for arm, found in zip(arms, together, strict=True):
        (alone,) = run_arms(tumour.kernel, [arm], [42.0, 84.0])
        np.testing.assert_array_equal(alone.volume, found.volume)
