"""Compile kernel text once and keep the result.

The cache key holds the text, the compiler, its flags and the processor features it compiles for,
so a changed network, compiler or machine never meets a stale object.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from erbium.core.errors import SimulationError

FLAGS = ("-O2", "-std=gnu11", "-fPIC", "-ffp-contract=off", "-fno-math-errno", "-w")
NATIVE_FLAGS = (("-march=native",), ("-mcpu=native",), ())


@dataclass(frozen=True)
class Compiler:
    """A C compiler that works, with the features it compiles for."""

    command: tuple[str, ...]
    version: str
    flags: tuple[str, ...]
    features: str
    vector_bytes: int

    @property
    def key(self) -> str:
        """What of the compiler enters a cache key."""
        return "\n".join((self.version, *self.flags, self.features))


def find_compiler() -> Compiler | None:
    """Return the compiler of ``CC``, else ``cc``, ``gcc`` or ``clang``; None if none works."""
    return _find(os.environ.get("CC"))


@lru_cache(maxsize=8)
def _find(wanted: str | None) -> Compiler | None:
    for command in [shlex.split(wanted)] if wanted else [["cc"], ["gcc"], ["clang"]]:
        if not command or not shutil.which(command[0]):
            continue
        for native in NATIVE_FLAGS:
            macros = _run([*command, *native, "-include", "stdint.h", "-dM", "-E", "-x", "c", os.devnull])
            version = _run([*command, "--version"])
            if not macros or not version or "__GNUC__" not in macros:
                continue
            wide = "__AVX512F__" in macros and "__AVX512DQ__" in macros
            features = hashlib.sha256(macros.encode()).hexdigest()
            return Compiler(tuple(command), version, (*FLAGS, *native), features, 64 if wide else 32)
    return None


def _run(command: list[str]) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def cache_folder() -> Path:
    """Return the folder of compiled kernels: ``$ERBIUM_CACHE`` or the user's cache; mode 0700."""
    chosen = os.environ.get("ERBIUM_CACHE")
    if chosen:
        folder = Path(chosen)
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Caches" / "erbium"
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "erbium"
    folder = folder / "kernels"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def build(text: Mapping[str, str], compiler: Compiler) -> Path:
    """Return the shared library of `text`, compiling it unless it is in the cache."""
    digest = hashlib.sha256(compiler.key.encode())
    for name, body in sorted(text.items()):
        digest.update(f"\0{name}\0{body}".encode())
    folder = cache_folder()
    target = folder / f"{digest.hexdigest()}.so"
    if target.exists():
        return target
    with _locked(folder / f"{digest.hexdigest()}.lock"):
        if not target.exists():
            with tempfile.TemporaryDirectory(dir=folder) as work:
                made = _compile(text, compiler, Path(work))
                made.chmod(0o700)
                made.replace(target)
    return target


def _compile(text: Mapping[str, str], compiler: Compiler, work: Path) -> Path:
    for name, body in text.items():
        (work / name).write_text(body)

    def run(arguments: list[str]) -> None:
        done = subprocess.run(
            [*compiler.command, *compiler.flags, *arguments],
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SimulationError(
                f"the C compiler {compiler.command[0]} failed: {done.stderr.strip()[-500:]}",
                hint="set CC to another compiler, or use the NumPy kernel",
            )

    largest_first = sorted(text, key=lambda name: -len(text[name]))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(lambda name: run(["-c", name, "-o", f"{name}.o"]), largest_first))
    run(["-shared", "-o", "kernel.so", *(f"{name}.o" for name in sorted(text))])
    return work / "kernel.so"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a file lock, so that two processes do not compile the same kernel."""
    try:
        import fcntl
    except ImportError:  # without file locks both compile and the rename decides
        yield
        return
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


def info() -> dict[str, object]:
    """Return compiler, vector width, cache folder, and number and size of its kernels."""
    compiler = find_compiler()
    kernels = list(cache_folder().glob("*.so"))
    return {
        "compiler": compiler.version.splitlines()[0] if compiler else None,
        "flags": list(compiler.flags) if compiler else [],
        "vector_bytes": compiler.vector_bytes if compiler else 0,
        "cache": str(cache_folder()),
        "kernels": len(kernels),
        "bytes": sum(kernel.stat().st_size for kernel in kernels),
    }


def clear() -> int:
    """Delete every cached kernel and return their number."""
    kernels = [path for path in cache_folder().iterdir() if path.suffix in (".so", ".json")]
    for path in kernels:
        path.unlink(missing_ok=True)
    for lock in cache_folder().glob("*.lock"):
        lock.unlink(missing_ok=True)
    return sum(path.suffix == ".so" for path in kernels)


def packed_share(library: Path) -> float | None:
    """Return the share of packed among all floating-point additions and products of the object code.

    None when the machine has no ``objdump`` or an instruction set this does not know.
    """
    tool = shutil.which("objdump")
    listing = _run([tool, "-d", "--no-show-raw-insn", str(library)]) if tool else None
    if not listing:
        return None
    packed = len(re.findall(r"\sv?(?:add|mul|sub)p[sd]\s", listing))
    scalar = len(re.findall(r"\sv?(?:add|mul|sub)s[sd]\s", listing))
    packed += len(re.findall(r"\sf(?:add|mul|sub)\s+v\d+\.\d", listing))
    scalar += len(re.findall(r"\sf(?:add|mul|sub)\s+[sd]\d", listing))
    return packed / (packed + scalar) if packed + scalar else None
