"""Twins of kept candidates, and plain twins that draw what they always drew."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from erbium.core.twins import KeptTwins, Link, Twins

BATCH = 50

#: SHA-256 of draws recorded before there were kept twins.
RECORDED = {
    (1, 1, 1): "a7122c8435321cae43d4b049221c4e6bc436208e92bf5ed389d2b79246c6eb72",
    (1, 20, 10): "695d622f1b76bd50a2a30841f8f83c06c18bc5d07e4c43f88d6e7f2b1c257251",
    (7, 3, 5): "9ee89b65bdcffb075521a1b7c40fecc39309e027ae08704c7a068c4a12c0566d",
}


@pytest.mark.parametrize("key", RECORDED, ids=str)
def test_plain_twins_draw_what_they_always_drew(key: tuple[int, int, int]) -> None:
    twins, digest = Twins(*key), hashlib.sha256()
    for quantity in ("mechanism.pten_loss", "abundance.HER2", ""):
        for part in (twins.uniform(quantity), twins.shared_normal(quantity)):
            digest.update(part.round(12).tobytes())
    digest.update(twins.uncertain("k", 3.0, 1.0, 20.0, common="c", share=0.5).round(9).tobytes())
    assert digest.hexdigest() == RECORDED[key]


def _twins(keep: object, draw: int = 0, links: tuple[Link, ...] = (), seed: int = 5) -> KeptTwins:
    return KeptTwins.of(seed, np.asarray(keep), batch=BATCH, shared_seed=9, shared_draw=draw, links=links)


def test_a_candidate_has_the_same_draws_whoever_is_kept() -> None:
    everyone = _twins(np.arange(4 * BATCH)).uniform("q")
    for keep in ([3], [149, 151], [0, 49, 50, 199]):
        assert _twins(keep).uniform("q").tolist() == everyone[keep].tolist()
    linked = (Link("q", "p", 0.6),)
    everyone = _twins(np.arange(4 * BATCH), links=linked).uniform("q")
    assert _twins([7, 180], links=linked).uniform("q").tolist() == everyone[[7, 180]].tolist()


def test_candidates_are_stratified_within_their_batch() -> None:
    for links in ((), (Link("q", "p", 0.6),)):
        u = _twins(np.arange(3 * BATCH), links=links).uniform("q").reshape(3, BATCH)
        assert (np.sort(np.floor(u * BATCH), axis=1) == np.arange(BATCH)).all()
        assert ((u > 0.0) & (u < 1.0)).all()


def test_a_batch_of_all_is_the_draw_of_plain_twins() -> None:
    plain = Twins(5, 3, BATCH)
    assert _twins(np.arange(3 * BATCH)).uniform("q").tobytes() == plain.uniform("q").tobytes()


def test_the_first_shared_draw_is_typical_and_others_are_those_of_plain_twins() -> None:
    plain = Twins(9, 4, 1).shared_normal("k")
    for draw in range(4):
        drawn = _twins([1, 2, 60], draw).shared_normal("k")
        assert drawn.tolist() == [plain[draw]] * 3
    assert _twins([1], 0).shared_split("a").tolist() == [0.5]
    splits = np.array([_twins([1], d).shared_split("a")[0] for d in range(1, 400)])
    assert abs(splits.mean() - 0.5) < 0.06
    assert splits.min() < 0.05
    assert splits.max() > 0.95


def test_another_shared_draw_or_shared_seed_moves_no_patient() -> None:
    a = _twins([1, 2, 60]).uniform("q")
    assert _twins([1, 2, 60], draw=3).uniform("q").tolist() == a.tolist()
    assert _twins([1, 2, 60], seed=6).uniform("q").tolist() != a.tolist()


@pytest.mark.parametrize("r", [-0.7, -0.2, 0.5])
def test_linked_quantities_correlate_as_stated(r: float) -> None:
    def everyone(links: tuple[Link, ...] = ()) -> KeptTwins:
        return KeptTwins.of(5, np.arange(20_000), batch=250, shared_seed=9, links=links)

    twins, plain = everyone((Link("q", "p", r),)), everyone()
    assert np.corrcoef(twins.normal("q"), twins.normal("p"))[0, 1] == pytest.approx(r, abs=0.03)
    assert twins.uniform("p").tobytes() == plain.uniform("p").tobytes()
    assert abs(np.corrcoef(plain.normal("q"), plain.normal("p"))[0, 1]) < 0.03
