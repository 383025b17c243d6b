"""The routes of the API that are answered while the caller waits."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from erbium.report.html import advice_html
from erbium.web.asked import ActivityRequest, ImportRequest, WhatIfRequest, as_request
from erbium.web.case import profile_of
from erbium.web.documents import JobId
from erbium.web.documents import json_answer as _json
from erbium.web.models import TrialText
from erbium.web.problems import Refusal
from erbium.web.trial_text import checked, trial_text

if TYPE_CHECKING:
    from erbium.web.api import Work


def add_questions(api: APIRouter, work: Work) -> None:
    """Add the routes."""

    @api.post("/network/activity", tags=["look up"])
    def network_activity(asked: ActivityRequest) -> Response:
        """Say how active every node of the network is: as it is, under a regimen, with nodes knocked down."""
        profile_of(asked)
        return _json(work.quick.ask("activity", as_request(asked)))

    @api.get("/jobs/{job}/report.pdf", tags=["jobs"])
    def report_pdf(job: JobId) -> Response:
        """Return the report of a finished answer as PDF."""
        if work.store.job(job).kind != "advise":
            raise Refusal(404, "this job has no report on paper.", hint="/report is its page")
        page = advice_html(work.store.result(job), paper=True)
        found = work.paper.ask("pdf", {"page": page}, patience=60.0)
        headers = {"content-disposition": f'attachment; filename="erbium-{job}.pdf"'}
        return Response(base64.b64decode(found["pdf"]), media_type="application/pdf", headers=headers)

    @api.post("/profiles/import", tags=["case"])
    def import_file(asked: ImportRequest) -> Response:
        """Make profiles of a file of another program; what could not be mapped is told."""
        return _json(work.quick.ask("import", as_request(asked)))

    @api.get("/trials/{name}/text", tags=["trials"])
    def text_of_trial(name: Annotated[str, Path(max_length=120)]) -> Response:
        """Return the text of a shipped trial, to be edited."""
        return _json({"schema": "erbium.web-trial-text/1", "name": name, "text": trial_text(name)})

    @api.post("/trials/validate", tags=["trials"])
    def validate_trial(given: TrialText) -> Response:
        """Check a trial's text as the command line does."""
        return _json(checked(given.text))

    @api.post("/what-if", tags=["case"])
    def what_if(asked: WhatIfRequest) -> Response:
        """Put regimens in order with mechanisms switched on or off, on the same twins."""
        profile_of(asked)
        return _json(work.quick.ask("what_if", as_request(asked)))
