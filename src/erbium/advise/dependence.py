"""The dependence call: which arm of the network the tumour's growth hangs on, by virtual inhibition.

Every arm is throttled at one node, in every clone of every twin, and signalling settles anew, feedback and
bypass included. The node is turned down until the arm's own output has fallen to the same share in every
arm; then the net growth that is lost is read. It is a question about the network, not about a drug.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from erbium.core.twins import Array
from erbium.knowledge.advice_data import load_dependence
from erbium.knowledge.schema.advice import Dependence, DependencePanel, InhibitedArm
from erbium.model.compose import clone_name
from erbium.profile import Profile
from erbium.tumour import Tumour

#: Shares of the node that are tried, the strongest inhibition last; between them growth is interpolated.
_THROTTLES = (0.5, 0.25, 0.1, 0.03)
#: A twin that hardly grows is taken to grow at this share of the median: else every loss is without bounds.
_SLOWEST = 0.2
#: An output below this in the untreated twin is not there to be inhibited.
_NOTHING = 1e-6
NONE = "none"


def dependence(tumour: Tumour) -> dict[str, Any]:
    """Return the dependence call as JSON.

    The probability of an arm is the share of twins whose growth falls most, and by enough, when that arm
    is throttled; ``none`` is the share in which no arm takes enough.
    """
    data = load_dependence()
    growth, outputs = _untreated(tumour, data)
    losses, reached = {}, {}
    for arm in data.arms:
        losses[arm.id], reached[arm.id] = _loss(tumour, arm, growth, outputs[arm.id], data.remaining.value)
    table = np.stack([losses[arm.id] for arm in data.arms])
    strongest = table.argmax(axis=0)
    enough = table.max(axis=0) >= data.smallest_loss.value
    calls = np.where(enough, strongest, len(data.arms))
    names = [*(arm.id for arm in data.arms), NONE]
    shares = {name: calls == k for k, name in enumerate(names)}
    probabilities = {name: float(hit.mean()) for name, hit in shares.items()}
    arms = []
    for arm in data.arms:
        per_draw = tumour.twins.per_draw(losses[arm.id]).mean(axis=1)
        median, low, high = tumour.twins.quantiles(per_draw)
        arms.append(
            {
                "id": arm.id,
                "name": arm.name,
                "probability": probabilities[arm.id],
                "growth_lost": {"median": median, "low": low, "high": high, "unit": "1"},
                "output": arm.output,
                "throttled_enough": float(reached[arm.id].mean()),
            }
        )
    call = max(probabilities, key=lambda name: probabilities[name])
    return {
        "call": call,
        "probability": probabilities[call],
        "probabilities": probabilities,
        "output_left": data.remaining.value,
        "smallest_loss": data.smallest_loss.value,
        "arms": arms,
        "panel": panel(tumour.profile, data),
    }


def _untreated(tumour: Tumour, data: Dependence) -> tuple[Array, dict[str, Array]]:
    """Return net growth of the main clone, and the output of every arm, without drugs."""
    names = ["signal_growth_rate", *(arm.output for arm in data.arms)]
    found = _main(tumour, tumour.drug_free, tumour.parameters, names)
    return found["signal_growth_rate"], {arm.id: found[arm.output] for arm in data.arms}


def _main(tumour: Tumour, states: Array, parameters: Array, names: list[str]) -> dict[str, Array]:
    """Return readouts of the clone that is largest in most twins."""
    shares = np.stack([clone.fraction for clone in tumour.clones])
    largest = int(np.bincount(shares.argmax(axis=0)).argmax()) + 1
    full = [clone_name(largest, name) for name in names]
    found = tumour.kernel.compute_readouts(states, parameters, full)
    return {name: np.asarray(found[key]) for name, key in zip(names, full, strict=True)}


def _loss(
    tumour: Tumour, arm: InhibitedArm, growth: Array, output: Array, remaining: float
) -> tuple[Array, Array]:
    """Return the share of growth lost where `remaining` of the arm's output is left, and who got there."""
    left = [np.ones(len(growth))]
    grows = [np.ones(len(growth))]
    base = np.maximum(growth, max(_SLOWEST * float(np.median(growth)), 1e-9))
    for share in _THROTTLES:
        twin = tumour.altered({}, dict.fromkeys(arm.handles, share))
        states = tumour.kernel.settle(twin.parameters)
        found = _main(twin, states, twin.parameters, ["signal_growth_rate", arm.output])
        left.append(np.where(output > _NOTHING, found[arm.output] / np.maximum(output, _NOTHING), 1.0))
        grows.append(found["signal_growth_rate"] / base)
    return _at(np.stack(left), np.stack(grows), remaining)


def _at(left: Array, grows: Array, remaining: float) -> tuple[Array, Array]:
    """Return the growth lost at a remaining output, interpolated, and whether it was reached, (count,)."""
    lost = np.zeros(left.shape[1])
    reached = np.zeros(left.shape[1], dtype=bool)
    for i in range(left.shape[1]):
        order = np.minimum.accumulate(left[:, i])
        reached[i] = order[-1] <= remaining
        # Without enough inhibition the strongest that was reached is read.
        lost[i] = 1.0 - float(np.interp(max(remaining, order[-1]), order[::-1], grows[::-1, i]))
    return np.maximum(lost, 0.0), reached


def panel(profile: Profile, data: Dependence) -> dict[str, Any]:
    """Return what EGFR, HER3 and p27 of the profile say by the literature, beside the simulation."""
    rows, votes = [], []
    for marker in data.panel.markers:
        value = getattr(profile.protein, marker.field).value
        level = _level(value, data.panel)
        if level == "high":
            votes.append(marker.high)
        rows.append({"marker": marker.name, "value": value, "level": level, "high_speaks_for": marker.high})
    for_ = sorted(set(votes))
    known = [row for row in rows if row["level"] is not None]
    return {
        "call": for_[0] if len(for_) == 1 else None,
        "why": _why(for_, len(known), len(rows)),
        "markers": rows,
        "statement": data.panel.statement,
        "claims": list(data.panel.claims),
        "source": data.panel.source,
        "status": data.panel.status,
    }


def _why(votes: list[str], known: int, asked: int) -> str:
    if known == 0:
        return "none of the three proteins was tested"
    if len(votes) > 1:
        return "the proteins speak for different arms"
    if not votes:
        return "no protein of the panel is high"
    return "as read in the literature" if known == asked else f"{known} of {asked} proteins were tested"


def _level(value: float | str | None, panel: DependencePanel) -> str | None:
    """Return high, low or between for a protein; None if it was not tested."""
    if value is None:
        return None
    if isinstance(value, str):
        return (
            "high"
            if value in ("high", "positive")
            else "low"
            if value in ("low", "lost", "negative")
            else "between"
        )
    if value >= panel.high_from.value:
        return "high"
    return "low" if value < panel.low_below.value else "between"
