"""Units of the network as SBML unit definitions."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from erbium.model.balance import Dimension, dimension

#: Base unit of the registry -> SBML base unit; what SBML has no word for counts as a pure number.
BASES = {
    "meter": "metre",
    "gram": "gram",
    "second": "second",
    "mole": "mole",
    "receptor": "item",
    "cell": "item",
}
_AMOUNTS = {"gram", "mole", "receptor", "cell"}
_PER_LITRE = ("meter", Fraction(-3))


class UnitTable:
    """Defines each unit of a model once and returns its id."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.ids: dict[str, str] = {}

    def id(self, unit: str) -> str:
        """Return the id of the unit written as `unit`."""
        if unit not in self.ids:
            self.ids[unit] = self.define(unit)
        return self.ids[unit]

    def define(self, unit: str) -> str:
        """Write the definition of `unit` and return its id."""
        found = dimension(unit)
        if found.is_one:
            return "dimensionless"
        name = unit_id(unit)
        definition = self.model.createUnitDefinition()
        definition.setId(name)
        definition.setName(unit)
        powers: dict[str, Fraction] = {}
        for base, power in found.powers:
            kind = BASES.get(base, "dimensionless")
            powers[kind] = powers.get(kind, Fraction(0)) + power
        parts = [(kind, float(power), 1.0) for kind, power in powers.items() if power] or [
            ("dimensionless", 1.0, 1.0)
        ]
        # SBML reads (multiplier * unit)^exponent: the factor goes inside the first exponent.
        first, exponent, _ = parts[0]
        parts[0] = (first, exponent, found.factor ** (1 / exponent))
        self.add(definition, parts)
        return name

    @staticmethod
    def add(definition: Any, parts: list[tuple[str, float, float]]) -> None:
        """Write the parts (kind, exponent, multiplier) of a definition."""
        import libsbml

        for kind, power, multiplier in parts:
            part = definition.createUnit()
            part.setKind(libsbml.UnitKind_forName(kind))
            part.setExponent(power)
            part.setScale(0)
            part.setMultiplier(multiplier)

    def substance(self, unit: str) -> tuple[str, bool]:
        """Return the id of a species' substance unit, and whether its symbol is a concentration.

        A unit that is neither an amount nor an amount per litre (a tissue volume) is a pure number
        to SBML.
        """
        found = dimension(unit)
        if _is_amount(found):
            return self.id(unit), False
        if _PER_LITRE in found.powers and _is_amount(found * dimension("L")):
            amount, per, volume = unit.partition("/")
            by_litre = {"nM": "nmol", "ng/mL": "ug"}.get(unit, f"{amount}*L/{volume}" if per else f"{unit}*L")
            return self.id(by_litre), True
        return "dimensionless", False


def unit_id(unit: str) -> str:
    """Return an SBML id for a unit: ``1/(kreceptor*h)`` is ``per_kreceptor_h``."""
    text = re.sub(r"\s+|[()^]", "", unit)
    text = re.sub(r"^1/", "/", text).replace("/", "_per_").replace("*", "_")
    text = re.sub(r"\W", "_", text).strip("_")
    return "hour" if text == "h" else text


def _is_amount(found: Dimension) -> bool:
    return not found.powers or (
        len(found.powers) == 1 and found.powers[0][0] in _AMOUNTS and found.powers[0][1] == 1
    )
