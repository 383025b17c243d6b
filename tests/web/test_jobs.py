from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")

from erbium.core.errors import DataError
from erbium.web.jobs import JobStore, Pool
from erbium.web.jobs.process import WorkProcess, end_left_over, start_of
from erbium.web.problems import Refusal
from erbium.web.settings import Limits
from tests.web.conftest import waited

LONG = {"trial": "cleopatra", "patients": 20000, "seed": 1, "draws": 1}


def add(store: JobStore, waiting: int = 20) -> str:
    return store.add("advise", "case", {"example": "bt474"}, waiting).id


def test_a_restart_keeps_what_is_done_and_marks_what_ran(tmp_path: Path) -> None:
    file = tmp_path / "jobs.sqlite"
    store = JobStore(file)
    done, ran, waits = add(store), add(store), add(store)
    assert store.take() is not None
    store.finish(done, '{"a": 1}', {"report": "<p>"})
    assert store.take() is not None
    store.close()

    again = JobStore(file)
    assert again.interrupt() == 1
    assert [again.job(name).state for name in (done, ran, waits)] == ["done", "interrupted", "queued"]
    assert again.result(done) == {"a": 1}
    assert again.part(done, "report") == "<p>"
    assert "ended while this job ran" in str((again.job(ran).error or {})["message"])
    with pytest.raises(Refusal, match="interrupted"):
        again.result(ran)
    repeated = Pool(again, Limits()).again(ran)
    assert again.request(repeated.id) == {"example": "bt474"}
    again.close()


def test_only_so_many_wait_and_are_kept(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs.sqlite", kept=2)
    names = [add(store, waiting=4) for _ in range(4)]
    with pytest.raises(Refusal) as refused:
        add(store, waiting=4)
    assert refused.value.status == 429
    for name in names:
        assert store.take() is not None
        store.finish(name, "{}", {"report": name})
    assert [job.id for job in store.jobs()] == names[:1:-1]
    assert store.part(names[0], "report") is None
    store.close()


def test_what_has_ended_stays_as_it_is(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs.sqlite")
    name = add(store)
    assert store.end(name, "cancelled")
    store.finish(name, "{}", {"report": "late"})
    store.move(name, 0.5, "late")
    assert not store.end(name, "failed")
    assert store.job(name).state == "cancelled"
    assert store.part(name, "report") is None
    store.close()


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "jobs.sqlite"
    file.write_bytes(b"no database at all, but long enough to look like one" * 40)
    with pytest.raises(DataError, match="no table of jobs"):
        JobStore(file)


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "jobs.sqlite"
    store = JobStore(file)
    name = add(store)
    assert store.take() is not None
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Refusal) as refused:
        store.finish(name, "x" * 100_000, {})
    assert refused.value.status == 507
    assert store.job(name).state == "running"
    store.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_process_that_was_left_is_ended_and_no_other(tmp_path: Path) -> None:
    left = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    try:
        began = start_of(left.pid)
        if began is None:
            pytest.skip("needs /proc")
        assert not end_left_over(left.pid, "1")  # a number that another process has now
        assert left.poll() is None
        assert end_left_over(left.pid, began)
        assert left.wait(timeout=10) < 0
    finally:
        left.kill()
        left.communicate()


def test_a_process_that_was_ended_only_falls_silent() -> None:
    process = WorkProcess(6144)
    process.end()
    assert list(process.do("trial", LONG)) == []


@pytest.fixture
def pool(tmp_path: Path) -> Any:
    store = JobStore(tmp_path / "jobs.sqlite")
    found = Pool(store, Limits(workers=1, job_seconds=60.0))
    found.start()
    yield found
    found.stop()
    store.close()


def state(pool: Pool, name: str) -> Any:
    return pool.store.job(name)


def test_jobs_are_cancelled_and_a_killed_process_is_told(pool: Pool) -> None:
    first = pool.submit("trial", "long", LONG).id
    second = pool.submit("trial", "long", LONG).id
    waited(lambda: state(pool, first), lambda job: job.state == "running")
    assert pool.cancel(second).state == "cancelled"
    assert pool.cancel(first).state == "cancelled"
    with pytest.raises(Refusal) as refused:
        pool.cancel(first)
    assert refused.value.status == 409

    killed = pool.submit("trial", "long", LONG).id
    waited(lambda: state(pool, killed), lambda job: job.doing == "patients")
    (pid, _), *others = pool.store.processes()
    assert not others
    os.kill(pid, 9)
    ended = waited(lambda: state(pool, killed), lambda job: job.state != "running")
    assert ended.state == "failed"
    assert "ended (signal 9)" in ended.error["message"]

    wrong = pool.submit("advise", "wrong", {"text": "no profile"}).id
    ended = waited(lambda: state(pool, wrong), lambda job: job.state not in ("queued", "running"))
    assert ended.state == "failed"
    assert "not TOML" in ended.error["message"]


def test_a_job_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs.sqlite")
    pool = Pool(store, Limits(workers=1, job_seconds=0.3))
    pool.start()
    try:
        name = pool.submit("trial", "long", LONG).id
        ended = waited(lambda: state(pool, name), lambda job: job.state not in ("queued", "running"))
        assert ended.state == "failed"
        assert "longer than" in ended.error["message"]
    finally:
        pool.stop()
        store.close()
