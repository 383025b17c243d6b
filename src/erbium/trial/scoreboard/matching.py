"""Which published figure a simulated one may stand beside, and what must be said where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from erbium.knowledge.schema.trial import Trial
from erbium.trial.statistics.endpoint import EVENT_FREE, times_of

#: Endpoints whose times are simulated in each setting, the first one in every trial of it.
_SIMULATED = {"metastatic": ("PFS",), "neoadjuvant": (), "adjuvant": ("iDFS",), "residual": ("iDFS",)}

#: Endpoints that are simulated, but not as they are published: what must be said beside them.
_OTHERWISE = {
    "CNS_PFS": "CNS_PFS with deaths was published, CNS_PFS without them, censored at progression in the "
    "body, is simulated"
}


class _Row(Protocol):
    @property
    def endpoint(self) -> str: ...

    @property
    def year(self) -> int | None: ...

    @property
    def n(self) -> int | None: ...

    @property
    def low(self) -> float | None: ...

    @property
    def status(self) -> str: ...


RowT = TypeVar("RowT", bound=_Row)


def simulated_endpoint(trial: Trial) -> str | None:
    """Return what the simulated times of a trial are; None where no times are simulated."""
    return next(iter(simulated_endpoints(trial)), None)


def simulated_endpoints(trial: Trial) -> tuple[str, ...]:
    """Return every endpoint of a trial by simulated times, that from its start first."""
    brain = ("CNS_PFS",) if trial.design.brain_lesions else ()
    surgery = ("EFS", "iDFS") if trial.followed_after_surgery else ()
    return (*_SIMULATED[trial.setting], *brain, *surgery)


def times_in(endpoint: str) -> str | None:
    """Return the times in the name of an endpoint: "median_TTP" is read from TTP; None for shares."""
    if endpoint.removeprefix("median_").startswith("CNS_PFS"):
        return "CNS_PFS"
    words = endpoint.split("_")
    return next((word for word in (*EVENT_FREE, "OS", "DOR") if word in words), None)


def is_overall_survival(endpoint: str) -> bool:
    """Return whether an endpoint is overall survival, which stands outside the scoreboard."""
    return times_in(endpoint) == "OS"


def flag(trial: Trial, endpoint: str, definition: str | None = None) -> str:
    """Return what must be said beside a pair of figures; empty where they are the same endpoint.

    Parameters
    ----------
    trial
        The trial.
    endpoint, definition
        What was published, and how it was assessed or defined.
    """
    said = []
    times, simulated = times_in(endpoint), simulated_endpoints(trial)
    if times and times != "DOR" and times not in simulated:
        columns = times_of(times, trial.setting)
        alike = [item for item in simulated if times_of(item, trial.setting) == columns]
        said += [f"{times} was published, {item} is simulated" for item in alike[:1]]
    if times in simulated and times in _OTHERWISE:
        said.append(_OTHERWISE[times])
    if endpoint == "pCR":
        said.append(f"defined as {definition}" if definition else "definition not given")
    return "; ".join(said)


def is_strict(trial: Trial, endpoint: str) -> bool:
    """Return whether the published endpoint is the simulated one, by the same definition."""
    times = times_in(endpoint)
    if times is None or times == "DOR":
        return True
    return times in simulated_endpoints(trial) and times not in _OTHERWISE


def review(definition: str | None) -> str:
    """Return who read the scans: investigator, central, or empty where it is not said."""
    text = (definition or "").casefold()
    if "investigator" in text:
        return "investigator"
    return "central" if "independent" in text or "central" in text else ""


def first_report(trial: Trial, rows: Iterable[RowT]) -> RowT | None:
    """Return the row of the primary analysis among data cuts and readers of one figure.

    The same endpoint as the simulated one goes before another, a row with an interval or a number of
    patients before one without, and a report near the trial's first one before later ones.
    """
    found: Sequence[RowT] = list(rows)
    year = trial.year or 0
    return min(
        found,
        key=lambda row: (
            not is_strict(trial, row.endpoint),
            row.low is None,
            row.n is None,
            abs((row.year or year) - year),
            row.status != "verified",
        ),
        default=None,
    )
