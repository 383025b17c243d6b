"""The file of the calibration: what it may say, and that no tested arm is fitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from erbium.calibrate.population.check import CalibrationIsWhole
from erbium.calibrate.population.coordinates import BOUND, coordinates, designs
from erbium.calibrate.population.courses import plan_courses
from erbium.calibrate.population.design import Design
from erbium.core.errors import DataError, UnknownName
from erbium.knowledge.ensemble import fitted_to_arms
from erbium.knowledge.parameters import data_folder

TEXT = (data_folder() / "calibration" / "population.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def design() -> Design:
    return Design.read()


def changed(tmp_path: Path, old: str, new: str) -> Path:
    assert old in TEXT
    file = tmp_path / "mine.toml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return file


def test_the_shipped_file_is_whole_and_fits_no_tested_arm(design: Design) -> None:
    assert list(CalibrationIsWhole().issues()) == []
    assert list(CalibrationIsWhole("modalities").issues()) == []
    for fitted in design.calibration.arm:
        for pair in design.trials[fitted.trial].comparison:
            assert fitted.arm != pair.arm, f"{fitted.trial}, {fitted.arm} is a tested arm"


def test_a_tested_arm_is_refused_by_the_check(tmp_path: Path) -> None:
    file = changed(tmp_path, 'arm = "placebo"\nrole = "backbone"', 'arm = "pyrotinib"\nrole = "backbone"')
    (found,) = CalibrationIsWhole(file=file).issues()
    assert found.severity == "error"
    assert "phenix, pyrotinib is the tested arm" in found.message
    (found,) = CalibrationIsWhole(file=changed(tmp_path, 'name = "doubling"', 'name = "dubling"')).issues()
    assert found.key == "number[0].name"


def test_every_modality_that_has_a_number_has_an_anchor(design: Design) -> None:
    anchors = {arm.anchors for arm in design.calibration.arm if arm.role == "anchor"}
    assert len(anchors) == 7


def test_there_are_at_most_20_numbers(design: Design) -> None:
    assert len(coordinates(design)) <= 20


def test_courses_are_shared_by_arms_that_treat_alike(design: Design) -> None:
    found = plan_courses(design)
    assert len(found.courses) < len(found.arms)
    of = {arm.label: arm.course for arm in found.arms}
    assert of["emilia: T-DM1"] == of["kate2: placebo"] == of["destiny_breast03: T-DM1"]
    assert "epik_b2" in found.left_out
    assert "neosphere" in found.left_out


def test_designs_fill_the_prior_and_grow(design: Design) -> None:
    place = coordinates(design)
    some, more = designs(place, 20, 1), designs(place, 64, 1)
    assert (more[:20] == some).all()
    assert abs(more.mean(axis=0)).max() < 0.15
    assert abs(more).max() <= BOUND
    doubling = place[0].at(more[:, 0])
    assert place[0].low / 2 < doubling.min() < place[0].low
    assert all((c.at(more[:, k]) <= c.ceiling).all() for k, c in enumerate(place))


def test_a_prior_that_is_stated_stays_when_the_shipped_value_moves(design: Design) -> None:
    """The shipped values come from a fit to the same arms: as medians of the prior they would count twice."""
    shipped = fitted_to_arms()
    for one, number in zip(coordinates(design), design.calibration.number, strict=False):
        assert one.value == number.prior
        assert one.factor(np.zeros(1))[0] == pytest.approx(one.value / shipped[one.name])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "doubling"', 'name = "dubling"', r'number\[0\].name: no number "dubling".*"doubling"'),
        ('attribute = "p95"', 'attribute = "p59"', r"share\[1\].attribute.*yes or no"),
        ('trial = "m77001"', 'trial = "m7701"', r'arm\[0\].trial: no trial "m7701".*"m77001"'),
        ('arm = "docetaxel"', 'arm = "docetaxol"', r'arm\[0\].arm: .*Did you mean "docetaxel"'),
        ('"median_TTP", "median_DOR"]', '"PFS_12m"]', r"arm\[0\].statistics.*published there: .*ORR"),
        ('statistics = ["ORR", "median_TTP"', 'statistics = ["OR", "median_TTP"', "no statistic"),
        ("fold = 2.5", "fold = 0.5", r"number\[0\].fold"),
        ("horizon = 36", "horizon = 12", "curve_months"),
        ('curve = { file = "CLEOPATRA_3A.csv", arm = "control" }', "", "curve is named in one place"),
        ('role = "backbone"', 'role = "anchor"', "the modality"),
        ("low = 0.15, high = 0.45", "low = 0.35, high = 0.45", "share"),
    ],
)
def test_a_bad_file_says_where_and_what(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises((DataError, UnknownName), match=f"(?s){told}"):
        Design.read(changed(tmp_path, old, new))


def test_more_than_20_numbers_are_refused(tmp_path: Path) -> None:
    extra = "".join(f'[[number]]\nname = "k{i}"\nfold = 2\nnote = "x"\n' for i in range(9))
    with pytest.raises(DataError, match=r"2\d free numbers.*at most 20"):
        Design.read(changed(tmp_path, "[discrepancy.time]", extra + "[discrepancy.time]"))


def test_only_some_trials(design: Design) -> None:
    assert {arm.trial for arm in design.only(("cleopatra",)).calibration.arm} == {"cleopatra"}
    with pytest.raises(UnknownName, match=r'no trial "cleopatr".*"cleopatra"'):
        design.only(("cleopatr",))
    with pytest.raises(UnknownName, match="with a fitted arm"):
        design.only(("neosphere",))
