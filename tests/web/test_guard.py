"""What the guard refuses, asked in process so that every header can be wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")

from erbium.web.guard import Guard, content_policy
from erbium.web.settings import Limits, Settings

TOKEN = "t" * 40
HOST = (b"host", b"127.0.0.1:8050")
JSON = (b"content-type", b"application/json")
Header = tuple[bytes, bytes]


def run(talk: Coroutine[Any, Any, None]) -> None:
    """Run to the end in a thread of its own: a browser of another test may hold the loop of this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, talk).result()


async def _inner(scope: Any, receive: Any, send: Any) -> None:
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def ask(
    guard: Guard, method: str = "GET", path: str = "/x", headers: tuple[Header, ...] = (HOST,), *parts: bytes
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of the answer to a request whose body comes in parts."""
    sent = [{"type": "http.request", "body": p, "more_body": i + 1 < len(parts)} for i, p in enumerate(parts)]
    waiting = iter(sent or [{"type": "http.request", "body": b"", "more_body": False}])
    said: list[Any] = []

    async def receive() -> Any:
        message = next(waiting, None)
        if message is None:
            await asyncio.sleep(60)
        return message

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
    run(guard(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], found, said[1]["body"]


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    return Guard(_inner, Settings(tmp_path, limits=Limits(body_bytes=100, body_seconds=0.2)))


@pytest.fixture
def locked(tmp_path: Path) -> Guard:
    return Guard(_inner, Settings(tmp_path, token=TOKEN))


def test_a_good_request_passes_with_its_body(guard: Guard) -> None:
    status, headers, body = ask(guard, "POST", "/x", (HOST, JSON), b'{"a"', b": 1}")
    assert (status, body) == (200, b'{"a": 1}')
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", (), 421),
        ("GET", ((b"host", b"evil.example"),), 421),
        ("GET", ((b"host", b"127.0.0.1:1"),), 421),
        ("GET", (HOST, HOST), 421),
        ("OPTIONS", (HOST, (b"origin", b"http://evil.example")), 405),
        ("TRACE", (HOST,), 405),
        ("POST", (HOST, JSON, (b"origin", b"http://evil.example")), 403),
        ("POST", (HOST, JSON, (b"origin", b"null")), 403),
        ("POST", (HOST, JSON, (b"sec-fetch-site", b"cross-site")), 403),
        ("POST", (HOST, JSON, (b"origin", b"http://127.0.0.1:8050")), 200),
        ("POST", (HOST,), 415),
        ("POST", (HOST, (b"content-type", b"text/plain")), 415),
        ("POST", (HOST, (b"content-type", b"application/json; charset=utf-8")), 200),
        ("POST", (HOST, JSON, (b"content-length", b"101")), 413),
        ("POST", (HOST, JSON, (b"content-length", b"9" * 5000)), 413),
    ],
)
def test_what_is_refused(guard: Guard, method: str, headers: tuple[Header, ...], status: int) -> None:
    found, sent, body = ask(guard, method, "/x", headers)
    assert found == status
    if status != 200:
        assert sent["content-type"] == "application/problem+json"
        assert json.loads(body)["status"] == status


def test_a_body_is_cut_off_before_it_is_read(guard: Guard) -> None:
    assert ask(guard, "POST", "/x", (HOST, JSON), *[b"x" * 30] * 5)[0] == 413
    assert ask(guard, "GET", "/x", (HOST,), b"x" * 200)[0] == 413


def test_a_body_that_does_not_come_is_not_waited_for(guard: Guard) -> None:
    async def late() -> Any:
        await asyncio.sleep(60)

    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": "/x", "headers": [HOST, JSON]}
    run(guard(scope, late, send))
    assert said[0]["status"] == 408


def test_no_websocket_is_opened(guard: Guard) -> None:
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def nothing() -> Any:
        return {}

    run(guard({"type": "websocket", "path": "/", "headers": [HOST]}, nothing, send))
    assert said == [{"type": "websocket.close", "code": 1008}]


def test_the_policy_lets_nothing_in_from_outside() -> None:
    policy = content_policy(("'sha256-x'",))
    assert "http" not in policy
    assert "*" not in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'sha256-x';" in policy


def bearer(token: str) -> Header:
    return b"authorization", f"Bearer {token}".encode()


def test_a_token_opens_by_header_or_session_and_never_by_url(locked: Guard) -> None:
    assert ask(locked)[0] == 401
    assert ask(locked, path=f"/x?token={TOKEN}")[0] == 401
    assert ask(locked, headers=(HOST, bearer(TOKEN)))[0] == 200
    assert ask(locked, headers=(HOST, bearer("w" * 40)))[0] == 401
    assert ask(locked, path="/login")[0] == 200
    status, headers, _ = ask(
        locked, "POST", "/api/v1/session", (HOST, JSON), json.dumps({"token": TOKEN}).encode()
    )
    assert status == 200
    cookie = headers["set-cookie"]
    assert TOKEN not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert ask(locked, headers=(HOST, (b"cookie", cookie.partition(";")[0].encode())))[0] == 200
    assert ask(locked, headers=(HOST, (b"cookie", b"erbium_session=wrong")))[0] == 401


def test_wrong_tokens_are_not_tried_for_ever(locked: Guard) -> None:
    answers = [
        ask(locked, "POST", "/api/v1/session", (HOST, JSON), json.dumps({"token": f"{n}"}).encode())[0]
        for n in range(12)
    ]
    assert answers[:10] == [401] * 10
    assert answers[10:] == [429] * 2
    assert ask(locked, headers=(HOST, bearer(TOKEN)))[0] == 429
