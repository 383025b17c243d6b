"""What stands before every request: host, origin, kind and size of the body, token; and the headers after."""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from erbium.web.problems import MEDIA, Refusal, json_text, problem_of
from erbium.web.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "erbium_session"
READING = frozenset({"GET", "HEAD"})
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
#: What is answered without a token: the page that asks for it, and what it needs.
OPEN = frozenset({"/login", "/login.js", "/assets/erbium.css", "/api/v1/session"})
WRONG_TOKENS_A_MINUTE = 10
_FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def content_policy(script_hashes: Iterable[str]) -> str:
    """Return the content security policy: nothing from outside, no inline script but those with a hash.

    Styles may stand inline, because the components of the pages write theirs into the document.
    """
    parts = (
        "default-src 'none'",
        " ".join(("script-src 'self'", *script_hashes)),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "object-src 'none'",
    )
    return "; ".join(parts)


class Guard:
    """ASGI application around another: refuses what must not reach it.

    Parameters
    ----------
    app
        The application.
    settings
        Hosts, token and limits.

    Attributes
    ----------
    policy
        Content security policy of every answer that brings none of its own.
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.hosts = settings.allowed_hosts()
        self.policy = content_policy(())
        self._session = secrets.token_urlsafe(32)
        self._wrong: deque[float] = deque(maxlen=WRONG_TOKENS_A_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or hand it on with its body."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def reply(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(message, scope["path"])
            await send(message)

        try:
            body = await self._admit(scope, receive)
        except Refusal as refusal:
            await _refuse(refusal, reply)
            return
        await self.app(scope, _once(body, receive), reply)

    async def _admit(self, scope: Scope, receive: Receive) -> bytes:
        """Return the body of a request that may pass."""
        headers = _Headers(scope["headers"])
        method = scope["method"]
        host = headers.one("host")
        if host is None or host.casefold() not in self.hosts:
            raise Refusal(421, "this server does not answer under that name.", hint="--name NAME allows one")
        if method not in READING | CHANGING:
            raise Refusal(405, f"{method} is not answered here.", expected="GET or POST")
        if method in CHANGING:
            self._check_origin(headers, host)
        if self.settings.token is not None and scope["path"] not in OPEN:
            self._check_token(headers)
        body = await self._body(headers, receive)
        if method in CHANGING:
            kind = (headers.one("content-type") or "").partition(";")[0].strip().casefold()
            if kind != "application/json":
                raise Refusal(415, "the body must be JSON.", expected="Content-Type: application/json")
        if scope["path"] == "/api/v1/session" and method == "POST":
            self._open_session(body)
        return body

    def _check_origin(self, headers: _Headers, host: str) -> None:
        origin = headers.one("origin")
        if origin is not None and origin.casefold() not in {
            f"http://{host}".casefold(),
            f"https://{host}".casefold(),
        }:
            raise Refusal(403, "this call comes from the page of another site.")
        if origin is None and headers.one("sec-fetch-site") not in (None, "same-origin", "none"):
            raise Refusal(403, "this call comes from the page of another site.")

    def _check_token(self, headers: _Headers) -> None:
        given = headers.one("authorization") or ""
        if given.startswith("Bearer "):
            self._compare(given.removeprefix("Bearer ").strip())
            return
        try:
            cookie = SimpleCookie(headers.one("cookie") or "").get(COOKIE)
        except CookieError:
            cookie = None
        if cookie is None or not _same(cookie.value, self._session):
            raise Refusal(
                401, "this server asks for its token.", hint="/login takes it, or Authorization: Bearer"
            )

    def _compare(self, given: str) -> None:
        now = time.monotonic()
        while self._wrong and now - self._wrong[0] > 60.0:
            self._wrong.popleft()
        if len(self._wrong) == WRONG_TOKENS_A_MINUTE:
            raise Refusal(429, "too many wrong tokens.", hint="wait a minute")
        if self.settings.token is None or not _same(given, self.settings.token):
            self._wrong.append(now)
            raise Refusal(401, "that is not the token of this server.")

    def _open_session(self, body: bytes) -> None:
        try:
            given = json.loads(body)["token"]
        except (ValueError, KeyError, TypeError, RecursionError):
            given = None
        if not isinstance(given, str):
            raise Refusal(422, "no token was given.", expected='{"token": "..."}')
        self._compare(given)

    async def _body(self, headers: _Headers, receive: Receive) -> bytes:
        """Return the whole body, or refuse it before anything of it is read into data."""
        limit = self.settings.limits.body_bytes
        told = headers.one("content-length")
        if told is not None and told.isdigit() and int(told[:18]) > limit:
            raise _too_large(limit)
        parts, size = [], 0
        try:
            async with asyncio.timeout(self.settings.limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] != "http.request":
                        raise Refusal(400, "the request ended before its body.")
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > limit:
                        raise _too_large(limit)
                    if not message.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            raise Refusal(408, "the body did not come in time.") from None

    def _add_headers(self, message: Message, path: str) -> None:
        present = {bytes(name).lower() for name, _ in message["headers"]}
        added = dict(_FIXED) | {"content-security-policy": self.policy}
        if not path.startswith(("/_dash-component-suites/", "/assets/")):
            added["cache-control"] = "no-store"
        message["headers"] = [
            *message["headers"],
            *((n.encode(), v.encode("latin-1")) for n, v in added.items() if n.encode() not in present),
            *self._cookie(message, path),
        ]

    def _cookie(self, message: Message, path: str) -> list[tuple[bytes, bytes]]:
        if path != "/api/v1/session" or message["status"] != 200 or self.settings.token is None:
            return []
        value = f"{COOKIE}={self._session}; HttpOnly; SameSite=Strict; Path=/"
        return [(b"set-cookie", value.encode("ascii"))]


class _Headers:
    """The headers of a request; one that stands twice counts as none."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._found: dict[str, str | None] = {}
        for name, value in raw:
            key = name.decode("latin-1").lower()
            self._found[key] = None if key in self._found else value.decode("latin-1")

    def one(self, name: str) -> str | None:
        return self._found.get(name)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode("utf-8"))


def _too_large(limit: int) -> Refusal:
    return Refusal(413, "the body is too large.", expected=f"at most {limit:,} bytes")


def _once(body: bytes, receive: Receive) -> Receive:
    """Return a receiver that hands over the body that was read, then what comes after."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _refuse(refusal: Refusal, send: Send) -> None:
    body = json_text(problem_of(refusal))
    headers = [(b"content-type", MEDIA.encode()), (b"content-length", str(len(body)).encode())]
    if refusal.status in (408, 413):
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
