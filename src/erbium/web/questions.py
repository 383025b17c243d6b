"""The routes of the API that are answered while the caller waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import Response

from erbium.web.asked import ActivityRequest, WhatIfRequest, as_request
from erbium.web.case import profile_of
from erbium.web.problems import json_text

if TYPE_CHECKING:
    from erbium.web.api import Work


def _json(data: Any) -> Response:
    return Response(json_text(data), media_type="application/json")


def add_questions(api: APIRouter, work: Work) -> None:
    """Add the routes."""

    @api.post("/network/activity", tags=["look up"])
    def network_activity(asked: ActivityRequest) -> Response:
        """Say how active every node of the network is: as it is, under a regimen, with nodes knocked down."""
        profile_of(asked)
        return _json(work.quick.ask("activity", as_request(asked)))

    @api.post("/what-if", tags=["case"])
    def what_if(asked: WhatIfRequest) -> Response:
        """Put regimens in order with mechanisms switched on or off, on the same twins."""
        profile_of(asked)
        return _json(work.quick.ask("what_if", as_request(asked)))
