"""Errors as a client sees them: a JSON problem (RFC 9457) with our own message, no traceback."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from erbium.core.errors import ErbiumError, UnknownName

MEDIA = "application/problem+json"
_LOG = logging.getLogger("erbium.web")


class Refusal(ErbiumError):
    """A request that is not answered, with the status that says why.

    Parameters
    ----------
    status
        HTTP status.
    message
        What is wrong.
    expected, nearest, hint
        What would have been right, the closest known name, and what to do.
    """

    kind = "refused"

    def __init__(
        self,
        status: int,
        message: str,
        *,
        expected: str | None = None,
        nearest: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, expected=expected, nearest=nearest, hint=hint)
        self.status = status


class Told(ErbiumError):
    """An error of the library as another process told it.

    Parameters
    ----------
    error
        What the process said: kind, message and the rest of `ErbiumError.json()`.
    """

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(str(error.get("message") or ""))
        self._said = dict(error)
        self.kind = str(error.get("kind") or "bug")
        self.status = 500 if self.kind in ("memory", "system", "bug", "simulation") else 422

    def json(self) -> dict[str, Any]:
        """Return the error as it was told."""
        return dict(self._said)


def json_text(data: Any) -> bytes:
    """Return data as JSON of ASCII letters alone, which holds whatever a client sent; NaN is refused."""
    return json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")


def problem(status: int, detail: str, error: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a problem document."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return body if error is None else body | {"error": error}


def problem_of(error: ErbiumError) -> dict[str, Any]:
    """Return the problem document of one of our errors."""
    status = getattr(error, "status", HTTPStatus.UNPROCESSABLE_ENTITY)
    return problem(int(status), str(error), error.json())


def _response(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(json_text(body), status_code=body["status"], media_type=MEDIA, headers=headers)


def report_problems(app: FastAPI) -> None:
    """Let every error of the API leave as a problem document."""

    async def own(request: Request, error: Exception) -> Response:
        assert isinstance(error, ErbiumError)
        body = problem_of(error)
        if isinstance(error, UnknownName) and request.path_params:
            body |= {"status": 404, "title": HTTPStatus.NOT_FOUND.phrase}
        return _response(body)

    async def unfit(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        faults = [
            {"key": ".".join(str(part) for part in fault["loc"][1:]) or None, "message": fault["msg"]}
            for fault in error.errors()
        ]
        text = "; ".join(f"{fault['key'] or 'body'}: {fault['message']}" for fault in faults)
        first = {"kind": "data", "message": text, "file": None, "key": faults[0]["key"], "expected": None}
        return _response(problem(422, text, first | {"nearest": None, "all": faults}))

    async def plain(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _response(problem(error.status_code, str(error.detail)), dict(error.headers or {}))

    async def fault(request: Request, error: Exception) -> Response:
        _LOG.error("%s %s: %s", request.method, request.url.path, type(error).__name__, exc_info=error)
        return _response(
            problem(500, "This is a fault of Erbium, not of your input; the server's log says more.")
        )

    app.add_exception_handler(ErbiumError, own)
    app.add_exception_handler(RequestValidationError, unfit)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(Exception, fault)
