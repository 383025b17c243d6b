"""Receptor numbers: what the assays say, and what they leave open."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from erbium.core.twins import Array, Twins
from erbium.profile import her2_status
from erbium.tumour.abundance import abundances
from tests.patients import patient

TWINS = Twins(1, 20, 10)


def drawn(**blocks: Any) -> dict[str, Array]:
    profile = patient(**blocks)
    return abundances(profile, her2_status(profile.her2), TWINS)


def her2(**fields: Any) -> float:
    return float(np.median(drawn(her2=fields)["HER2"]))


def test_receptors_rise_with_the_score() -> None:
    levels = [
        her2(ihc="0"),
        her2(ihc="1+"),
        her2(ihc="2+", ish="negative"),
        her2(ihc="2+", ish="positive"),
        her2(ihc="3+"),
    ]
    assert levels == sorted(levels)
    assert levels[-1] > 20 * levels[0]


def test_a_count_of_receptors_is_taken_over_the_score() -> None:
    values = drawn(her2={"ihc": "3+", "receptors_per_cell": 1.5e6})["HER2"]
    assert np.median(values) == pytest.approx(1500.0, rel=0.02)
    assert np.log(values).std() < np.log(drawn(her2={"ihc": "3+"})["HER2"]).std()


def test_copies_shift_and_narrow_an_amplified_class() -> None:
    few, many = (drawn(her2={"ihc": "3+", "copies": copies, "ish_ratio": 4.0})["HER2"] for copies in (8, 40))
    assert np.median(few) < np.median(many)
    assert np.log(few).std() <= np.log(drawn(her2={"ihc": "3+"})["HER2"]).std()


def test_a_positive_status_alone_spreads_over_the_positive_classes() -> None:
    values = drawn(her2={"status": "positive"})["HER2"]
    assert (values > her2(ihc="0")).mean() > 0.95
    assert her2(ihc="2+", ish="positive") <= np.median(values) <= 1.2 * her2(ihc="3+")


@pytest.mark.parametrize(("percent", "expected"), [(0, "none"), (10, "low"), (90, "high")])
def test_er_follows_its_percentage(percent: float, expected: str) -> None:
    values = drawn(receptors={"er_percent": percent})["ER"]
    found = "none" if np.median(values) < 0.05 else "low" if np.median(values) < 0.7 else "high"
    assert found == expected


def test_er_as_a_word() -> None:
    assert (drawn(receptors={"er": "negative"})["ER"] == 0.0).all()
    assert (drawn(receptors={"er": "positive"})["ER"] > 0.0).all()


def test_er_that_was_not_tested_is_positive_in_a_share_of_the_twins() -> None:
    share = (drawn()["ER"] > 0.0).mean()
    assert 0.2 < share < 0.8


def test_her2_negative_disease_lives_on_something_else() -> None:
    positive, negative = drawn(), drawn(her2={"ihc": "1+"})
    assert np.median(negative["bypass"]) > np.median(positive["bypass"])
    assert np.median(positive["negative_HER2"]) < 0.1 * np.median(positive["HER2"])
    assert np.median(positive["negative_bypass"]) == pytest.approx(np.median(negative["bypass"]), rel=0.1)


def test_er_does_not_move_her2() -> None:
    a, b = drawn()["HER2"], drawn(receptors={"er_percent": 80})["HER2"]
    assert a.tobytes() == b.tobytes()
