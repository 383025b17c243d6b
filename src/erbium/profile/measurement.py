"""One value of a profile, with how it was obtained.

A value may be written short (``ki67 = 40``) or as a table
(``ki67 = {value = 40, assay = "MIB-1", date = 2024-03-01}``). "Not tested" is a status of its own and
never a negative result.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Generic, Literal, TypeVar, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from erbium.core import units
from erbium.core.errors import UnitError

Status = Literal["measured", "inferred", "not_tested", "unknown"]

T = TypeVar("T")

_STATUS_WORDS = {
    "not_tested": "not_tested",
    "not tested": "not_tested",
    "not-tested": "not_tested",
    "unknown": "unknown",
}
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def fault(message: str, *, expected: str = "", nearest: str = "", hint: str = "") -> PydanticCustomError:
    """Return a validation error that carries what was expected and the nearest right value."""
    context = {"message": message, "expected": expected, "nearest": nearest, "hint": hint}
    return PydanticCustomError("erbium", "{message}", context)


def _read_date(raw: Any) -> str:
    text = raw.isoformat()[:10] if hasattr(raw, "isoformat") else str(raw)
    if not _DATE.fullmatch(text):
        raise fault(f'"{text}" is not a date.', expected="a date such as 2024-03-01, 2024-03 or 2024")
    parts = [int(part) for part in text.split("-")]
    if not 1900 <= parts[0] <= 2100 or (len(parts) > 1 and not 1 <= parts[1] <= 12):
        raise fault(f'"{text}" is not a date.', expected="a year from 1900 to 2100 and a month from 1 to 12")
    if len(parts) > 2 and not 1 <= parts[2] <= 31:
        raise fault(f'"{text}" is not a date.', expected="a day from 1 to 31")
    return text


Date = Annotated[
    str, BeforeValidator(_read_date), WithJsonSchema({"type": "string", "pattern": _DATE.pattern})
]
"""ISO date; month and day may be left out."""

Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Measurement(BaseModel, Generic[T]):
    """A value with its assay, specimen, date and status.

    Parameters
    ----------
    value
        The result; absent when the status is ``not_tested`` or ``unknown``.
    unit, assay, specimen, date, source
        As reported.
    status
        ``measured``, ``inferred`` (computed from another measurement), ``not_tested`` or ``unknown``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: T | None = None
    unit: str | None = None
    assay: str | None = None
    specimen: str | None = None
    date: Date | None = None
    status: Status = "unknown"
    source: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _status_follows_value(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and "status" not in raw and raw.get("value") is not None:
            return {**raw, "status": "measured"}
        return raw

    @model_validator(mode="after")
    def _value_fits_status(self) -> Measurement[T]:
        has_value = self.value is not None
        if self.status in ("measured", "inferred") and not has_value:
            raise fault(
                f'status "{self.status}" without a value.',
                expected="a value, or status not_tested or unknown",
            )
        if self.status in ("not_tested", "unknown") and has_value:
            raise fault(
                f'value {self.value} with status "{self.status}".',
                expected="status measured or inferred beside a value",
            )
        return self

    @property
    def known(self) -> bool:
        """Whether there is a value to use (measured or inferred)."""
        return self.value is not None

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> Any:
        """Return the schema of the table form and of the short form."""
        reference = handler(core_schema)
        table = handler.resolve_ref_schema(reference)
        short = table.get("properties", {}).get("value", {})
        return {"anyOf": [short, {"enum": ["not_tested", "unknown"]}, dict(table)]}


UNKNOWN: Measurement[Any] = Measurement()


def reading(description: str, unit: str | None = None) -> Any:
    """Return the field of a measurement that is unknown unless given, kept in `unit`."""
    extra: dict[str, Any] | None = {"unit": unit} if unit else None
    return Field(default=UNKNOWN, description=description, json_schema_extra=extra)


def _convert(value: Any, unit: str | None, target: str) -> Any:
    if isinstance(value, bool):
        raise fault(f"{str(value).lower()} is not a number.", expected=f"a number in {target}")
    given = f"{value} {unit}" if unit else value
    if isinstance(given, str):
        text = given.replace("%", " percent").strip()
        if re.fullmatch(r"[-+0-9.eE]+", text):
            return float(text) if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text) else value
        if not re.match(r"[-+]?\.?\d", text):
            raise fault(f'"{value}" is not a number.', expected=f"a number in {target}".replace(" in 1", ""))
        try:
            return units.to(text, target)
        except UnitError as error:
            raise fault(error.message, expected=error.expected or f"a number in {target}") from error
    return given


def lift(raw: Any, unit: str | None) -> Any:
    """Return the table form of a value written short, converted to `unit`."""
    if isinstance(raw, Measurement):
        return raw.model_dump()
    if raw is None:
        return {}
    if isinstance(raw, str) and raw.strip().casefold() in _STATUS_WORDS:
        return {"status": _STATUS_WORDS[raw.strip().casefold()]}
    if not isinstance(raw, dict):
        value = _convert(raw, None, unit) if unit else raw
        return {"value": value, "status": "measured"}
    table = dict(raw)
    if unit and table.get("value") is not None:
        table["value"] = _convert(table["value"], table.get("unit"), unit)
        if table.get("unit"):
            table["unit"] = unit
    return table


class Block(BaseModel):
    """Base of the blocks of a profile: unknown keys are errors, short values are lifted."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @field_validator("*", mode="before")
    @classmethod
    def _lift_short_values(cls, raw: Any, info: Any) -> Any:
        field = cls.model_fields[info.field_name]
        if not is_measurement(field.annotation):
            return raw
        extra = field.json_schema_extra
        unit = extra.get("unit") if isinstance(extra, dict) else None
        return lift(raw, unit if isinstance(unit, str) else None)

    @classmethod
    def measured_fields(cls) -> tuple[str, ...]:
        """Return the names of the fields that hold a measurement."""
        return tuple(name for name, field in cls.model_fields.items() if is_measurement(field.annotation))


def is_measurement(annotation: Any) -> bool:
    """Return whether a field of this type holds a :class:`Measurement`."""
    return (
        isinstance(annotation, type)
        and get_origin(annotation) is None
        and issubclass(annotation, Measurement)
    )
