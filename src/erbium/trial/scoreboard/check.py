"""Whether every claim that is a number of a trial is scored in a figure of a trial, or set aside."""

from __future__ import annotations

from collections.abc import Iterator

from erbium.core.errors import nearest
from erbium.knowledge.trials import load_trials
from erbium.model.check import Check, Issue
from erbium.trial.scoreboard.claims import load_scored_claims, unplaced
from erbium.trial.statistics import figure_name
from erbium.trial.statistics.endpoint import EVENT_FREE

_WHERE = "scored_claims/trials.toml"


class ScoredClaimsArePlaced(Check):
    """Numbers of claims name a claim, a trial, an arm and an endpoint that exist, and none is forgotten."""

    name = "numbers of claims are placed"

    def issues(self) -> Iterator[Issue]:
        """Yield what is wrong."""
        for text in unplaced():
            yield self.error(f"{text}.", _WHERE, "number")
        trials = load_trials()
        for place, number in enumerate(load_scored_claims().number):
            key = f"number[{place}]"
            trial = trials.get(number.trial)
            if trial is None:
                near = nearest(number.trial, trials)
                more = f' Did you mean "{near}"?' if near else ""
                yield self.error(f'no trial "{number.trial}".{more}', _WHERE, f"{key}.trial")
                continue
            for name in (number.arm, number.versus):
                if name is not None and name not in trial.arm_names:
                    names = ", ".join(trial.arm_names)
                    yield self.error(f'"{name}" is no arm of {trial.id}: {names}.', _WHERE, f"{key}.arm")
            known = number.endpoint in EVENT_FREE if number.versus else figure_name(number.endpoint)
            if not known:
                yield self.error(f'no endpoint "{number.endpoint}".', _WHERE, f"{key}.endpoint")
