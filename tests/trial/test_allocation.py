"""Patients are split by the shares of the arms, exactly, and evenly in every stratum."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erbium.trial import Study
from erbium.trial.allocation import allocate
from erbium.trial.plan import Plan, counts_after, sequence
from tests.trial_files import write

SHARES = st.lists(st.sampled_from([1.0, 2.0, 3.0, 0.5, 118.0, 402.0, 406.0]), min_size=1, max_size=5)


def test_as_many_patients_as_published_give_arms_as_published() -> None:
    assert counts_after(808, [406, 402]) == [406, 402]
    assert counts_after(305, [118, 67, 120]) == [118, 67, 120]


@given(shares=SHARES, first=st.integers(0, 3000), size=st.integers(0, 300))
def test_a_part_of_the_sequence_is_what_lies_between_its_ends(
    shares: list[float], first: int, size: int
) -> None:
    before, after = counts_after(first, shares), counts_after(first + size, shares)
    counts = Counter(sequence(first, size, shares))
    assert [after[arm] - before[arm] for arm in range(len(shares))] == [
        counts[arm] for arm in range(len(shares))
    ]


@given(shares=SHARES, patients=st.integers(0, 5000))
def test_no_arm_is_far_from_its_share(shares: list[float], patients: int) -> None:
    for count, share in zip(counts_after(patients, shares), shares, strict=True):
        assert abs(count - patients * share / sum(shares)) <= 2.0


@pytest.mark.parametrize("block", [7, 24, 250])
def test_blocks_hold_every_patient_once_and_the_arms_exactly(tmp_path: Path, block: int) -> None:
    trial = Study.read(write(tmp_path)).trial
    blocks = Plan(trial, 61, 3, block).blocks()
    assert [patient for one in blocks for patient in range(one.first, one.first + one.size)] == list(
        range(61)
    )
    assert Counter(arm for one in blocks for arm in one.places(trial)) == {0: 20, 1: 41}
    assert Counter(one.draw for one in blocks for _ in range(one.size)) == {0: 21, 1: 20, 2: 20}


@given(seed=st.integers(0, 50), rare=st.integers(1, 30))
def test_every_stratum_has_the_arms_in_their_proportions(seed: int, rare: int) -> None:
    stratum = ["er = yes"] * rare + ["er = no"] * (60 - rare)
    arms = allocate(stratum, sequence(0, 60, [1, 2]), np.arange(60), seed)
    assert Counter(arms.tolist()) == {0: 20, 1: 40}
    assert abs(int((arms[:rare] == 0).sum()) - rare / 3.0) <= 2.0


def test_who_gets_what_is_a_matter_of_chance_and_of_the_seed() -> None:
    first = [allocate(["all"] * 40, sequence(0, 40, [1, 1]), np.arange(40), seed) for seed in range(200)]
    share = np.mean(first, axis=0)
    assert share.min() > 0.3
    assert share.max() < 0.7
    again = allocate(["all"] * 40, sequence(0, 40, [1, 1]), np.arange(40), 7)
    assert (first[7] == again).all()
