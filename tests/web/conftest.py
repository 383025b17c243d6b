"""A server of its own for the tests, started and stopped here; and a browser."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "src"
PATIENCE = 60.0  # seconds; a machine that does other things too
SLOW = 1000 * PATIENCE  # milliseconds


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    address: str
    data: Path

    def client(self, **more: Any) -> Any:
        """Return an HTTP client of this server."""
        httpx = pytest.importorskip("httpx")
        return httpx.Client(base_url=self.address, timeout=PATIENCE, trust_env=False, **more)

    def finished(self, job: str) -> dict[str, Any]:
        """Wait until a job has ended, and return its state."""
        with self.client() as client:
            state: dict[str, Any] = waited(
                lambda: client.get(f"/api/v1/jobs/{job}").json(),
                lambda state: state["state"] not in ("queued", "running"),
            )
        return state

    def stop(self, *, kill: bool = False) -> int:
        """End the server and return its exit code."""
        (self.process.kill if kill else self.process.terminate)()
        return self.process.wait(timeout=PATIENCE)


def waited(look: Callable[[], Any], ready: Callable[[Any], bool]) -> Any:
    """Look again and again until what is seen is ready; fail when that takes too long."""
    end = time.monotonic() + PATIENCE
    while not ready(seen := look()):
        assert time.monotonic() < end, seen
        time.sleep(0.1)
    return seen


@contextlib.contextmanager
def serving(data: Path, *options: str) -> Iterator[Server]:
    """Start a server on a free port, and end it."""
    for library in ("fastapi", "dash", "uvicorn"):
        pytest.importorskip(library, reason="needs pip install 'erbium[web]'")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "erbium",
            "serve",
            "--port",
            "0",
            "--workers",
            "1",
            "--data",
            str(data),
            *options,
        ],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Erbium is at "), line
        yield Server(process, line.split()[-1], data)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=15.0)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that leave it as it was."""
    with serving(tmp_path_factory.mktemp("web")) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[Any]:
    """A client of that server."""
    with server.client() as found:
        yield found


def find_chromium() -> str | None:
    """Return where Chromium of this machine lies; None without."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium of this machine; the test is skipped where there is none, but never in CI."""
    place = find_chromium()
    if place is None:
        reason = "needs Chromium (on Debian: apt-get install chromium)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, server: Server) -> Iterator[Any]:
    """A page whose console must stay clean and whose requests must stay here."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, base_url=server.address)
    context.set_default_timeout(SLOW)
    found = context.new_page()
    wrong: list[str] = []
    found.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    found.on("pageerror", lambda error: wrong.append(str(error)))
    found.on("request", lambda asked: wrong.append(asked.url) if _outside(asked.url, server) else None)
    yield found
    context.close()
    assert not wrong


def _outside(url: str, server: Server) -> bool:
    return not url.startswith((f"{server.address}/", "data:", "blob:"))
