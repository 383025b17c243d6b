"""Patients of the example cases under regimens, read as claims ask for."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from erbium.claims.faults import file_faults
from erbium.claims.patients import RESAMPLINGS, profile_of, read_patients
from erbium.claims.setup import PatientArm
from erbium.core.errors import DataErrors, UnknownName
from tests.claim_texts import AFTER_SURGERY, HEAD

CASE = "her2_positive_wild_type"
DRAWS = 6


@pytest.mark.needs_compiler
def test_what_is_read_of_a_patient() -> None:
    treated, untreated = PatientArm(CASE, "trastuzumab"), PatientArm(CASE)
    masked = PatientArm(CASE, "trastuzumab", settings=(("epitope_IV", 0.0),))
    wanted = [
        (arm, name, time)
        for arm in (treated, untreated, masked)
        for name, time in (
            ("tumour_volume_ratio", 0.0),
            ("tumour_volume_ratio", 42 * 24.0),
            ("serum_HER2_ratio", 42 * 24.0),
            ("HER2_negative_fraction", 0.0),
            ("HER2_mutant_fraction", 0.0),
            ("plasma_copies_ratio", 42 * 24.0),
            ("new_lesion_rate", 42 * 24.0),
            ("pAKT_S473", 42 * 24.0),
            ("ORR", None),
            ("PFS_months", None),
        )
    ]
    found = read_patients(wanted, draws=DRAWS)
    assert set(found) == set(wanted)
    assert all(np.all(np.isfinite(values)) for values in found.values())
    for arm in (treated, untreated, masked):
        assert found[arm, "tumour_volume_ratio", 0.0] == pytest.approx(np.ones(DRAWS))
        assert len(found[arm, "PFS_months", None]) == RESAMPLINGS
        assert found[arm, "HER2_mutant_fraction", 0.0].max() <= 1.0

    def median(arm: PatientArm) -> float:
        return float(np.median(found[arm, "tumour_volume_ratio", 42 * 24.0]))

    assert median(treated) < median(masked) <= median(untreated) * 1.001
    assert found[untreated, "ORR", None].max() == 0.0
    assert np.median(found[treated, "PFS_months", None]) > np.median(found[untreated, "PFS_months", None])


@pytest.mark.needs_compiler
def test_other_arms_change_nothing() -> None:
    alone = (PatientArm(CASE, "trastuzumab"), "tumour_volume_ratio", 21 * 24.0)
    other = (PatientArm(CASE, "tdxd"), "tumour_volume_ratio", 63 * 24.0)
    first = read_patients([alone], draws=4)[alone]
    assert read_patients([other, alone], draws=4)[alone] == pytest.approx(first, rel=1e-4)


@pytest.mark.needs_compiler
def test_before_surgery_there_is_a_chance_of_complete_response() -> None:
    case = "neoadjuvant_her2_positive"
    both, none = (PatientArm(case, regimen) for regimen in ("neoadjuvant_thp", None))
    found = read_patients([(both, "pCR", None), (none, "pCR", None)], draws=4)
    assert 0.0 <= found[none, "pCR", None].mean() < found[both, "pCR", None].mean() <= 1.0


def test_a_profile_is_changed_by_dotted_keys() -> None:
    changed = profile_of(CASE, json.dumps({"her2.p95_ratio": 0.4, "disease.sites": ["lung"]}))
    assert changed.her2.p95_ratio.value == 0.4
    assert profile_of(CASE).her2.p95_ratio.value == 0.01
    with pytest.raises(DataErrors, match=r"her2.ihc"):
        profile_of(CASE, json.dumps({"her2.ihc": "9+"}))
    with pytest.raises(UnknownName, match=CASE):
        profile_of("her2_positive_wild_typ")


@pytest.mark.needs_compiler
def test_events_per_month_follow_the_time_without_progression() -> None:
    treated, untreated = PatientArm(CASE, "trastuzumab"), PatientArm(CASE)
    found = read_patients(
        [(a, n, None) for a in (treated, untreated) for n in ("event_rate", "PFS_months")], draws=4
    )
    # Everyone untreated progresses: events per month are one over the mean time, but for the half event.
    rate, months = found[untreated, "event_rate", None], found[untreated, "PFS_months", None]
    assert rate * months == pytest.approx(1.0, abs=0.05)
    assert np.all(found[treated, "event_rate", None] < rate)


@pytest.mark.needs_compiler
def test_a_brain_metastasis_gets_less_antibody_than_one_elsewhere() -> None:
    brain = PatientArm("brain_metastases", "trastuzumab")
    body = PatientArm(
        "brain_metastases",
        "trastuzumab",
        profile='{"disease.sites": ["lung"], "disease.brain_metastases": "none"}',
    )
    found = read_patients([(arm, "bound_antibody_IV", 21 * 24.0) for arm in (brain, body)], draws=4)
    assert np.all(found[brain, "bound_antibody_IV", 504.0] < found[body, "bound_antibody_IV", 504.0])


@pytest.mark.needs_compiler
@pytest.mark.parametrize("mechanism", ["pten_loss", "p95her2", "pik3ca_h1047r"])
def test_a_disputed_mechanism_acts_in_every_draw(mechanism: str) -> None:
    time = 84 * 24.0
    plain = PatientArm(CASE, "trastuzumab")
    lesion = PatientArm(CASE, "trastuzumab", mechanisms=((mechanism, 1.0),))
    found = read_patients([(arm, "tumour_volume_ratio", time) for arm in (plain, lesion)], draws=16)
    gained = found[lesion, "tumour_volume_ratio", time] / found[plain, "tumour_volume_ratio", time]
    assert (gained > 1.01).all()


@pytest.mark.needs_compiler
def test_after_surgery_follow_up_is_five_years() -> None:
    arm = PatientArm("adjuvant_her2_positive")
    found = read_patients([(arm, n, None) for n in ("PFS_months", "event_rate")], draws=4)
    months = found[arm, "PFS_months", None]
    assert np.all((months > 24.0) & (months < 60.0))
    assert np.all(found[arm, "event_rate", None] > 0.0)


def test_after_surgery_a_time_to_relapse_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "toy.toml"
    file.write_text(HEAD + AFTER_SURGERY, encoding="utf-8")
    assert file_faults(file) == []
    file.write_text(HEAD + AFTER_SURGERY.replace("event_rate", "PFS_months"), encoding="utf-8")
    assert [(error.key, error.expected) for error in file_faults(file)] == [
        ("S1-010.arms.none", "event_rate"),
        ("S1-010.arms.antibody", "event_rate"),
    ]
