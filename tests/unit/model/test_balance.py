"""Units that do not balance are found, with place and both units."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from erbium.core.expression import number
from erbium.core.parser import parse
from erbium.model.balance import check_units, dimension, owners
from erbium.model.build import build_network, load_modules
from erbium.model.network import Network, NetworkReaction

UNITS = {
    "k": "1/h",
    "kk": "1/(nM*h)",
    "K": "nM",
    "n": "1",
    "mass": "mg",
    "V": "L",
    "R": "kreceptor",
    "p": "percent",
}


def network(
    rate: str = "k * A", *, rule: str = "A / K", unit: str = "1", readout: str = "A", initial: str = "0"
) -> Network:
    return Network(
        clones=1,
        species=("A", "B"),
        species_units=("nM", "nM"),
        initial=(parse(initial), number(0)),
        settles=(True, True),
        parameters=tuple(UNITS),
        defaults=np.ones(len(UNITS)),
        parameter_units=tuple(UNITS.values()),
        rules={"rule": parse(rule)},
        reactions=(NetworkReaction("go", (("A", 1),), (("B", 1),), parse(rate), module="toy"),),
        readouts={"seen": parse(readout)},
        rule_units={"rule": unit},
        readout_units={"seen": "nM"},
    )


def faults(net: Network) -> list[str]:
    return [str(error) for error in check_units(net)]


@pytest.mark.parametrize(
    "rate",
    [
        "k * A",
        "kk * A * B",
        "kk * A^2",
        "k * sqrt(A * B)",
        "k * A * (A / K)^n",
        "k * A * hill(A / K, 1, n)",
        "k * mm(A, K) * B",
        "k * A^2 / (K^2 + A^2) * K",
        "k * A^1.5 / K^0.5",
        "k * max(0, A - B)",
        "k * min(A, B)",
        "k * A * exp(-A / K)",
        "k * A * log(1 + A / K)",
        "k * A * (1 + 2 * rule)",
        "0",
    ],
)
def test_balanced_rates(rate: str) -> None:
    assert faults(network(rate)) == []


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("A", ["module toy, reaction go", "has unit", "nM per hour, as A has it"]),
        ("k * A * B", ["module toy, reaction go"]),
        ("k * (A + 1)", ["adds", "module toy, reaction go", "like units"]),
        ("k * (A + n * R)", ["adds", "receptor"]),
        ("k * A * exp(A)", ["exp takes"]),
        ("k * A * log(K)", ["log takes"]),
        ("k * A * (A / K)^K", ["an exponent takes"]),
        ("k * A^n", ["the base of a power with a varying exponent"]),
        ("k * A * hill(A, K, n)", ["the base of a power"]),
        ("k * max(1, A)", ["max of"]),
        ("k * A * (1 - p)", ["subtracts"]),
    ],
)
def test_unbalanced_rates(rate: str, words: list[str]) -> None:
    found = faults(network(rate))
    assert found
    for word in words:
        assert word in found[0]


def test_scale_counts_as_well_as_dimension() -> None:
    assert faults(network(rule="mass / V", unit="mg/L")) == []
    assert faults(network(rule="mass / V", unit="ng/mL")) != []


def test_rules_readouts_and_start_values() -> None:
    assert "rule, rule" in faults(network(rule="A"))[0]
    assert "seen, readout" in faults(network(readout="A / K"))[0]
    assert "A, initial value" in faults(network(initial="k"))[0]
    assert "A, initial value" in faults(network(initial="5"))[0]
    assert faults(network(initial="2 * K")) == []


def test_a_fault_in_a_shared_part_is_reported_once() -> None:
    assert len(faults(network("k * (A + 1)", readout="A + 1"))) == 1


def test_an_unknown_unit_is_reported() -> None:
    assert 'unknown unit "nanomolar_"' in faults(network(unit="nanomolar_"))[0]


def test_dimensions() -> None:
    assert dimension("kreceptor").factor == 1000
    assert dimension("1/(kreceptor*h)").powers == (("receptor", Fraction(-1)), ("second", Fraction(-1)))
    assert dimension("nM*L/mg").same(dimension("nmol/mg"))
    assert str(dimension("1")) == "1"
    assert not dimension("mg/L").same(dimension("ng/mL"))
    assert dimension("ug/mL").same(dimension("mg/L"))


@pytest.mark.parametrize("clones", [1, 3])
def test_the_shipped_network_balances(clones: int) -> None:
    assert [str(error) for error in check_units(build_network(clones), owners(load_modules()))] == []
