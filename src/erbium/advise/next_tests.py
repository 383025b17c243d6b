"""The value of the next test: how often, and how much, its result would change the order of the options.

Nothing is simulated anew. A result says that the marker is there or not, with the errors of its assay; the
twins are weighed by it, and the options ordered again within their tiers. A change of the first option
counts only if the lead of the new one is beyond the error of the weighed twins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from erbium.core.twins import Array
from erbium.knowledge.advice_data import assay_of
from erbium.knowledge.schema.advice import COSTS, Assay
from erbium.knowledge.schema.mechanism import Mechanism
from erbium.tumour import Tumour
from erbium.tumour.endpoints import Endpoints
from erbium.tumour.presence import Mask

#: Twins with and without a marker below which nothing is said of its test.
FEWEST_TWINS = 5
#: A new first option must lead by this many standard errors.
_STANDARD_ERRORS = 2.0
#: A gain below this share of the score, times the chance of its result, informs nobody.
_SMALLEST_GAIN = 0.01
_CLEAR = 1e-9


@dataclass(frozen=True)
class Candidate:
    """A test that was not done.

    Attributes
    ----------
    names, mechanisms
        What a positive result shows, in words and by id.
    present
        Twins in which it is there, shape (count,).
    """

    names: tuple[str, ...]
    mechanisms: tuple[str, ...]
    test: str
    assay: Assay
    present: Mask


def carriers(tumour: Tumour, mechanism: str) -> Mask:
    """Return the twins that carry a mechanism in any clone, shape (count,)."""
    held = tumour.presences.get(mechanism)
    found = np.zeros(tumour.twins.count, dtype=bool) if held is None else held.present.copy()
    for clone in tumour.clones:
        for presence in clone.carried:
            if presence.mechanism.id == mechanism:
                found |= presence.present
    return found


def candidates(tumour: Tumour) -> list[Candidate]:
    """Return the tests of unmeasured markers; one assay that shows several mechanisms stands once."""
    groups: dict[str, list[Mechanism]] = {}
    for name, presence in tumour.presences.items():
        if presence.status == "sampled" and presence.mechanism.test and carriers(tumour, name).any():
            groups.setdefault(presence.mechanism.test, []).append(presence.mechanism)
    found = []
    for test, mechanisms in groups.items():
        present = np.any([carriers(tumour, item.id) for item in mechanisms], axis=0)
        if min(present.sum(), (~present).sum()) >= FEWEST_TWINS:
            names = tuple(item.name for item in mechanisms)
            ids = tuple(item.id for item in mechanisms)
            found.append(Candidate(names, ids, test, assay_of(test), np.asarray(present)))
    return found


def next_tests(
    tumour: Tumour, tiers: Sequence[str], scores: Sequence[Endpoints], names: Sequence[Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Return the tests that were not done; those that can change the order first, the cheapest of them first.

    Parameters
    ----------
    tiers, scores, names
        Of every option in order, each name with its id as ``{"regimen": ..., "name": ...}``.
    """
    if not scores:
        return []
    table = np.stack([endpoints.score for endpoints in scores])
    rows = [_row(one, table, tiers, scores, names) for one in candidates(tumour)]
    rows.sort(
        key=lambda row: (
            not row["informative"],
            COSTS.index(row["cost"]) if row["informative"] else 0,
            -row["expected_gain"]["value"],
            -row["order_changed"],
            row["marker"],
        )
    )
    for place, row in enumerate(rows, start=1):
        row["rank"] = place
    return rows


def _row(
    one: Candidate,
    table: Array,
    tiers: Sequence[str],
    scores: Sequence[Endpoints],
    names: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    sensitivity, specificity = one.assay.sensitivity.value, one.assay.specificity.value
    even = np.full(table.shape[1], 1.0 / table.shape[1])
    usual = _order(table, tiers, even)
    positive = np.where(one.present, sensitivity, 1.0 - specificity)
    results, gain, changed = [], 0.0, 0.0
    for word, likelihood in (("positive", positive), ("negative", 1.0 - positive)):
        chance = float((likelihood * even).sum())
        weights = likelihood * even / max(chance, 1e-12)
        means = table @ weights
        first, moved = _first(table, tiers, weights, means, usual)
        lead = max(float(means[first] - means[usual[0]]), 0.0) if first != usual[0] else 0.0
        gain += chance * lead
        changed += chance if first != usual[0] else 0.0
        results.append(
            {
                "result": word,
                "probability": chance,
                "first": dict(names[first]),
                "first_changes": first != usual[0],
                "gain": lead,
                "ranks_moved": moved,
                "effective_twins": float(1.0 / np.square(weights).sum()),
            }
        )
    top = max(float((table @ even)[usual[0]]), _CLEAR)
    return {
        "marker": ", ".join(one.names[:3]) + (", ..." if len(one.names) > 3 else ""),
        "mechanisms": list(one.mechanisms),
        "test": one.test,
        "assay": one.assay.name,
        "cost": one.assay.cost,
        "cost_why": one.assay.why,
        "p_positive": results[0]["probability"],
        "order_changed": changed,
        "expected_gain": {"value": gain, "unit": scores[0].score_unit, "endpoint": scores[0].score_name},
        "informative": gain >= _SMALLEST_GAIN * top,
        "results": results,
    }


def _order(table: Array, tiers: Sequence[str], weights: Array) -> list[int]:
    means = table @ weights
    return sorted(range(len(tiers)), key=lambda i: (tiers[i], -float(means[i]), i))


def _first(
    table: Array, tiers: Sequence[str], weights: Array, means: Array, usual: Sequence[int]
) -> tuple[int, float]:
    """Return the first option under a result, and by how many ranks options move in the mean.

    The usual one stays first unless another of its tier leads by more than the error of the weighed twins.
    """
    order = _order(table, tiers, weights)
    place = {option: k for k, option in enumerate(order)}
    moved = float(np.mean([abs(place[option] - k) for k, option in enumerate(usual)]))
    best = order[0]
    if best == usual[0]:
        return best, moved
    lead = table[best] - table[usual[0]]
    spread = float(np.sqrt((weights * np.square(lead - (lead * weights).sum())).sum()))
    error = spread * float(np.sqrt(np.square(weights).sum()))
    clear = float(means[best] - means[usual[0]]) > _STANDARD_ERRORS * max(error, _CLEAR)
    return (best if clear else usual[0]), moved
