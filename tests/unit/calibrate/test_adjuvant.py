"""The fit of living deposits finds what made the figures, and names a figure that is not there."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from erbium.calibrate.adjuvant.fit import (
    NUMBERS,
    Figure,
    diameters,
    free_share,
    most_likely,
    read_figures,
    values_at,
    weights,
)
from erbium.calibrate.adjuvant.library import DOUBLING, DOUBLING_SD, REACHES, DepositLibrary
from erbium.core.errors import DataError

SIZE = 4000
PRIOR: list[dict[str, Any]] = [
    {"value": 1e5, "sd": 1.5, "scale": "log"},
    {"value": 1.2, "sd": 0.2, "scale": "log"},
    {"value": 60.0, "sd": 0.35, "scale": "log"},
    {"value": 0.4, "sd": 1.0, "scale": "logit"},
    {"value": 0.1, "sd": 1.0, "scale": "logit"},
    {"value": 0.3, "sd": 1.0, "scale": "logit"},
]
CHOSEN = {"trial": "b31_n9831", "arm": "AC, then paclitaxel", "endpoint": "DFS_10y", "role": "control"}


@pytest.fixture(scope="module")
def library() -> DepositLibrary:
    """Deposits that relapse at 5e8 cells: untreated in one arm, held back in the other where drugs reach."""
    rng = np.random.default_rng(1)
    cells, pace = rng.uniform(0.5, 7.7, SIZE), rng.normal(math.log(DOUBLING), DOUBLING_SD, SIZE)
    day = (math.log10(5e8) - cells) / math.log10(2.0) * np.exp(pace)
    held = np.stack([day * (1.0 + 2.0 * reach) for reach in REACHES])
    untreated = np.stack([day for _ in REACHES])
    return DepositLibrary(cells, pace, {("x", "a"): untreated, ("x", "b"): held}, {"x": 0.0}, 1)


def figure(
    library: DepositLibrary, values: dict[str, float], arm: str, years: float, positive: float
) -> Figure:
    one = Figure("x", arm, "DFS", years, 0.5, 100_000, positive, "control")
    return replace(one, share=free_share(library, weights(library, values), values, one))


def test_it_finds_the_numbers_that_made_the_figures(library: DepositLibrary) -> None:
    true = values_at(np.array([0.8, 0.0, -0.5, 0.6, -0.7, 0.9]), PRIOR)
    figures = [
        figure(library, true, arm, years, nodes)
        for arm in ("a", "b")
        for years in (2.0, 4.0, 10.0)
        for nodes in (0.0, 1.0)
    ]
    steps, sd = most_likely(library, figures, PRIOR, 0.02)
    found = values_at(steps, PRIOR)
    assert found["node_positive"] == pytest.approx(true["node_positive"], rel=0.1)
    assert found["node_negative"] == pytest.approx(true["node_negative"], rel=0.1)
    assert found["reach"] == pytest.approx(true["reach"], abs=0.1)
    assert found["doubling"] == pytest.approx(true["doubling"], rel=0.25)
    assert (sd <= 1.0 + 1e-9).all()
    assert sd[NUMBERS.index("node_positive")] < 0.1


def test_without_deposits_only_other_events_count(library: DepositLibrary) -> None:
    nobody = {**values_at(np.zeros(6), PRIOR), "node_positive": 0.0, "node_negative": 0.0}
    one = Figure("x", "a", "DFS", 10.0, 0.5, 100, 0.6, "control")
    share = free_share(library, weights(library, nobody), nobody, one)
    assert 0.9 < share < 1.0
    longer = Figure("x", "a", "DFS", 20.0, 0.5, 100, 0.6, "control")
    assert free_share(library, weights(library, nobody), nobody, longer) == pytest.approx(share**2)


def test_who_relapsed_before_randomisation_is_not_counted(library: DepositLibrary) -> None:
    values = {**values_at(np.zeros(6), PRIOR), "node_positive": 1.0, "node_negative": 1.0}
    one = Figure("x", "a", "DFS", 1.0, 0.5, 100, 1.0, "control")
    late = DepositLibrary(
        library.log_cells, library.log_doubling, library.relapse_days, {"x": 4000.0}, library.seed
    )
    at = weights(library, values)
    day = library.relapse_days["x", "a"][0]
    expected = 1.0 - at[(day > 4000.0) & (day <= 4365.25)].sum() / at[day > 4000.0].sum()
    assert free_share(late, at, values, one) == pytest.approx(expected * math.exp(-0.0052), rel=1e-6)


def test_diameters_are_those_of_spheres(library: DepositLibrary) -> None:
    low, middle, high = diameters(library, np.full(SIZE, 1.0 / SIZE))
    assert low < middle < high
    cells = math.pi / 6.0 * (middle / 10.0) ** 3 * 1e9
    assert math.log10(cells) == pytest.approx(float(np.median(library.log_cells)), abs=0.05)


def test_a_chosen_figure_that_is_not_published_is_named() -> None:
    roles = {(item.endpoint, item.role) for item in read_figures([CHOSEN])}
    assert ("DFS_10y", "control") in roles
    with pytest.raises(DataError, match="DFS_9y"):
        read_figures([CHOSEN, {**CHOSEN, "endpoint": "DFS_9y"}])
