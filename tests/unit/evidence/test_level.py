"""Levels by design and reading, and how much items weigh against each other."""

from __future__ import annotations

from typing import Any

import pytest

from erbium.evidence import cross_walk, level_of
from erbium.evidence.weight import STEP, THRESHOLD, Balance, Vote, balance
from tests.evidence_items import item


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({"design": "randomised", "n": 400}, "A2"),
        ({"design": "randomised", "n": 40}, "B"),
        ({"design": "randomised", "n": 400, "verification": "via_review"}, "B"),
        ({"design": "randomised", "n": 400, "verification": "report"}, "B"),
        ({"design": "randomised", "n": 400, "status": "unverified"}, "B"),
        ({"design": "guideline"}, "A1"),
        ({"design": "randomised_post_hoc"}, "B"),
        ({"design": "case"}, "C"),
        ({"design": "cell_line"}, "D"),
        ({"design": "statement"}, "E"),
        ({"design": "randomised", "directness": "other_tumour"}, "C"),
        ({"design": "cohort", "directness": "indirect_step"}, "D"),
        ({"design": "cohort", "lowered_to": "D"}, "D"),
        ({"design": "cell_line", "lowered_to": "A1"}, "D"),
    ],
)
def test_level(fields: dict[str, Any], level: str) -> None:
    assert level_of(item(**fields)) == level


def test_escat_covers_changes_of_the_genome_only() -> None:
    assert cross_walk(item())["escat"] == "II-A, II-B"
    stain = item(all_of=[{"marker": "PTEN_lost"}])
    assert cross_walk(stain)["escat"] is None
    assert cross_walk(stain)["amp_asco_cap"] == "I-B to II-C"


def votes(*sides: tuple[bool, str, int]) -> Balance:
    """Weigh votes given as side, level and number of studies."""
    return balance(
        Vote(side, level, 3, f"{side}{level}{number}")  # type: ignore[arg-type]
        for side, level, count in sides
        for number in range(count)
    )


def test_the_index_of_equal_items_is_that_of_their_numbers() -> None:
    assert votes((True, "B", 15), (False, "B", 9)).conflict == pytest.approx(0.75)
    assert votes((True, "B", 7), (False, "B", 4)).conflict == pytest.approx(8 / 11)
    assert votes((True, "B", 3)).conflict == 0.0
    assert votes().conflict == 0.0


@pytest.mark.parametrize("lower", ["B", "C", "D", "E"])
def test_no_number_of_lower_items_outvotes_a_higher_one(lower: str) -> None:
    found = votes((True, "A2", 1), (False, lower, 1000))
    assert found.in_favour > found.against > 0.0
    assert found.against <= STEP


def test_one_study_counts_once_on_a_side() -> None:
    one = balance([Vote(True, "B", 3, "same")])
    assert balance([Vote(True, "B", 3, "same")] * 5) == one
    both = balance([Vote(True, "B", 3, "same"), Vote(False, "B", 3, "same")])
    assert both.conflict == 1.0


def test_the_mark_and_the_lowered_level_start_at_the_threshold() -> None:
    assert Balance(4.0, 1.0).conflict == pytest.approx(THRESHOLD)
    assert Balance(4.0, 1.0).contradicted
    assert Balance(4.0, 1.0).doubtful
    assert not Balance(5.0, 1.0).contradicted
    assert Balance(1.0, 9.0).doubtful, "outvoted is doubtful too"
