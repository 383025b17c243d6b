"""What the library knows, for pages and API: evidence, conflicts, trials, the network."""

from __future__ import annotations

import functools
import threading
import time
from typing import Any, get_args

from erbium.core.errors import nearest
from erbium.core.result import plain
from erbium.evidence import EvidenceDatabase, Query, cross_walk, level_of, load_evidence
from erbium.evidence.conflict import conflicts
from erbium.evidence.weight import THRESHOLD
from erbium.formats.graph import network_graph
from erbium.knowledge import load_knowledge
from erbium.knowledge.schema.evidence import EvidenceItem
from erbium.knowledge.schema.regimen import Setting
from erbium.knowledge.schema.trial import Trial
from erbium.knowledge.trials import load_trials
from erbium.model import build_network
from erbium.web.problems import Refusal

#: Settings in which items of evidence and trials lie.
SETTINGS: tuple[str, ...] = get_args(Setting)

#: What only later pages need is loaded so long after the start, s.
LATER_S = 4.0

_LOCK = threading.Lock()  # one thread at a time builds or asks what is shared


@functools.cache
def _database() -> EvidenceDatabase:
    return EvidenceDatabase(load_evidence(load_knowledge()))


def prepare() -> None:
    """Load what the first page shows, and after a pause what the others do, so that nobody waits for it."""
    load_knowledge()
    time.sleep(LATER_S)  # a first page that is asked for meanwhile does not share the processor
    from matplotlib.backends import backend_agg  # noqa: F401 - loaded once, before the first course is drawn

    load_trials()
    evidence_conflicts(limit=1)
    network()


def evidence_search(
    text: str = "",
    *,
    marker: str | None = None,
    drug: str | None = None,
    level: str | None = None,
    setting: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Return the items that fit, the strongest first; UnknownName for a marker or drug nobody knows."""
    with _LOCK:
        database = _database()
        query = Query(
            text=text,
            markers=database.markers_called(marker) if marker else (),
            drug=database.drug_called(drug) if drug else None,
            level=level or None,
            setting=setting or None,
        )
        found = database.find(query)
    return {"found": len(found), "items": [item_json(item) for item in found[:limit]]}


def evidence_conflicts(marker: str | None = None, limit: int = 100) -> dict[str, Any]:
    """Return where items contradict each other, with both sides."""
    with _LOCK:
        database = _database()
        groups = conflicts(database.base, database.markers_called(marker) if marker else None)
    shown = groups[:limit]
    items = {item.id: item_json(item) for group in shown for item in (*group.in_favour, *group.against)}
    return {
        "threshold": THRESHOLD,
        "found": len(groups),
        "groups": [group.json() for group in shown],
        "items": items,
    }


def item_json(item: EvidenceItem) -> dict[str, Any]:
    """Return an item with its level here and in other schemes."""
    fields = item.model_dump(mode="json", exclude={"table_row"})
    return dict(plain(fields | {"level": level_of(item), "cross_walk": cross_walk(item)}))


def trials() -> list[dict[str, Any]]:
    """Return the shipped trials in short."""
    return [
        {
            "id": trial.id,
            "name": trial.name,
            "nct": trial.nct,
            "year": trial.year,
            "setting": trial.setting,
            "line": trial.population.line,
            "patients": trial.design.patients,
            "primary": trial.design.primary,
            "arms": list(trial.arm_names),
            "summary": trial.summary,
        }
        for trial in load_trials().values()
    ]


def trial(name: str) -> Trial:
    """Return a shipped trial by id; Refusal (404) where there is none. No file of the caller is read."""
    found = load_trials().get(name)
    if found is None:
        close = nearest(name[:80], load_trials())
        raise Refusal(404, f'no trial "{name[:80]}".', nearest=close, hint="/api/v1/trials lists them")
    return found


def richest_trial() -> str:
    """Return the id of the trial of which most was published: curves first, then figures."""
    known = load_trials().values()
    return max(known, key=lambda one: (bool(one.km_files), len(one.published) + len(one.published_ratio))).id


def network() -> dict[str, Any]:
    """Return the signalling network of one clone as nodes and signed influences."""
    with _LOCK:
        return _network()


@functools.cache
def _network() -> dict[str, Any]:
    graph = network_graph(build_network())
    nodes = [{"id": name, **data} for name, data in graph.nodes(data=True)]
    edges = [{"source": a, "target": b, **data} for a, b, data in graph.edges(data=True)]
    return dict(plain({"nodes": nodes, "edges": edges}))
