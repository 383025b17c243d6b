"""The same course by libRoadRunner, in a process of its own, for comparison."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

INTEGRATORS = ("cvode", "rk45")
TIMEOUT_S = 180
_SCRIPT = """
import json, sys, time
import roadrunner
roadrunner.Logger.disableLogging()
runner = roadrunner.RoadRunner(open(sys.argv[1]).read())
runner.setIntegrator(sys.argv[2])
ids = json.loads(sys.argv[4])
runner.timeCourseSelections = ["time", *ids]
started = time.perf_counter()
table = runner.simulate(0, float(sys.argv[3]), 29)
seconds = time.perf_counter() - started
print(json.dumps([seconds, *(float(value) for value in table[-1])]))
"""


@dataclass(frozen=True)
class Timing:
    """Seconds of the faster integrator that finished, or why there is none."""

    seconds: float | None
    integrator: str | None
    reason: str | None


def time_course(sbml: str, hours: float, expected: Mapping[str, float]) -> Timing:
    """Return how long libRoadRunner takes for `hours` of the course in `sbml`, loading excluded.

    An integrator counts only if it reaches the end and the `expected` end values of some species to
    5 %: some give up early without an error.
    """
    if importlib.util.find_spec("roadrunner") is None:
        return Timing(None, None, "libroadrunner is not installed")
    found: dict[str, float] = {}
    reasons = []
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.xml"
        model.write_text(sbml)
        for integrator in INTEGRATORS:
            ids = json.dumps(list(expected))
            command = [sys.executable, "-c", _SCRIPT, str(model), integrator, str(hours), ids]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
            except subprocess.TimeoutExpired:
                reasons.append(f"{integrator} took more than {TIMEOUT_S} s")
                continue
            if done.returncode:
                reasons.append(f"{integrator} failed: {done.stderr.strip()[-200:]}")
                continue
            seconds, end, *values = json.loads(done.stdout.strip().splitlines()[-1])
            wrong = [
                f"{name} is {value:.4g}, not {expected[name]:.4g}"
                for name, value in zip(expected, values, strict=True)
                if not abs(value - expected[name]) <= 0.05 * abs(expected[name]) + 1e-6
            ]
            if end != hours or wrong:
                reasons.append(f"{integrator} is off: {'; '.join(wrong[:3]) or f'ends at {end} h'}")
                continue
            found[integrator] = seconds
    if not found:
        return Timing(None, None, "; ".join(reasons))
    best = min(found, key=lambda name: found[name])
    return Timing(found[best], best, None)
