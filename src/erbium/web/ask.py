"""Queues searches, experiments and checks of claims: each is checked at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from erbium.core.errors import DataError
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_drug
from erbium.search.agents import drug_agents, slots_of
from erbium.web import claims
from erbium.web.case import profile_of
from erbium.web.experiments import protocol_of
from erbium.web.models import JobState
from erbium.web.questions import ClaimRequest, CombineRequest, ExperimentRequest

if TYPE_CHECKING:
    from pydantic import BaseModel

    from erbium.web.api import Work

#: Kinds of job.
COMBINE, EXPERIMENT, CLAIM = "combine", "experiment", "claim"


def combination(work: Work, asked: CombineRequest) -> JobState:
    """Queue a search for combinations; errors where case, drug or choice is wrong."""
    profile = profile_of(asked)
    known = load_knowledge().drugs
    drugs = {resolve_drug(name, known).id for name in asked.drugs}
    given = {resolve_drug(name, known).id for name in asked.given}
    slots_of(tuple(drug_agents(load_knowledge(), asked.given).values()))  # refuses two at one place
    if asked.drugs and not asked.nodes and len(drugs | given) < 2:
        raise DataError(
            "there is nothing to combine.", key="drugs", expected="two drugs or more, or none for all"
        )
    pool = f"{len(drugs | given)} drugs" if asked.drugs else "all drugs"
    nodes = " and nodes" if asked.nodes else ""
    return _queued(work, COMBINE, f"{profile.meta.id}, {pool}{nodes}, {asked.draws} draws", asked)


def experiment(work: Work, asked: ExperimentRequest) -> JobState:
    """Queue an experiment on cells; errors where anything in it is wrong."""
    found = protocol_of(asked)
    return _queued(work, EXPERIMENT, f"{found.name}, {asked.members} members", asked)


def claim(work: Work, asked: ClaimRequest) -> JobState:
    """Queue the check of one claim; Refusal where there is none, DataError where it cannot be run."""
    one = claims.filed(asked.claim).claim
    if not claims.runs(one.id):
        raise DataError(
            f"{one.id} cannot be run.", key="claim", expected="a claim that is executable", hint=one.reason
        )
    return _queued(work, CLAIM, f"{one.id}, {asked.members} members", asked)


def _queued(work: Work, kind: str, title: str, asked: BaseModel) -> JobState:
    return JobState.model_validate(work.pool.submit(kind, title, asked.model_dump()).json())
