"""What is recorded of patients follows from their sizes, visits and follow-up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from erbium.core.errors import DataError
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.span import days
from erbium.trial import Study, TrialRun, run_trial
from erbium.trial.follow_up import seen_until
from tests.trial_files import ADJUVANT, NEOADJUVANT, write

pytestmark = pytest.mark.needs_compiler

VISIT = 42.0
INDUCTION = (
    'primary = "PFS"',
    'primary = "PFS"\n[design.induction]\nregimen = "th_docetaxel"\nduration = "12 weeks"',
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> TrialRun:
    return run_trial(Study.read(write(tmp_path_factory.mktemp("trial"))), 60, seed=2)


def test_a_row_for_every_patient_and_the_arms_exactly(found: TrialRun) -> None:
    assert found.patients["patient"].tolist() == list(range(60))
    assert found.patients["arm"].value_counts().to_dict() == {"T-DXd": 40, "T-DM1": 20}
    assert set(found.patients["stratum"]) == {"er = yes", "er = no"}


def test_progression_falls_on_a_visit_before_the_patient_is_lost(found: TrialRun) -> None:
    table = found.patients
    seen = seen_until(found.study.trial.design, table["patient"].to_numpy(), 2, 0)
    day = table["pfs_months"].to_numpy() * DAYS_PER_MONTH
    event = table["pfs_event"].to_numpy()
    assert event.any()
    assert not event.all()
    assert np.allclose(day[event] % VISIT, 0.0)
    assert (day <= np.maximum(seen.until, 1.0)).all()
    last = np.floor(seen.until / VISIT) * VISIT
    assert np.allclose(day[~event], np.maximum(last, 1.0)[~event])
    lost = (table["end_reason"] == "drop_out").to_numpy()
    assert (lost == (~event & seen.lost)).all()


def test_response_and_progression_are_those_of_recist(found: TrialRun) -> None:
    rows: list[Any] = list(found.patients.itertuples())
    for row in rows:
        sizes = found.sizes[found.sizes["patient"] == row.patient]
        assert sizes["day"].max() <= row.pfs_months * DAYS_PER_MONTH + 1e-6
        mm = sizes["mm"].to_numpy()
        nadir = np.minimum.accumulate(mm)
        grown = (mm[1:] >= 1.2 * nadir[:-1]) & (mm[1:] - nadir[:-1] >= 5.0)
        assert not grown[:-1].any()
        if row.end_reason == "progression":
            assert grown[-1]
        before = mm[1:-1] if row.pfs_event else mm[1:]
        if row.response == "CR":
            assert (before == 0.0).any()
        elif row.response == "PR":
            assert before.min() <= 0.7 * mm[0]
        elif row.response == "SD":
            assert before.size
            assert before.min() > 0.7 * mm[0]
        elif row.response == "PD":
            assert row.pfs_event
            assert row.pfs_months * DAYS_PER_MONTH == pytest.approx(VISIT)
        else:
            assert len(mm) == 1
        responded = row.response in {"CR", "PR"}
        assert responded == np.isfinite(row.response_month)
        if responded:
            first = np.flatnonzero(mm[1:] <= 0.7 * mm[0])[0] + 1
            assert row.response_month == pytest.approx(first * VISIT / DAYS_PER_MONTH)
            assert row.dor_months == pytest.approx(row.pfs_months - row.response_month)
        assert row.benefit == (
            responded or (row.response == "SD" and row.pfs_months * DAYS_PER_MONTH >= 168.0)
        )


def test_the_json_holds_what_the_contract_asks_for(found: TrialRun) -> None:
    body = found.json()
    assert body["schema"] == "erbium.trial-run/1"
    for arm in body["arms"]:
        assert set(arm) >= {"name", "n", "orr", "cr", "cbr", "pcr", "median_pfs", "median_os"}
        assert set(arm["orr"]) >= {"value", "low", "high"}
        assert arm["pcr"]["value"] is None
        assert arm["median_os"]["value"] is not None or arm["median_os"]["not_reached"]
        assert arm["median_os"]["exploratory"] is True
    ratio, survival = body["hazard_ratios"]
    assert (survival["endpoint"], survival["exploratory"]) == ("OS", True)
    assert (ratio["endpoint"], ratio["arm"], ratio["versus"]) == ("PFS", "T-DXd", "T-DM1")
    assert ratio["low"] < ratio["hr"] < ratio["high"]
    assert {"version", "seed", "knowledge_hash", "trial_hash", "notice", "warnings"} <= set(body)


def test_paired_runs_of_one_seed_are_equal(found: TrialRun) -> None:
    again = run_trial(found.study, 60, seed=2)
    assert again.patients.equals(found.patients)


def test_draws_spread_the_patients_over_kinetic_constants(found: TrialRun) -> None:
    drawn = run_trial(found.study, 20, seed=2, draws=2)
    assert drawn.patients["draw"].value_counts().to_dict() == {0: 10, 1: 10}
    assert drawn.json()["arms"][1]["orr"]["model_low"] is not None


def test_an_induction_selects_and_restarts_the_clock(tmp_path: Path) -> None:
    induced = run_trial(Study.read(write(tmp_path, INDUCTION, ("line = 2", "line = 4"))), 20, seed=2)
    table, trial = induced.patients, induced.study.trial
    assert len(table) == 20
    assert table["arm"].value_counts().to_dict() == {"T-DXd": 13, "T-DM1": 7}
    first = induced.sizes[induced.sizes["day"] == 0.0].set_index("patient")["mm"]
    assert np.allclose(first, table.set_index("patient")["baseline_mm"])
    assert set(induced.sizes["day"] % VISIT) == {0.0}
    assert trial.design.induction is not None
    assert days(trial.design.induction.duration) == 84.0


def test_an_induction_changes_who_is_randomised(tmp_path: Path) -> None:
    from erbium.trial.enrolment import enrol
    from erbium.trial.plan import Block

    study = Study.read(write(tmp_path, INDUCTION, ("line = 2", "line = 4")))
    parts = enrol(study, Block(0, 0, 20, 0), 2)
    assert sum(len(part.rows) for part in parts) == 20
    assert any(len(part.rows) < part.tumour.twins.count for part in parts)
    part = parts[0]
    assert part.states is not None
    arm = part.arm(study.regimens[0], np.arange(3), np.arange(3), 2)
    central = part.tumour.network.species_index["central_antibody_IV"]
    assert (arm.states[:, central] > 0.0).all(), "what is left of the antibody carries over"
    assert (arm.states == part.states[:3]).all()


def test_an_induction_that_nobody_survives_is_given_up(tmp_path: Path) -> None:
    change = (
        INDUCTION[0],
        INDUCTION[1].replace("th_docetaxel", "letrozole").replace("12 weeks", "150 weeks"),
    )
    study = Study.read(write(tmp_path, change, ("line = 2", "line = 6")))
    with pytest.raises(DataError, match=r"reach the end of the induction") as found:
        run_trial(study, 10, seed=2)
    assert found.value.key == "design.induction"


def test_before_surgery_there_is_pcr_and_no_pfs(tmp_path: Path) -> None:
    found = run_trial(Study.read(write(tmp_path, *NEOADJUVANT)), 20, seed=2)
    assert found.patients["pcr_chance"].between(0.0, 1.0).all()
    assert found.patients["pfs_months"].isna().all()
    arm = found.json()["arms"][0]
    assert 0.0 < arm["pcr"]["value"] < 1.0
    assert arm["median_pfs"]["value"] is None
    assert found.json()["hazard_ratios"] == []
    ends = found.sizes.groupby("patient")["day"].max()
    assert ends.nunique() == 1
    assert ends.iloc[0] > 80.0


def test_after_surgery_some_relapse_and_only_who_has_deposits(tmp_path: Path) -> None:
    found = run_trial(Study.read(write(tmp_path, *ADJUVANT)), 60, seed=2)
    table = found.patients
    assert set(table["end_reason"]) <= {"recurrence", "other_event", "follow_up", "drop_out"}
    assert table["pfs_event"].mean() < 0.45
    assert table["response"].isna().all()
    assert found.json()["arms"][0]["orr"]["value"] is None


def test_no_event_is_said_and_is_no_failure(tmp_path: Path) -> None:
    short = (*ADJUVANT, ('follow_up = "48 months"', 'follow_up = "7 months"'))
    found = run_trial(Study.read(write(tmp_path, *short)), 10, seed=2)
    assert not found.patients["pfs_event"].any()
    (ratio,) = found.json()["hazard_ratios"]
    assert ratio["hr"] is None
    assert any("event" in text for text in found.warnings)


def test_an_impossible_eligibility_names_the_criterion(tmp_path: Path) -> None:
    nobody = ("eligibility = []", 'eligibility = [{ attribute = "her2_copies", at_least = 100000 }]')
    with pytest.raises(DataError, match="her2_copies") as found:
        run_trial(Study.read(write(tmp_path, nobody)), 10, seed=2)
    assert found.value.file == str(tmp_path / "small.toml")
    assert found.value.key == "population.eligibility"


def test_a_block_without_any_deposit_needs_no_simulation(tmp_path: Path) -> None:
    found = [run_trial(Study.read(write(tmp_path, *ADJUVANT)), 2, seed=seed).patients for seed in range(1, 5)]
    assert all(len(table) == 2 for table in found)
    assert not all(table["pfs_event"].any() for table in found)
