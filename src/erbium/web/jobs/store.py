"""The table of jobs: what was asked, how far it is, what came out; on disk, so that nothing is lost."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Literal

from erbium.core.errors import DataError
from erbium.web.problems import Refusal

State = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
#: States that nothing follows.
OVER = ("done", "failed", "cancelled", "interrupted")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS job (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL,
    title TEXT NOT NULL, request TEXT NOT NULL, state TEXT NOT NULL, share REAL NOT NULL DEFAULT 0,
    doing TEXT NOT NULL DEFAULT '',
    created TEXT NOT NULL, started TEXT, finished TEXT, error TEXT, result TEXT
);
CREATE TABLE IF NOT EXISTS part (
    job TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (job, name)
);
CREATE TABLE IF NOT EXISTS process (pid INTEGER PRIMARY KEY, started TEXT NOT NULL);
"""
_COLUMNS = "id, kind, title, state, share, doing, created, started, finished, error"


@dataclass(frozen=True)
class Job:
    """A job without its request and result.

    Attributes
    ----------
    share
        How much is done, from 0 to 1.
    doing
        What goes on, in words.
    created, started, finished
        Times in UTC, ISO 8601.
    error
        What went wrong, as the `error` object of the JSON contract.
    """

    id: str
    kind: str
    title: str
    state: State
    share: float
    doing: str
    created: str
    started: str | None
    finished: str | None
    error: dict[str, Any] | None

    def json(self) -> dict[str, Any]:
        """Return the job as plain data."""
        return asdict(self)


class JobStore:
    """Jobs in an SQLite file.

    Parameters
    ----------
    file
        The file; made where there is none.
    kept
        Finished jobs that are kept.

    Raises
    ------
    DataError
        The file is no table of jobs.
    """

    def __init__(self, file: Path, kept: int = 200) -> None:
        self._lock = threading.RLock()
        self._kept = kept
        try:
            self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            raise DataError(
                f"this is no table of jobs: {error}.", file=file, hint="move it away to begin a new one"
            ) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _cursor(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection inside one transaction; a full disk is a refusal and changes nothing."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except sqlite3.OperationalError as error:
                self._roll_back()
                raise Refusal(507, f"the table of jobs cannot be written: {error}.") from error
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def add(self, kind: str, title: str, request: Mapping[str, Any], waiting: int) -> Job:
        """Queue a job.

        Raises
        ------
        Refusal
            So many wait already (429).
        """
        name = token_hex(8)
        with self._cursor() as connection:
            count = connection.execute("SELECT count(*) FROM job WHERE state = 'queued'").fetchone()[0]
            if count >= waiting:
                raise Refusal(429, f"{count} jobs wait already.", hint="cancel one, or wait")
            connection.execute(
                "INSERT INTO job (id, kind, title, request, state, created) VALUES (?, ?, ?, ?, 'queued', ?)",
                (name, kind, title, json.dumps(dict(request)), _now()),
            )
        return self.job(name)

    def job(self, name: str) -> Job:
        """Return a job; Refusal (404) where there is none of this id."""
        with self._lock:
            row = self._connection.execute(f"SELECT {_COLUMNS} FROM job WHERE id = ?", (name,)).fetchone()
        if row is None:
            raise Refusal(404, "no such job.", hint="/api/v1/jobs lists them")
        return _job(row)

    def jobs(self, kind: str | None = None, limit: int = 50) -> list[Job]:
        """Return the last jobs, the newest first."""
        where, given = ("WHERE kind = ?", (kind, limit)) if kind else ("", (limit,))
        with self._lock:
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM job {where} ORDER BY number DESC LIMIT ?", given
            ).fetchall()
        return [_job(row) for row in rows]

    def request(self, name: str) -> dict[str, Any]:
        """Return what was asked of a job."""
        return dict(json.loads(self._text(name, "request") or "{}"))

    def result(self, name: str) -> dict[str, Any]:
        """Return the result of a job; Refusal (409) while there is none."""
        job = self.job(name)
        text = self._text(name, "result")
        if text is None:
            raise Refusal(409, f"this job is {job.state}; it has no result.")
        return dict(json.loads(text))

    def _text(self, name: str, column: Literal["request", "result"]) -> str | None:
        with self._lock:
            row = self._connection.execute(f"SELECT {column} FROM job WHERE id = ?", (name,)).fetchone()
        return None if row is None else row[0]

    def part(self, job: str, name: str) -> str | None:
        """Return a page or figure that belongs to a result."""
        with self._lock:
            row = self._connection.execute(
                "SELECT body FROM part WHERE job = ? AND name = ?", (job, name)
            ).fetchone()
        return None if row is None else str(row[0])

    def put_part(self, job: str, name: str, body: str) -> None:
        """Keep a page or figure that belongs to a result."""
        with self._cursor() as connection:
            connection.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?)", (job, name, body))

    def take(self) -> tuple[Job, dict[str, Any]] | None:
        """Return the job that waits longest, now running, with what was asked; None when none waits."""
        with self._cursor() as connection:
            row = connection.execute(
                "SELECT id FROM job WHERE state = 'queued' ORDER BY number LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE job SET state = 'running', started = ?, doing = 'starting' WHERE id = ?",
                (_now(), row[0]),
            )
        return self.job(row[0]), self.request(row[0])

    def move(self, name: str, share: float, doing: str) -> None:
        """Note how far a running job is."""
        with self._cursor() as connection:
            connection.execute(
                "UPDATE job SET share = ?, doing = ? WHERE id = ? AND state = 'running'",
                (min(max(share, 0.0), 1.0), doing[:200], name),
            )

    def finish(self, name: str, result: str, parts: Mapping[str, str]) -> None:
        """Keep the result of a running job, whole or not at all, and let the oldest of many go."""
        with self._cursor() as connection:
            done = connection.execute(
                "UPDATE job SET state = 'done', share = 1, doing = '', finished = ?, result = ? "
                "WHERE id = ? AND state = 'running'",
                (_now(), result, name),
            )
            if done.rowcount:
                connection.executemany(
                    "INSERT OR REPLACE INTO part VALUES (?, ?, ?)",
                    [(name, key, body) for key, body in parts.items()],
                )
            self._prune(connection)

    def end(self, name: str, state: State, error: Mapping[str, Any] | None = None) -> bool:
        """End a job that waits or runs without a result; return whether it did."""
        with self._cursor() as connection:
            ended = connection.execute(
                "UPDATE job SET state = ?, doing = '', finished = ?, error = ? "
                "WHERE id = ? AND state IN ('queued', 'running')",
                (state, _now(), None if error is None else json.dumps(dict(error)), name),
            )
        return bool(ended.rowcount)

    def interrupt(self) -> int:
        """Mark the jobs that ran when the server ended; return how many."""
        error = {
            "kind": "interrupted",
            "message": "the server ended while this job ran.",
            "hint": "run it again",
        }
        with self._cursor() as connection:
            ended = connection.execute(
                "UPDATE job SET state = 'interrupted', doing = '', finished = ?, error = ? "
                "WHERE state = 'running'",
                (_now(), json.dumps(error)),
            )
        return ended.rowcount

    def _prune(self, connection: sqlite3.Connection) -> None:
        marks = ", ".join("?" for _ in OVER)
        old = connection.execute(
            f"SELECT id FROM job WHERE state IN ({marks}) ORDER BY number DESC LIMIT -1 OFFSET ?",
            (*OVER, self._kept),
        ).fetchall()
        connection.executemany("DELETE FROM part WHERE job = ?", old)
        connection.executemany("DELETE FROM job WHERE id = ?", old)

    def note_process(self, pid: int, started: str) -> None:
        """Note a process that does jobs, so that the next start can end it if it is left."""
        with self._cursor() as connection:
            connection.execute("INSERT OR REPLACE INTO process VALUES (?, ?)", (pid, started))

    def processes(self) -> list[tuple[int, str]]:
        """Return the processes that were noted."""
        with self._lock:
            return [(int(p), str(s)) for p, s in self._connection.execute("SELECT pid, started FROM process")]

    def forget_process(self, pid: int) -> None:
        """Forget a process that has ended."""
        with self._cursor() as connection:
            connection.execute("DELETE FROM process WHERE pid = ?", (pid,))


def _job(row: tuple[Any, ...]) -> Job:
    *told, error = row
    values: list[Any] = [*told, None if error is None else json.loads(error)]
    return Job(*values)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
