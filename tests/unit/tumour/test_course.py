"""The treatment controller, on a tumour of two clones small enough to follow by hand."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest

from erbium.core import expression as ex
from erbium.core.parser import parse
from erbium.engine.doses import DoseRule
from erbium.engine.kernel import Kernel, kernel_for
from erbium.model.network import Network, NetworkReaction
from erbium.tumour.arm import Arm
from erbium.tumour.course import CELL_CM3, Course
from erbium.tumour.course import run_arms as run_arms_finely
from erbium.tumour.recist import NAMES

DAY = 24.0
STEPS_PER_DAY = 3
run_arms = functools.partial(run_arms_finely, steps_per_day=STEPS_PER_DAY)
VISITS = (42.0, 84.0, 126.0, 168.0)
WEEKLY = DoseRule("drug", 0.0, 7 * DAY, None, None, 1e6)
FORTNIGHTLY = DoseRule("drug", 0.0, 14 * DAY, None, None, 1e6)
ONCE = DoseRule("drug", 24.0, 1e9, None, None, 25.0)


@pytest.fixture(scope="module")
def kernel() -> Kernel:
    species = ("c1.volume", "c2.volume", "c1.dying", "c2.dying", "drug")
    parameters = {"grow": 0.0005, "kill_1": 0.001, "kill_2": 0.0, "clear": 0.02, "leave": 0.01}
    reactions = [
        ((), ("c1.volume",), "grow * c1.volume"),
        ((), ("c2.volume",), "grow * c2.volume"),
        (("c1.volume",), ("c1.dying",), "kill_1 * drug * c1.volume"),
        (("c2.volume",), ("c2.dying",), "kill_2 * drug * c2.volume"),
        (("c1.dying",), (), "leave * c1.dying"),
        (("c2.dying",), (), "leave * c2.dying"),
        (("drug",), (), "clear * drug"),
    ]
    small = Network(
        clones=2,
        species=species,
        species_units=("1",) * len(species),
        initial=tuple(ex.number(0.0) for _ in species),
        settles=(False,) * len(species),
        parameters=tuple(parameters),
        defaults=np.array(list(parameters.values())),
        parameter_units=("1/h",) * len(parameters),
        rules={},
        reactions=tuple(
            NetworkReaction(f"r{k}", tuple((s, 1) for s in left), tuple((s, 1) for s in right), parse(rate))
            for k, (left, right, rate) in enumerate(reactions)
        ),
        readouts={"seeding_volume": parse("c1.volume + c2.volume")},
    )
    return kernel_for(small, "f64", backend="numpy")


def arm(
    kernel: Kernel,
    patients: int = 3,
    *,
    rules: Sequence[DoseRule] = (),
    dose: float = 10.0,
    volumes: tuple[float, float] = (1.0, 0.1),
    name: str = "arm",
    threshold: float = np.inf,
    rate: float = 0.0,
    **parameters: float | Sequence[float],
) -> Arm:
    """Return an arm of equal patients; parameters by name, one number or one for each patient."""
    index = kernel.network.parameter_index
    table = np.tile(kernel.network.defaults, (patients, 1))
    for key, value in parameters.items():
        table[:, index[key]] = value
    states = np.zeros((patients, len(kernel.network.species)))
    states[:, :2] = volumes
    return Arm(
        name=name,
        parameters=table,
        states=states,
        rules=tuple(rules),
        amounts=np.full((len(rules), patients), dose),
        lesions=np.full(patients, 1.0),
        detection_mm=np.full(patients, 1.0),
        new_lesion_threshold=np.full(patients, threshold),
        new_lesion_rate=np.full(patients, rate),
    )


def same(a: Course, b: Course) -> bool:
    """Return whether two courses are equal bit for bit."""
    return all(
        np.array_equal(getattr(a, field.name), getattr(b, field.name), equal_nan=True)
        for field in dataclasses.fields(Course)
        if field.name != "name"
    )


class Watched:
    """A kernel that notes how many patients, rules and amounts it is given."""

    def __init__(self, kernel: Kernel) -> None:
        self.network = kernel.network
        self.inner = kernel
        self.calls: list[tuple[int, list[DoseRule], np.ndarray[Any, np.dtype[np.float64]]]] = []

    def advance(self, states: Any, parameters: Any, *args: Any, **options: Any) -> Any:
        _, _, rules, amounts, *_ = args
        self.calls.append((len(states), list(rules), np.array(amounts)))
        return self.inner.advance(states, parameters, *args, **options)

    def compute_readouts(self, *args: Any) -> Any:
        return self.inner.compute_readouts(*args)


def test_untreated_growth_is_exponential(kernel: Kernel) -> None:
    (course,) = run_arms(kernel, [arm(kernel)], VISITS, stop_at_progression=False)
    expected = 1.1 * np.exp(0.0005 * DAY * course.visit_days)
    assert course.visit_days.tolist() == [0.0, *VISITS]
    assert course.volume == pytest.approx(np.repeat(expected[:, None], 3, axis=1), rel=1e-3)


def test_progression_is_dated_to_the_visit_that_saw_it(kernel: Kernel) -> None:
    # 20 % in diameter is 1.728-fold volume: 45.6 days at 0.012 per day.
    (course,) = run_arms(kernel, [arm(kernel, volumes=(20.0, 2.0))], VISITS)
    assert course.progression_days.tolist() == [84.0] * 3
    assert [NAMES[code] for code in course.best] == ["SD"] * 3
    assert not course.new_lesion.any()


def test_who_progressed_is_no_longer_simulated(kernel: Kernel) -> None:
    watched = Watched(kernel)
    mixed = arm(kernel, 3, volumes=(20.0, 2.0), grow=[0.0005, 0.0, 0.002])
    (course,) = run_arms(cast(Kernel, watched), [mixed], VISITS)
    assert [count for count, _, _ in watched.calls] == [3, 2, 1, 1]
    assert course.progression_days[0] == 84.0
    assert np.isnan(course.progression_days[1])
    assert course.progression_days[2] == 42.0
    assert (course.volume[1:, 2] == course.volume[1, 2]).all()
    assert (course.live[1:, 2] == course.live[1, 2]).all()


def test_the_run_ends_early_when_everyone_progressed(kernel: Kernel) -> None:
    watched = Watched(kernel)
    fast = arm(kernel, volumes=(20.0, 2.0), grow=0.002)
    (course,) = run_arms(cast(Kernel, watched), [fast], VISITS)
    assert len(watched.calls) == 1
    assert course.volume.shape == (5, 3)
    assert (course.volume[2:] == course.volume[1]).all()
    assert (course.live[2:] == course.live[1]).all()


def test_without_stopping_everyone_is_followed_and_the_first_progression_kept(kernel: Kernel) -> None:
    grown = arm(kernel, volumes=(20.0, 2.0), grow=0.002)
    (course,) = run_arms(kernel, [grown], VISITS, stop_at_progression=False)
    assert (np.diff(course.volume, axis=0) > 0.0).all()
    assert course.progression_days.tolist() == [42.0] * 3


def test_an_extinct_clone_does_not_come_back(kernel: Kernel) -> None:
    course, *_ = run_arms(
        kernel,
        [arm(kernel, rules=[ONCE], kill_1=0.0, kill_2=0.016, volumes=(1.0, 1e-6))],
        VISITS,
        stop_at_progression=False,
    )
    assert course.live[0, 0, 1] == 1e-6
    assert (course.live[1:, :, 1] == 0.0).all()
    assert (np.diff(course.live[:, :, 0], axis=0) > 0.0).all()
    assert (course.end_states[:, 1] == 0.0).all()


def test_a_clone_of_more_than_one_cell_does_come_back(kernel: Kernel) -> None:
    (course,) = run_arms(
        kernel,
        [arm(kernel, rules=[ONCE], kill_1=0.0, kill_2=0.01, volumes=(1.0, 1e-6))],
        VISITS,
        stop_at_progression=False,
    )
    assert (course.live[1, :, 1] > CELL_CM3).all()
    assert (course.live[1, :, 1] < 1e-6).all()
    assert (np.diff(course.live[1:, :, 1], axis=0) > 0.0).all()


def test_dying_cells_still_take_room(kernel: Kernel) -> None:
    (course,) = run_arms(
        kernel,
        [arm(kernel, rules=[ONCE], dose=100.0, leave=0.0, grow=0.0)],
        VISITS,
        stop_at_progression=False,
    )
    assert course.volume == pytest.approx(np.full((5, 3), 1.1), rel=1e-6)
    assert (course.live[1:, :, 0] < 0.1).all()


@pytest.mark.parametrize("stop", [True, False])
def test_arms_do_not_influence_each_other(kernel: Kernel, stop: bool) -> None:
    arms = [
        arm(kernel, 2, rules=[WEEKLY], name="weekly", kill_1=[0.0005, 0.002]),
        arm(kernel, 4, name="none", volumes=(20.0, 2.0), grow=[0.0005, 0.002, 0.0, 0.001]),
        arm(kernel, 3, rules=[WEEKLY, ONCE], dose=33.0, name="two", kill_2=0.001, volumes=(20.0, 1e-7)),
        arm(kernel, 2, rules=[FORTNIGHTLY], name="fortnightly"),
    ]
    together = run_arms(kernel, arms, VISITS, stop_at_progression=stop)
    assert [course.name for course in together] == ["weekly", "none", "two", "fortnightly"]
    for course, one in zip(together, arms, strict=True):
        (alone,) = run_arms(kernel, [one], VISITS, stop_at_progression=stop)
        assert same(course, alone)
    backwards = run_arms(kernel, arms[::-1], VISITS, stop_at_progression=stop)
    assert all(same(a, b) for a, b in zip(together, backwards[::-1], strict=True))


def test_a_rule_that_arms_share_is_given_once_with_each_arm_s_amount(kernel: Kernel) -> None:
    watched = Watched(kernel)
    arms = [
        arm(kernel, 2, rules=[WEEKLY], dose=10.0),
        arm(kernel, 1, rules=[ONCE, WEEKLY], dose=20.0),
        arm(kernel, 1),
    ]
    run_arms(cast(Kernel, watched), arms, VISITS[:1])
    (_, rules, amounts), *_ = watched.calls
    assert rules == [WEEKLY, ONCE]
    assert amounts.tolist() == [[10.0, 10.0, 20.0, 0.0], [0.0, 0.0, 20.0, 0.0]]


def test_one_rule_twice_in_an_arm_adds_up(kernel: Kernel) -> None:
    twice, double = (
        run_arms(kernel, [one], VISITS)[0]
        for one in (
            arm(kernel, rules=[WEEKLY, WEEKLY], dose=10.0),
            arm(kernel, rules=[WEEKLY], dose=20.0),
        )
    )
    assert same(twice, double)


def test_doses_go_on_over_the_visits(kernel: Kernel) -> None:
    treated = arm(kernel, rules=[WEEKLY])
    (course,) = run_arms(kernel, [treated], VISITS, stop_at_progression=False)
    whole = kernel.advance(
        treated.states,
        treated.parameters,
        0.0,
        VISITS[-1] * DAY,
        list(treated.rules),
        treated.amounts,
        steps_per_day=STEPS_PER_DAY,
    )
    assert course.end_states == pytest.approx(whole.states, rel=1e-6)
    (once,) = run_arms(kernel, [arm(kernel, rules=[ONCE])], VISITS, stop_at_progression=False)
    assert (course.volume[-1] < 0.5 * once.volume[-1]).all()


def test_a_new_lesion_ends_the_course_once_its_hazard_is_reached(kernel: Kernel) -> None:
    # 1.1 cm3 that does not grow, for 42 days: 1.1 * 42 / 30.4375 = 1.52 cm3 months a visit.
    (early,) = run_arms(kernel, [arm(kernel, threshold=0.15, rate=0.1, grow=0.0)], VISITS)
    (late,) = run_arms(kernel, [arm(kernel, threshold=0.153, rate=0.1, grow=0.0)], VISITS)
    assert early.progression_days.tolist() == [42.0] * 3
    assert late.progression_days.tolist() == [84.0] * 3
    assert early.new_lesion.all()
    assert [NAMES[code] for code in early.best] == ["PD"] * 3
    assert [NAMES[code] for code in late.best] == ["SD"] * 3


def test_states_of_the_first_visit_are_kept(kernel: Kernel) -> None:
    (course,) = run_arms(kernel, [arm(kernel)], VISITS, stop_at_progression=False)
    assert course.first_visit[:, :2] == pytest.approx(course.live[1])


def test_progress_runs_to_one(kernel: Kernel) -> None:
    seen: list[float] = []
    run_arms(kernel, [arm(kernel)], VISITS, stop_at_progression=False, progress=seen.append)
    assert seen == [0.25, 0.5, 0.75, 1.0]


def test_diameters_follow_volume(kernel: Kernel) -> None:
    (course,) = run_arms(kernel, [arm(kernel)], VISITS, stop_at_progression=False)
    assert course.diameters[0] == pytest.approx(10.0 * np.cbrt(6.0 * 1.1 / np.pi))


def test_who_is_not_seen_any_more_leaves_after_the_last_visit_before(kernel: Kernel) -> None:
    everyone = arm(kernel, kill_1=0.0)
    leaving = dataclasses.replace(everyone, until_days=np.array([np.inf, 100.0, 41.0]))
    (whole,) = run_arms(kernel, [everyone], VISITS, stop_at_progression=False)
    (course,) = run_arms(kernel, [leaving], VISITS, stop_at_progression=False)
    assert np.array_equal(course.volume[:, 0], whole.volume[:, 0])
    assert np.array_equal(course.volume[:3, 1], whole.volume[:3, 1])
    assert (course.volume[2:, 1] == course.volume[2, 1]).all()
    assert (course.volume[:, 2] == course.volume[0, 2]).all()


def test_nobody_seen_is_a_course_that_stands_still(kernel: Kernel) -> None:
    gone = dataclasses.replace(arm(kernel), until_days=np.zeros(3))
    (course,) = run_arms(kernel, [gone], VISITS)
    assert (course.volume == course.volume[0]).all()
    assert np.isnan(course.progression_days).all()


def test_a_relapse_is_a_volume_and_not_a_change(kernel: Kernel) -> None:
    small = arm(kernel, volumes=(1e-3, 0.0), kill_1=0.0, grow=[0.0005, 0.0009, 0.002])
    (course,) = run_arms(kernel, [small], VISITS, relapse_volume=0.5)
    grown = course.volume >= 0.5
    assert not grown[:, :2].any()
    assert np.isnan(course.progression_days[:2]).all()
    first = int(grown[:, 2].argmax())
    assert course.progression_days[2] == course.visit_days[first]
    assert (course.volume[first:, 2] == course.volume[first, 2]).all(), "the course stops there"
