"""What a trial reported of the toxicity of one of its arms."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from erbium.knowledge.schema.number import Record, Status, Texts, tuple_of
from erbium.knowledge.schema.regimen import Caution, Setting

_PART = re.compile(r"(?:(\d+)\s*/\s*(\d+)|(<)?\s*(\d+(?:\.\d+)?)\s*%)\Z")
_EVENT_RATES = ("any_grade", "severe", "fatal", "discontinued")
_ARM_RATES = ("discontinued", "reduced", "interrupted", "lvef_fall")
_BY_DRUG = ("stopped", "relative_dose_intensity")


class Rate(Record):
    """A share of patients, as it was published.

    Attributes
    ----------
    published
        "41/134", "31 %", or a sum such as "13 % + 1 %" of grade 3 and grade 4; "<1 %" is a bound.
    source, status
        Id of a source, and how far this figure was checked in it.
    note
        What exactly was counted.
    """

    published: str
    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    status: Status
    note: str | None = None

    @field_validator("published")
    @classmethod
    def _is_a_share(cls, text: str) -> str:
        found = _parts(text)
        if not 0.0 <= sum(share for share, _, _ in found) <= 1.0:
            raise ValueError(f'"{text}" is not a share of the patients')
        if len(found) > 1 and any(below for _, below, _ in found):
            raise ValueError(f'"{text}" adds a bound to a number')
        return text

    @property
    def share(self) -> float:
        """The share of the patients, from 0 to 1; the bound of a rate given as less than something."""
        return sum(share for share, _, _ in _parts(self.published))

    @property
    def is_bound(self) -> bool:
        """Whether only an upper bound was published."""
        return any(below for _, below, _ in _parts(self.published))

    @property
    def denominators(self) -> tuple[int, ...]:
        """The numbers of patients that the counts refer to."""
        return tuple(total for _, _, total in _parts(self.published) if total is not None)


class Event(Record):
    """How often one adverse event was seen in an arm.

    Attributes
    ----------
    caution
        The caution that it stands for.
    term
        What was counted, where that is not plain from the caution, as for laboratory values.
    any_grade, severe, fatal
        Shares of patients: of any grade, of grade 3 or more, and of grade 5.
    discontinued
        Share of patients who stopped for this event.
    source, status
        Stand in for what a rate does not say itself.
    """

    caution: Caution
    term: str | None = None
    any_grade: Rate | None = None
    severe: Rate | None = None
    fatal: Rate | None = None
    discontinued: Rate | None = None
    source: str | None = None
    status: Status | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _graver_is_rarer(self) -> Event:
        grades = [(name, rate) for name in _EVENT_RATES[:3] if (rate := getattr(self, name)) is not None]
        if not grades:
            raise ValueError("an event needs at least one of any_grade, severe and fatal")
        for (name, rate), (graver, rarer) in itertools.pairwise(grades):
            if rarer.share > rate.share + 1e-9:
                raise ValueError(f'{graver} "{rarer.published}" exceeds {name} "{rate.published}"')
        return self


class ToxicityArm(Record):
    """One arm of a trial, with what it reported of toxicity.

    Attributes
    ----------
    drugs, one_of
        Ids of the drugs that every patient got, and of those of which each got one more.
    speaks_for
        Drugs whose toxicity is read from this arm where no arm with the drug alone is known.
    trial, source, status
        Name of the trial; source and status of every rate that has none of its own.
    n
        Patients treated, those whose safety was reported.
    setting, population, condition
        Where; who, unless patients with HER2-positive breast cancer; what else was prescribed.
    months
        Median duration of treatment, months.
    discontinued, reduced, interrupted
        Shares of patients who stopped, lowered or paused treatment for adverse events.
    lvef_fall
        Share of patients with a fall of the left ventricular ejection fraction; the note defines it.
    stopped
        By drug, share of patients who stopped this drug for adverse events, where `discontinued` is not
        about all that was given.
    relative_dose_intensity
        By drug, median dose received over dose planned.
    event
        The adverse events, one row for each caution.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    drugs: Texts = Field(min_length=1)
    one_of: Texts = ()
    speaks_for: Texts = ()
    trial: str
    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    status: Status
    n: int = Field(gt=0)
    setting: Setting
    population: str | None = None
    condition: str | None = None
    months: float | None = Field(default=None, gt=0)
    discontinued: Rate | None = None
    reduced: Rate | None = None
    interrupted: Rate | None = None
    lvef_fall: Rate | None = None
    stopped: dict[str, Rate] = Field(default_factory=dict)
    relative_dose_intensity: dict[str, Rate] = Field(default_factory=dict)
    event: Annotated[tuple[Event, ...], BeforeValidator(tuple_of)] = Field(min_length=1)
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _hand_down(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        whole = _with_rates(data, _ARM_RATES, data)
        for key in _BY_DRUG:
            if isinstance(table := data.get(key), dict):
                whole[key] = _with_rates(table, tuple(table), data)
        if isinstance(events := data.get("event"), list | tuple):
            whole["event"] = tuple(
                _with_rates(item, _EVENT_RATES, data | item) if isinstance(item, dict) else item
                for item in events
            )
        return whole

    @model_validator(mode="after")
    def _consistent(self) -> ToxicityArm:
        names = [*self.drugs, *self.one_of]
        if len(set(names)) != len(names):
            raise ValueError("a drug is listed twice")
        if len(self.one_of) == 1:
            raise ValueError("one_of names at least two drugs")
        for drug in (*self.speaks_for, *self.stopped, *self.relative_dose_intensity):
            if drug not in names:
                raise ValueError(f'"{drug}" is not a drug of this arm')
        cautions = [item.caution for item in self.event]
        if double := [item for item in dict.fromkeys(cautions) if cautions.count(item) > 1]:
            raise ValueError(f'"{double[0]}" has two rows')
        if self.lvef_fall is not None and not self.lvef_fall.note:
            raise ValueError("lvef_fall needs a note that defines it")
        for key, rate in self.rates():
            if wrong := [total for total in rate.denominators if total != self.n]:
                raise ValueError(f"{key} counts {wrong[0]} patients, the arm has {self.n}")
        return self

    @property
    def name(self) -> str:
        """The drugs in words, for instance "margetuximab + capecitabine or vinorelbine"."""
        parts = [item.replace("_", " ") for item in self.drugs]
        if self.one_of:
            others = [item.replace("_", " ") for item in self.one_of]
            parts.append(", ".join(others[:-1]) + " or " + others[-1])
        return " + ".join(parts)

    def gives(self, drugs: set[str]) -> bool:
        """Return whether exactly these drugs were given."""
        rest = drugs.difference(self.drugs)
        if not drugs.issuperset(self.drugs):
            return False
        return len(rest) == 1 and rest <= set(self.one_of) if self.one_of else not rest

    def event_of(self, caution: Caution) -> Event | None:
        """Return the row of a caution."""
        return next((item for item in self.event if item.caution == caution), None)

    def rates(self) -> Iterator[tuple[str, Rate]]:
        """Yield every rate with its key in the file."""
        for name in _ARM_RATES:
            if (rate := getattr(self, name)) is not None:
                yield name, rate
        for key in _BY_DRUG:
            for drug, rate in getattr(self, key).items():
                yield f"{key}.{drug}", rate
        for number, item in enumerate(self.event):
            for name in _EVENT_RATES:
                if (rate := getattr(item, name)) is not None:
                    yield f"event[{number}].{name}", rate


def _with_rates(table: dict[str, Any], names: tuple[str, ...], given: dict[str, Any]) -> dict[str, Any]:
    """Return `table` with its rates as tables that have the source and the status of `given`."""
    whole = dict(table)
    for name in names:
        rate = table.get(name)
        if isinstance(rate, str):
            rate = {"published": rate}
        if isinstance(rate, dict):
            whole[name] = {key: given[key] for key in ("source", "status") if key in given} | rate
    return whole


def _parts(text: str) -> list[tuple[float, bool, int | None]]:
    """Return share, whether it is a bound, and the number of patients of each summand."""
    found: list[tuple[float, bool, int | None]] = []
    for part in text.split("+"):
        match = _PART.match(part.strip())
        if match is None or match[2] == "0":
            raise ValueError(
                f'"{text}" is not a rate; expected for instance "41/134", "31 %" or "13 % + 1 %"'
            )
        if match[1] is not None:
            found.append((int(match[1]) / int(match[2]), False, int(match[2])))
        else:
            found.append((float(match[4]) / 100.0, match[3] is not None, None))
    return found
