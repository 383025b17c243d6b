"""From a protein of a panel to a knob."""

from __future__ import annotations

import math

import pytest

from erbium.core.expression import evaluate
from erbium.core.parser import parse
from erbium.knowledge.schema.number import Number
from erbium.knowledge.schema.proteome import ProteinHandle

POOL = ProteinHandle(parameter="pi3k_akt_mtor.AKT_abundance", genes=("AKT1", "AKT2"), note="one pool")
STATE = ProteinHandle(
    parameter="emt_stemness.EMT_drive", genes=("VIM",), form="log10_above_one", note="mesenchymal"
)


BRAKE = ProteinHandle(
    parameter="cell_cycle.RB1_abundance",
    genes=("RB1",),
    form="at_most_one",
    exponent=Number(value=2.0, unit="1", kind="assumed", low=1.0, high=4.0, note="steep"),
    enough=Number(value=0.5, unit="1", kind="assumed", low=0.3, high=0.7, note="half"),
    note="loss",
)


def test_a_pool_is_the_geometric_mean_and_needs_every_protein() -> None:
    assert POOL.logarithm({"AKT1": 1.0, "AKT2": 0.0, "VIM": 9.0}) == 0.5
    assert POOL.logarithm({"AKT1": 1.0}) is None


def test_a_ratio_is_one_at_the_reference_and_a_state_zero_below_it() -> None:
    assert POOL.value(0.0, 0.5) == 1.0
    assert POOL.value(math.log(4.0), 0.5) == pytest.approx(2.0)
    assert STATE.value(-1.0, 0.5) == 0.0
    assert STATE.value(math.log(100.0), 0.5) == pytest.approx(1.0)


def test_a_brake_holds_until_there_is_not_enough_of_it() -> None:
    assert BRAKE.value(1.7, 0.5) == 1.0
    assert BRAKE.value(-math.log(2.0), 0.5) == 1.0
    assert BRAKE.value(-math.log(4.0), 0.5) == pytest.approx(0.25)


@pytest.mark.parametrize("handle", [POOL, BRAKE, STATE], ids=lambda handle: handle.form)
@pytest.mark.parametrize("logarithm", [-0.8, 0.1, 2.4])
def test_the_formula_gives_the_value(handle: ProteinHandle, logarithm: float) -> None:
    formula = handle.formula(logarithm, -0.25, 0.5)
    assert evaluate(parse(formula), {}) == pytest.approx(handle.value(logarithm + 0.25, 0.5))
