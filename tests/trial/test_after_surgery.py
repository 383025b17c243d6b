"""After surgery: who carries deposits, what went before, an arm without drugs, and other events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from erbium.core.twins import Array, Twins
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.tables import load_numbers
from erbium.population import load_population, sample_block
from erbium.profile import profile_from
from erbium.trial import Study, run_trial
from erbium.trial.before_randomisation import after_induction
from erbium.trial.follow_up import YEAR_DAYS, Seen, other_event_days
from erbium.trial.outcome import unseen
from erbium.tumour.deposits import has_disease, node_positive
from tests.trial_files import ADJUVANT, write

TWINS = Twins(1, 1, 4000)
CHEMOTHERAPY = (
    'primary = "iDFS"',
    """primary = "iDFS"
[design.induction]
regimen = "docetaxel"
duration = "18 weeks"
""",
)
RESIDUAL = (
    ('setting = "metastatic"', 'setting = "residual"'),
    ('"her2_positive_metastatic"\nline = 2', '"her2_positive_residual"'),
    *ADJUVANT[2:5],
    ('"tdm1"', '"residual_tdm1"'),
    ('"tdxd"', '"residual_trastuzumab"'),
    (CHEMOTHERAPY[0], CHEMOTHERAPY[1].replace('"docetaxel"', '"neoadjuvant_th"')),
)
OBSERVED = ('regimen = "adjuvant_paclitaxel_trastuzumab"', "observation = true")


def operated(tnm: str | None) -> float:
    """Return the share with living deposits after surgery, by TNM."""
    told = {} if tnm is None else {"tnm": tnm}
    profile = profile_from(
        {"schema": "erbium.profile/1", "meta": {"id": "x"}, "disease": {"setting": "adjuvant"} | told}
    )
    return float(has_disease(profile, "adjuvant", TWINS).mean())


def test_nodes_decide_who_carries_deposits() -> None:
    numbers = load_numbers("tumour/after_surgery")
    negative, positive = (
        numbers[f"adjuvant_micrometastasis_node_{word}"].value for word in ("negative", "positive")
    )
    assert operated("pT1cN0M0") == pytest.approx(negative, abs=0.02)
    assert operated("T2N1aM0") == pytest.approx(positive, abs=0.02)
    mixed = numbers["node_positive_share"].value
    assert operated(None) == pytest.approx(mixed * positive + (1 - mixed) * negative, abs=0.03)


def test_nodes_are_drawn_alike_in_every_setting_and_everybody_has_disease_before_surgery() -> None:
    profile = profile_from({"schema": "erbium.profile/1", "meta": {"id": "x"}})
    assert node_positive(profile, TWINS).mean() == pytest.approx(0.6, abs=0.02)
    assert has_disease(profile, "neoadjuvant", TWINS).all()


def test_other_events_come_at_their_rate_and_before_a_later_relapse() -> None:
    rate = load_numbers("conduct/trials")["other_events_per_year"].value
    day = other_event_days(np.arange(40_000), 3)
    assert (day < 10.0 * YEAR_DAYS).mean() == pytest.approx(1.0 - np.exp(-10.0 * rate), abs=0.005)
    seen = Seen(np.full(4, 1000.0), np.array([False, False, False, True]))
    relapse = np.array([500.0, 500.0, np.nan, np.nan])
    found = unseen(relapse, np.array([450.0, 600.0, 900.0, 2000.0]), seen).table
    assert found["end_reason"].tolist() == ["other_event", "recurrence", "other_event", "drop_out"]
    assert found["pfs_event"].tolist() == [True, True, True, False]
    assert (found["pfs_months"] * 30.4375).tolist() == pytest.approx([450.0, 500.0, 900.0, 1000.0])


@pytest.mark.needs_compiler
def test_an_arm_can_be_observed(tmp_path: Path) -> None:
    ill = ("eligibility = []", 'eligibility = [{ attribute = "node_positive", equals = true }]')
    found = run_trial(Study.read(write(tmp_path, *ADJUVANT, OBSERVED, ill)), 240, seed=2)
    relapsed = found.patients.groupby("arm")["pfs_event"].mean()
    assert relapsed["T-DM1"] > relapsed["T-DXd"]


@pytest.mark.needs_compiler
def test_what_goes_before_holds_deposits_back_and_who_relapses_is_not_randomised() -> None:
    tumour = sample_block(load_population("her2_positive_adjuvant"), seed=3, block=0, size=60).tumour
    nothing = Regimen(id="nothing", name="nothing", drugs=(), ad_hoc=True)
    volumes = [column for name, column in tumour.network.species_index.items() if name.endswith(".volume")]

    def cells(regimen: Regimen, days: float) -> Array:
        rows, states, _ = after_induction(tumour, regimen, days)
        size = np.full(60, np.nan)
        size[rows] = states[:, volumes].sum(axis=1)
        return size

    free, treated = cells(nothing, 126.0), cells(resolve_regimen("docetaxel"), 126.0)
    ill = tumour.start_volume > 0.0
    assert (free[~ill] == 0.0).all()
    both = ill & np.isfinite(free) & np.isfinite(treated)
    assert (treated[both] < free[both]).all()
    late = cells(nothing, 1512.0)
    assert np.isnan(late[ill]).sum() > np.isnan(free[ill]).sum()


@pytest.mark.needs_compiler
def test_residual_disease_is_what_treatment_before_surgery_left(tmp_path: Path) -> None:
    study = Study.read(write(tmp_path, *RESIDUAL))
    tumour = sample_block(load_population("her2_positive_residual"), seed=3, block=0, size=60).tumour
    assert study.induction is not None
    nothing = Regimen(id="nothing", name="nothing", drugs=(), ad_hoc=True)
    rows, _, _ = after_induction(tumour, study.induction, 126.0)
    every, _, _ = after_induction(tumour, nothing, 126.0)
    assert len(rows) < len(every), "treatment before surgery clears some, who are not randomised"
    found = run_trial(study, 40, seed=2)
    assert len(found.patients) == 40
    assert set(found.patients["end_reason"]) <= {"recurrence", "other_event", "follow_up", "drop_out"}
