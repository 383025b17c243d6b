"""The requests and answers of the API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from erbium.web.settings import Limits

LIMITS = Limits()
#: Longest text of a profile, letters.
LONGEST_TEXT = 300_000
Name = Annotated[str, Field(min_length=1, max_length=120)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProfileInput(_Request):
    """A profile in one of three ways: as data, as the text of a file, or a shipped example."""

    profile: dict[str, Any] | None = Field(None, description="Tables and values of erbium.profile/1.")
    text: str | None = Field(None, max_length=LONGEST_TEXT, description="A profile file, in TOML or JSON.")
    example: Name | None = Field(None, description="Name of a shipped example.")

    @model_validator(mode="after")
    def _one_way(self) -> ProfileInput:
        if sum(value is not None for value in (self.profile, self.text, self.example)) != 1:
            raise ValueError("give one of profile, text and example")
        return self


class AdviseRequest(ProfileInput):
    """The question which treatments a tumour resists and what is left."""

    twins: int = Field(50, ge=1, le=LIMITS.twins, description="Virtual twins.")
    seed: int = Field(1, ge=0, le=2**31 - 1)
    explain: int = Field(4, ge=0, le=20, description="Options to explain, from the top.")
    horizon_months: float = Field(24.0, ge=1.0, le=120.0)
    regimens: list[Name] = Field(default_factory=list, max_length=40, description="All allowed when empty.")


class TrialText(_Request):
    """The text of a trial's file."""

    text: str = Field(max_length=LONGEST_TEXT, description="A trial file, in TOML.")


class TrialRequest(_Request):
    """A trial to be run on virtual patients: a shipped one, or one that was edited."""

    trial: Name | None = Field(None, description="Id of a shipped trial.")
    text: str | None = Field(None, max_length=LONGEST_TEXT, description="A trial file, in TOML.")
    patients: int = Field(200, ge=2, le=LIMITS.patients, description="Of all arms together.")
    seed: int = Field(1, ge=0, le=2**31 - 1)
    draws: int = Field(1, ge=1, le=50, description="Draws of what all tumours share.")

    @model_validator(mode="after")
    def _one_way(self) -> TrialRequest:
        if (self.trial is None) == (self.text is None):
            raise ValueError("give one of trial and text")
        return self


class TokenRequest(_Request):
    """What opens a session in a browser."""

    token: str = Field(max_length=500)


class Fault(BaseModel):
    """One thing that is wrong with a profile."""

    kind: str
    message: str
    key: str | None = None
    expected: str | None = None
    nearest: str | None = None


class HER2(BaseModel):
    """HER2 status computed from IHC and ISH, and the rule that decided."""

    status: str
    label: str
    group: int | None
    rule: str
    inputs: dict[str, Any]
    missing: list[str]
    disagreement: str | None
    notes: list[str]
    entered: bool


class Missing(BaseModel):
    """A marker without a result."""

    marker: str
    status: Literal["not_tested", "unknown"]


class Validation(BaseModel):
    """What a profile says, or everything that is wrong with it."""

    schema_: str = Field("erbium.web-validation/1", alias="schema")
    version: str
    valid: bool
    errors: list[Fault] = []
    id: str | None = None
    her2: HER2 | None = None
    facts: dict[str, str] = {}
    inferred: list[str] = []
    not_tested: list[Missing] = []
    not_modelled: list[str] = []
    warnings: list[str] = []


class JobState(BaseModel):
    """How far a job is."""

    id: str
    kind: str
    title: str
    state: Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
    share: float = Field(description="From 0 to 1.")
    doing: str
    created: str
    started: str | None
    finished: str | None
    error: dict[str, Any] | None
