"""Questions on which the literature disagrees: the same twins under every answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from erbium.advise.run import simulate_all
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.schema.regimen import Regimen
from erbium.tumour import Tumour
from erbium.tumour.alternatives import choice_of_twins


def _smallest_share(outcome: Mapping[str, Any]) -> float:
    """Return the smallest mean over the largest: what depends most on the answer comes first."""
    return float(min(outcome["means"]) / max(*outcome["means"], 1e-9))


def open_questions(
    tumour: Tumour, small: Tumour | None, regimens: Sequence[Regimen], horizon_days: float
) -> list[dict[str, Any]]:
    """Return each question with the outcome of `regimens` under every answer.

    Parameters
    ----------
    tumour
        The twins of the answer: how many follow each choice.
    small
        Fewer twins, all run under each answer in turn, so that nothing but the answer differs.
        Without them no outcome is given.
    """
    out: list[dict[str, Any]] = []
    for alternative in load_alternatives().values():
        chosen = choice_of_twins(alternative, tumour.twins)
        outcomes: list[dict[str, Any]] = []
        if small is not None and regimens:
            runs = [
                simulate_all(small.answering(alternative.id, k), regimens, horizon_days)[0]
                for k in range(len(alternative.choices))
            ]
            for same in zip(*runs, strict=True):
                means = [float(simulated.endpoints.score.mean()) for simulated in same]
                outcomes.append(
                    {
                        "regimen": same[0].regimen.id,
                        "name": same[0].regimen.name,
                        "endpoint": same[0].endpoints.score_name,
                        "unit": same[0].endpoints.score_unit,
                        "means": means,
                    }
                )
            outcomes.sort(key=_smallest_share)
        out.append(
            {
                "id": alternative.id,
                "question": alternative.question,
                "choices": [
                    {
                        "id": choice.id,
                        "text": choice.text,
                        "weight": choice.weight,
                        "share_of_twins": float((chosen == k).mean()),
                    }
                    for k, choice in enumerate(alternative.choices)
                ],
                "outcomes": outcomes,
            }
        )
    return out
