"""A shipped ensemble gives a dish its numbers; without one, or on request, the ranges do."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.twins import Array, Twins
from erbium.experiment import shared_numbers
from erbium.experiment.cells import Cells
from erbium.experiment.condition import Condition
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.ensemble import Ensemble
from erbium.knowledge.parameters import load_parameters
from erbium.tumour.ensemble import draw_ensemble

PLAIN = Condition()


def numbers(cells: Cells, name: str, condition: Condition = PLAIN) -> Array:
    return np.asarray(cells.table(condition)[:, cells.column(name)])


def answer_effects(position: int) -> dict[str, float]:
    effects = next(iter(load_alternatives().values())).choices[position].effects
    return {e.parameter.split(".", 1)[1]: e.value_at() for e in effects if e.verb == "set"}


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> Ensemble:
    question, item = next(iter(load_alternatives().items()))
    names = ("survival.k_MCL1", "dish.k_signal_death", f"alternative.{question}")
    last = len(item.choices) - 1
    values = np.array([[0.5, 3.0, last], [0.7, 5.0, last], [0.9, 7.0, last]])
    ensemble = Ensemble(names, ("1/h", "1", "1"), frozenset(names[:1]), values, 1, "2026-01-01", "0")
    monkeypatch.setattr(shared_numbers, "shipped_ensemble", lambda: ensemble)
    return ensemble


def test_members_fill_the_table(shipped: Ensemble) -> None:
    cells = Cells.of(4, 1)
    shared = load_parameters()["tumour_growth"]["k_signal_death"].value
    pairs = np.stack([numbers(cells, "k_MCL1"), numbers(cells, "k_signal_death") / shared])
    assert pairs[:, 0] == pytest.approx([0.7, 5.0]), "the first draw is the median"
    for a, b in pairs.T[1:]:
        assert b == pytest.approx(10 * a - 2), "numbers of one member stay together"
    assert answer_effects(-1)
    for name, value in answer_effects(-1).items():
        assert (numbers(cells, name) == value).all()


def test_a_named_answer_counts_more_than_that_of_the_members(shipped: Ensemble) -> None:
    question, item = next(iter(load_alternatives().items()))
    named = Condition(alternatives=((question, item.choices[0].id),))
    cells, ranges = Cells.of(3, 1), Cells.of(3, 1, fitted=False)
    for name, value in answer_effects(-1).items():
        assert not (numbers(cells, name, named) == value).any()
        assert np.array_equal(numbers(cells, name, named), numbers(ranges, name))


def test_the_ranges_count_on_request(shipped: Ensemble) -> None:
    cells = Cells.of(3, 1, fitted=False)
    shipped_value = load_parameters()["survival"]["k_MCL1"].value
    assert numbers(cells, "k_MCL1")[0] == pytest.approx(shipped_value)
    assert np.array_equal(numbers(cells, "k_MCL1"), draw_ensemble(Twins(1, 3, 1))["k_MCL1"])


def test_no_share_passes_one() -> None:
    drawn = draw_ensemble(Twins(1, 4000, 1))
    shares = [
        name for module in load_parameters().values() for name, n in module.items()
        if name in drawn and n.unit == "1" and n.high is not None and n.high <= 1.0
    ]  # fmt: skip
    assert "block_arm_by_II" in shares
    assert max(drawn[name].max() for name in shares) <= 1.0


def test_a_share_near_one_is_capped_where_its_range_would_pass_it() -> None:
    share = next(
        n for module in load_parameters().values() for name, n in module.items() if name == "block_arm_by_II"
    )
    raw = Twins(1, 4000, 1).uncertain("a share", 0.97, 0.6, 0.99)
    assert raw.max() > share.ceiling == 1.0
