"""Courses that were run before: the same arms of the same twins are read from the cache, not run again."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np

from erbium.advise.kept_arrays import keep_arrays, kept_in, read_arrays
from erbium.engine.kernel import Kernel
from erbium.tumour import Arm, Course, run_arms

#: Bytes that the courses in the cache may take; the longest unused go first.
MOST_BYTES = 1_000_000_000
#: Parts of the package whose code decides a course that its kernel and arms do not hold.
_CODE = ("engine", "tumour", "core")


def run_or_read(
    kernel: Kernel,
    arms: Sequence[Arm],
    visit_days: Sequence[float],
    *,
    stop_at_progression: bool,
    steps_per_day: int,
    progress: Callable[[float], None],
) -> list[Course]:
    """Return the courses of :func:`erbium.tumour.run_arms`, from the cache those that were run before.

    Everything that decides a course makes the name under which it is kept: the network, the kernel, every
    number of the arm, the visits, and the code. A patient's numbers do not depend on who runs beside.
    """
    settings = (stop_at_progression, steps_per_day, tuple(map(float, visit_days)))
    folder = kept_in("courses")
    files = [folder / f"{_name(kernel, arm, settings)}.npz" for arm in arms]
    found = [_read(file, arm.name) for file, arm in zip(files, arms, strict=True)]
    missing = [place for place, course in enumerate(found) if course is None]
    if missing:
        courses = run_arms(
            kernel,
            [arms[place] for place in missing],
            visit_days,
            stop_at_progression=stop_at_progression,
            steps_per_day=steps_per_day,
            progress=progress,
        )
        for place, course in zip(missing, courses, strict=True):
            found[place] = course
            keep_arrays(files[place], {key: getattr(course, key) for key in _KEPT})
        _make_room(folder)
    else:
        progress(1.0)
    return [course for course in found if course is not None]


def _name(kernel: Kernel, arm: Arm, settings: object) -> str:
    runs_as = (kernel.network.hash, kernel.precision, type(kernel.backend).__name__, _code(), settings)
    digest = hashlib.sha256(repr(runs_as).encode())
    for field in fields(arm):
        value = getattr(arm, field.name)
        if isinstance(value, np.ndarray):
            digest.update(f"\0{field.name} {value.dtype.str} {value.shape}\0".encode())
            digest.update(np.ascontiguousarray(value).data)
        elif field.name not in ("name", "warnings"):
            digest.update(f"\0{field.name} {value!r}\0".encode())
    return digest.hexdigest()


@functools.cache
def _code() -> str:
    """Return the hash of the code that decides a course."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for part in _CODE:
        for file in sorted((root / part).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


_KEPT = tuple(field.name for field in fields(Course) if field.name != "name")


def _read(file: Path, name: str) -> Course | None:
    """Return the course in a file; None if there is none, or it is damaged."""
    held = read_arrays(file)
    return None if held is None or not held.keys() >= {*_KEPT} else Course(name=name, **held)


def _make_room(folder: Path) -> None:
    """Delete what was not used for longest until the rest fits."""
    kept = sorted(folder.glob("*.npz"), key=lambda file: file.stat().st_mtime, reverse=True)
    total = 0
    for file in kept:
        total += file.stat().st_size
        if total > MOST_BYTES:
            file.unlink(missing_ok=True)
