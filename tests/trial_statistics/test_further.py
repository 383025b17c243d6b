"""Times that only some trials have: the brain, and invasive disease counted from surgery."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from erbium.core.errors import DataError
from erbium.knowledge.schema.trial import Comparison
from erbium.report.trial import trial_html
from erbium.report.trial_rows import comparison_rows, endpoint_words
from erbium.trial.further import limits_of
from erbium.trial.planning import Wanted, enrich, plan_comparison
from erbium.trial.scoreboard.comparisons import simulated
from erbium.trial.scoreboard.matching import flag, is_strict, simulated_endpoints, times_in
from erbium.trial.statistics import figure_name, summarise
from erbium.trial.statistics.beside import figure_pairs, ratio_pairs
from erbium.trial.statistics.endpoint import rate_of, times_of
from tests import synthetic_trial
from tests.trial_scoreboard.published import figure, ratio

_DESIGN: dict[str, Any] = {"patients": 800, "follow_up": "36 months"}
BRAIN: dict[str, Any] = {"design": {**_DESIGN, "visits": "9 weeks", "primary": "PFS", "brain_lesions": True}}
SURGERY: dict[str, Any] = {"design": {**_DESIGN, "visits_after_surgery": "6 months", "primary": "pCR"}}


def with_brain(n: int = 800) -> pd.DataFrame:
    """Return patients half of whom have brain lesions, on which the tested arm acts twice as well."""
    table = synthetic_trial.patients(n)
    other = synthetic_trial.patients(n, {"control": 1.0, "tested": 0.3}, seed=9)
    brain = np.arange(n) % 4 < 2
    response = np.where(other["nadir_percent"] <= -30, "PR", "SD")
    return table.assign(
        cns_pfs_months=other["pfs_months"].where(brain),
        cns_pfs_event=other["pfs_event"] & brain,
        cns_response=pd.Series(response).where(brain, None),
    )


def test_names_of_endpoints() -> None:
    assert figure_name("ORR_IC") == "orr_ic"
    assert figure_name("median_CNS_PFS") == "median_cns_pfs"
    assert figure_name("CNS_PFS_1y") == "cns_pfs_12m"
    assert figure_name("iDFS_3y") == "pfs_36m"
    assert figure_name("iDFS_3y", "neoadjuvant") == "idfs_36m"
    assert figure_name("EFS_5y", "neoadjuvant") == "pfs_60m"
    assert figure_name("median_DOR", "neoadjuvant") == "median_dor"
    assert rate_of("cns_pfs_12m") == ("cns_pfs", 12.0)
    assert rate_of("idfs_36m") == ("idfs", 36.0)
    assert [times_of(name) for name in ("CNS_PFS", "OS", "DFS", "EFS")] == ["cns_pfs", "os", "pfs", "pfs"]
    assert times_of("DFS", "neoadjuvant") == "idfs"
    assert times_of("EFS", "neoadjuvant") == "pfs"


def test_the_brain_stands_beside_its_published_figures_and_no_others() -> None:
    trial = synthetic_trial.trial(
        **BRAIN,
        published=[
            figure("median_CNS_PFS", 12.0, arm="tested"),
            figure("median_PFS", 12.0, arm="tested"),
            figure("ORR_IC", 60.0, arm="tested", n=100),
        ],
        published_ratio=[ratio("CNS_PFS", 0.3, low=0.2, high=0.5), ratio("PFS", 0.6, low=0.5, high=0.7)],
    )
    patients = with_brain()
    summary = summarise(trial, patients)
    brain, body = (pair.simulated for pair in ratio_pairs(trial, summary))
    assert brain is not None
    assert body is not None
    assert brain.hr == pytest.approx(0.3, abs=0.1)
    assert body.hr == pytest.approx(0.6, abs=0.1)
    assert sum(brain.n) == 400
    cns, pfs, orr = (pair.simulated for pair in figure_pairs(trial, summary))
    assert cns is not None
    assert pfs is not None
    assert cns.not_reached, "the brain is held for longer than half of the follow-up"
    assert pfs.value is not None
    measured = patients[(patients["arm"] == "tested") & patients["cns_response"].notna()]
    assert orr is not None
    assert orr.value == pytest.approx((measured["cns_response"] == "PR").mean())
    rows = {row["endpoint"]: row for row in comparison_rows(trial, summary)}
    assert rows["CNS-PFS, hazard ratio"]["published"].startswith("0.3")
    assert rows["PFS, hazard ratio"]["published"].startswith("0.6")
    assert endpoint_words(trial, "median_cns_pfs") == "median CNS-PFS, months"
    page = trial_html(trial, patients, None, summary)
    assert "Patients with brain metastases without progression in the brain" in page


def test_a_trial_without_them_has_none_of_it() -> None:
    trial = synthetic_trial.trial(published_ratio=[ratio("CNS_PFS", 0.3)])
    summary = summarise(trial, synthetic_trial.patients(200))
    assert not {"orr_ic", "median_cns_pfs", "median_idfs"} & set(summary.arms[0].figures)
    (pair,) = ratio_pairs(trial, summary)
    assert pair.simulated is None


def test_before_surgery_there_are_two_times_and_each_has_its_ratio() -> None:
    trial = synthetic_trial.trial(
        setting="neoadjuvant", **SURGERY,
        published_ratio=[ratio("EFS", 0.6, low=0.5, high=0.7), ratio("DFS", 0.3, low=0.2, high=0.5)],
    )  # fmt: skip
    table = synthetic_trial.patients(800)
    other = synthetic_trial.patients(800, {"control": 1.0, "tested": 0.3}, seed=9)
    patients = table.assign(pcr_chance=0.4, idfs_months=other["pfs_months"], idfs_event=other["pfs_event"])
    summary = summarise(trial, patients)
    assert [item.endpoint for item in summary.ratios] == ["EFS", "iDFS"]
    event_free, invasive = (pair.simulated for pair in ratio_pairs(trial, summary))
    assert event_free is not None
    assert invasive is not None
    assert event_free.hr == pytest.approx(0.6, abs=0.1)
    assert invasive.hr == pytest.approx(0.3, abs=0.08)
    for endpoint, expected in (("EFS", event_free), ("iDFS", invasive), ("DFS", invasive)):
        assert simulated(trial, summary, "tested", "control", endpoint=endpoint) == expected
    page = trial_html(trial, patients, None, summary)
    assert "since surgery" in page
    assert "pCR 40" in page, "the primary endpoint leads"


def test_pairs_that_are_compared_twice_have_one_ratio() -> None:
    pair = {"arm": "tested", "versus": "control"}
    trial = synthetic_trial.trial(comparison=[{**pair, "primary": True}, {**pair, "endpoint": "CNS_PFS"}])
    summary = summarise(trial, synthetic_trial.patients(200))
    assert [item.endpoint for item in summary.ratios] == ["PFS"]
    assert len({item.endpoint for item in summary.differences}) == len(summary.differences)


def test_the_scoreboard_takes_each_for_what_it_is() -> None:
    brain = synthetic_trial.trial(**BRAIN)
    assert simulated_endpoints(brain) == ("PFS", "CNS_PFS")
    assert times_in("median_CNS_PFS") == times_in("CNS_PFS_12m") == "CNS_PFS"
    assert not is_strict(brain, "CNS_PFS")
    assert not is_strict(brain, "median_CNS_PFS")
    assert "deaths" in flag(brain, "CNS_PFS_12m")
    assert "is simulated" in flag(brain, "CNS_PFS")
    assert is_strict(brain, "PFS")
    assert flag(brain, "PFS") == ""
    assert any("deaths" in text and "informative" in text for text in limits_of(brain))
    assert limits_of(synthetic_trial.trial()) == []
    assert not is_strict(synthetic_trial.trial(), "CNS_PFS")
    surgery = synthetic_trial.trial(setting="neoadjuvant", **SURGERY)
    assert is_strict(surgery, "EFS")
    assert flag(surgery, "DFS") == "DFS was published, iDFS is simulated"
    assert flag(surgery, "PFS") == "PFS was published, EFS is simulated"
    none = synthetic_trial.trial(setting="neoadjuvant")
    assert simulated_endpoints(none) == ()


def test_a_comparison_is_planned_by_its_own_times() -> None:
    brain = synthetic_trial.trial(**BRAIN)
    patients = with_brain(1600)
    summary = summarise(brain, patients)
    pair = Comparison(arm="tested", versus="control", endpoint="CNS_PFS", primary=True)
    found = plan_comparison(brain, patients, summary, pair, Wanted(patients=120))
    ratio_ = summary.ratio("tested", "control", "CNS_PFS")
    assert ratio_ is not None
    assert found.effect["endpoint"] == "CNS_PFS"
    assert found.effect["hazard_ratio"] == ratio_.hr == pytest.approx(0.3, abs=0.08)
    assert found.at_size is not None
    again = found.at_size["resampled"]
    assert again["effect"] == pytest.approx(ratio_.hr, abs=0.04)
    assert again["power"] == pytest.approx(found.at_size["power"], abs=0.08)
    assert any("800 of 1600 simulated patients have CNS_PFS" in text for text in found.warnings)
    body = plan_comparison(brain, patients, summary, pair.model_copy(update={"endpoint": "PFS"}), Wanted())
    assert body.effect["hazard_ratio"] == pytest.approx(0.6, abs=0.1)
    assert body.warnings == ()
    selected = enrich(patients, "er", pair, Wanted(), ["er"], times="cns_pfs")
    assert selected["rows"][0]["hr"] == pytest.approx(ratio_.hr, abs=0.01)
    cut = enrich(patients.head(200), "her2_copies", pair, Wanted(), ["her2_copies"], times="cns_pfs")
    assert cut["rows"][0]["hr"] < 0.45

    surgery = synthetic_trial.trial(setting="neoadjuvant", **SURGERY)
    table = synthetic_trial.patients(800)
    other = synthetic_trial.patients(800, {"control": 1.0, "tested": 0.3}, seed=9)
    both = table.assign(pcr_chance=0.4, idfs_months=other["pfs_months"], idfs_event=other["pfs_event"])
    invasive = Comparison(arm="tested", versus="control", endpoint="iDFS", primary=True)
    planned = plan_comparison(surgery, both, summarise(surgery, both), invasive, Wanted())
    assert planned.effect["endpoint"] == "iDFS"
    assert planned.effect["hazard_ratio"] == pytest.approx(0.3, abs=0.08)
    free = plan_comparison(
        surgery, both, summarise(surgery, both), invasive.model_copy(update={"endpoint": "DFS"}), Wanted()
    )
    assert free.warnings == ("iDFS is simulated and stands for DFS",)


def test_times_that_are_not_simulated_are_not_planned_from_others() -> None:
    trial = synthetic_trial.trial()
    patients = synthetic_trial.patients(400)
    pair = Comparison(arm="tested", versus="control", endpoint="CNS_PFS", primary=True)
    with pytest.raises(DataError, match="CNS_PFS is not simulated"):
        plan_comparison(trial, patients, summarise(trial, patients), pair, Wanted())


def test_brain_lesions_belong_to_metastatic_trials() -> None:
    with pytest.raises((DataError, ValueError), match="brain lesions"):
        synthetic_trial.trial(setting="neoadjuvant", design={**SURGERY["design"], "brain_lesions": True})
