"""Published figures as they are fitted: from trial files and from curves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from erbium.calibrate.population.courses import plan_courses
from erbium.calibrate.population.design import Design
from erbium.calibrate.population.floors import floor_covariance
from erbium.calibrate.population.leave_out import divisions, part
from erbium.calibrate.population.observed import Observed, figure_of, observe, read_curve, scale_of_time
from erbium.calibrate.population.posterior import Target
from erbium.core.errors import DataError, UnknownName
from tests.unit.calibrate.population.test_posterior import stack_of


@pytest.fixture(scope="module")
def design() -> Design:
    return Design.read()


@pytest.fixture
def curves(tmp_path: Path) -> Path:
    """Folder with a made-up curve of the control arm of CLEOPATRA: a constant hazard, half censored."""
    random = np.random.default_rng(1)
    time = random.exponential(12.5 / np.log(2), 400)
    cut = random.uniform(5, 60, 400)
    lines = ["time,event,arm"]
    lines += [f"{min(t, c):.4f},{int(t <= c)},control" for t, c in zip(time, cut, strict=True)]
    (tmp_path / "CLEOPATRA_3A.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def of_arm(observed: Observed, trial: str) -> dict[str, float]:
    return {row.statistic: row.value for row in observed.rows if row.trial == trial}


def test_figures_are_those_of_the_trial_files(design: Design) -> None:
    found = observe(design, plan_courses(design), None)
    told = {row.endpoint: row.value for row in design.trials["m77001"].published if row.arm == "docetaxel"}
    mine = of_arm(found, "m77001")
    assert mine["ORR"] == pytest.approx(told["ORR"] / 100.0)
    assert mine["median_PFS"] == told["median_TTP"]
    assert np.linalg.eigvalsh(found.sampling).min() > 0.0


def test_the_chance_of_a_median_is_that_of_its_own_interval(design: Design) -> None:
    courses = plan_courses(design)
    found = observe(design, courses, None)
    at = next(k for k, row in enumerate(found.rows) if (row.trial, row.statistic) == ("emilia", "median_DOR"))
    assert courses.arms[found.rows[at].arm].arm == "lapatinib + capecitabine"
    told = {row.arm: row for row in design.trials["emilia"].published if row.endpoint == "median_DOR"}
    own, other = told["lapatinib + capecitabine"], told["T-DM1"]
    assert own.source == other.source
    wanted = {row.arm: (np.log(row.high / row.low) / (2 * 1.95996)) ** 2 for row in (own, other)}  # type: ignore[operator]
    assert found.sampling[at, at] == pytest.approx(wanted[own.arm], rel=1e-4)
    assert found.sampling[at, at] < 0.2 * wanted[other.arm]
    assert (found.rows[at].low, found.rows[at].high) == (own.low, own.high)


def test_the_best_checked_and_latest_figure_counts(design: Design) -> None:
    found = figure_of(design.trials["destiny_breast01"], "T-DXd", "ORR")
    assert found is not None
    assert found.status == "verified"
    cleopatra = figure_of(design.trials["cleopatra"], "control", "median_PFS")
    assert cleopatra is not None
    assert cleopatra.subgroup is None


def test_a_curve_takes_the_place_of_the_median(design: Design, curves: Path) -> None:
    courses = plan_courses(design)
    without, found = observe(design, courses, None), observe(design, courses, curves)
    assert any("CLEOPATRA_3A.csv" in text for text in without.warnings)
    assert not any("CLEOPATRA_3A.csv" in text for text in found.warnings)
    assert "median_PFS" in of_arm(without, "cleopatra")
    mine = of_arm(found, "cleopatra")
    assert "median_PFS" not in mine
    assert mine["PFS_12m"] == pytest.approx(0.5 ** (12 / 12.5), abs=0.07)
    at = [k for k, row in enumerate(found.rows) if row.trial == "cleopatra" and row.from_curve]
    block = found.sampling[np.ix_(at, at)]
    assert np.linalg.eigvalsh(block).min() > 0.0
    assert (block > 0.0).all()
    assert found.hash != without.hash


def test_a_wrong_curve_says_what_is_wrong(tmp_path: Path, curves: Path) -> None:
    file = curves / "CLEOPATRA_3A.csv"
    with pytest.raises(UnknownName, match=r'no arm of the curve "contrl".*"control"'):
        read_curve(file, "contrl")
    file.write_text("time,event,arm\n1.0,yes,control\n", encoding="utf-8")
    with pytest.raises(DataError, match="no number"):
        read_curve(file, "control")
    file.write_text("month,gone\n1,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="columns time, event, arm"):
        read_curve(file, "control")


def test_stretching_time_moves_shares_as_it_should() -> None:
    for share in (0.2, 0.5, 0.9):
        hazard, step = -np.log(share), 1e-5
        x = np.log(share / (1 - share))
        stretched = np.exp(-hazard * np.exp(-step))
        moved = np.log(stretched / (1 - stretched))
        assert scale_of_time("PFS_12m", x) == pytest.approx((moved - x) / step, rel=1e-3)
    assert scale_of_time("median_PFS", 2.0) == 1.0


def test_figures_of_one_arm_share_their_floor(design: Design, curves: Path) -> None:
    rows = observe(design, plan_courses(design), curves).rows
    found = floor_covariance(rows, design.calibration.discrepancy)
    a, b = [k for k, row in enumerate(rows) if row.trial == "cleopatra" and row.from_curve][:2]
    assert found[a, b] == pytest.approx(np.sqrt(found[a, a] * found[b, b]))
    other = next(k for k, row in enumerate(rows) if row.trial == "m77001")
    assert found[a, other] == 0.0
    assert np.linalg.eigvalsh(found).min() > -1e-9


def test_a_trial_that_is_left_out_loses_all_its_rows(design: Design, curves: Path) -> None:
    courses = plan_courses(design)
    rows = observe(design, courses, curves).rows
    todo = {(kind, name): drop for kind, name, drop, _ in divisions(rows, courses, design.knowledge.drugs)}
    for name in {row.trial for row in rows}:
        drop = todo["trial", name]
        assert {row.trial for row, gone in zip(rows, drop, strict=True) if gone} == {name}
        assert name not in {row.trial for row, gone in zip(rows, drop, strict=True) if not gone}
    assert sum(todo["trial", "cleopatra"]) > 6


def test_a_drug_and_a_class_lose_every_arm_that_holds_them(design: Design) -> None:
    courses = plan_courses(design)
    rows = observe(design, courses, None).rows
    todo = {(kind, name): drop for kind, name, drop, _ in divisions(rows, courses, design.knowledge.drugs)}
    for row, gone in zip(rows, todo["drug", "capecitabine"], strict=True):
        assert gone == ("capecitabine" in courses.arms[row.arm].drugs)
    conjugates = {"trastuzumab_emtansine", "trastuzumab_deruxtecan"}
    for row, gone in zip(rows, todo["class", "adc"], strict=True):
        assert gone == bool(conjugates & set(courses.arms[row.arm].drugs))
    assert all(0 < drop.sum() < len(rows) for drop in todo.values())


def test_part_of_a_target_has_the_rows_that_stay() -> None:
    stack = stack_of(1)
    target = Target(stack, np.arange(24.0), np.diag(np.arange(1.0, 25.0)))
    kept = np.array([2, 5, 7])
    found = part(target, kept)
    assert found.x.tolist() == [2.0, 5.0, 7.0]
    assert np.diag(found.covariance).tolist() == [3.0, 6.0, 8.0]
    assert (found.stack.linear == stack.linear[kept]).all()
