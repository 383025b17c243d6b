"""The fit of what pathology leaves unseen."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.calibrate.pathological import fit_pathological, response_rate
from erbium.knowledge.catalogue import load_regimens
from erbium.tumour.surgery import surgery_day

REGIMENS = load_regimens()


def test_few_cells_are_a_response_and_many_are_none() -> None:
    assert response_rate(np.zeros(3), 1e8) == 100.0
    assert response_rate(np.full(3, 1e12), 1e8) < 1e-6
    assert response_rate(np.array([1e8]), 1e8) == pytest.approx(100.0 / np.e)


@pytest.mark.parametrize(
    ("regimen", "last_dose"),
    [("neoadjuvant_th", 63), ("neoadjuvant_tchp", 105), ("neoadjuvant_lapatinib_trastuzumab", 125)],
)
def test_surgery_follows_the_last_dose_by_four_weeks(regimen: str, last_dose: int) -> None:
    assert surgery_day(REGIMENS[regimen]) == last_dose + 28


def test_a_regimen_without_end_is_given_for_eighteen_weeks() -> None:
    assert surgery_day(REGIMENS["capecitabine"]) == surgery_day() == 147.0


@pytest.mark.needs_compiler
def test_the_anchor_is_met_and_the_others_are_predicted() -> None:
    fit = fit_pathological(patients=20)
    anchor, *others = fit.rows
    assert anchor.simulated == pytest.approx(anchor.pcr, abs=0.1)
    rates = {row.regimen: row.simulated for row in others}
    assert rates["neoadjuvant_thp"] > anchor.simulated
    assert all(row.role == "predicted" for row in others)
    assert f"{fit.pcr_cells:.2g}" in fit.text()
