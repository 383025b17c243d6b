"""What makes one regimen better than another: what differs is exchanged, property by property.

Both regimens have one drug of the same slot. Each step gives the first drug one more property of the
second, in the same twins; the last step is the second drug itself. How much a property is found to do
depends on what was exchanged before it, so the steps are taken in both orders.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from erbium.core.errors import DataError
from erbium.core.twins import Array
from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.regimen import Regimen
from erbium.model.compose import clone_name
from erbium.tumour.arm import Arm
from erbium.tumour.course import Course, run_arms
from erbium.tumour.endpoints import progression_free_days
from erbium.tumour.recist import PR
from erbium.tumour.tumour import Tumour


@dataclass(frozen=True)
class Property:
    """What a drug brings.

    Attributes
    ----------
    name
        In words.
    parameters
        Bare names of the network's parameters that hold it.
    doses
        Whether amounts and times of the doses belong to it.
    """

    name: str
    parameters: tuple[str, ...]
    doses: bool = False


#: Of an antibody-drug conjugate.
CONJUGATE = (
    Property(
        "exposure: dose, what low counts and toxicity leave of it, and kinetics of the conjugate",
        (
            "CL_adc",
            "V1_adc",
            "Q_adc",
            "V2_adc",
            "Vmax_adc",
            "Km_adc",
            "molar_adc",
            "unbound_adc",
            "slope_adc",
        ),
        doses=True,
    ),
    Property("payload moles: molecules on an antibody", ("DAR_adc",)),
    Property("potency: half-effect concentration in the cell", ("EC50_payload",)),
    Property(
        "class of the payload: tubulin or topoisomerase I", ("payload_is_genotoxic", "payload_alkylates")
    ),
    Property("bystander: passage through membranes", ("k_influx_payload", "k_efflux_payload")),
    Property("cross-resistance: share of efflux by transporters", ("payload_pumped",)),
    Property("bystander: linker cut outside cells", ("linker_cleavable",)),
    Property("binding: affinity for HER2 and Fc receptors", ("KD_adc", "fc_adc")),
)


@dataclass(frozen=True)
class Step:
    """What the drug does once it has one more property of the other.

    Attributes
    ----------
    name
        The property; that of the first step is the regimen it starts from.
    response
        Share of the twins that respond.
    median_months
        Median time without progression; None where it is not reached.
    mean_months
        Mean time without progression up to the last visit.
    progression_days
        Day of progression of each twin, NaN without, shape (count,).
    """

    name: str
    response: float
    median_months: float | None
    mean_months: float
    progression_days: Array


@dataclass(frozen=True)
class Exchange:
    """The steps from one regimen to another, in the order of the properties and in the reverse order."""

    first: str
    second: str
    forward: tuple[Step, ...]
    backward: tuple[Step, ...]

    def gains(self, quantity: str) -> dict[str, tuple[float, float]]:
        """Return what each property adds to `response` or `mean_months`, in both orders.

        The gains of either order add up to the difference of the two regimens.
        """
        found = [
            {
                step.name: getattr(step, quantity) - getattr(before, quantity)
                for before, step in itertools.pairwise(steps)
            }
            for steps in (self.forward, self.backward)
        ]
        return {name: (found[0][name], found[1][name]) for name in found[0]}

    def text(self) -> str:
        """Return the steps and gains as two tables in Markdown."""
        lines = []
        for title, steps in (("in this order", self.forward), ("in the reverse order", self.backward)):
            lines += [f"| exchanged {title} | response % | median PFS, months | mean PFS, months |"]
            lines += ["|---|--:|--:|--:|"]
            for step in steps:
                median = "not reached" if step.median_months is None else f"{step.median_months:.1f}"
                lines.append(
                    f"| {step.name} | {100 * step.response:.0f} | {median} | {step.mean_months:.1f} |"
                )
            lines.append("")
        response, mean = self.gains("response"), self.gains("mean_months")
        lines += [
            "| property | response, points: first, last | mean PFS, months: first, last |",
            "|---|--:|--:|",
        ]
        lines += [
            f"| {name} | {100 * a:+.0f}, {100 * b:+.0f} | {mean[name][0]:+.1f}, {mean[name][1]:+.1f} |"
            for name, (a, b) in response.items()
        ]
        return "\n".join(lines)


def exchange(
    tumour: Tumour,
    first: Regimen,
    second: Regimen,
    visit_days: Sequence[float],
    properties: Sequence[Property] = CONJUGATE,
) -> Exchange:
    """Return what each property does to the difference of two regimens in the twins of `tumour`.

    Parameters
    ----------
    visit_days
        Visits after the start, increasing, in days.
    properties
        In the order in which they are exchanged; together they are all that differs.

    Raises
    ------
    DataError
        The regimens differ in something that no property holds.
    """
    start, end = tumour.arm(first), tumour.arm(second)
    columns = [_columns(tumour, one) for one in properties]
    _check_covered(tumour, start, end, properties, columns)
    orders = (range(len(properties)), range(len(properties) - 1, -1, -1))
    arms: list[Arm] = []
    for order in orders:
        arm = start
        arms.append(arm)
        for k in order:
            table = arm.parameters.copy()
            table[:, columns[k]] = end.parameters[:, columns[k]]
            arm = replace(arm, name=properties[k].name, parameters=table)
            if properties[k].doses:
                arm = replace(
                    arm, rules=end.rules, amounts=end.amounts, held=end.held, stop_days=end.stop_days
                )
            arms.append(arm)
    courses = run_arms(tumour.kernel, arms, visit_days)
    steps = tuple(_step(course, float(visit_days[-1])) for course in courses)
    half = len(steps) // 2
    return Exchange(first.name, second.name, steps[:half], steps[half:])


def _columns(tumour: Tumour, one: Property) -> list[int]:
    index = tumour.network.parameter_index
    clones = range(1, tumour.network.clones + 1)
    names = [name for bare in one.parameters for name in (bare, *(clone_name(c, bare) for c in clones))]
    return [index[name] for name in names if name in index]


def _check_covered(
    tumour: Tumour, start: Arm, end: Arm, properties: Sequence[Property], columns: Sequence[Sequence[int]]
) -> None:
    differ = np.flatnonzero((start.parameters != end.parameters).any(axis=0))
    left = sorted(set(differ.tolist()) - {place for part in columns for place in part})
    doses = start.rules != end.rules or not np.array_equal(start.amounts, end.amounts)
    names = [tumour.network.parameters[place] for place in left]
    names += ["the doses"] if doses and not any(one.doses for one in properties) else []
    if names:
        raise DataError(
            f"{start.name} and {end.name} differ in {', '.join(names)}.",
            key="properties",
            expected="properties that together hold all that differs",
        )


def _step(course: Course, horizon_days: float) -> Step:
    event = np.where(np.isnan(course.progression_days), np.inf, course.progression_days)
    middle = float(np.sort(event)[(len(event) - 1) // 2])
    return Step(
        name=course.name,
        response=float((course.best >= PR).mean()),
        median_months=middle / DAYS_PER_MONTH if np.isfinite(middle) else None,
        mean_months=float(progression_free_days(course, horizon_days).mean() / DAYS_PER_MONTH),
        progression_days=course.progression_days,
    )
