"""What is measured at randomisation is what a scan shows there; what does not apply is missing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from erbium.trial.follow_up import Seen
from erbium.trial.outcome import Outcome, before_surgery, measurable, unseen
from erbium.trial.statistics import response_rate
from erbium.tumour.recist import CR, SD, volume_of

DAYS = np.array([0.0, 84.0, 168.0])
LESIONS = np.array([2.0, 2.0, 2.0])


def course(best: list[int]) -> Any:
    """Return three patients: one whose disease shrinks out of sight, one stable, one never seen."""
    mm = np.array([[60.0, 60.0, 6.0], [30.0, 60.0, 5.0], [4.0, 60.0, 4.0]])
    return SimpleNamespace(
        visit_days=DAYS,
        volume=volume_of(mm, LESIONS),
        diameters=mm,
        best=np.array(best),
        progression_days=np.full(3, np.nan),
        new_lesion=np.zeros(3, dtype=bool),
        live=np.zeros((3, 3, 1)),
    )


ARM: Any = SimpleNamespace(lesions=LESIONS, detection_mm=np.full(3, 5.0), scars=np.zeros(3))


def outcome(until: float = 400.0) -> Outcome:
    return measurable(course([CR, SD, CR]), ARM, Seen(np.full(3, until), np.zeros(3, dtype=bool)))


def test_who_has_nothing_to_measure_does_not_respond() -> None:
    table = outcome().table
    assert table["response"].tolist() == ["CR", "SD", None]
    assert table["baseline_mm"].tolist()[2] == 0.0
    assert table["response_month"].notna().tolist() == [True, False, False]
    assert np.isnan(table["nadir_percent"][2])
    assert not table["dor_event"][2]
    assert response_rate(table, "orr").value == 1.0 / 3.0


def test_without_measurable_disease_benefit_is_time_without_progression() -> None:
    assert outcome().table["benefit"].tolist() == [True, True, True]
    assert outcome(until=100.0).table["benefit"].tolist() == [True, False, False]


def test_clinical_benefit_is_missing_where_it_does_not_apply() -> None:
    seen = Seen(np.full(2, 400.0), np.zeros(2, dtype=bool))
    after = unseen(np.array([np.nan, 84.0]), np.full(2, np.inf), seen)
    for table in (before_surgery(course([CR, SD, CR]), ARM).table, after.table):
        joined = pd.concat([table, table], ignore_index=True)
        found = response_rate(joined, "cbr")
        assert (found.value, found.low, found.high) == (None, None, None)
