"""One process that does jobs: started, spoken to in lines of JSON, ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import erbium


class WorkProcess:
    """A Python process of its own that loads the library once and then takes job after job.

    Parameters
    ----------
    megabytes
        Address space it may use, in MiB.
    """

    def __init__(self, megabytes: int) -> None:
        place = str(Path(erbium.__file__).resolve().parents[1])
        paths = [place, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "erbium.web.jobs.worker", str(megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,
            text=True,
            encoding="ascii",
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def do(self, kind: str, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield what the process says of a job: progress, at last a result or an error; less if it ends."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"kind": kind, "request": dict(request)}) + "\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                message = json.loads(line)
                yield message
                if message["say"] in ("result", "error"):
                    return
        except (OSError, ValueError):  # ended meanwhile: its streams are closed, or a line is half there
            return

    def end(self) -> str:
        """End the process and all it started; return in words how it ended."""
        if self._process.returncode is None:  # else its number may be another's by now
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        code = self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        return f"signal {-code}" if code < 0 else f"exit code {code}"


def start_of(pid: int) -> str | None:
    """Return when a process began, in ticks since the machine did; None where none runs or none can tell."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()[19]


def end_left_over(pid: int, started: str) -> bool:
    """End a process of an earlier server if it is still that one; return whether it was."""
    if start_of(pid) != started:
        return False
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
        return True
    return False
