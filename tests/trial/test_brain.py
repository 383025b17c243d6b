"""Patients with brain metastases have lesions in the brain beside those of the body."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from erbium.cli.trial import app
from erbium.core.errors import DataError
from erbium.trial import Study, TrialRun, run_trial
from erbium.trial.brain import both_sites
from erbium.trial.follow_up import Seen
from tests.trial_files import write

pytestmark = pytest.mark.needs_compiler

ASKED = ('primary = "PFS"', 'brain_lesions = true\nprimary = "PFS"')
#: Long enough for some to progress in the brain alone.
LONGER = ('follow_up = "6 months"', 'follow_up = "12 months"')
#: A drug that hardly passes the barrier against one that does, in patients who all have brain metastases.
DRUGS = (
    ("eligibility = []", 'eligibility = [{ attribute = "brain", equals = true }]'),
    ("drop_out_per_year = 0.3", "drop_out_per_year = 0.0"),
    LONGER,
    ('"tdm1"', '"trastuzumab_capecitabine"'),
    ('"tdxd"', '"tucatinib_trastuzumab_capecitabine"'),
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> TrialRun:
    return run_trial(Study.read(write(tmp_path_factory.mktemp("trial"), ASKED, LONGER)), 80, seed=2)


def test_only_who_has_brain_metastases_has_an_outcome_there(found: TrialRun) -> None:
    table = found.patients
    brain = table["brain"].to_numpy(dtype=bool)
    assert 0 < brain.sum() < len(table)
    assert (table["cns_pfs_months"].notna().to_numpy() == brain).all()
    assert not table.loc[~brain, "cns_pfs_event"].any()
    assert table.loc[~brain, "cns_response"].isna().all()
    assert set(table["cns_response"].dropna()) <= {"CR", "PR", "SD", "PD"}


def test_progression_is_that_of_the_site_where_it_is_seen_first(found: TrialRun) -> None:
    table = found.patients[found.patients["brain"]]
    there = table["cns_pfs_event"].to_numpy(dtype=bool)
    assert there.any()
    assert table.loc[there, "pfs_event"].all()
    assert np.allclose(table.loc[there, "cns_pfs_months"], table.loc[there, "pfs_months"])
    assert (table["cns_pfs_months"] <= table["pfs_months"] + 1e-9).all()
    first = table["end_reason"] == "brain_progression"
    assert table.loc[first, "cns_pfs_event"].all()


def test_the_body_is_as_it_was_and_progression_only_comes_earlier(found: TrialRun, tmp_path: Path) -> None:
    alone = run_trial(Study.read(write(tmp_path, LONGER)), 80, seed=2).patients
    table = found.patients
    without = ~table["brain"].to_numpy(dtype=bool)
    same = ["pfs_months", "pfs_event", "response", "nadir_percent", "end_reason"]
    assert table.loc[without, same].equals(alone.loc[without, same])
    assert (table["pfs_months"] <= alone["pfs_months"] + 1e-9).all()
    assert table["pfs_event"].sum() > alone["pfs_event"].sum()
    assert "cns_pfs_months" not in alone


def test_statistics_have_the_brain(found: TrialRun) -> None:
    body = found.json()
    assert {"PFS", "CNS_PFS", "OS"} == {item["endpoint"] for item in body["hazard_ratios"]}
    (ratio,) = (item for item in body["hazard_ratios"] if item["endpoint"] == "CNS_PFS")
    assert sum(ratio["n"]) == int(found.patients["brain"].sum())
    arm = body["arms"][0]
    assert {"orr_ic", "median_cns_pfs", "cns_pfs_6m", "cns_pfs_curve"} <= set(arm)
    measured = found.patients["cns_response"].notna() & (found.patients["arm"] == arm["name"])
    assert arm["orr_ic"]["n"] == int(measured.sum())
    assert any("new brain lesions" in text for text in body["warnings"])


def test_a_drug_that_passes_the_barrier_holds_the_brain(tmp_path: Path) -> None:
    found = run_trial(Study.read(write(tmp_path, ASKED, *DRUGS)), 200, seed=3)
    ratio = found.summary.ratio("T-DXd", "T-DM1", "CNS_PFS")
    assert ratio is not None
    assert ratio.hr is not None
    assert ratio.hr < 0.9
    body = found.summary.ratio("T-DXd", "T-DM1", "PFS")
    assert body is not None
    assert body.endpoint == "PFS"


def test_an_arm_without_brain_metastases_says_nothing_of_the_brain(tmp_path: Path) -> None:
    nobody = ("eligibility = []", 'eligibility = [{ attribute = "brain", equals = false }]')
    found = run_trial(Study.read(write(tmp_path, ASKED, nobody)), 12, seed=2)
    assert found.patients["cns_pfs_months"].isna().all()
    assert "median_cns_pfs" not in found.json()["arms"][0]


def test_an_induction_is_refused_beside_brain_lesions(tmp_path: Path) -> None:
    induction = '[design.induction]\nregimen = "th_docetaxel"\nduration = "12 weeks"\n[[arm]]\nname = "T-DM1"'
    with pytest.raises(DataError) as raised:
        Study.read(write(tmp_path, ASKED, ('[[arm]]\nname = "T-DM1"', induction)))
    assert raised.value.key == "design.brain_lesions"


def test_without_any_lesion_there_both_sites_are_the_body(found: TrialRun) -> None:
    from erbium.trial.enrolment import enrol
    from erbium.trial.outcome import measurable
    from erbium.trial.plan import Block
    from erbium.tumour import run_arms

    (part,) = enrol(found.study, Block(0, 0, 3, 0), 2)
    arm = part.arm(found.study.regimens[0], np.arange(3), np.arange(3), 2)
    (course,) = run_arms(part.tumour.kernel, [arm], [42.0])
    seen = Seen(np.full(3, 42.0), np.zeros(3, dtype=bool))
    told = both_sites(course, arm, seen, None, None).table
    assert told.drop(columns=["cns_pfs_months", "cns_pfs_event", "cns_response"]).equals(
        measurable(course, arm, seen).table
    )


def test_the_screen_shows_the_brain(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    file = write(tmp_path, ASKED)
    out = CliRunner().invoke(app, ["run", str(file), "--patients", "24", "--seed", "2"], terminal_width=200)
    assert out.exit_code == 0
    assert "CNS_PFS" in out.output or "CNS-PFS" in out.output
