"""RECIST 1.1 from a sum of diameters: every rule on its edge."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.tumour.recist import (
    CR,
    NAMES,
    PD,
    PR,
    SD,
    Recist,
    scanned,
    seen_size,
    sum_of_diameters,
    volume_of,
)


class Scan:
    """One patient with one lesion, scanned by its diameter in mm."""

    def __init__(self, baseline: float, *, lesions: float = 1.0, detection: float = 4.0) -> None:
        self.lesions = np.array([lesions])
        self.recist = Recist(np.array([baseline]), self.lesions, np.array([detection]))

    def at(self, mm: float, *, new: bool = False) -> bool:
        at = np.array([0], dtype=np.intp)
        volume = volume_of(np.array([mm]), self.lesions)
        return bool(self.recist.visit(volume, np.array([new]), at)[0])

    @property
    def best(self) -> str:
        return NAMES[int(self.recist.best[0])]


def test_a_sphere_of_one_centimetre() -> None:
    assert volume_of(10.0, 1.0) == pytest.approx(np.pi / 6.0)
    assert sum_of_diameters(np.pi / 6.0, 1.0) == pytest.approx(10.0)


@pytest.mark.parametrize("lesions", [1.0, 2.0, 5.0])
def test_diameters_and_volume_are_inverse(lesions: float) -> None:
    assert sum_of_diameters(volume_of(60.0, lesions), lesions) == pytest.approx(60.0)


def test_thirty_percent_less_diameter_is_0_343_of_the_volume() -> None:
    for lesions in (1.0, 3.0):
        assert volume_of(42.0, lesions) / volume_of(60.0, lesions) == pytest.approx(0.343)


def test_more_lesions_of_one_sum_hold_less_volume() -> None:
    assert volume_of(60.0, 3.0) == pytest.approx(volume_of(60.0, 1.0) / 9.0)


def test_no_negative_diameter() -> None:
    assert sum_of_diameters(-1e-12, 2.0) == 0.0


def test_partial_response_starts_at_thirty_percent() -> None:
    scan = Scan(50.0)
    assert not scan.at(36.0)
    assert scan.best == "SD"
    assert not scan.at(34.9)
    assert scan.best == "PR"


def test_response_is_measured_from_baseline_not_from_nadir() -> None:
    scan = Scan(50.0)
    scan.at(45.0)
    scan.at(36.0)  # 20 % below the nadir, 28 % below baseline
    assert scan.best == "SD"


def test_progression_is_measured_from_nadir_not_from_baseline() -> None:
    scan = Scan(100.0)
    assert not scan.at(50.0)
    assert not scan.at(59.5)
    assert scan.at(60.5)  # 39.5 % below baseline all the same
    assert scan.best == "PR"


def test_progression_from_baseline_where_nothing_shrank() -> None:
    scan = Scan(50.0)
    assert not scan.at(59.9)
    assert scan.at(60.1)
    assert scan.best == "SD"


def test_twenty_percent_of_a_small_sum_is_no_progression_below_5_mm() -> None:
    scan = Scan(20.0)
    assert not scan.at(24.9)  # 24 % more, 4.9 mm
    assert scan.at(25.1)


def test_5_mm_of_a_large_sum_is_no_progression_below_twenty_percent() -> None:
    scan = Scan(100.0)
    assert not scan.at(119.0)
    assert scan.at(120.1)


def test_slow_growth_never_resets_the_nadir() -> None:
    scan = Scan(50.0)
    assert not scan.at(54.0)
    assert not scan.at(58.0)
    assert scan.at(60.5)


def test_a_new_lesion_is_progression_even_in_a_shrinking_tumour() -> None:
    scan = Scan(50.0)
    assert scan.at(20.0, new=True)
    assert scan.best == "PD"


def test_complete_response_is_below_detection_of_each_lesion() -> None:
    scan = Scan(60.0, lesions=3.0, detection=4.0)
    assert not scan.at(12.3)
    assert scan.best == "PR"
    assert not scan.at(11.7)
    assert scan.best == "CR"


def test_a_lesion_seen_again_after_complete_response_is_progression_from_5_mm() -> None:
    scan = Scan(60.0)
    scan.at(1.0)
    assert not scan.at(4.5)
    assert scan.at(5.1)
    assert scan.best == "CR"


def test_progression_at_the_first_visit_is_the_best_response() -> None:
    scan = Scan(50.0)
    assert scan.at(80.0)
    assert scan.best == "PD"


def test_a_response_after_progression_does_not_count() -> None:
    scan = Scan(50.0)
    assert scan.at(70.0)
    scan.at(10.0)
    assert scan.best == "PD"


def test_patients_are_scored_on_their_own() -> None:
    recist = Recist(np.array([50.0, 50.0, 50.0]), np.ones(3), np.full(3, 4.0))
    at = np.array([0, 2], dtype=np.intp)
    progressed = recist.visit(volume_of(np.array([30.0, 80.0]), 1.0), np.zeros(2, dtype=bool), at)
    assert progressed.tolist() == [False, True]
    assert recist.best.tolist() == [PR, -1, PD]
    assert recist.nadir == pytest.approx([30.0, 50.0, 50.0])


def test_codes_rise_with_the_response() -> None:
    assert PD < SD < PR < CR


def test_where_scars_stay_visible_no_response_is_complete() -> None:
    two = np.full(2, 50.0)
    recist = Recist(two, np.ones(2), np.full(2, 4.0), np.array([0.0, 0.1]))
    everyone = np.arange(2)
    progressed = recist.visit(np.zeros(2), np.zeros(2, dtype=bool), everyone)
    assert not progressed.any()
    np.testing.assert_array_equal(recist.best, [CR, PR])
    assert recist.nadir == pytest.approx([0.0, 50.0 * 0.1 ** (1 / 3)])


def test_a_scar_hides_regrowth_until_a_fifth_is_added_to_what_is_seen() -> None:
    start = float(volume_of(60.0, 1.0))
    recist = Recist(np.full(2, 60.0), np.ones(2), np.full(2, 4.0), np.array([0.0, 0.2]))
    everyone, none = np.arange(2), np.zeros(2, dtype=bool)
    recist.visit(np.full(2, 0.01 * start), none, everyone)
    # Of the scarred lesion 0.208 of the volume is seen, and progression is 0.208 x 1.728 of it.
    edge = (0.208 * 1.2**3 - 0.2) / 0.8
    assert recist.visit(np.full(2, 0.99 * edge * start), none, everyone).tolist() == [True, False]
    assert recist.visit(np.full(2, 1.01 * edge * start), none, everyone).tolist() == [True, True]


def test_a_scar_is_that_of_the_largest_a_lesion_has_been() -> None:
    volume = np.array([[1.0], [3.0], [0.0], [3.0], [4.0]])
    seen = scanned(volume, np.ones(1), np.array([0.1]))[:, 0]
    assert volume_of(seen, 1.0) == pytest.approx([1.0, 3.0, 0.3, 3.0, 4.0])


def test_scans_of_a_course_agree_with_the_scoring_of_its_visits() -> None:
    rng = np.random.default_rng(5)
    start = volume_of(np.full(40, 60.0), 2.0)
    volume = start * np.cumprod(np.vstack([np.ones(40), rng.uniform(0.3, 1.9, (7, 40))]), axis=0)
    scar, lesions = rng.uniform(0.0, 0.4, 40), np.full(40, 2.0)
    recist = Recist(np.full(40, 60.0), lesions, np.full(40, 4.0), scar)
    for row in volume[1:]:
        recist.visit(row, np.zeros(40, dtype=bool), np.arange(40))
    seen = seen_size(volume, lesions, np.full(40, 4.0), scar)
    np.testing.assert_allclose(recist.nadir, seen.min(axis=0))
