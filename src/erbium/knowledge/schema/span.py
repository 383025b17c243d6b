"""Spans of time as files write them: "9 weeks", "36 months"."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from erbium.core.errors import UnitError
from erbium.core.units import HOURS_PER_DAY
from erbium.knowledge.schema.dose_text import hours
from erbium.knowledge.schema.number import fault


def days(text: str) -> float:
    """Return a span such as "9 weeks" or "36 months" (of 30.4375 days) in whole days."""
    return float(round(hours(text) / HOURS_PER_DAY))


def check_span(value: object) -> object:
    """Return a text that is a span of a day or more; raise a fault for anything else."""
    if not isinstance(value, str):
        raise fault(f"{value} has no unit.", expected='a time such as "9 weeks"')
    try:
        found = days(value)
    except UnitError as error:
        raise fault(f'"{value}" is not a time.', expected='for example "9 weeks"') from error
    if found < 1.0:
        raise fault(f'"{value}" is less than a day.', expected='for example "9 weeks"')
    return value


Span = Annotated[str, BeforeValidator(check_span)]
