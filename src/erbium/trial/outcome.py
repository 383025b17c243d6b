"""What a trial records of each patient: response, time to progression, what ended the observation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.core.units import DAYS_PER_MONTH
from erbium.trial.follow_up import Seen
from erbium.tumour import Arm, Course
from erbium.tumour.endpoints import BENEFIT_DAYS, complete_response_chance
from erbium.tumour.recist import NAMES, PARTIAL_RESPONSE, PR, SD, seen_size

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]
#: Who was seen on no visit after the start counts for a day.
FIRST_DAY = 1.0

#: What is recorded of every patient, beside the attributes of the population.
RECORDED = (
    "patient", "block", "draw", "arm", "stratum", "response", "response_month", "nadir_percent", "benefit",
    "dor_months", "dor_event", "pfs_months", "pfs_event", "end_reason", "pcr_chance", "os_months", "os_event",
    "baseline_mm",
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """One row per patient, and the sums of diameters at the visits; both in the order of the arm."""

    table: pd.DataFrame
    sizes: pd.DataFrame


def measurable(course: Course, arm: Arm, seen: Seen) -> Outcome:
    """Return the outcome of patients whose disease is measured by scans."""
    last = _last_visit(course, seen.until)
    event = ~np.isnan(course.progression_days)
    free = np.where(event, course.progression_days, np.maximum(last, FIRST_DAY))
    attended = course.visit_days[:, None] <= np.where(event, course.progression_days, last)
    size = seen_size(course.volume, arm.lesions, arm.detection_mm, arm.scars)
    table = _response(course, size, attended)
    # Without measurable disease nothing can respond: who has not progressed by then has the benefit.
    lasted = (free >= BENEFIT_DAYS) & (course.best >= SD)
    table["benefit"] = lasted | ((course.best >= PR) & (size[0] > 0.0))
    table["dor_months"] = table["response_month"].rsub(free / DAYS_PER_MONTH)
    table["dor_event"] = event & table["response_month"].notna()
    table["pfs_months"] = free / DAYS_PER_MONTH
    table["pfs_event"] = event
    ended = np.where(course.new_lesion, "new_lesion", "progression")
    table["end_reason"] = np.where(event, ended, np.where(seen.lost, "drop_out", "follow_up"))
    table["pcr_chance"] = np.nan
    return Outcome(table, _sizes(course, size, attended))


def before_surgery(course: Course, arm: Arm) -> Outcome:
    """Return the outcome of treatment before surgery: response and the chance of a pathological one."""
    size = seen_size(course.volume, arm.lesions, arm.detection_mm, arm.scars)
    attended = np.ones(size.shape, dtype=bool)
    table = _response(course, size, attended)
    table["benefit"] = _nobody_knows(len(table))
    table["dor_months"] = np.nan
    table["dor_event"] = False
    table["pfs_months"] = np.nan
    table["pfs_event"] = False
    table["end_reason"] = "surgery"
    table["pcr_chance"] = complete_response_chance(course)
    return Outcome(table, _sizes(course, size, attended))


def unseen(relapse_days: Array, other_days: Array, seen: Seen) -> Outcome:
    """Return the outcome of patients without measurable disease, of whom some relapse.

    Parameters
    ----------
    relapse_days
        Day of the visit at which a recurrence was seen; NaN without, shape (n,).
    other_days
        Day of an event that is no recurrence, shape (n,).
    """
    import pandas as pd

    relapse = np.nan_to_num(relapse_days, nan=np.inf)
    recurred = np.isfinite(relapse) & (relapse <= other_days)
    other = ~recurred & (other_days <= seen.until)
    event = recurred | other
    # Other events are told when they happen, not at visits: so long is who has none seen.
    free = np.maximum(np.select([recurred, other], [relapse, other_days], seen.until), FIRST_DAY)
    table = pd.DataFrame(
        {
            "response": pd.Series([None] * len(free), dtype=object),
            "response_month": np.nan,
            "nadir_percent": np.nan,
            "benefit": _nobody_knows(len(free)),
            "dor_months": np.nan,
            "dor_event": False,
            "pfs_months": free / DAYS_PER_MONTH,
            "pfs_event": event,
            "end_reason": np.select(
                [recurred, other, seen.lost], ["recurrence", "other_event", "drop_out"], "follow_up"
            ),
            "pcr_chance": np.nan,
        }
    )
    return Outcome(table, pd.DataFrame({"patient": [], "day": [], "mm": []}).astype({"patient": np.int64}))


def _nobody_knows(count: int) -> pd.Series:
    """Return clinical benefit where it does not apply: missing, not "no"."""
    import pandas as pd

    return pd.Series([None] * count, dtype="boolean")


def _last_visit(course: Course, until: Array) -> Array:
    return np.asarray(course.visit_days[np.searchsorted(course.visit_days, until, side="right") - 1])


def _response(course: Course, size: Array, attended: Mask) -> pd.DataFrame:
    """Return best response, month of the first one, and the deepest change of the sum of diameters.

    The baseline is what scans show at the start: who has nothing to be measured there has no response.
    """
    import pandas as pd

    measured = size[0] > 0.0
    part = size / np.where(measured, size[0], np.inf)
    later = course.visit_days[:, None] > 0.0
    progressed = course.visit_days[:, None] >= np.nan_to_num(course.progression_days, nan=np.inf)
    small = (part <= 1.0 - PARTIAL_RESPONSE) & attended & later & ~progressed
    responded = small.any(axis=0) & (course.best >= PR) & measured
    first = np.where(responded, course.visit_days[small.argmax(axis=0)], np.nan)
    assessed = (attended & later).any(axis=0) & measured
    words = np.array([NAMES[code] for code in sorted(NAMES)], dtype=object)[course.best]
    words[~assessed] = None
    # The first change counts, not the start, so that a tumour that only grows has a nadir above 0.
    changes = np.where(attended & later, 100.0 * (part - 1.0), np.inf).min(axis=0)
    return pd.DataFrame(
        {
            "response": words,
            "response_month": first / DAYS_PER_MONTH,
            "baseline_mm": size[0],
            "nadir_percent": np.where(assessed, changes, np.nan),
        }
    )


def _sizes(course: Course, size: Array, attended: Mask) -> pd.DataFrame:
    import pandas as pd

    patient, visit = np.nonzero(attended.T)
    return pd.DataFrame(
        {"patient": patient.astype(np.int64), "day": course.visit_days[visit], "mm": size[visit, patient]}
    )
