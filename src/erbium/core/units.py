"""Units at the door: text with a unit in, plain floats out.

The registry knows the words of the field: `receptor` (a count of receptors), `kreceptor`
(thousand receptors per cell), `dose` and `cell`. A month is 30.4375 days, as in trial reports.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from erbium.core.errors import UnitError

if TYPE_CHECKING:
    import pint

DAYS_PER_MONTH = 30.4375
HOURS_PER_DAY = 24.0
#: A power of a number, which could take for ever to work out: a quantity is one number and its unit.
_POWER = re.compile(r"(?<![A-Za-z_])[\d.)]+\s*(\*\*|\^)")


@functools.cache
def registry() -> pint.UnitRegistry[Any]:
    """Return the one unit registry (pint is imported at first use)."""
    import pint

    units: pint.UnitRegistry[Any] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    units.define("receptor = [receptor]")
    units.define("kreceptor = 1000 * receptor")
    units.define("cell = [cell]")
    units.define("dose = [dose]")
    units.define("percent = 0.01 = pct")
    units.define(f"month = {DAYS_PER_MONTH} * day = _ = months")
    units.define(f"year = {12 * DAYS_PER_MONTH} * day = _ = years")
    return units


def unit(text: str, *, file: str | Path | None = None, key: str | None = None) -> Any:
    """Return the pint unit named by `text`; "" and "1" are dimensionless."""
    import pint

    try:
        return registry().parse_units(text if text not in ("", "1", "-") else "dimensionless")
    except (pint.UndefinedUnitError, pint.DefinitionSyntaxError, ValueError, TypeError) as error:
        raise UnitError(f'unknown unit "{text}".', file=file, key=key) from error


def to(
    value: str | float,
    target: str,
    *,
    file: str | Path | None = None,
    key: str | None = None,
) -> float:
    """Return `value` ("52 weeks", "6 mg/kg", or a plain number) as a float in `target`.

    Raises
    ------
    UnitError
        The text has no number, the unit is unknown, or cannot be converted to `target`.
    """
    import pint

    if isinstance(value, int | float):
        return float(value)
    if _POWER.search(value):
        raise UnitError(
            f'"{value[:60]}" is not a quantity.',
            file=file,
            key=key,
            expected=f"one number and its unit, in {target}",
        )
    try:
        quantity: Any = registry().Quantity(value)
        if not dict(quantity.unit_items()) and target not in ("", "1", "-", "percent"):
            raise UnitError(f'"{value}" has no unit.', file=file, key=key, expected=f"a quantity in {target}")
        return cast(float, quantity.to(unit(target)).magnitude) * 1.0
    except pint.UndefinedUnitError as error:
        raise UnitError(
            f'unknown unit in "{value}".', file=file, key=key, expected=f"a quantity in {target}"
        ) from error
    except pint.DimensionalityError as error:
        raise UnitError(
            f'"{value}" cannot be converted to {target}.',
            file=file,
            key=key,
            expected=f"a quantity in {target}",
        ) from error
    except (ValueError, TypeError, AttributeError, ArithmeticError, pint.DefinitionSyntaxError) as error:
        raise UnitError(
            f'"{value}" is not a quantity.', file=file, key=key, expected=f"a quantity in {target}"
        ) from error
