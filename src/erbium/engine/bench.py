"""The figures of the engine: speed, accuracy, conservation, and how they were measured."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from erbium.core.errors import DataError
from erbium.engine import accuracy, build, roadrunner
from erbium.engine.bench_case import WEEKS, Case, Cases
from erbium.engine.c_kernel import CBackend
from erbium.engine.kernel import STEPS_PER_DAY, Kernel, Precision, kernel_for
from erbium.engine.stiff_reference import Reference, compute_reference

SEED, PATIENTS, CLONES = 20240229, 32, 2
ROADRUNNER_DAYS = 28
YEARS_2_H = 2 * 365.0 * 24
#: Writes the network of a course as SBML: called with network, parameters=, state=, doses=.
Export = Callable[..., str]


def bench(
    cases: Cases,
    *,
    export: Export | None = None,
    clones: Sequence[int] = (1, CLONES),
    threads: Sequence[int] = (1, 2),
    steps_per_day: int = STEPS_PER_DAY,
) -> dict[str, Any]:
    """Return the figures of the engine on the network that `cases` gives.

    Parameters
    ----------
    cases
        Called with (clones, patients, seed).
    export
        SBML export, for the comparison with libRoadRunner; null in the result when None.
    clones, threads
        Counts for which speed is measured.
    steps_per_day
        Course steps per 24 h.

    Raises
    ------
    DataError
        The stored reference belongs to another network or other patients.
    """
    case = cases(CLONES, PATIENTS, SEED)
    reference, reason = None, ""
    try:
        reference = Reference.load()
    except DataError as error:
        reason = str(error)
    if reference is not None:
        reference.check(case)
    single, exact = kernel_for(case.network, "f32"), kernel_for(case.network, "f64")
    out: dict[str, Any] = {
        "courses_per_second": [
            _speed(cases(count, PATIENTS, SEED), precision, workers, steps_per_day)
            for count in clones
            for precision in ("f32", "f64")
            for workers in threads
        ],
        "states": len(case.network.species),
        "clones": case.network.clones,
        "reactions": len(case.network.reactions),
        "parameters": len(case.network.parameters),
        "steps_per_day": steps_per_day,
        "patients": PATIENTS,
        **_machine(single),
    }
    if reference is None:
        out |= dict.fromkeys(accuracy.CourseError(np.zeros(1), 0.0, 0).json())
        out |= {"cell_readout_error": None, "reference": None, "reference_reason": reason}
    else:
        out |= accuracy.course_error(single, case, reference, steps_per_day).json()
        out["accuracy_f64"] = accuracy.course_error(exact, case, reference, steps_per_day).json()
        out["cell_readout_error"] = accuracy.cell_error(exact, case, reference)
        out["reference"] = {
            "solver": "CVODE, rtol 1e-7",
            "date": reference.date,
            "fingerprint": reference.fingerprint,
            "seed": reference.seed,
            "weeks": WEEKS,
        }
    out["conservation_error"] = accuracy.conservation_error(exact, case)
    difference = accuracy.kernel_difference(exact, kernel_for(case.network, "f64", "numpy"), case)
    out |= {"kernel_difference": difference, "kernel_equal": difference <= 1e-9}
    out |= _against_roadrunner(case, export, steps_per_day)
    return out


def make_reference(cases: Cases) -> Reference:
    """Compute the reference courses, write them into the package and return them."""
    reference = compute_reference(cases(CLONES, PATIENTS, SEED), SEED)
    reference.save()
    return reference


def _speed(case: Case, precision: Precision, threads: int, steps_per_day: int) -> dict[str, Any]:
    kernel = kernel_for(case.network, precision, threads=threads)
    start = kernel.settle(case.parameters, case.initial)
    copies = max(1, -(-2 * threads * kernel.backend.lanes // len(start)))
    x, p = np.tile(start, (copies, 1)), np.tile(case.parameters, (copies, 1))
    amounts = np.tile(case.amounts, (1, copies))

    def run() -> tuple[float, int]:
        started = time.perf_counter()
        out = kernel.advance(x, p, 0, YEARS_2_H, case.rules, amounts, steps_per_day=steps_per_day)
        return time.perf_counter() - started, out.effort.guarded

    seconds, guarded = min(run() for _ in range(2))
    steps = YEARS_2_H / 24 * steps_per_day * len(x) / kernel.backend.lanes
    return {
        "precision": precision,
        "threads": threads,
        "clones": case.network.clones,
        "states": len(case.network.species),
        "value": len(x) / seconds,
        "guarded_share": guarded / steps,
    }


def _machine(kernel: Kernel) -> dict[str, Any]:
    compiler = build.find_compiler()
    share = None
    if isinstance(kernel.backend, CBackend):
        share = build.packed_share(kernel.backend.library)
    return {
        "backend": kernel.backend.name,
        "lanes": kernel.backend.lanes,
        "simd": None if share is None else share > 0.9,
        "packed_share": share,
        "vector_bytes": compiler.vector_bytes if compiler else 0,
        "compiler": compiler.version.splitlines()[0] if compiler else None,
        "machine": platform.machine(),
    }


def _against_roadrunner(case: Case, export: Export | None, steps_per_day: int) -> dict[str, Any]:
    if export is None:
        return {"ratio_libroadrunner": None, "ratio_libroadrunner_reason": "no SBML export was given"}
    hours = ROADRUNNER_DAYS * 24.0
    kernel = kernel_for(case.network, "f32", threads=1)
    start = kernel.settle(case.parameters, case.initial)
    doses = [
        (t, rule.species, float(case.amounts[r, 0]))
        for r, rule in enumerate(case.rules)
        for t in rule.times(0, hours)
    ]
    try:
        sbml = export(case.network, parameters=case.parameters[0], state=start[0], doses=doses)
    except Exception as error:  # noqa: BLE001 - whatever fails outside the engine must not stop the bench
        return {"ratio_libroadrunner": None, "ratio_libroadrunner_reason": str(error)}
    end = (
        kernel.exact()
        .advance(start[:1], case.parameters[:1], 0, hours, case.rules, case.amounts[:, :1])
        .states[0]
    )
    expected = {_sbml_id(name): float(end[case.network.species_index[name]]) for name in case.volume_species}
    timing = roadrunner.time_course(sbml, hours, expected)
    if timing.seconds is None:
        return {"ratio_libroadrunner": None, "ratio_libroadrunner_reason": timing.reason}
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        kernel.advance(
            start, case.parameters, 0, hours, case.rules, case.amounts, steps_per_day=steps_per_day
        )
        seconds.append((time.perf_counter() - started) / len(start))
    return {
        "ratio_libroadrunner": timing.seconds / min(seconds),
        "libroadrunner": {
            "integrator": timing.integrator,
            "seconds_per_day": timing.seconds / ROADRUNNER_DAYS,
            "days": ROADRUNNER_DAYS,
        },
    }


def _sbml_id(name: str) -> str:
    return name.replace(".", "_")
