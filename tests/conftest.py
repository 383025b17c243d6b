"""Marks every test by its folder, finds the shared measurements, and knows whether C compiles."""

from __future__ import annotations

import functools
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent
SHARED = ROOT.parent / "shared"
FOLDERS = {
    "architecture",
    "calibration",
    "claims",
    "data",
    "docs",
    "e2e",
    "engines",
    "golden",
    "population",
    "properties",
    "trials",
    "unit",
    "web",
}


def pytest_configure() -> None:
    """Keep each of several test processes to one core: kernels take as many threads as they see cores."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker.startswith("gw") and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker[2:]) % len(cores)]})


@functools.cache
def compiler_fault() -> str | None:
    """Return None if a C compiler works here, else what is wrong.

    A compiler named by CC is the only one tried: whoever names one wants that one, and
    CC=/bin/false is how a machine without a compiler is played.
    """
    named = os.environ.get("CC", "").strip()
    candidates = [shlex.split(named)] if named else [["cc"], ["gcc"], ["clang"]]
    found = [command for command in candidates if shutil.which(command[0])]
    if not found:
        return "no C compiler found (" + ", ".join(command[0] for command in candidates) + ")"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "probe.c")
        source.write_text("double probe(double x) { return x * x; }\n", encoding="utf-8")
        target = Path(folder, "probe.so")
        for command in found:
            built = subprocess.run(
                [*command, "-shared", "-fPIC", "-o", str(target), str(source)],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                check=False,
            )
            if built.returncode == 0 and target.exists():
                return None
    return f'the C compiler "{shlex.join(found[0])}" does not compile'


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the folder of tests/ it lies in, and skip what needs a compiler without one."""
    for item in items:
        if not item.path.is_relative_to(TESTS):
            continue
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in FOLDERS:
            item.add_marker(folder)
        if item.get_closest_marker("needs_compiler") and (fault := compiler_fault()):
            item.add_marker(pytest.mark.skip(reason=f"needs a C compiler: {fault}"))


def shared_folder(name: str) -> Path:
    """Return a folder of the shared measurements, or skip the test that asks for it."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"needs the shared measurements: there is no ../shared/{name} beside the project")
    return folder


@pytest.fixture(scope="session")
def root() -> Path:
    """The root folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder ../shared/data of real measurements; skips the test where it is absent."""
    return shared_folder("data")


@pytest.fixture(scope="session")
def shared_facts() -> Path:
    """The folder ../shared/facts of compiled tables; skips the test where it is absent."""
    return shared_folder("facts")
