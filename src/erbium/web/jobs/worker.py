"""What runs in the process of a job: reads requests, says how far it is, hands over the result.

Lines of JSON in and out. The end of the input ends the process, so that none outlives its server.
"""

from __future__ import annotations

import json
import os
import queue
import resource
import sys
import threading
import time
from typing import Any, TextIO

from erbium.core.errors import ErbiumError

PAUSE = 0.2  # seconds between two words on progress


def main() -> None:
    """Take jobs until the input ends."""
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever a library prints must not stand between our lines
    _limit_memory(int(sys.argv[1]))
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    _load()
    while True:
        asked = json.loads(lines.get())
        _say(out, _answer(asked["kind"], asked["request"], out))


def _read(lines: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


def _limit_memory(megabytes: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * 1024 * 1024
    if hard == resource.RLIM_INFINITY or wanted < hard:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _load() -> None:
    """Pay for the libraries and the knowledge once, before the first job."""
    from erbium.knowledge import load_knowledge
    from erbium.web.jobs import work  # noqa: F401

    load_knowledge()


def _answer(kind: str, request: dict[str, Any], out: TextIO) -> dict[str, Any]:
    from erbium.web.jobs.work import WORK

    last = 0.0

    def progress(share: float, doing: str) -> None:
        nonlocal last
        if time.monotonic() - last > PAUSE:
            last = time.monotonic()
            _say(out, {"say": "progress", "share": share, "doing": doing})

    try:
        result, parts = WORK[kind](request, progress)
        return {"say": "result", "result": result, "parts": parts}
    except ErbiumError as error:
        return {"say": "error", "error": error.json() | {"message": str(error)}}
    except MemoryError:
        return _failed("memory", "this job needs more memory than a job may have.")
    except OSError as error:
        return _failed("system", f"{error.strerror or type(error).__name__}.")
    except Exception as error:  # noqa: BLE001 - whatever it is, the server and the other jobs go on
        import traceback

        traceback.print_exc()
        return _failed("bug", f"this is a fault of Erbium, not of your input: {type(error).__name__}.")


def _failed(kind: str, message: str) -> dict[str, Any]:
    error = {"kind": kind, "message": message, "file": None, "key": None, "expected": None, "nearest": None}
    return {"say": "error", "error": error}


def _say(out: TextIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message, allow_nan=False) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
