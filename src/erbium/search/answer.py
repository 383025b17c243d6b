"""The result of a search as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.core.result import NOTICE, plain, version
from erbium.core.twins import Array, Twins
from erbium.search.agents import Agent, Set, name_of
from erbium.search.courses import HORIZON_DAYS
from erbium.search.excess import Excess

if TYPE_CHECKING:
    from erbium.search.found import Combination, Found

SCHEMA = "erbium.combine/1"


def combination_json(found: Combination) -> dict[str, Any]:
    """Return a search as JSON-safe data."""
    tumour = found.tumour
    twins = tumour.twins
    body = {
        "schema": SCHEMA,
        "version": version(),
        "seed": twins.seed,
        "knowledge_hash": tumour.knowledge.hash,
        "knowledge_date": tumour.knowledge.date,
        "notice": NOTICE,
        "warnings": list(found.warnings),
        "case": tumour.profile.id,
        "setting": tumour.setting,
        "her2_status": tumour.status.label,
        "given": [_agent(agent) for agent in found.given],
        "engine": {
            "backend": tumour.kernel.backend.name,
            "twins": twins.count,
            "parameter_draws": twins.parameter_draws,
            "clones": len(tumour.clones),
        },
        "benefit": {
            "name": "fewer living tumour cells",
            "unit": "log10 cells",
            "against": found.reference,
            "time_days": HORIZON_DAYS,
        },
        "strength": found.strength,
        "sets": [_set(one, rank, twins) for rank, one in enumerate(found.sets, start=1)],
        "courses": [
            {
                "name": name_of(one.agents),
                "agents": [agent.id for agent in one.agents],
                "benefit": _interval(one.benefit, twins),
                "screened": _interval(one.screened, twins),
                "adds": one.adds,
                "burden": one.burden.json(),
                "on_front": one.on_front,
            }
            for one in found.courses
        ],
        "ruled_out": [{"set": name, "reasons": reason} for name, reason in found.ruled_out.items()],
        "searched": {
            "screened": sum(found.screened.values()),
            "by_size": {str(size): count for size, count in found.screened.items()},
            "courses": len(found.courses),
            "one_place_twice": found.impossible,
            "no_steady_state": found.unsettled,
        },
        "seconds": found.seconds["total"],
        "seconds_by_phase": {name: value for name, value in found.seconds.items() if name != "total"},
    }
    return dict(plain(body))


def row_of(one: Found, twins: Twins) -> dict[str, Any]:
    """Return the main numbers of a set as a flat row."""
    interval = Excess.of(one.benefit, twins)
    return {
        "agents": name_of(one.agents),
        "benefit": interval.median,
        "benefit_low": interval.low,
        "benefit_high": interval.high,
        "adds": one.adds,
        "severe_events": one.burden.severe,
        "overlapping": len(one.burden.overlapping),
        "on_front": one.on_front,
        "listed": ", ".join(one.listed),
    }


def _set(one: Found, rank: int, twins: Twins) -> dict[str, Any]:
    return {
        "rank": rank,
        "name": name_of(one.agents),
        "agents": [_agent(agent) for agent in one.agents],
        "benefit": _interval(one.benefit, twins),
        "screened": _interval(one.screened, twins),
        "adds": one.adds,
        "burden": one.burden.json(),
        "on_front": one.on_front,
        "listed": list(one.listed),
        "synergy": {
            "tumour": None if one.tumour is None else one.tumour.json() | {"time_days": one.tumour_day},
            "dish": None if one.dish is None else one.dish.json(),
        },
        "closes": [item.json() for item in one.closes],
    }


def _agent(agent: Agent) -> dict[str, Any]:
    if agent.drug is not None:
        return {"id": agent.id, "name": agent.name, "kind": "drug", "class": agent.drug.drug_class}
    return {"id": agent.id, "name": agent.name, "kind": "node", "strength": agent.strength}


def _interval(values: Array, twins: Twins) -> dict[str, float]:
    """Return median, low and high over the draws, the mean, and the worst twin."""
    finite = values[np.isfinite(values)]
    worst = float(finite.min()) if len(finite) else np.nan
    mean = float(finite.mean()) if len(finite) else np.nan
    return Excess.of(values, twins).json() | {"mean": mean, "worst": worst}


def listed_regimens(agents: Set, regimens: Sequence[Any]) -> tuple[str, ...]:
    """Return the ids of the regimens of the catalogue that hold exactly these drugs."""
    drugs = {agent.id for agent in agents if agent.drug is not None}
    if len(drugs) < len(agents):
        return ()
    return tuple(item.id for item in regimens if set(item.drug_ids) == drugs)
