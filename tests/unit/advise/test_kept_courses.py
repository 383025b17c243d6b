"""Courses in the cache: the same numbers again, and nothing else."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from erbium.advise.kept_courses import run_or_read
from erbium.tumour import Arm, Course, Tumour, run_arms
from tests.patients import patient

VISITS = [42.0, 84.0]


@pytest.fixture(scope="module")
def tumour() -> Tumour:
    return Tumour.from_profile(patient(), parameter_draws=2, marker_draws=3)


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the arms of each run; the cache is empty."""
    monkeypatch.setenv("ERBIUM_CACHE", str(tmp_path))
    ran: list[int] = []

    def run(kernel: Any, arms: list[Arm], *args: Any, **more: Any) -> list[Course]:
        ran.append(len(arms))
        return run_arms(kernel, arms, *args, **more)

    monkeypatch.setattr(sys.modules[run_or_read.__module__], "run_arms", run)
    return ran


def courses(tumour: Tumour, arms: list[Arm], steps: int = 12, stop: bool = True) -> list[Course]:
    return run_or_read(
        tumour.kernel,
        arms,
        VISITS,
        stop_at_progression=stop,
        steps_per_day=steps,
        progress=lambda _share: None,
    )


def arm(tumour: Tumour, drug: str) -> Arm:
    from erbium.knowledge.catalogue import resolve_regimen

    known = tumour.knowledge
    return tumour.arm(resolve_regimen(drug, known.regimens, known.drugs))


def check_same(first: Course, second: Course) -> None:
    for field in fields(Course):
        np.testing.assert_array_equal(getattr(first, field.name), getattr(second, field.name))


def test_what_ran_before_is_read_bit_for_bit(tumour: Tumour, counted: list[int]) -> None:
    arms = [arm(tumour, "lapatinib"), arm(tumour, "capecitabine")]
    first, second = courses(tumour, arms), courses(tumour, arms)
    assert counted == [2]
    for a, b in zip(first, second, strict=True):
        check_same(a, b)


def test_only_what_is_missing_runs_and_comes_out_as_beside_others(tumour: Tumour, counted: list[int]) -> None:
    lapatinib, capecitabine = arm(tumour, "lapatinib"), arm(tumour, "capecitabine")
    courses(tumour, [lapatinib])
    mixed = courses(tumour, [capecitabine, lapatinib])
    together = run_arms(tumour.kernel, [capecitabine, lapatinib], VISITS)
    assert counted == [1, 1]
    for a, b in zip(mixed, together, strict=True):
        check_same(a, b)


def test_any_number_that_counts_makes_another_course(tumour: Tumour, counted: list[int]) -> None:
    one = arm(tumour, "lapatinib")
    courses(tumour, [one])
    table = one.parameters.copy()
    table[0, tumour.network.parameter_index["exposure_tki"]] *= 1.01
    courses(tumour, [replace(one, parameters=table)])
    courses(tumour, [replace(one, amounts=one.amounts * 1.01)])
    courses(tumour, [replace(one, detection_mm=one.detection_mm + 0.1)])
    courses(tumour, [one], steps=24)
    courses(tumour, [one], stop=False)
    assert counted == [1] * 6
    courses(tumour, [replace(one, name="another name", warnings=("a warning",))])
    assert counted == [1] * 6


def test_a_damaged_file_is_run_again(tumour: Tumour, counted: list[int], tmp_path: Path) -> None:
    one = [arm(tumour, "lapatinib")]
    (first,) = courses(tumour, one)
    (file,) = (tmp_path / "courses").glob("*.npz")
    file.write_bytes(file.read_bytes()[:1000])
    (second,) = courses(tumour, one)
    assert counted == [1, 1]
    check_same(first, second)


def test_what_was_not_used_for_longest_goes_first(
    tumour: Tumour, counted: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lapatinib, capecitabine = [arm(tumour, "lapatinib")], [arm(tumour, "capecitabine")]
    courses(tumour, lapatinib)
    (file,) = (tmp_path / "courses").glob("*.npz")
    most = int(1.5 * file.stat().st_size)
    monkeypatch.setattr(sys.modules[run_or_read.__module__], "MOST_BYTES", most)
    courses(tumour, capecitabine)
    assert len(list((tmp_path / "courses").glob("*.npz"))) == 1
    courses(tumour, capecitabine)
    assert counted == [1, 1]
    courses(tumour, lapatinib)
    assert counted == [1, 1, 1]
