"""What may be wrong with a trial whose single keys are right: the first fault is raised with its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from erbium.core.errors import UnitError, nearest
from erbium.knowledge.schema.number import fault

if TYPE_CHECKING:
    from erbium.knowledge.schema.trial import Trial

#: Primary endpoints that a setting can have.
_PRIMARY = {
    "metastatic": ("PFS", "ORR", "CBR"),
    "neoadjuvant": ("pCR", "EFS", "ORR"),
    "adjuvant": ("iDFS", "EFS"),
    "residual": ("iDFS", "EFS"),
}


def check_trial(trial: Trial) -> None:
    """Raise for the first thing in a trial that contradicts another.

    Raises
    ------
    PydanticCustomError
        An arm named twice or unknown, visits that never come, a primary endpoint of another setting.
    """
    _check_arms(trial)
    _check_comparisons(trial)
    _check_times(trial)
    _check_setting(trial)


def _check_arms(trial: Trial) -> None:
    seen: set[str] = set()
    for place, arm in enumerate(trial.arm):
        if arm.name in seen:
            raise fault(
                f'two arms are called "{arm.name}".', key=f"arm[{place}].name", expected="a name of its own"
            )
        seen.add(arm.name)
        if arm.crossover_to is not None:
            _check_known(trial, arm.crossover_to, f"arm[{place}].crossover_to")
            if arm.crossover_to == arm.name:
                raise fault(
                    f'"{arm.name}" crosses over to itself.', key=f"arm[{place}].crossover_to",
                    expected="another arm",
                )  # fmt: skip
    for place, one in enumerate(trial.published):
        _check_known(trial, one.arm, f"published[{place}].arm")
    for place, ratio in enumerate(trial.published_ratio):
        _check_known(trial, ratio.arm, f"published_ratio[{place}].arm")
        _check_known(trial, ratio.versus, f"published_ratio[{place}].versus")


def _check_known(trial: Trial, name: str, key: str) -> None:
    if name in trial.arm_names:
        return
    near = nearest(name, trial.arm_names)
    meant = f' Did you mean "{near}"?' if near else ""
    listed = " or ".join(f'"{arm}"' for arm in trial.arm_names)
    raise fault(f'no arm "{name}".{meant}', key=key, expected=listed)


def _check_comparisons(trial: Trial) -> None:
    for place, one in enumerate(trial.comparison):
        _check_known(trial, one.arm, f"comparison[{place}].arm")
        _check_known(trial, one.versus, f"comparison[{place}].versus")
        if one.arm == one.versus:
            raise fault(
                f'"{one.arm}" against itself.', key=f"comparison[{place}].versus", expected="another arm"
            )
    primary = [place for place, one in enumerate(trial.comparison) if one.primary]
    if len(primary) > 1:
        raise fault(
            "two comparisons are primary.", key=f"comparison[{primary[1]}].primary",
            expected="one; the others follow from it",
        )  # fmt: skip


def _check_times(trial: Trial) -> None:
    from erbium.knowledge.schema.span import days

    design = trial.design
    try:
        follow_up = design.follow_up_days
    except UnitError as error:
        raise fault(error.message, key="design.follow_up.unit", expected='a time, such as "month"') from error
    if follow_up < 1.0:
        raise fault("nobody is followed.", key="design.follow_up", expected='a time such as "36 months"')
    if design.visits is None and trial.setting != "neoadjuvant":
        raise fault("this key is missing.", key="design.visits", expected='an interval such as "9 weeks"')
    if design.visits is not None and trial.setting != "neoadjuvant" and days(design.visits) > follow_up:
        raise fault(
            f"visits every {design.visits} are further apart than patients are followed "
            f"({follow_up:g} days): nobody is ever seen.",
            key="design.visits", expected="an interval shorter than follow_up",
        )  # fmt: skip
    if design.drop_out_per_year is not None:
        rate = design.drop_out_per_year
        if rate.unit != "1/year" or rate.value < 0.0:
            raise fault(
                f"{rate.value:g} {rate.unit}.",
                key="design.drop_out_per_year",
                expected="a rate in 1/year, 0 or more",
            )


def _check_setting(trial: Trial) -> None:
    design = trial.design
    allowed = _PRIMARY[trial.setting]
    if design.primary not in allowed:
        raise fault(
            f"{design.primary} is not an endpoint of the {trial.setting} setting.",
            key="design.primary", expected=f"one of {', '.join(allowed)}",
        )  # fmt: skip
    if design.surgery is not None and trial.setting != "neoadjuvant":
        raise fault(
            "surgery stands in a trial that is not neoadjuvant.", key="design.surgery", expected="no such key"
        )
    if trial.setting != "neoadjuvant":
        _refuse_after_surgery(trial)
    if design.brain_lesions and trial.setting != "metastatic":
        raise fault(
            "brain lesions stand in a trial that is not metastatic.", key="design.brain_lesions",
            expected="no such key",
        )  # fmt: skip
    if design.brain_lesions and design.induction is not None:
        raise fault(
            "brain lesions stand in a trial with an induction, which they are not taken through.",
            key="design.brain_lesions", expected="one of the two",
        )  # fmt: skip
    if design.induction is not None and trial.setting == "neoadjuvant":
        raise fault(
            "an induction stands in a neoadjuvant trial.",
            key="design.induction",
            expected="no such table",
        )
    if trial.population.line is not None and trial.setting != "metastatic":
        raise fault(
            "a line of treatment stands in a trial that is not metastatic.", key="population.line",
            expected="no such key",
        )  # fmt: skip


def _refuse_after_surgery(trial: Trial) -> None:
    """Raise for what only a neoadjuvant trial has: in others all treatment is that of the arm."""
    if trial.design.visits_after_surgery is not None:
        raise fault(
            "visits after surgery stand in a trial that is not neoadjuvant.",
            key="design.visits_after_surgery", expected="design.visits",
        )  # fmt: skip
    for place, arm in enumerate(trial.arm):
        if arm.adjuvant is not None:
            raise fault(
                f'arm "{arm.name}" is treated after surgery in a trial that is not neoadjuvant.',
                key=f"arm[{place}].adjuvant", expected="no such table; the arm's own drugs",
            )  # fmt: skip
