"""Questions that are asked as jobs: combinations, experiments on cells, one claim."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from erbium.web.models import Name, ProfileInput

#: Longest text of an experiment, letters.
LONGEST_EXPERIMENT = 100_000
#: Most parameter draws of a search, and of an experiment or a claim.
MOST_DRAWS, MOST_MEMBERS = 50, 200
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class CombineRequest(ProfileInput):
    """The question which agents together keep a tumour down, at what burden, and why."""

    drugs: list[Name] = Field(
        default_factory=list, max_length=120, description="To be combined; all of the catalogue when empty."
    )
    given: list[Name] = Field(
        default_factory=list, max_length=3, description="Given anyway; benefit is counted from them."
    )
    size: int = Field(2, ge=1, le=3, description="Most agents of a set.")
    nodes: bool = Field(False, description="Combine nodes of the network too, without a drug.")
    strength: float = Field(0.8, gt=0.0, lt=1.0, description="Share of a node that is inhibited.")
    draws: int = Field(8, ge=2, le=MOST_DRAWS, description="Parameter draws, each with one twin.")
    explain: int = Field(12, ge=0, le=60, description="Sets to explain, from the top.")
    seed: Seed = 1
    force: bool = Field(False, description="Run also what the profile rules out.")


class ExperimentRequest(BaseModel):
    """An experiment on cells, as data or as the text of a file."""

    model_config = ConfigDict(extra="forbid")

    experiment: dict[str, Any] | None = Field(None, description="Tables and values of an experiment.")
    text: str | None = Field(None, max_length=LONGEST_EXPERIMENT, description="An experiment file, in TOML.")
    case: ProfileInput | None = Field(
        None, description='The tumour whose cells an arm has that says case = "case".'
    )
    members: int = Field(16, ge=1, le=MOST_MEMBERS, description="Draws of the kinetic numbers.")
    seed: Seed = 1

    @model_validator(mode="after")
    def _one_way(self) -> ExperimentRequest:
        if (self.experiment is None) == (self.text is None):
            raise ValueError("give one of experiment and text")
        return self


class ClaimRequest(BaseModel):
    """The question whether a claim is reproduced."""

    model_config = ConfigDict(extra="forbid")

    claim: Name = Field(description="Id of a claim.")
    members: int = Field(32, ge=1, le=MOST_MEMBERS, description="Parameter draws.")
    seed: Seed = 1
