"""Where a claim is looked at: a cell or a patient, what is done to it, and when."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from erbium.core import units
from erbium.core.errors import UnitError
from erbium.knowledge.schema.number import Record


def _quantity(unit: str) -> BeforeValidator:
    def read(value: object) -> object:
        if not isinstance(value, str):
            raise ValueError(f'expected a text with a unit, such as "24 {unit}"')
        try:
            number = units.to(value, unit)
        except UnitError as error:
            raise ValueError(error.message.rstrip(".")) from error
        if not math.isfinite(number):
            raise ValueError("not a finite number")
        if number < 0.0:
            raise ValueError("must not be negative")
        return number

    return BeforeValidator(read)


def _setting(value: object) -> object:
    """Take a number, or a text with a unit; the unit of the parameter is known only later."""
    if isinstance(value, str):
        try:
            units.registry().Quantity(value)
        except Exception as error:  # pint raises many kinds, syntax errors among them
            raise ValueError("not a number with a unit") from error
    elif not isinstance(value, int | float):
        raise ValueError("expected a number, or a text with a unit")
    elif not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


def _exposure(value: object) -> object:
    return {"concentration": value} if isinstance(value, str) else value


Hours = Annotated[float, _quantity("h")]
NanoMolar = Annotated[float, _quantity("nM")]
Setting = Annotated[float | str, BeforeValidator(_setting)]


class DrugExposure(Record):
    """A drug in the medium: nominal concentration (nM), from `start` to `stop` (h)."""

    concentration: NanoMolar
    start: Hours = 0.0
    stop: Hours | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return _exposure(value)

    @model_validator(mode="after")
    def _lasts(self) -> DrugExposure:
        if self.stop is not None and self.stop <= self.start:
            raise ValueError("stop comes before start")
        return self


class Context(Record):
    """A cell line, an engineered cell or a patient, and what is done to it.

    Attributes
    ----------
    line, cell, case
        Name of a line; settings of an engineered cell; name of an example case. One of them.
    mechanisms, scale, settings
        Chronic: strength by mechanism, factor and value (key ``set``) by parameter; present before the
        settled state at time 0.
    acute
        Parameters set at time 0.
    drugs
        In the medium of a dish.
    effectors
        Relative number of immune effector cells in the dish.
    tumour
        Whether the cell sits in a tumour of 1 cm3 instead of a dish.
    fcgr3a
        Genotype at position 158 of the effector cells; 158F on both alleles where nothing is said.
    profile
        What differs from the case's profile: value by dotted key (``"her2.copies"``), lists whole.
    regimen
        Treatment of a patient: a regimen, or drugs joined by "+".
    alternatives
        Answer by open question.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)

    line: str | None = None
    cell: dict[str, Setting] | None = None
    case: str | None = None
    mechanisms: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(default_factory=dict)
    scale: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(default_factory=dict)
    settings: dict[str, Setting] = Field(default_factory=dict, alias="set")
    acute: dict[str, Setting] = Field(default_factory=dict)
    drugs: dict[str, DrugExposure] = Field(default_factory=dict)
    effectors: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    tumour: bool | None = None
    fcgr3a: Literal["V/V", "V/F", "F/F"] | None = None
    profile: dict[str, Any] = Field(default_factory=dict)
    regimen: str | None = None
    alternatives: dict[str, str] = Field(default_factory=dict)

    @property
    def place(self) -> str:
        """The key that says where: line, cell, case, or nothing."""
        named = [key for key in ("line", "cell", "case") if getattr(self, key) is not None]
        return named[0] if named else ""

    def over(self, base: Context) -> Context:
        """Return `base` with what this context adds; what both say, this one decides.

        Raises
        ------
        ValueError
            What results says of no cell or patient, of several, or does to one what belongs to the other.
        """
        values: dict[str, Any] = {}
        for key in type(self).model_fields:
            mine, theirs = getattr(self, key), getattr(base, key)
            if isinstance(theirs, dict) and isinstance(mine, dict):
                values[key] = theirs | mine
            else:
                values[key] = theirs if mine is None else mine
        if self.place:
            # A cell over a cell is added to; any other place replaces that of the base.
            for key in ("line", "cell", "case"):
                if key != self.place:
                    values[key] = getattr(self, key)
        whole = base.model_copy(update=values)
        whole.check()
        return whole

    def check(self) -> None:
        """Raise ValueError if the context is not one cell or patient, or contradicts itself."""
        places = [key for key in ("line", "cell", "case") if getattr(self, key) is not None]
        if not places:
            raise ValueError("no line, cell or case")
        if len(places) > 1:
            raise ValueError(f"{' and '.join(places)} together: a context is one of them")
        if self.case is None and self.regimen is not None:
            raise ValueError("a regimen needs a case: a cell has drugs")
        if self.case is None and self.profile:
            raise ValueError("profile changes a case: name it")
        if self.case is not None:
            for key in ("drugs", "acute", "effectors", "tumour", "fcgr3a"):
                if getattr(self, key):
                    raise ValueError(f"a case is treated by a regimen and takes no {key}")
        if both := sorted(set(self.scale) & set(self.settings)):
            raise ValueError(f"{both[0]} is both set and scaled")
        if both := sorted(set(self.cell or {}) & set(self.settings)):
            raise ValueError(f"{both[0]} is set twice, by cell and by set")
