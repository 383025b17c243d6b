"""The REST API under /api/v1."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Path, Query
from fastapi.responses import Response

from erbium.core.result import version
from erbium.knowledge import load_knowledge
from erbium.knowledge.evidence_tables import LEVELS
from erbium.profile import profile_json_schema
from erbium.report.html import advice_html
from erbium.web import case, lookup
from erbium.web.design_api import add_designs
from erbium.web.documents import JobId, Name, Words
from erbium.web.documents import document as _document
from erbium.web.documents import json_answer as _json
from erbium.web.jobs import JobStore, Pool
from erbium.web.lookup import SETTINGS
from erbium.web.models import (
    AdviseRequest,
    JobState,
    ProfileInput,
    TokenRequest,
    TrialRequest,
    Validation,
)
from erbium.web.problems import MEDIA, Refusal
from erbium.web.quick import Quick
from erbium.web.quick_api import add_questions
from erbium.web.settings import Settings
from erbium.web.trial_text import study_of

#: A report is a page of its own: it runs no script and reaches for nothing.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups"

Level = Annotated[str | None, Query(pattern=rf"^({'|'.join(LEVELS)})?$")]
Setting = Annotated[str | None, Query(pattern=rf"^({'|'.join(SETTINGS)})?$")]
Limit = Annotated[int, Query(ge=1, le=200)]

_PROBLEM = {"content": {MEDIA: {"schema": {"type": "object"}}}, "description": "What is wrong."}
_FAULTS: dict[int | str, dict[str, Any]] = dict.fromkeys(
    (400, 401, 403, 404, 405, 408, 409, 413, 415, 421, 422, 429), _PROBLEM
)


class Work:
    """Takes questions that need long work: checks them at the door and queues them.

    Parameters
    ----------
    pool
        Does the jobs.
    settings
        Limits, and where published curves lie.
    """

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self.pool = pool
        self.settings = settings
        self.quick = Quick(settings.limits)
        self.paper = Quick(settings.limits)

    @property
    def store(self) -> JobStore:
        """The table of jobs."""
        return self.pool.store

    def advise(self, asked: AdviseRequest) -> JobState:
        """Queue a question on a case; DataErrors where the case is wrong."""
        found = case.profile_of(asked)
        if asked.regimens:
            from erbium.knowledge.catalogue import resolve_regimen

            known = load_knowledge()
            for name in asked.regimens:
                resolve_regimen(name, known.regimens, known.drugs)
        title = f"{found.meta.id}, {asked.twins} twins"
        return state_of(self.pool.submit("advise", title, asked.model_dump()))

    def trial(self, asked: TrialRequest) -> JobState:
        """Queue a trial; Refusal where there is none of that id, ErbiumError where its text is wrong."""
        if asked.text is None:
            name = lookup.trial(asked.trial or "").name
        else:
            with study_of(asked.text) as study:
                name = f"{study.trial.name} (edited)"
        request = asked.model_dump()
        if self.settings.curves is not None:
            request["curves"] = str(self.settings.curves)
        title = f"{name}, {asked.patients} patients"
        return state_of(self.pool.submit("trial", title, request))

    def report(self, name: str) -> str:
        """Return the page of a finished job."""
        job = self.store.job(name)
        found = self.store.part(name, "report")
        if found is None:
            result = self.store.result(name)
            if job.kind != "advise":
                raise Refusal(404, "this job has no page.")
            found = advice_html(result)
            self.store.put_part(name, "report", found)
        return found


def state_of(job: Any) -> JobState:
    """Return a job as the API tells it."""
    return JobState.model_validate(job.json())


def add_api(app: FastAPI, work: Work) -> None:
    """Add the routes of the API to an application."""
    api = APIRouter(prefix="/api/v1", responses=_FAULTS)
    _add_lookups(api)
    _add_jobs(api, work)
    add_designs(api, work)
    add_questions(api, work)

    @api.post("/session", tags=["server"])
    def session(_asked: TokenRequest) -> dict[str, bool]:
        """Open a session in a browser for the holder of the token."""
        return {"open": True}

    app.include_router(api)

    @app.api_route("/api/{rest:path}", methods=["GET", "POST"], include_in_schema=False)
    def nothing(rest: str) -> None:
        """Answer what is no route of the API."""
        raise Refusal(404, f"the API has no address {rest[:80]!a}.", hint="/api/docs shows all")


def _add_lookups(api: APIRouter) -> None:
    @api.get("/health", tags=["server"])
    def health() -> dict[str, str]:
        """Say that the server answers."""
        return {"status": "ok", "version": version()}

    @api.post("/profiles/validate", tags=["case"], response_model_by_alias=True)
    def validate(given: ProfileInput) -> Validation:
        """Check a profile, and explain its HER2 status."""
        return case.validation_of(given)

    @api.get("/profiles/schema", tags=["case"])
    def profile_schema() -> Response:
        """Return the JSON Schema of a profile."""
        return _json(profile_json_schema())

    @api.get("/examples", tags=["case"])
    def examples() -> Response:
        """List the shipped cases."""
        return _document("examples", examples=case.examples())

    @api.get("/examples/{name}", tags=["case"])
    def example(name: Annotated[str, Path(max_length=120)]) -> Response:
        """Return the text of a shipped case."""
        return _document("example", name=name, text=case.example_text(name))

    @api.get("/evidence/search", tags=["look up"])
    def search(
        text: Words = "",
        marker: Name = None,
        drug: Name = None,
        level: Level = None,
        setting: Setting = None,
        limit: Limit = 50,
    ) -> Response:
        """Look for items of evidence; the strongest come first."""
        found = lookup.evidence_search(
            text, marker=marker, drug=drug, level=level, setting=setting, limit=limit
        )
        return _document("evidence-search", **found)

    @api.get("/evidence/conflicts", tags=["look up"])
    def evidence_conflicts(marker: Name = None, limit: Limit = 100) -> Response:
        """Show where items of evidence contradict each other."""
        return _document("evidence-conflicts", **lookup.evidence_conflicts(marker, limit))

    @api.get("/trials", tags=["trials"])
    def trials() -> Response:
        """List the shipped trials."""
        return _document("trials", trials=lookup.trials())

    @api.get("/trials/{name}", tags=["trials"])
    def trial(name: Annotated[str, Path(max_length=120)]) -> Response:
        """Return a shipped trial: who, how, what was reported."""
        return _document("trial", trial=lookup.trial(name).model_dump(mode="json"))

    @api.get("/network", tags=["look up"])
    def network() -> Response:
        """Return the signalling network as nodes and signed influences."""
        return _document("network", **lookup.network())


def _add_jobs(api: APIRouter, work: Work) -> None:
    @api.post("/advise", tags=["case"], status_code=202)
    def advise(asked: AdviseRequest) -> JobState:
        """Queue the question which treatments a tumour resists and what is left."""
        return work.advise(asked)

    @api.post("/trials/run", tags=["trials"], status_code=202)
    def run_trial(asked: TrialRequest) -> JobState:
        """Queue a trial on virtual patients."""
        return work.trial(asked)

    @api.get("/jobs", tags=["jobs"])
    def jobs(limit: Limit = 50) -> list[JobState]:
        """List the last jobs."""
        return [state_of(job) for job in work.store.jobs(limit=limit)]

    @api.get("/jobs/{job}", tags=["jobs"])
    def job_state(job: JobId) -> JobState:
        """Say how far a job is."""
        return state_of(work.store.job(job))

    @api.get("/jobs/{job}/result", tags=["jobs"])
    def result(job: JobId) -> Response:
        """Return the result of a job."""
        return _json(work.store.result(job))

    @api.get("/jobs/{job}/report", tags=["jobs"])
    def report(job: JobId, download: bool = False) -> Response:
        """Return the page of a finished job."""
        headers = {"content-security-policy": REPORT_POLICY}
        if download:
            headers["content-disposition"] = f'attachment; filename="erbium-{job}.html"'
        return Response(work.report(job), media_type="text/html; charset=utf-8", headers=headers)

    @api.post("/jobs/{job}/cancel", tags=["jobs"])
    def cancel(job: JobId) -> JobState:
        """End a job that waits or runs."""
        return state_of(work.pool.cancel(job))

    @api.post("/jobs/{job}/rerun", tags=["jobs"], status_code=202)
    def rerun(job: JobId) -> JobState:
        """Queue what was asked of an ended job once more."""
        return state_of(work.pool.again(job))
