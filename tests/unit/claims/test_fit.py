"""The fit of assumed numbers to visible claims."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.claims.fit.effects import Asked, anchored, asked_of_cells, draws, see
from erbium.claims.fit.report import claims_report
from erbium.claims.fit.search import ClaimsFit, fit_claims
from erbium.claims.fit.surrogate import Surrogate
from erbium.claims.held_out import is_held_out
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.schema.cell_check import CellCheck

CHECKS = asked_of_cells()
FEW = {name: CHECKS[name] for name in ("S1-029", "S1-012")}


def scores(members: int, numbers: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.random.default_rng(3).standard_normal((members, numbers))


def test_held_out_ids_and_claims_about_patients_are_not_asked() -> None:
    assert not [name for name in CHECKS if name.startswith("S") and is_held_out(name)]
    assert "S1-232" not in CHECKS, "a claim about patients"
    assert "sp-001" in CHECKS, "specificity counts"


def test_the_surrogate_finds_which_number_moves_an_effect() -> None:
    drawn = scores(400, 5)
    effects = 0.02 + 0.1 * drawn[:, 2]
    found = Surrogate.of(drawn, [Asked("x", effects, 1, 0.1)])
    assert int(np.argmax(np.abs(found.slopes[:, 0]))) == 2
    assert found.slopes[2, 0] == pytest.approx(0.1, rel=0.2)


@pytest.mark.parametrize(("sign", "way"), [(1, 1.0), (-1, -1.0)])
def test_the_loss_falls_towards_the_expected_direction(sign: int, way: float) -> None:
    drawn = scores(400, 3)
    surrogate = Surrogate.of(drawn, [Asked("x", 0.05 * drawn[:, 0], sign, 0.1)])
    loss, slope = surrogate.loss(np.zeros(3))
    assert surrogate.loss(np.array([way, 0.0, 0.0]))[0] < loss
    step = 1e-5
    ahead = surrogate.loss(np.array([step, 0.0, 0.0]))[0]
    assert slope[0] == pytest.approx((ahead - loss) / step, rel=1e-3)


def test_what_must_not_move_is_pulled_back_from_either_side() -> None:
    drawn = scores(400, 2)
    for middle in (0.3, -0.3):
        surrogate = Surrogate.of(drawn, [Asked("x", middle + 0.02 * drawn[:, 0], 0, 0.1)])
        assert np.sign(surrogate.loss(np.zeros(2))[1][0]) == np.sign(middle)


def test_a_kept_sensitivity_is_read_as_a_shift_from_the_start() -> None:
    first = [Asked("x", np.array([1.0, 2.0, 3.0]), 0, 0.15, kept=True), Asked("x", np.ones(3), 1, 0.1)]
    later = [Asked("x", np.array([2.0, 3.0, 4.0]), 0, 0.15, kept=True), Asked("x", np.ones(3), 1, 0.1)]
    moved, plain = anchored(later, first)
    assert float(np.median(moved.effects)) == 1.0
    assert plain.effects.tolist() == [1.0, 1.0, 1.0]


def test_factors_move_the_drawn_numbers() -> None:
    plain, moved = (see(FEW, draws(8, 1, factors), 1) for factors in ({}, {"k_TSC2": 1.5}))
    read = [
        np.median([item.effects for item in seen.asked if item.check == "S1-029"][-1])
        for seen in (plain, moved)
    ]
    assert read[0] != read[1]


def test_what_cells_must_show_is_asked_along_with_the_claims() -> None:
    def check(more: float) -> CellCheck:
        return CellCheck.model_validate(
            {
                "id": "cell-x", "statement": "AKT has a signal", "readout": "pAKT_S473", "time": "1 h",
                "base": {"line": "SK-BR-3"}, "arms": {"a": {}, "b": {"scale": {"PTEN_abundance": 1.5}}},
                "more": {"a": more}, "less": {"b": 1.0},
            }
        )  # fmt: skip

    broken, kept = (see({}, draws(8, 1, {}), 1, must={"cell-x": check(more)}) for more in (0.5, 2.0))
    assert broken.failing == {"cell-x"}
    assert not kept.failing
    assert [(item.check, item.sign) for item in kept.asked] == [("cell-x", 1)]
    assert kept.asked[0].worst == pytest.approx(0.2)


def test_the_fit_never_returns_a_set_that_does_worse_than_the_shipped_one() -> None:
    fit = fit_claims(members=64, rounds=1, checks=FEW, must={})
    assert len(fit.after) <= len(fit.before)
    assert fit.course[0] == len(fit.before)
    kinds = {name: number.kind for module in load_parameters().values() for name, number in module.items()}
    assert {kinds[name] for name in fit.factors} <= {"assumed"}
    assert not [name for name in fit.numbers if name.startswith("in_vivo_")]


def test_the_page_says_what_was_mended_broken_and_moved() -> None:
    numbers = {
        name: number for name, number in load_parameters()["pi3k_akt_mtor"].items() if name == "k_TSC2"
    }
    fit = ClaimsFit({"k_TSC2": 1.25}, numbers, [3, 2], frozenset({"S1-029", "b"}), frozenset({"b", "c"}), 10)
    page = claims_report(fit, members=64, seed=1, penalty=0.15)
    assert "mended: S1-029" in page
    assert "broken: c" in page
    assert "| k_TSC2 |" in page
    assert "| 1.250 |" in page
