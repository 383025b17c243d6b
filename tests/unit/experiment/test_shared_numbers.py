"""A shipped ensemble gives a dish its numbers; without one, or on request, the ranges do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from erbium.experiment import shared_numbers
from erbium.experiment.culture import Culture
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.ensemble import Ensemble
from erbium.knowledge.parameters import load_parameters
from erbium.model.compose import clone_name


def column(culture: Culture, name: str) -> int:
    index = culture.kernel.network.parameter_index
    return index[name] if name in index else index[clone_name(1, name)]


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> Ensemble:
    question, item = next(iter(load_alternatives().items()))
    names = ("survival.k_MCL1", "dish.k_kill_tubulin", f"alternative.{question}")
    last = len(item.choices) - 1
    values = np.array([[0.5, 3.0, last], [0.7, 5.0, last], [0.9, 7.0, last]])
    ensemble = Ensemble(names, ("1/h", "1", "1"), frozenset(names[:1]), values, 1, "2026-01-01", "0")
    monkeypatch.setattr(shared_numbers, "shipped_ensemble", lambda: ensemble)
    return ensemble


def test_members_fill_the_table(shipped: Ensemble) -> None:
    culture = Culture.of(draws=4)
    table = culture.table(drugs=False)
    plain = replace(culture, fitted=False).table(drugs=False)[:, column(culture, "k_kill_tubulin")]
    pairs = np.stack(
        [table[:, column(culture, "k_MCL1")], table[:, column(culture, "k_kill_tubulin")] / plain]
    )
    assert pairs[:, 0] == pytest.approx([0.7, 5.0]), "the first draw is the median"
    for a, b in pairs.T[1:]:
        assert b == pytest.approx(10 * a - 2), "numbers of one member stay together"
    for effect in next(iter(load_alternatives().values())).choices[-1].effects:
        assert (table[:, column(culture, effect.parameter.split(".", 1)[1])] == effect.value_at()).all()


def test_the_ranges_count_on_request(shipped: Ensemble) -> None:
    culture = replace(Culture.of(draws=2), fitted=False)
    shipped_value = load_parameters()["survival"]["k_MCL1"].value
    assert culture.table(drugs=False)[0, column(culture, "k_MCL1")] == pytest.approx(shipped_value)
    assert shipped.column("survival.k_MCL1") is not None
