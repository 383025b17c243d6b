"""What the fits in use, and the trial files, hold of each drug."""

from __future__ import annotations

from erbium.knowledge import load_knowledge
from erbium.knowledge.trials import load_trials, treatment_of
from erbium.trial.scoreboard.sides import OF_RESPONSE, find_sides


def arms_of_drugs() -> dict[str, str]:
    """Return, by drug, whether a fit of response uses an arm with it, or arms with it are only predicted."""
    known, seen = load_knowledge(), find_sides().seen
    found: dict[str, str] = {}
    for trial in load_trials().values():
        fitted = {item.arm for item in seen.get(trial.id, ()) if item.fitted and item.file in OF_RESPONSE}
        for arm in trial.arm:
            for drug in treatment_of(arm, arm.name, known).drug_ids:
                if found.get(drug) != "fitted":
                    found[drug] = "fitted" if arm.name in fitted else "predicted"
    return found
