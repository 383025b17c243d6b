"""Questions that are answered while the page waits: one process beside the jobs, and its last answers.

What takes a second or two is no job: it would wait behind trials, and its results would push theirs out of
the table. It runs in a process of its own all the same, with the limits of a job, so that none of it can
harm the server.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from erbium.web.jobs.process import WorkProcess
from erbium.web.problems import Refusal, Told
from erbium.web.settings import Limits

#: Answers that are kept, and questions that may wait.
KEPT, WAITING = 24, 6
#: How long a caller waits before it is told to come back, seconds.
PATIENCE = 25.0


class Quick:
    """Answers small questions in a process of its own, one after another; the same question only once.

    Parameters
    ----------
    limits
        Memory and time that one question may take.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: WorkProcess | None = None
        self._lock = threading.Lock()
        self._line = ThreadPoolExecutor(max_workers=1, thread_name_prefix="quick")
        self._asked: OrderedDict[str, Future[Mapping[str, Any]]] = OrderedDict()
        self._stopped = False

    def warm(self, kind: str, request: Mapping[str, Any], later_s: float = 0.0) -> None:
        """Ask ahead, so that who asks next need not wait for what is loaded once; returns at once.

        Parameters
        ----------
        later_s
            Asked so many seconds later, when the page that asks has been drawn.
        """

        def ask() -> None:
            with contextlib.suppress(Refusal):
                self._future(kind, request)

        if later_s > 0:
            timer = threading.Timer(later_s, ask)
            timer.daemon = True
            timer.start()
        else:
            ask()

    def ask(self, kind: str, request: Mapping[str, Any], patience: float = PATIENCE) -> Mapping[str, Any]:
        """Return the answer to a question.

        Raises
        ------
        Refusal
            Too many questions wait (429), this one takes longer than `patience` (503: it goes on, and
            asking again finds its answer), or its process ended (500).
        Told
            What is wrong with the question, in the words of the library.
        """
        future = self._future(kind, request)
        try:
            return future.result(timeout=patience)
        except TimeoutError:
            raise Refusal(
                503,
                "this is still being worked out.",
                hint="ask again in a few seconds; a tumour of a new shape takes a minute once",
            ) from None

    def stop(self) -> None:
        """End the process; what waits is not answered."""
        with self._lock:
            self._stopped = True
        self._drop()
        self._line.shutdown(wait=False, cancel_futures=True)

    def _future(self, kind: str, request: Mapping[str, Any]) -> Future[Mapping[str, Any]]:
        key = hashlib.sha256(json.dumps([kind, request], sort_keys=True).encode()).hexdigest()
        with self._lock:
            found = self._asked.get(key)
            if found is not None and not (found.done() and (found.cancelled() or found.exception())):
                self._asked.move_to_end(key)
                return found
            if self._stopped or sum(not one.done() for one in self._asked.values()) >= WAITING:
                raise Refusal(429, "too many questions wait.", hint="ask again in a few seconds")
            future = self._line.submit(self._answer, kind, dict(request))
            self._asked[key] = future
            while len(self._asked) > KEPT and next(iter(self._asked.values())).done():
                self._asked.popitem(last=False)
            return future

    def _ready(self) -> WorkProcess:
        with self._lock:
            if self._stopped:
                raise Refusal(503, "the server is stopping.")
            if self._process is None or not self._process.alive:
                self._process = WorkProcess(self._limits.job_megabytes)
            return self._process

    def _drop(self) -> str:
        with self._lock:
            process, self._process = self._process, None
        return "it was ended" if process is None else process.end()

    def _answer(self, kind: str, request: dict[str, Any]) -> Mapping[str, Any]:
        timer = threading.Timer(self._limits.job_seconds, self._drop)
        timer.daemon = True
        timer.start()
        try:
            for message in self._ready().do(kind, request):
                if message["say"] == "error":
                    raise Told(message["error"])
                if message["say"] == "result":
                    return dict(message["result"])
        finally:
            timer.cancel()
        raise Refusal(500, f"the process of this question ended ({self._drop()}).", hint="ask again")
