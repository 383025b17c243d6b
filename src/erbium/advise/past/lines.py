"""The earlier lines of a patient, each with what was observed, and those that cannot be simulated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from erbium.core.errors import DataError, UnknownName
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge import Knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.regimen import Regimen, Setting
from erbium.profile import Profile
from erbium.profile.disease import PriorTherapy, lines_before_each
from erbium.profile.follow_up import Rebiopsy, SerialMarker

#: Settings in which an earlier line is simulated; in the others nothing is there to be measured.
SIMULATED: tuple[Setting, ...] = ("metastatic", "neoadjuvant")
#: Reasons for stopping that say that no progression had been seen.
NOT_FOR_PROGRESSION = ("toxicity", "completed", "choice", "ongoing")
#: A line is simulated over at most this many days, whatever its stated duration.
LONGEST_DAYS = 3652.0


@dataclass(frozen=True)
class PastLine:
    """One earlier line and what was observed.

    Attributes
    ----------
    position
        Where it stands among the earlier treatments of the profile.
    name
        As the profile calls it.
    regimen
        What was given; None if Erbium does not know it.
    setting
        metastatic or neoadjuvant for a line that is simulated.
    lines_before
        Earlier metastatic lines.
    days
        How long it was given; None if not stated.
    response, reason
        Best response and reason for stopping, as in the profile.
    why_not
        Why it is not simulated; None if it is.
    """

    position: int
    name: str
    regimen: Regimen | None
    setting: Setting
    lines_before: int
    days: float | None
    response: str | None
    reason: str | None
    markers: tuple[SerialMarker, ...] = ()
    rebiopsy: Rebiopsy | None = None
    why_not: str | None = None

    @property
    def progressed(self) -> bool:
        """Whether progression ended it."""
        return self.reason == "progression" or (self.reason is None and self.response == "PD")


def lines_of(profile: Profile, knowledge: Knowledge) -> tuple[PastLine, ...]:
    """Return the earlier lines of a profile in order.

    Raises
    ------
    UnknownName
        A regimen is not known and looks like one that is; or a second specimen names no known mechanism.
    """
    return tuple(_lines(profile, knowledge))


def _lines(profile: Profile, knowledge: Knowledge) -> Iterator[PastLine]:
    before = lines_before_each(profile.prior_therapies, profile.disease)
    for number, therapy in enumerate(profile.prior_therapies):
        key = f"prior_therapies[{number}]"
        setting: Setting = therapy.setting or profile.disease.setting or "metastatic"
        _check_mechanisms(therapy, knowledge, key)
        regimen, why_not = _regimen_of(therapy, knowledge, key)
        if regimen is not None and setting not in SIMULATED:
            why_not = f"{setting}: no measurable disease that could have responded"
        elif regimen is not None and not _told(therapy):
            why_not = "neither response nor duration nor markers are stated"
        yield PastLine(
            position=number,
            name=therapy.name,
            regimen=regimen,
            setting=setting,
            lines_before=before[number] or 0,
            days=days_of(therapy),
            response=therapy.best_response.value,
            reason=therapy.reason_ended,
            markers=therapy.markers,
            rebiopsy=therapy.rebiopsy,
            why_not=why_not,
        )


def _told(therapy: PriorTherapy) -> bool:
    known = therapy.best_response.known or days_of(therapy) is not None
    return bool(known or therapy.markers or therapy.rebiopsy)


def _regimen_of(therapy: PriorTherapy, knowledge: Knowledge, key: str) -> tuple[Regimen | None, str | None]:
    """Return the regimen, or why there is none."""
    name = therapy.regimen or " + ".join(therapy.drugs)
    try:
        return resolve_regimen(name, knowledge.regimens, knowledge.drugs), None
    except UnknownName as error:
        if error.nearest:
            raise UnknownName(
                error.message,
                key=f"{key}.{'regimen' if therapy.regimen else 'drugs'}",
                nearest=error.nearest,
                hint="erbium regimens list; or name its drugs",
            ) from error
        return None, f"Erbium does not know {name}"
    except DataError as error:
        error.key = f"{key}.{'regimen' if therapy.regimen else 'drugs'}"
        raise


def _check_mechanisms(therapy: PriorTherapy, knowledge: Knowledge, key: str) -> None:
    if therapy.rebiopsy is None:
        return
    for field in ("found", "not_found"):
        for name in getattr(therapy.rebiopsy, field):
            if name not in knowledge.mechanisms:
                raise UnknownName.among(
                    "mechanism",
                    name,
                    knowledge.mechanisms,
                    key=f"{key}.rebiopsy.{field}",
                    hint="erbium mechanisms list",
                )


def days_of(therapy: PriorTherapy) -> float | None:
    """Return how long a treatment was given in days, from its duration or its dates; None if not stated."""
    months = therapy.duration_months.value
    if months is not None:
        return min(float(months) * DAYS_PER_MONTH, LONGEST_DAYS)
    start, stop = _day(therapy.start), _day(therapy.stop)
    if start is None or stop is None:
        return None
    return min(max(float((stop - start).days), 0.0), LONGEST_DAYS)


def _day(text: str | None) -> date | None:
    """Return a date to the day; the middle of a month that is all that is known; None for a bare year."""
    if text is None or not re.match(r"\d{4}-\d{2}", text):
        return None
    year, month, *rest = (int(part) for part in text.split("-"))
    try:
        return date(year, month, rest[0] if rest else 15)
    except ValueError:
        return None
