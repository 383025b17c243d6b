"""Derived numbers, computed again from the formula they state.

A formula is an expression of numbers, of ``ln2``, and of parameters of the same module (or
``module.name``). A number may carry a unit, as in ``ln2 / 1.3 h``: times are read in hours, other
units as they stand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from erbium.core import units
from erbium.core.errors import ModelError, UnitError
from erbium.core.expression import evaluate
from erbium.core.parser import parse

#: A derived value may be rounded this far from its formula.
TOLERANCE = 0.01

_WITH_UNIT = re.compile(r"(?P<number>\d[\d.]*(?:e[+-]?\d+)?)[ ](?P<unit>[A-Za-z][A-Za-z0-9]*)")


def recompute(formula: str, values: Mapping[str, float] | None = None) -> float | None:
    """Return the value of a formula, or None where it is prose and not arithmetic.

    Parameters
    ----------
    formula
        Text such as ``"ln2 / 1.3 h"`` or ``"k_in * k_deg / k_turnover"``.
    values
        Parameters the formula may name.

    Examples
    --------
    >>> round(recompute("ln2 / 30 min"), 3)
    1.386
    """
    try:
        node = parse(_WITH_UNIT.sub(_in_hours, formula))
    except (ModelError, UnitError, ValueError, OverflowError):
        return None
    known = {"ln2": math.log(2), **(values or {})}
    if not node.names <= known.keys():
        return None
    return float(evaluate(node, known))


def agrees(value: float, recomputed: float) -> bool:
    """Whether a stated value is the recomputed one, but for rounding."""
    return math.isclose(value, recomputed, rel_tol=TOLERANCE, abs_tol=1e-300)


def _in_hours(match: re.Match[str]) -> str:
    unit = units.unit(match["unit"])
    time = unit.dimensionality == units.unit("h").dimensionality
    return f"({match['number']} * {float((1 * unit).to('hour').magnitude)!r})" if time else match["number"]
