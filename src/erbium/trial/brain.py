"""Brain metastases in a trial: the same twins with a second site, and what both sites say together.

Lesions in the brain grow at the pace of those in the body and see each drug by its own penetration.
New brain lesions in patients without any are not simulated: no rate for them is in the data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from erbium.core.twins import Array
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.regimen import Regimen
from erbium.knowledge.tables import load_numbers
from erbium.pharmacology.host import spread
from erbium.trial.carry_over import as_large
from erbium.trial.enrolment import Enrolled
from erbium.trial.follow_up import Seen
from erbium.trial.outcome import FIRST_DAY, Outcome, measurable
from erbium.tumour import Arm, Course, Tumour
from erbium.tumour.recist import Recist, seen_size, sum_of_diameters, volume_of

SITE = "brain"
#: Attribute of the patients who have brain metastases.
MARK = "brain"


@dataclass(frozen=True)
class BrainSite:
    """The brain lesions of some patients of an arm.

    Attributes
    ----------
    rows
        Positions of these patients in the arm.
    arm
        Their lesions in the brain under the regimen of the arm.
    """

    rows: NDArray[np.intp]
    arm: Arm

    def until(self, days: Array) -> Arm:
        """Return the arm seen for as long as its patients are; `days` is that of all patients of the arm."""
        return replace(self.arm, until_days=days[self.rows])


def brain_site(part: Enrolled, tumour: Tumour, regimen: Regimen, which: NDArray[np.intp]) -> BrainSite | None:
    """Return the brain lesions of those patients of an arm who have any; None if nobody does.

    Parameters
    ----------
    part, tumour
        The sampling that the patients come from, and its twins in the brain.
    which
        Positions of the patients of the arm in it.
    """
    marked = part.table[MARK].to_numpy(dtype=bool)[which]
    rows = np.flatnonzero(marked)
    if not rows.size:
        return None
    return BrainSite(rows, _in_the_brain(tumour, regimen, part.rows[which][rows]))


def _in_the_brain(tumour: Tumour, regimen: Regimen, twins: NDArray[np.intp]) -> Arm:
    """Return some twins with lesions of their own size in the brain, treated."""
    numbers = load_numbers("tumour/brain")
    draws = tumour.twins
    arm = tumour.arm(regimen).of(twins)
    lesions = np.clip(np.round(spread(draws, "brain.lesions", numbers["lesions"])), 1.0, 5.0)[twins]
    diameters = spread(draws, "brain.sum_of_diameters", numbers["sum_of_diameters"])[twins]
    detection = numbers["detection"]
    seen = draws.uncertain("brain.detection", detection.value, detection.low, detection.high)[twins]
    return replace(
        arm,
        states=as_large(tumour.network, arm.states, volume_of(diameters, lesions)),
        lesions=lesions,
        detection_mm=seen,
        scar=np.zeros(len(twins)),
        new_lesion_threshold=-np.log(draws.uniform("brain.new_lesion")[twins]),
    )


def both_sites(body: Course, arm: Arm, seen: Seen, brain: Course | None, site: BrainSite | None) -> Outcome:
    """Return the outcome of an arm some of whose patients have lesions in the brain as well.

    Progression is that of the site where it is seen first. Who progresses in the body first leaves, and is
    not seen in the brain after; a response counts only before either.

    Parameters
    ----------
    body, arm
        Course of the lesions in the body, and the arm it belongs to.
    brain, site
        Course of the lesions in the brain, and whose they are; None where nobody has any.
    """
    if brain is None or site is None:
        return _told(measurable(body, arm, seen))
    rows = site.rows
    in_body, in_brain = body.progression_days[rows], brain.progression_days
    first = np.fmin(in_body, in_brain)
    brain_first = in_brain < np.nan_to_num(in_body, nan=np.inf)
    ends = np.fmin(first, seen.until[rows])
    joint, new, best = body.progression_days.copy(), body.new_lesion.copy(), body.best.copy()
    joint[rows], new[rows] = first, np.where(brain_first, brain.new_lesion, new[rows])
    visible = seen_size(brain.volume, site.arm.lesions, site.arm.detection_mm, site.arm.scars) > 0.0
    best[rows] = _best(body, arm.of(rows), rows, ends, first, visible | (arm.scars[rows] > 0.0))
    outcome = measurable(replace(body, progression_days=joint, new_lesion=new, best=best), arm, seen)
    outcome.table.loc[rows[brain_first], "end_reason"] = "brain_progression"
    return _told(outcome, site, brain, first, Seen(seen.until[rows], seen.lost[rows]))


def _best(
    course: Course,
    arm: Arm,
    rows: NDArray[np.intp],
    ends: Array,
    progressed: Array,
    visible: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return the best response at one site of patients who leave at progression at any.

    Parameters
    ----------
    rows
        Positions of the patients in the course.
    ends, progressed
        Last day they are seen, and day of progression (NaN without), shape (n,).
    visible
        Whether at a visit disease is visible beside the lesions measured here, shape (visits, n).
    """
    volume = course.volume[:, rows]
    start = sum_of_diameters(volume[0], arm.lesions)
    recist = Recist(start, arm.lesions, arm.detection_mm, arm.scars)
    for visit, day in enumerate(course.visit_days):
        at = np.flatnonzero(ends >= day)
        if day > 0.0 and at.size:
            recist.persistent = visible[visit]
            recist.visit(volume[visit, at], progressed[at] == day, at)
    return np.asarray(np.maximum(recist.best, 0))


def _told(
    outcome: Outcome,
    site: BrainSite | None = None,
    brain: Course | None = None,
    first: Array | None = None,
    seen: Seen | None = None,
) -> Outcome:
    """Return an outcome with what is recorded of the brain: nothing of who has no lesion there."""
    import pandas as pd

    count = len(outcome.table)
    months, event = np.full(count, np.nan), np.zeros(count, dtype=bool)
    response = np.full(count, None, dtype=object)
    if site is not None and brain is not None and first is not None and seen is not None:
        numbers = load_numbers("tumour/brain")
        in_brain = brain.progression_days == first
        last = np.fmin(first, seen.until)
        visits = brain.visit_days
        attended = visits[np.searchsorted(visits, last, side="right") - 1]
        months[site.rows] = np.maximum(attended, FIRST_DAY) / DAYS_PER_MONTH
        event[site.rows] = in_brain
        nothing = np.zeros((len(visits), len(first)), dtype=bool)
        best = _best(brain, site.arm, np.arange(len(first)), last, np.where(in_brain, first, np.nan), nothing)
        alone = replace(brain, progression_days=np.where(in_brain, first, np.nan), best=best)
        told = measurable(alone, site.arm, Seen(last, seen.lost)).table["response"].to_numpy(dtype=object)
        large = sum_of_diameters(brain.volume[0], site.arm.lesions) / site.arm.lesions
        told[large < numbers["measurable"].value] = None
        response[site.rows] = told
    table = outcome.table.assign(
        cns_pfs_months=months, cns_pfs_event=event, cns_response=pd.Series(response, dtype=object)
    )
    return Outcome(table, outcome.sizes)
