"""The processes that do jobs: each job in one, with limits; a job that is cancelled loses its process."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass, field
from typing import Any

from erbium.web.jobs.process import WorkProcess, end_left_over, start_of
from erbium.web.jobs.store import Job, JobStore
from erbium.web.problems import Refusal
from erbium.web.settings import Limits

_LOG = logging.getLogger("erbium.web")


@dataclass
class _Slot:
    """A place where one job runs at a time."""

    process: WorkProcess | None = None
    job: str | None = None
    late: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class Pool:
    """Does the jobs of a table.

    Parameters
    ----------
    store
        The table.
    limits
        How many at a time, how long, how large.
    """

    def __init__(self, store: JobStore, limits: Limits) -> None:
        self.store = store
        self.limits = limits
        self._slots = [_Slot() for _ in range(limits.workers)]
        self._threads: list[threading.Thread] = []
        self._news = threading.Condition()
        self._stopping = False

    def start(self) -> None:
        """End what an earlier server left, mark its jobs as interrupted, and begin with those that wait."""
        for pid, started in self.store.processes():
            if end_left_over(pid, started):
                _LOG.warning("ended process %d, left by an earlier server", pid)
            self.store.forget_process(pid)
        self.store.interrupt()
        for slot in self._slots:
            thread = threading.Thread(target=self._work, args=(slot,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """End the processes; what ran is marked as interrupted."""
        with self._news:
            self._stopping = True
            self._news.notify_all()
        self.store.interrupt()
        for slot in self._slots:
            self._drop(slot)
        for thread in self._threads:
            thread.join(timeout=10.0)

    def submit(self, kind: str, title: str, request: dict[str, Any]) -> Job:
        """Queue a job; Refusal (429) where too many wait."""
        job = self.store.add(kind, title, request, self.limits.waiting)
        with self._news:
            self._news.notify()
        return job

    def again(self, name: str) -> Job:
        """Queue what was asked of an ended job once more."""
        job = self.store.job(name)
        if job.state in ("queued", "running"):
            raise Refusal(409, f"this job is {job.state}.")
        return self.submit(job.kind, job.title, self.store.request(name))

    def cancel(self, name: str) -> Job:
        """End a job that waits or runs; Refusal (409) where it has ended."""
        job = self.store.job(name)
        if not self.store.end(name, "cancelled"):
            raise Refusal(409, f"this job is {job.state} already.")
        for slot in self._slots:
            if slot.job == name:
                self._drop(slot)
        return self.store.job(name)

    def _drop(self, slot: _Slot) -> str:
        with slot.lock:
            process, slot.process = slot.process, None
        if process is None:
            return ""
        how = process.end()
        self.store.forget_process(process.pid)
        return how

    def _work(self, slot: _Slot) -> None:
        while not self._stopping:
            try:
                self._ready(slot)
                taken = self.store.take()
                if taken is not None:
                    self._do(slot, *taken)
                    continue
            except (Refusal, OSError) as error:
                _LOG.error("jobs: %s", error)
            with self._news:
                if not self._stopping:
                    self._news.wait(timeout=1.0)
        self._drop(slot)

    def _ready(self, slot: _Slot) -> WorkProcess:
        with slot.lock:
            if slot.process is not None and slot.process.alive:
                return slot.process
        self._drop(slot)  # what died while nothing was asked of it
        with slot.lock:
            slot.process = WorkProcess(self.limits.job_megabytes)
            process = slot.process
        self.store.note_process(process.pid, start_of(process.pid) or "")
        return process

    def _do(self, slot: _Slot, job: Job, request: dict[str, Any]) -> None:
        slot.job, slot.late = job.id, False
        timer = threading.Timer(self.limits.job_seconds, self._too_late, (slot,))
        timer.daemon = True
        timer.start()
        try:
            process = self._ready(slot)
            if self.store.job(job.id).state != "running":  # cancelled before it began
                return
            for message in process.do(job.kind, request):
                if self._heard(job, message):
                    return
            self._died(slot, job)
        except Refusal as error:  # the disk is full: the job fails, the server stays
            self._fail(job, error)
        finally:
            timer.cancel()
            slot.job = None

    def _heard(self, job: Job, message: dict[str, Any]) -> bool:
        """Take in what a process says; return whether the job has ended."""
        if message["say"] == "progress":
            self.store.move(job.id, float(message["share"]), str(message["doing"]))
            return False
        if message["say"] == "error":
            self.store.end(job.id, "failed", message["error"])
            return True
        result = json.dumps(message["result"])
        size = len(result) + sum(len(part) for part in message["parts"].values())
        if size > self.limits.result_bytes:
            self._fail(job, Refusal(413, f"the result is too large: {size:,} bytes."))
        else:
            self.store.finish(job.id, result, message["parts"])
        return True

    def _died(self, slot: _Slot, job: Job) -> None:
        how = self._drop(slot) or "it was ended"
        late = f"this job took longer than {self.limits.job_seconds:.0f} seconds"
        said = late if slot.late else f"the process of this job ended ({how})"
        if not self._stopping:
            self._fail(job, Refusal(500, f"{said}.", hint="run it again, with fewer twins or patients"))

    def _fail(self, job: Job, error: Refusal) -> None:
        try:
            self.store.end(job.id, "failed", error.json() | {"message": str(error)})
        except Refusal as full:
            _LOG.error("job %s: %s", job.id, full)

    def _too_late(self, slot: _Slot) -> None:
        slot.late = True
        with slot.lock:
            process = slot.process
        if process is not None:
            process.end()
