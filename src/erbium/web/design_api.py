"""Routes of the API for combinations, experiments on cells and claims, and the numbers of a job as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from erbium.experiment.example import example_text
from erbium.experiment.schema import experiment_json_schema
from erbium.web import ask, claims, experiments
from erbium.web.documents import JobId, Name, Words, document, json_answer
from erbium.web.models import JobState
from erbium.web.problems import Refusal
from erbium.web.questions import ClaimRequest, CombineRequest, ExperimentRequest

if TYPE_CHECKING:
    from erbium.web.api import Work

#: A picture is a document of its own: it runs no script and reaches for nothing.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
Status = Annotated[str | None, Query(pattern=rf"^({'|'.join(claims.STATUSES)})?$")]
Kind = Annotated[str | None, Query(pattern=rf"^({'|'.join(claims.KINDS)})?$")]
Limit = Annotated[int, Query(ge=1, le=1000)]


def add_designs(api: APIRouter, work: Work) -> None:
    """Add the routes."""
    _add_questions(api, work)
    _add_claims(api)

    @api.get("/experiments/schema", tags=["experiments"])
    def experiment_schema() -> Response:
        """Return the JSON Schema of an experiment."""
        return json_answer(experiment_json_schema())

    @api.get("/experiments/example", tags=["experiments"])
    def experiment_example() -> Response:
        """Return the text of a commented experiment that runs."""
        return document("experiment-example", text=example_text())

    @api.get("/experiments/names", tags=["experiments"])
    def experiment_names() -> Response:
        """List what an experiment may name: cell lines, drugs, readouts, ligands, knock-downs."""
        return document("experiment-names", **experiments.names())

    @api.get("/jobs/{job}/table", tags=["jobs"])
    def table(job: JobId) -> Response:
        """Return the numbers of a search or an experiment as CSV."""
        text = _part(work, job, "table")
        return Response(text, media_type="text/csv; charset=utf-8", headers=_saved(work, job, "csv"))

    @api.get("/jobs/{job}/figure", tags=["jobs"])
    def figure(job: JobId) -> Response:
        """Return the picture of a search or an experiment as SVG."""
        headers = _saved(work, job, "svg") | {"content-security-policy": PICTURE_POLICY}
        return Response(_part(work, job, "figure"), media_type="image/svg+xml", headers=headers)


def _part(work: Work, job: str, name: str) -> str:
    """Return a part of the result of a job; Refusal (404, 409) where there is none."""
    found = work.store.part(job, name)
    if found is None:
        work.store.result(job)  # says so where the job is not done
        raise Refusal(404, f"this job has no {name}.")
    return found


def _saved(work: Work, job: str, ending: str) -> dict[str, str]:
    """Return the header that lets a browser save a part of a job under a name that tells what it is."""
    name = f"erbium-{work.store.job(job).kind}-{job}.{ending}"
    return {"content-disposition": f'attachment; filename="{name}"'}


def _add_questions(api: APIRouter, work: Work) -> None:
    @api.post("/combinations/run", tags=["case"], status_code=202)
    def combine(asked: CombineRequest) -> JobState:
        """Queue the question which agents together keep a tumour down, at what burden, and why."""
        return ask.combination(work, asked)

    @api.post("/experiments/run", tags=["experiments"], status_code=202)
    def experiment(asked: ExperimentRequest) -> JobState:
        """Queue an experiment on cells."""
        return ask.experiment(work, asked)

    @api.post("/claims/check", tags=["claims"], status_code=202)
    def check(asked: ClaimRequest) -> JobState:
        """Queue the check of one claim."""
        return ask.claim(work, asked)


def _add_claims(api: APIRouter) -> None:
    @api.get("/claims", tags=["claims"])
    def find(
        text: Words = "",
        status: Status = None,
        system: Name = None,
        kind: Kind = None,
        executable: bool | None = None,
        limit: Limit = 50,
    ) -> Response:
        """Look for claims of the reviews, with what the last full run said of each."""
        found = claims.find(text, status=status, system=system, kind=kind, executable=executable, limit=limit)
        return document("claims", **found)

    @api.get("/claims/{name}", tags=["claims"])
    def claim(name: Annotated[str, Path(max_length=120)]) -> Response:
        """Return one claim: its experiment, what must be seen, and what was seen."""
        return document("claim", claim=claims.claim(name))
