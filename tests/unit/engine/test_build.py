"""Kernels are compiled once, kept privately, and the object code is SIMD."""

from __future__ import annotations

import re
import shutil
import stat
from pathlib import Path

import pytest

from erbium.core.errors import SimulationError
from erbium.engine import build
from erbium.engine.c_source import kernel_text
from erbium.engine.elementary import F32, F64
from erbium.engine.kernel import NO_COMPILER, kernel_for
from erbium.engine.system import System
from tests.networks import network, receptor_network


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ERBIUM_CACHE", str(tmp_path))
    return tmp_path


@pytest.mark.needs_compiler
def test_a_kernel_is_compiled_once(cache: Path) -> None:
    compiler = build.find_compiler()
    assert compiler
    text = kernel_text(
        System.of(network({"A": 1.0}, {"k": 1.0}, [("A ->", "k * A")])), F64, compiler.vector_bytes
    )
    library = build.build(text, compiler)
    made = library.stat().st_mtime_ns
    assert build.build(text, compiler) == library
    assert library.stat().st_mtime_ns == made
    assert stat.S_IMODE(library.parent.stat().st_mode) == 0o700
    assert build.info()["kernels"] == 1
    assert build.clear() == 1
    assert build.info()["kernels"] == 0


@pytest.mark.needs_compiler
def test_a_failing_compiler_leaves_nothing_behind(cache: Path) -> None:
    compiler = build.find_compiler()
    assert compiler
    with pytest.raises(SimulationError, match="failed"):
        build.build({"broken.c": "this is not C"}, compiler)
    assert not [p for p in build.cache_folder().iterdir() if p.suffix != ".lock"]


@pytest.mark.needs_compiler
@pytest.mark.skipif(not shutil.which("objdump"), reason="needs objdump")
def test_the_object_code_is_simd() -> None:
    compiler = build.find_compiler()
    assert compiler
    library = build.build(kernel_text(System.of(receptor_network()), F32, compiler.vector_bytes), compiler)
    share = build.packed_share(library)
    assert share is not None
    assert share > 0.9


@pytest.mark.needs_compiler
def test_no_user_text_reaches_the_kernel() -> None:
    toy = network({"Evil": 1.0}, {"k_evil": 1.0}, [("Evil ->", "k_evil * Evil")])
    for body in kernel_text(System.of(toy), F32, 64).values():
        assert not re.search("evil", body, re.IGNORECASE)


def test_without_a_compiler_numpy_runs_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "/bin/false")
    kernel = kernel_for(network({"A": 1.0}, {"k": 0.1}, [("A ->", "k * A")]))
    assert kernel.backend.name == "numpy"
    assert kernel.warnings == [NO_COMPILER]
    out = kernel.advance([[1.0]], [[0.1]], 0, 24)
    assert out.states[0, 0] == pytest.approx(0.0907, rel=1e-2)
    with pytest.raises(SimulationError, match="no C compiler"):
        kernel_for(network({"A": 1.0}, {"k": 0.1}, [("A ->", "k * A")]), backend="c")


def test_missing_objdump_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert build.packed_share(tmp_path / "none.so") is None
