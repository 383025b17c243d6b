"""What the body does to a drug: absorption, disposition, binding, and the covariates of these."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from erbium.knowledge.schema.dose_text import amount
from erbium.knowledge.schema.number import Number, Record, Status, tuple_of
from erbium.knowledge.schema.slot_units import check_units, in_units


class PKNumber(Number):
    """A pharmacokinetic number; `iiv_cv` is its variation between patients as a fraction."""

    iiv_cv: float | None = Field(default=None, ge=0.0, le=5.0)


class Covariate(Record):
    """How a patient's value moves a PK parameter.

    power: (x / reference)^exponent; exponential: exp(exponent * (x - reference));
    fraction: 1 + exponent * x for an indicator x.
    """

    parameter: Literal["ka", "CL", "V1", "Q", "V2", "Vmax", "Km"]
    covariate: str
    reference: float
    exponent: float
    unit: str = "1"
    form: Literal["power", "exponential", "fraction"] = "power"
    source: str | None = None
    status: str | None = None


class StudiedDoses(Record):
    """The single doses over which the pharmacokinetic numbers hold, such as "2.4 mg/kg" to "4.8 mg/kg"."""

    low: str
    high: str
    source: str
    status: Status
    note: str | None = None

    @model_validator(mode="after")
    def _ascending(self) -> StudiedDoses:
        (low, unit), (high, other) = amount(self.low), amount(self.high)
        if unit != other:
            raise ValueError("low and high must be in the same unit")
        if not 0.0 < low <= high:
            raise ValueError(f"low ({self.low}) must lie below high ({self.high})")
        return self


class TargetPath(Record):
    """Where the saturable path by the target counts: whole at low doses, not beside a linear clearance.

    A linear clearance that was read from usual doses holds in it what the target takes there. At `whole_at`
    and below the path counts in full, from `studied_doses.low` on not at all, between by the log of the dose.
    """

    whole_at: str
    source: str
    status: Status
    note: str | None = None

    @model_validator(mode="after")
    def _dose(self) -> TargetPath:
        amount(self.whole_at)
        return self


class PK(Record):
    """Generic slot: depot or gut, central, peripheral; linear and saturable elimination.

    Volumes and clearances of oral and intramuscular drugs are apparent (over F). `free_fraction`
    is the unbound fraction in plasma; `medium_free_fraction` that in medium with 10 % serum, for
    turning the nominal concentration of a cell experiment into a free one. Doses beside `studied_doses` are
    simulated with a warning and a wider clearance. With `target_path`, `Vmax` and `Km` count at low doses
    only.
    """

    ka: PKNumber | None = None
    CL: PKNumber
    V1: PKNumber
    Q: PKNumber | None = None
    V2: PKNumber | None = None
    Vmax: PKNumber | None = None
    Km: PKNumber | None = None
    lag: PKNumber | None = None
    free_fraction: PKNumber
    medium_free_fraction: Number | None = None
    covariates: Annotated[tuple[Covariate, ...], BeforeValidator(tuple_of)] = ()
    studied_doses: StudiedDoses | None = None
    target_path: TargetPath | None = None
    note: str | None = None

    UNITS: ClassVar[dict[str, str]] = {
        "ka": "1/h", "CL": "L/h", "V1": "L", "Q": "L/h", "V2": "L", "Vmax": "mg/h", "Km": "mg/L", "lag": "h",
        "free_fraction": "1", "medium_free_fraction": "1",
    }  # fmt: skip

    @model_validator(mode="after")
    def _pairs(self) -> PK:
        if (self.Q is None) != (self.V2 is None):
            raise ValueError("Q and V2 come together")
        if (self.Vmax is None) != (self.Km is None):
            raise ValueError("Vmax and Km come together")
        if self.target_path is not None:
            if self.Vmax is None or self.studied_doses is None:
                raise ValueError("target_path needs Vmax, Km and studied_doses")
            (whole, unit), (low, other) = amount(self.target_path.whole_at), amount(self.studied_doses.low)
            if unit != other or not 0.0 < whole < low:
                raise ValueError(
                    f"target_path.whole_at ({self.target_path.whole_at}) must lie below studied_doses.low "
                    f"({self.studied_doses.low}), in the same unit"
                )
        for name in ("free_fraction", "medium_free_fraction"):
            number = getattr(self, name)
            if number is not None and not 0.0 < number.value <= 1.0:
                raise ValueError(f"{name} must lie between 0 and 1")
        check_units(self, self.UNITS)
        return self

    def values(self) -> dict[str, float]:
        """Return every given number in slot units (h, L, mg)."""
        return in_units(self, self.UNITS)
