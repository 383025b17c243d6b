"""References of no interaction, against pairs whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.twins import Array
from erbium.experiment.synergy import additive, excess

DOSES = np.array([0.0, 1.0, 3.0, 10.0, 30.0, 100.0])


def _hill(dose: Array, half: float, top: float = 1.0) -> Array:
    return np.asarray(top * dose / (dose + half))


def test_independent_drugs_have_no_bliss_excess() -> None:
    alive = (1.0 - _hill(DOSES, 10.0))[:, None] * (1.0 - _hill(DOSES, 50.0))[None, :]
    found = excess(DOSES, DOSES, 1.0 - alive)
    assert np.allclose(found["Bliss"], 0.0, atol=1e-12)
    assert (found["HSA"][1:, 1:] > 0.0).all()


def test_a_drug_with_itself_is_loewe_additive_and_not_bliss_independent() -> None:
    effect = _hill(DOSES[:, None] + DOSES[None, :], 20.0)
    found = excess(DOSES, DOSES, effect)
    inside = DOSES[:, None] + DOSES[None, :] <= DOSES[-1]
    assert np.abs(found["Loewe"][inside]).max() < 0.02
    assert np.abs(found["Bliss"][inside]).max() > 0.05


def test_a_silent_partner_adds_nothing() -> None:
    effect = np.repeat(_hill(DOSES, 10.0)[:, None], len(DOSES), axis=1)
    for values in excess(DOSES, DOSES, effect).values():
        assert np.allclose(values, 0.0, atol=0.01)


def test_antagonism_is_negative_by_every_reference() -> None:
    effect = np.minimum(_hill(DOSES, 10.0)[:, None], 1.0) * np.ones((1, len(DOSES)))
    effect[0, :] = _hill(DOSES, 10.0)
    effect[1:, 1:] *= 0.5
    for values in excess(DOSES, DOSES, effect).values():
        assert (values[1:, 1:] < 0.0).all()


def test_beyond_the_weaker_drug_only_the_stronger_counts() -> None:
    weak = _hill(DOSES, 1.0, top=0.2)
    effect = np.maximum(_hill(DOSES, 10.0)[:, None], weak[None, :])
    reference = additive(DOSES, DOSES, effect)
    assert reference[-1, 1:] == pytest.approx(np.full(len(DOSES) - 1, effect[-1, 0]), abs=1e-6)
