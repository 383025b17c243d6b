"""How far courses are from their reference, in the words of the promises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erbium.engine.backend import Floats
from erbium.engine.bench_case import CELL_PATIENTS, CELL_TIMES_H, COURSE_H, WEEKS, Case
from erbium.engine.kernel import Kernel
from erbium.engine.stiff_reference import Reference

#: Volume at which diameters have grown by a fifth, or shrunk by three tenths, of equal spheres.
PROGRESSION, PARTIAL_RESPONSE = 1.2**3, 0.7**3
#: Volume, cm3, below which a lesion is not seen: progression needs more, complete response less.
VISIBLE = 0.05


@dataclass(frozen=True)
class CourseError:
    """Errors of batch courses against reference courses."""

    volume: Floats
    progression_days: float
    class_mismatches: int

    def json(self) -> dict[str, float | int]:
        """Return the errors as fields of the bench."""
        return {
            "max_volume_error": float(self.volume.max()),
            "p95_volume_error": float(np.percentile(self.volume, 95)),
            "median_volume_error": float(np.median(self.volume)),
            "progression_error_days": self.progression_days,
            "response_class_mismatches": self.class_mismatches,
        }


def course_error(kernel: Kernel, case: Case, reference: Reference, steps_per_day: int) -> CourseError:
    """Return the errors of two-year courses of `kernel`."""
    start = kernel.settle(case.parameters, case.initial)
    out = kernel.advance(
        start, case.parameters, 0, COURSE_H, case.rules, case.amounts, 168,
        record_species=case.volume_species, steps_per_day=steps_per_day,
    )  # fmt: skip
    record = np.zeros((WEEKS + 1, len(start), 0)) if out.record is None else out.record
    volume, want = case.volumes(record), reference.volume
    floor = np.maximum(0.01 * want[0], 1e-3)
    error = (np.abs(volume - want) / np.maximum(want, floor)).max(axis=0)
    days, want_days = progression_days(volume), progression_days(want)
    both = np.isfinite(days) & np.isfinite(want_days)
    late = np.abs(days[both] - want_days[both])
    one_only = np.isfinite(days) != np.isfinite(want_days)
    progression = np.inf if one_only.any() else float(late.max(initial=0.0))
    return CourseError(error, progression, int((classes(volume) != classes(want)).sum()))


def progression_days(volume: Floats) -> Floats:
    """Return the interpolated day on which weekly volumes pass the progression bound, or inf."""
    bound = np.maximum(PROGRESSION * np.minimum.accumulate(volume, axis=0), VISIBLE)
    over = volume[1:] >= bound[:-1]
    first = np.argmax(over, axis=0)
    patient = np.arange(volume.shape[1])
    limit = bound[first, patient]
    before, after = np.log(np.maximum(volume[[first, first + 1], patient], 1e-12))
    share = np.clip((np.log(limit) - before) / np.where(after > before, after - before, 1.0), 0, 1)
    return np.where(over.any(axis=0), 7.0 * (first + share), np.inf)


def classes(volume: Floats) -> NDArray[np.int_]:
    """Return the best response before progression: 3 complete, 2 partial, 1 stable, 0 progressive."""
    day = progression_days(volume)
    weeks = np.arange(len(volume))[:, None] * 7.0
    best = np.where(weeks <= day, volume, np.inf).min(axis=0)
    out = np.where(day < 42.0, 0, 1)
    out = np.where(best <= PARTIAL_RESPONSE * volume[0], 2, out)
    return np.where((best <= VISIBLE) & (volume[0] > VISIBLE), 3, out)


def conservation_error(kernel: Kernel, case: Case) -> float:
    """Return the worst relative drift of a linear invariant over two years, doses accounted for."""
    network = case.network
    invariants = network.invariants
    if not len(invariants):
        return 0.0
    start = kernel.settle(case.parameters, case.initial)
    end = kernel.advance(start, case.parameters, 0, COURSE_H, case.rules, case.amounts).states
    added = np.zeros_like(start)
    for rule, amounts in zip(case.rules, case.amounts, strict=True):
        added[:, network.species_index[rule.species]] += len(rule.times(0, COURSE_H)) * amounts
    drift = np.abs((end - start - added) @ invariants.T)
    size = (np.abs(start) + np.abs(added)) @ np.abs(invariants).T
    return float((drift / np.maximum(size, 1.0)).max())


def cell_error(kernel: Kernel, case: Case, reference: Reference) -> float:
    """Return the worst error of a readout after the first doses, relative to its largest value."""
    few = slice(0, CELL_PATIENTS)
    p = case.parameters[few]
    start = kernel.settle(p, None if case.initial is None else case.initial[few])
    events = [(0.0, name, amounts[few]) for name, amounts in case.first_doses()]
    course = kernel.cell_course(start, p, CELL_TIMES_H, events)
    readouts = kernel.compute_readouts(course.states, p)
    if not readouts:
        return 0.0
    found, want = np.stack(list(readouts.values()), axis=-1), reference.cell
    finite = np.isfinite(want)
    size = np.maximum(np.abs(want), 1e-2 * np.abs(np.where(finite, want, 0)).max(axis=0))
    return float(np.max(np.abs(found - want) / np.maximum(size, 1e-9), where=finite, initial=0.0))


def kernel_difference(compiled: Kernel, plain: Kernel, case: Case, days: int = 7) -> float:
    """Return the largest relative difference between two kernels after some days of treatment."""
    few = slice(0, 4)
    p = case.parameters[few]
    start = compiled.settle(p, None if case.initial is None else case.initial[few])
    one, other = (
        kernel.advance(start, p, 0, 24.0 * days, case.rules, case.amounts[:, few]).states
        for kernel in (compiled, plain)
    )
    return float((np.abs(one - other) / np.maximum(np.abs(one), 1e-9)).max())
