"""Numbers of a record in the standard units of its slot."""

from __future__ import annotations

from collections.abc import Mapping

from erbium.core.errors import UnitError
from erbium.knowledge.schema.number import Number, Record


def in_units(record: Record, table: Mapping[str, str]) -> dict[str, float]:
    """Return every given number named in `table`, in its unit there."""
    numbers = {name: getattr(record, name) for name in table}
    return {name: number.to(table[name]) for name, number in numbers.items() if number is not None}


def check_units(record: Record, table: Mapping[str, str]) -> None:
    """Raise ValueError where a number's unit does not convert to the unit of its slot."""
    for name, unit in table.items():
        number = getattr(record, name, None)
        if number is not None:
            check_unit(name, number, unit)


def check_unit(name: str, number: Number, unit: str) -> None:
    """Raise ValueError where `number` is negative or does not convert to `unit`."""
    if number.value < 0.0:
        raise ValueError(f"{name} is negative")
    try:
        number.to(unit)
    except UnitError as error:
        raise ValueError(f'{name}: unit "{number.unit}" does not convert to {unit}') from error
