"""The fit of survival after progression: known numbers are found again, the shipped ones are the fitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from erbium.calibrate.population.design import Design
from erbium.calibrate.survival import (
    SurvivalArm,
    fit,
    fit_survival,
    parameters_text,
    progression_free,
    read_arms,
)
from erbium.calibrate.survival_text import curve_rows, survival_json, survival_report
from erbium.core.errors import DataError
from erbium.knowledge.tables import load_numbers
from erbium.trial.survival import NUMBERS, TABLE, AfterProgression

MODEL = AfterProgression(20.0, 0.6, 0.15)


def _arm(line: int, median: float, n: int = 2500) -> SurvivalArm:
    """Return patients of the model, the two curves of different patients as in published ones."""
    rng = np.random.default_rng([line, n])
    end = rng.uniform(24.0, 48.0, (2, n))
    start = rng.exponential(median / np.log(2.0), (2, n))
    death = start[1] + MODEL.months(np.full(n, line), rng.random(n))
    return SurvivalArm(
        f"t{line}", "control", line,
        np.minimum(start[0], end[0]), start[0] <= end[0], np.minimum(death, end[1]), death <= end[1],
    )  # fmt: skip


def test_known_numbers_are_found_again() -> None:
    found = fit([_arm(1, 12.0), _arm(2, 8.0), _arm(3, 4.0)], "exponential")
    assert found.model.values == pytest.approx((20.0, 0.6, 0.15), rel=0.12)
    assert found.free == 3


def test_a_wrong_shape_is_less_likely() -> None:
    arms = [_arm(1, 12.0), _arm(3, 4.0)]
    right, wrong = fit(arms, "Weibull"), fit(arms, "log-normal", deaths=False)
    assert right.model.shape == pytest.approx(1.0, abs=0.15)
    assert right.log_likelihood > wrong.log_likelihood + 10.0


def test_the_curve_goes_on_beyond_its_last_event() -> None:
    arm = _arm(1, 12.0)
    free = progression_free(arm)
    assert free[0] == pytest.approx(1.0, abs=0.01)
    assert (np.diff(free) <= 1e-12).all()
    assert 0.0 < free[-1] < 0.2


def test_the_shipped_numbers_are_the_fitted_ones(shared_data: Path) -> None:
    arms, tested, _ = read_arms(shared_data / "trials_km")
    values = fit(arms, "exponential").model.values
    shipped = load_numbers(TABLE)
    assert [shipped[name].value for name in NUMBERS] == pytest.approx(values, rel=0.01)
    design = Design.read()
    compared = {(trial, pair.arm) for trial, found in design.trials.items() for pair in found.comparison}
    fitted = {(arm.trial, arm.arm) for arm in design.calibration.arm if arm.curve}
    assert not fitted & compared
    labels = {(arm.trial, arm.curve.arm) for arm in design.calibration.arm if arm.curve}
    assert {(arm.trial, arm.arm) for arm in arms} == labels
    assert not {(arm.trial, arm.arm) for arm in tested} & labels


def test_the_report_and_the_file_of_numbers(shared_data: Path, tmp_path: Path) -> None:
    found = fit_survival(shared_data / "trials_km", resamples=2)
    page = survival_report(found)
    for text in ("**Exploratory.**", "Later treatment, era and crossover: cannot be told", "left out"):
        assert text in page
    rows = curve_rows(found)
    assert {row.kind for row in rows} == {"fitted", "left out", "predicted"}
    assert all(row.inside for row in rows if row.kind == "fitted")
    assert survival_json(found)["exploratory"] is True
    (tmp_path / "numbers.toml").write_text(parameters_text(found), encoding="utf-8")
    numbers = load_numbers("numbers", tmp_path)
    assert tuple(numbers) == NUMBERS
    assert {number.kind for number in numbers.values()} == {"fitted"}


def test_a_folder_without_curves_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file") as fault:
        fit_survival(tmp_path)
    assert fault.value.key == "--curves"
    (tmp_path / "MANIFEST.csv").write_text("file,arm,n,time_unit,endpoint\n", encoding="utf-8")
    with pytest.raises(DataError, match="0 control arms"):
        fit_survival(tmp_path)
