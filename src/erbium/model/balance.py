"""Units that balance: every rate, rule and readout has the unit it claims.

A unit is a factor and a vector of exponents over the base dimensions of the registry, so
``mg/L`` and ``ng/mL`` differ although both are mass per volume: nothing in the network converts.
A bare number counts as dimensionless, except 0, which fits everywhere.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from erbium.core import units
from erbium.core.errors import ModelError, UnitError
from erbium.core.expression import Expr, text
from erbium.model.network import Network
from erbium.model.reaction import Module

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Dimension:
    """A unit as factor times base units to rational powers.

    Attributes
    ----------
    factor
        Size in base units: 1000 for kreceptor.
    powers
        Base unit and exponent, sorted, without zeros.
    """

    factor: float
    powers: tuple[tuple[str, Fraction], ...] = ()

    def __mul__(self, other: Dimension) -> Dimension:
        powers = dict(self.powers)
        for base, exponent in other.powers:
            powers[base] = powers.get(base, Fraction(0)) + exponent
        return Dimension(self.factor * other.factor, _tidy(powers))

    def __truediv__(self, other: Dimension) -> Dimension:
        return self * other.to_the(Fraction(-1))

    def to_the(self, exponent: Fraction) -> Dimension:
        """Return the unit raised to a rational power."""
        powers = {base: power * exponent for base, power in self.powers}
        return Dimension(self.factor ** float(exponent), _tidy(powers))

    def same(self, other: Dimension) -> bool:
        """Whether numbers in both units may be added as they are."""
        return self.powers == other.powers and math.isclose(self.factor, other.factor, rel_tol=1e-9)

    @property
    def is_one(self) -> bool:
        """Whether this is dimensionless, with factor 1."""
        return self.same(ONE)

    def __str__(self) -> str:
        parts = [base if power == 1 else f"{base}^{power}" for base, power in self.powers]
        factor = [] if math.isclose(self.factor, 1, rel_tol=1e-9) else [f"{self.factor:.6g}"]
        return " ".join([*factor, *parts]) or "1"


def _tidy(powers: Mapping[str, Fraction]) -> tuple[tuple[str, Fraction], ...]:
    return tuple(sorted((base, power) for base, power in powers.items() if power))


ONE = Dimension(1.0)


@functools.cache
def dimension(unit: str) -> Dimension:
    """Return the dimension of a unit text.

    Raises
    ------
    UnitError
        The unit is unknown.
    """
    root = (1 * units.unit(unit)).to_root_units()
    powers = {str(base): Fraction(power).limit_denominator(1000) for base, power in root.unit_items()}
    return Dimension(float(root.magnitude), _tidy(powers))


def owners(modules: Iterable[Module]) -> dict[str, str]:
    """Return the module id of each declared species, rule, total and readout."""
    found: dict[str, str] = {}
    for module in modules:
        ids = [readout.id for readout in module.readouts] + [total.id for total in module.totals]
        ids += [rule.id for rule in module.rules] + [species.id for species in module.species]
        found.update(dict.fromkeys(ids, module.id))
    return found


def check_units(network: Network, declared: Mapping[str, str] | None = None) -> list[ModelError]:
    """Return one error for each place of the network where units do not balance.

    Parameters
    ----------
    network
        The composed network; its rules carry the unit they claim.
    declared
        Module id by declared name, as :func:`owners` gives it, to name the module of what is not a
        reaction.

    Notes
    -----
    What clones share by construction is reported once.
    """
    return _Checker(network, declared or {}).errors()


class _Checker:
    def __init__(self, network: Network, owners: Mapping[str, str]) -> None:
        self.network = network
        self.owners = owners
        self.found: dict[str, ModelError] = {}
        self.memo: dict[int, Dimension | None] = {}
        self.shown: dict[str, str] = {}
        self.where = ""

    def errors(self) -> list[ModelError]:
        net = self.network
        hour = dimension("h")
        declared: dict[str, Dimension | None] = {}
        groups = (
            zip(net.species, net.species_units, strict=True),
            zip(net.parameters, net.parameter_units, strict=True),
            net.rule_units.items(),
        )
        for group in groups:
            for name, unit in group:
                self.shown[name] = unit
                declared[name] = self.declare(unit, f"{self.place(name)}")
        self.declared = declared
        for name, start in zip(net.species, net.initial, strict=True):
            self.expect(start, declared[name], self.shown[name], f"{self.place(name)}, initial value")
        for name, rule in net.rules.items():
            if name in declared:
                self.expect(rule, declared[name], self.shown[name], f"{self.place(name)}, rule")
        for name, readout in net.readouts.items():
            unit = net.readout_units.get(name, "1")
            where = f"{self.place(name)}, readout"
            self.expect(readout, self.declare(unit, where), unit, where)
        for reaction in net.reactions:
            where = f"module {reaction.module}, reaction {plain(reaction.id)}"
            for name in dict.fromkeys(name for name, _ in (*reaction.reactants, *reaction.products)):
                own = declared[name]
                self.expect(
                    reaction.rate,
                    None if own is None else own / hour,
                    f"{self.shown[name]} per hour, as {plain(name)} has it",
                    where,
                )
        return list(self.found.values())

    def place(self, name: str) -> str:
        owner = self.owners.get(plain(name))
        return f"module {owner}, {plain(name)}" if owner else plain(name)

    def declare(self, unit: str, where: str) -> Dimension | None:
        try:
            return dimension(unit)
        except UnitError:
            self.report(f'{where}: unknown unit "{unit}".', None)
            return None

    def report(self, message: str, expected: str | None) -> None:
        self.found.setdefault(message, ModelError(message, expected=expected))

    def expect(self, node: Expr, wanted: Dimension | None, unit: str, where: str) -> None:
        self.where = where
        found = self.walk(node)
        if found is not None and wanted is not None and not found.same(wanted):
            self.report(f'{where}: "{_short(node)}" has unit {found}.', f"{wanted} ({unit})")

    def walk(self, node: Expr) -> Dimension | None:
        """Return the unit of `node`; None fits everywhere (zero, or a fault already reported)."""
        if node.id not in self.memo:
            self.memo[node.id] = self.derive(node)
        return self.memo[node.id]

    def derive(self, node: Expr) -> Dimension | None:
        if node.op == "number":
            return None if node.value == 0 else ONE
        if node.op == "name":
            return self.declared.get(node.name)
        first = self.walk(node.args[0])
        if node.op == "neg":
            return first
        if node.op in ("exp", "log"):
            self.dimensionless(first, node.args[0], node.op)
            return ONE
        if node.op == "sqrt":
            return None if first is None else first.to_the(Fraction(1, 2))
        second = self.walk(node.args[1])
        if node.op == "pow":
            return self.power(node, first, second)
        if node.op in ("mul", "div"):
            if first is None or second is None:
                return None
            return first * second if node.op == "mul" else first / second
        if first is not None and second is not None and not first.same(second):
            left, right = (_short(arg) for arg in node.args)
            self.report(
                f'{self.where}: {_VERB[node.op]} "{left}" in {first} and "{right}" in {second}.', "like units"
            )
            return ONE if node.op == "lt" else None
        if node.op == "lt":
            return ONE
        return second if first is None else first

    def power(self, node: Expr, base: Dimension | None, exponent: Dimension | None) -> Dimension | None:
        self.dimensionless(exponent, node.args[1], "an exponent")
        if base is None:
            return None
        if node.args[1].is_number:
            return base.to_the(Fraction(node.args[1].value).limit_denominator(1000))
        self.dimensionless(base, node.args[0], "the base of a power with a varying exponent")
        return ONE

    def dimensionless(self, found: Dimension | None, node: Expr, of: str) -> None:
        if found is not None and not found.is_one:
            self.report(
                f'{self.where}: {of} takes "{_short(node)}", which has unit {found}.', "a pure number"
            )


_VERB = {"add": "adds", "sub": "subtracts", "min": "min of", "max": "max of", "lt": "compares"}


def plain(name: str) -> str:
    """Return a network name without its clone."""
    return re.sub(r"\bc\d+\.", "", name)


def _short(node: Expr) -> str:
    shown = plain(text(node))
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 3]}..."
