"""Searches, experiments on cells and checks of claims, in the process of the job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from erbium.advise.eligibility import rules_for
from erbium.claims import check_claims
from erbium.claims.record import entry_of
from erbium.experiment import run_experiment
from erbium.knowledge import load_knowledge
from erbium.profile import to_json
from erbium.report.combination_plots import front_figure
from erbium.report.experiment_plots import experiment_figure
from erbium.report.plots import figure_svg
from erbium.search import combine
from erbium.web.case import profile_of
from erbium.web.experiments import protocol_of
from erbium.web.questions import ClaimRequest, CombineRequest, ExperimentRequest

Progress = Callable[[float, str], None]
Done = tuple[dict[str, Any], dict[str, str]]

#: Share of a job that is simulated; the rest is drawn.
_SIMULATED = 0.95


def combination(request: dict[str, Any], progress: Progress) -> Done:
    """Search for sets of agents that keep the tumour of a case down."""
    asked = CombineRequest.model_validate(request)
    profile, known = profile_of(asked), load_knowledge()
    found = combine(
        profile,
        file=to_json(profile),
        size=asked.size,
        drugs=asked.drugs or None,
        nodes=asked.nodes,
        strength=asked.strength,
        given=asked.given,
        seed=asked.seed,
        draws=asked.draws,
        rules=None if asked.force else rules_for(profile, known),
        explain=asked.explain,
        knowledge=known,
        progress=lambda share, doing: progress(_SIMULATED * share, doing),
    )
    progress(_SIMULATED, "drawing")
    result = found.json()
    return result, {"table": _csv(found), "figure": figure_svg(front_figure(result))}


def experiment(request: dict[str, Any], progress: Progress) -> Done:
    """Run an experiment on cells."""
    asked = ExperimentRequest.model_validate(request)
    protocol = protocol_of(asked)
    parts = sum(bool(part) for part in (protocol.times, protocol.series, protocol.matrix))
    done, last = 0, 0.0

    def move(share: float) -> None:
        """Put the progress of the readings, one after the other, into one."""
        nonlocal done, last
        done += share < last
        last = share
        progress(_SIMULATED * min((done + share) / parts, 1.0), "cells")

    found = run_experiment(protocol, members=asked.members, seed=asked.seed, progress=move)
    progress(_SIMULATED, "drawing")
    result = found.json()
    return result, {"table": _csv(found), "figure": figure_svg(experiment_figure(result))}


def claim(request: dict[str, Any], progress: Progress) -> Done:
    """Check one claim."""
    asked = ClaimRequest.model_validate(request)
    report = check_claims(ids=[asked.claim], members=asked.members, seed=asked.seed, progress=progress)
    return report.json() | {"checked": {item.id: entry_of(item) for item in report.claims}}, {}


def _csv(found: Any) -> str:
    return str(found.table().to_csv(index=False, lineterminator="\n"))
