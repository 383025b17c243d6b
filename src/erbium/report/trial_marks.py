"""Colours, names and words that the figures of a trial share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from erbium.report.numbers import NONE, decimal, finite, percent
from erbium.report.palette import BLUE, GREEN, MUTED, ORANGE, PURPLE, SKY, VERMILION

if TYPE_CHECKING:
    from erbium.knowledge.schema.trial import Trial
    from erbium.trial.statistics import Estimate

#: The first arm is the control in most files and grey; the tested ones are coloured.
ARMS = (MUTED, BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
RESPONSES = {"CR": GREEN, "PR": BLUE, "SD": ORANGE, "PD": VERMILION}
TIMES = {
    "PFS": "without progression",
    "EFS": "without event",
    "iDFS": "free of invasive disease",
    "DFS": "free of disease",
    "OS": "alive",
    "CNS_PFS": "without progression in the brain",
}


def colours(trial: Trial) -> dict[str, str]:
    """Return the colour of every arm; controls come first."""
    controls = [pair.versus for pair in trial.comparison]
    order = sorted(trial.arm_names, key=lambda name: (name not in controls, trial.arm_names.index(name)))
    return {name: ARMS[place % len(ARMS)] for place, name in enumerate(order)}


def arm_label(trial: Trial, name: str) -> str:
    """Return an arm in words."""
    arm = next(item for item in trial.arm if item.name == name)
    return arm.label or short(name)


def short(name: str) -> str:
    """Return the name of an arm as figures have room for it."""
    return name.replace("_", " ")


def interval(low: float | None, high: float | None, unit: str, digits: int = 1) -> str:
    """Return "12.1–15.0", with "n.r." for an upper end that was not reached; empty where there is none."""
    if finite(low) is None and finite(high) is None:
        return ""
    ends = [percent(end) if unit == "fraction" else decimal(end, digits) for end in (low, high)]
    return f"{ends[0]}{NONE}{'n.r.' if finite(high) is None else ends[1]}"


def value(estimate: Estimate | None) -> str:
    """Return a figure in words: percent without its sign, months with one decimal."""
    if estimate is None or (estimate.value is None and not estimate.not_reached):
        return NONE
    if estimate.not_reached:
        return "not reached"
    return percent(estimate.value) if estimate.unit == "fraction" else decimal(estimate.value)


def ratio_words(hr: float | None, low: float | None, high: float | None) -> str:
    """Return "0.62 (0.51–0.75)"."""
    if finite(hr) is None:
        return NONE
    ends = interval(low, high, "ratio", 2)
    return f"{decimal(hr, 2)} ({ends})" if ends else decimal(hr, 2)
