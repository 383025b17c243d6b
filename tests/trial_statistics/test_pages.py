"""Figures and the page of a trial."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from erbium.report.plots import figure_svg
from erbium.report.trial import lead, trial_html, write_report
from erbium.report.trial_curves import survival_figure
from erbium.report.trial_forest import forest_of, forest_plot
from erbium.report.trial_response import spider_figure, waterfall_figure
from erbium.trial.statistics import summarise
from erbium.trial.statistics.published_curve import read_published
from tests import synthetic_trial

ER = {"attribute": "er", "equals": True}
RATIO = {
    "arm": "tested",
    "versus": "control",
    "endpoint": "PFS",
    "hazard_ratio": 0.62,
    "low": 0.51,
    "high": 0.75,
}
SOURCE = {"source": "Smith 2012; PMID 22149875; DOI 10.1056/NEJMoa1113216", "status": "verified"}


@pytest.mark.parametrize(
    ("names", "n"), [(("alone",), 10), (("control", "tested"), 2000), (("a", "b", "c"), 30)]
)
def test_every_figure_is_drawn(names: tuple[str, ...], n: int) -> None:
    trial = synthetic_trial.trial(names)
    table = synthetic_trial.patients(n, dict.fromkeys(names, 1.0), grid=2.07)
    summary = summarise(trial, table, subgroups=[ER])
    curves = figure_svg(survival_figure(trial, summary))
    assert "patients at risk" in curves
    assert "months since randomisation" in curves
    for name in names:
        assert name in curves
    assert "best change of sum of diameters, %" in figure_svg(waterfall_figure(trial, table))
    sizes = synthetic_trial.sizes(table.head(200))
    assert "months since the start" in figure_svg(spider_figure(trial, table.head(200), sizes))


def test_the_forest_sets_simulated_beside_published() -> None:
    trial = synthetic_trial.trial(published_ratio=[{**RATIO, **SOURCE}, {**RATIO, **SOURCE, "subgroup": ER}])
    summary = summarise(trial, synthetic_trial.patients(600))
    forest = forest_of(trial, summary, "tested", "control")
    assert forest is not None
    assert [row.label for row in forest.rows] == ["all patients", "ER positive"]
    assert forest.rows[1].published == (0.62, 0.51, 0.75)
    drawn = figure_svg(forest_plot(summary, forest))
    assert "0.62 (0.51–0.75)" in drawn
    assert "tested better" in drawn
    assert forest_of(trial, summary, "control", "tested") is None


def test_published_patients_of_a_trial_are_found_by_arm_or_by_number(tmp_path: Path) -> None:
    (tmp_path / "MANIFEST.csv").write_text(
        "file,arm,n,time_unit,endpoint\nx.csv,control,3,years,PFS\nx.csv,other label,2,years,PFS\n"
    )
    (tmp_path / "x.csv").write_text(
        "time,event,arm\n1,1,control\n2,0,control\n3,1,control\n1,1,other label\n2,0,other label\n"
    )
    arms = [{"name": "control", "regimen": "a", "share": 3}, {"name": "tested", "regimen": "b", "share": 2}]
    trial = synthetic_trial.trial(km_files=["x.csv"], arm=arms)
    found = read_published(tmp_path, trial)
    assert found is not None
    assert found["arm"].tolist() == ["control"] * 3 + ["tested"] * 2
    assert found["months"].tolist()[:3] == [12.0, 24.0, 36.0]
    assert read_published(tmp_path, trial, "OS") is None


def test_the_shared_curves_give_the_published_medians(shared_data: Path) -> None:
    arms = [
        {"name": "control", "regimen": "a", "share": 406},
        {"name": "tested", "regimen": "b", "share": 402},
    ]
    trial = synthetic_trial.trial(km_files=["CLEOPATRA_3A.csv"], arm=arms)
    found = read_published(shared_data / "trials_km", trial)
    assert found is not None
    table = found.rename(columns={"months": "pfs_months", "event": "pfs_event"})
    summary = summarise(trial, table)
    medians = [arm.figures["median_pfs"].value for arm in summary.arms]
    # Published by independent review 12.4 and 18.5 months, hazard ratio 0.62 (0.51 to 0.75), stratified;
    # the file is another data cut, and has no strata.
    assert medians == pytest.approx([12.4, 18.5], rel=0.05)
    assert 0.51 < (summary.ratios[0].hr or 0.0) < 0.75


def test_the_page(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>"
    published = {"arm": "control", "endpoint": "ORR", "value": 69.3, "unit": "percent", "n": 336, **SOURCE}
    trial = synthetic_trial.trial(
        published=[published], published_ratio=[{**RATIO, **SOURCE}], summary=hostile, subgroup=[ER]
    )
    table = synthetic_trial.patients(400, grid=2.07, draws=3)
    summary = summarise(trial, table)
    path = write_report(
        trial, table, synthetic_trial.sizes(table), summary, tmp_path / "page.html",
        origin={"seed": 7, "knowledge_hash": "abcdef"},
    )  # fmt: skip
    page = path.read_text(encoding="utf-8")
    assert hostile not in page
    assert "&lt;script&gt;" in page
    hosts = set(re.findall(r"https?://([^/\"'\s<]+)", page)) - {"www.w3.org"}
    assert hosts <= {"doi.org", "pubmed.ncbi.nlm.nih.gov"}, "links of sources only"
    assert not re.search(r"(src|@import|url\()\s*=?\s*[\"'(]?https?:", page)
    for text in (
        "abcdef",
        "not a medical device",
        "nothing is represented",
        "verified",
        "69.3",
        "every 9 weeks",
    ):
        assert text in page, text
    assert page.count("<svg") == 4
    assert lead(trial, summary) in page


def test_the_page_without_curves_or_comparison() -> None:
    table = synthetic_trial.patients(60).assign(pfs_months=np.nan, pfs_event=False, nadir_percent=np.nan)
    table["pcr_chance"] = np.where(table["arm"] == "tested", 0.6, 0.4)
    trial = synthetic_trial.trial(setting="neoadjuvant")
    page = trial_html(trial, table, None, summarise(trial, table))
    assert "pCR 60 % on tested against 40 % on control" in page
    alone = synthetic_trial.trial(("alone",))
    one = synthetic_trial.patients(12, {"alone": 1.0})
    assert "12 virtual patients on alone" in trial_html(alone, one, pd.DataFrame(), summarise(alone, one))


def test_the_page_says_that_earlier_lines_were_simulated() -> None:
    trial, table = synthetic_trial.trial(), synthetic_trial.patients(60)
    summary = summarise(trial, table)
    counted, simulated = (
        trial_html(trial, table, None, summary, origin={"seed": 1, **more})
        for more in ({}, {"earlier_lines": ["thp_docetaxel", "tdm1"]})
    )
    for said in ("earlier lines are simulated until each fails", "simulated: thp_docetaxel, then tdm1"):
        assert said in simulated
        assert said not in counted
