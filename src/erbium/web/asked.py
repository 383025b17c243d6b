"""What is asked of the quick questions: activity of the network, what if, a trial's text, a file."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from erbium.search.activity import MOST_NODES
from erbium.web.models import LONGEST_TEXT, Name, ProfileInput

#: Most twins of a question that is answered while the page waits.
MOST_TWINS = 50
#: Most regimens that are put in order while the page waits.
MOST_REGIMENS = 12
#: Largest file that is imported, bytes; and the same in base64, letters.
LARGEST_FILE = 450_000
LONGEST_CONTENT = 4 * (LARGEST_FILE + 2) // 3
Strength = Annotated[float, Field(gt=0.0, lt=1.0)]


class ActivityRequest(ProfileInput):
    """How active every node of the network is: as it is, under a regimen, with nodes knocked down."""

    regimen: Name | None = Field(None, description="Regimen given from day 0, by name; none when not given.")
    knock_down: dict[Name, Strength] = Field(
        default_factory=dict,
        max_length=MOST_NODES,
        description="Share by which druggable nodes are inhibited from day 0 on, by their id.",
    )
    days: float = Field(168.0, ge=7.0, le=730.0, description="How long it is followed, days.")
    twins: int = Field(20, ge=1, le=MOST_TWINS, description="Virtual twins.")
    seed: int = Field(1, ge=0, le=2**31 - 1)


class WhatIfRequest(ProfileInput):
    """The order of regimens with mechanisms switched on or off, on the same twins."""

    regimens: list[Name] = Field(
        min_length=1, max_length=MOST_REGIMENS, description="Regimens to put in order."
    )
    present: list[Name] = Field(default_factory=list, max_length=6, description="Mechanisms switched on.")
    absent: list[Name] = Field(default_factory=list, max_length=6, description="Mechanisms switched off.")
    changed: str | None = Field(
        None, max_length=LONGEST_TEXT, description="The profile with other markers, in TOML or JSON."
    )
    twins: int = Field(50, ge=2, le=MOST_TWINS, description="Virtual twins.")
    pairs: int | None = Field(
        None, ge=1, le=MOST_TWINS, description="Twins that are run as changed; all when not given."
    )
    seed: int = Field(1, ge=0, le=2**31 - 1)
    horizon_months: float = Field(24.0, ge=1.0, le=120.0)


class ImportRequest(BaseModel):
    """A file of another program: a Phenopacket, an mCODE bundle, a VCF, a MAF or a table."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", max_length=200, description="Name of the file; only its ending is used.")
    content: str = Field(max_length=LONGEST_CONTENT, description="Its bytes, in base64.")
    sample: Name | None = Field(None, description="Patient, sample or specimen, where there are several.")


def as_request(asked: BaseModel) -> dict[str, Any]:
    """Return a question as plain data."""
    return asked.model_dump(mode="json")
