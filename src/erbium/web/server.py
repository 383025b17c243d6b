"""The server: API and pages behind one guard, with the jobs behind both."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from erbium.core.errors import DataError, MissingExtra
from erbium.web.settings import Settings

DATABASE = "jobs.sqlite"
LOCK = "lock"


def serve(settings: Settings, told: Callable[[str], None] = lambda _: None) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    settings
        Where and for whom; port 0 takes any free one.
    told
        Called with the address once the server listens.

    Raises
    ------
    MissingExtra
        The libraries of the web application are not installed.
    DataError
        The address is taken, or the folder is another server's or cannot be written.
    """
    _need_libraries()
    import uvicorn

    from erbium.web.application import application

    with _own(settings.data) as folder, _listening(settings) as listener:
        settings = replace(settings, data=folder, port=listener.getsockname()[1])
        config = uvicorn.Config(
            application(settings),
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            ws="none",
            limit_concurrency=200,
            timeout_keep_alive=10,
            timeout_graceful_shutdown=5,
        )
        told(f"http://{settings.host if ':' not in settings.host else f'[{settings.host}]'}:{settings.port}")
        uvicorn.Server(config).run(sockets=[listener])


def _need_libraries() -> None:
    try:
        import dash  # noqa: F401
        import dash_cytoscape  # noqa: F401
        import fastapi  # noqa: F401
        import swagger_ui_bundle  # noqa: F401
        import tomlkit  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise MissingExtra.named("web", error.name or "a library", "the web application") from error


@contextmanager
def _own(folder: Path) -> Iterator[Path]:
    """Yield the server's folder, which no other server uses meanwhile."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock: IO[str] = (folder / LOCK).open("w", encoding="utf-8")
    except OSError as error:
        raise DataError(f"cannot write here: {error.strerror}.", file=folder, key="--data") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DataError(
                "another server uses this folder.", file=folder, key="--data", hint="end it, or name another"
            ) from error
        yield folder.resolve()


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with contextlib.closing(socket.socket(family)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise DataError(
                f"{settings.host}:{settings.port} cannot be had: {os.strerror(error.errno or 0)}.",
                key="--port",
                hint="--port 0 takes a free one",
            ) from error
        listener.listen(128)
        yield listener


@asynccontextmanager
async def running(start: Callable[[], None], stop: Callable[[], None]) -> AsyncIterator[None]:
    """Start what stands behind the server, and stop it at the end."""
    start()
    try:
        yield
    finally:
        stop()
