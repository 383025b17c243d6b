"""The numbers that all cells share: those of the fitted ensemble where one ships, else their own draws."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.ensemble import Ensemble, shipped_ensemble
from erbium.tumour.ensemble import draw_ensemble

DISH, ALTERNATIVE = "dish.", "alternative."
Positions = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True)
class SharedNumbers:
    """One value of every shared number per member.

    Attributes
    ----------
    network
        Handle to values, each of shape (members,).
    dish
        Handle to the factor on it in a dish: what was fitted to patients need not be the same there.
    answers
        Open question to the position of its answer.
    """

    network: Mapping[str, Array]
    dish: Mapping[str, Array] = field(default_factory=dict)
    answers: Mapping[str, Positions] = field(default_factory=dict)

    def fill(self, table: Array, column: Callable[[str], int], answered: Collection[str] = ()) -> None:
        """Write the numbers of cells in a dish into `table`, shape (members, parameters).

        Parameters
        ----------
        column
            Column of a handle.
        answered
            Questions that are answered otherwise.
        """
        for name, values in self.network.items():
            table[:, column(name)] = values
        for name, factor in self.dish.items():
            table[:, column(name)] *= factor
        for question, positions in self.answers.items():
            if question in answered:
                continue
            for k, choice in enumerate(load_alternatives()[question].choices):
                chosen = positions == k
                for effect in choice.effects:
                    place = column(effect.parameter.split(".", 1)[1])
                    now = table[chosen, place] if effect.verb == "scale" else 1.0
                    table[chosen, place] = now * effect.value_at()


def draw_shared_numbers(twins: Twins, *, fitted: bool = True) -> SharedNumbers:
    """Return one draw of every shared number per twin.

    Where an ensemble was fitted to cells and ships, its members give the numbers that it holds, the
    factors of patient-fitted constants in a dish, and the answers to open questions; whatever it does
    not hold is drawn from its own range. With `fitted` False everything is.
    """
    drawn = dict(draw_ensemble(twins))
    ensemble = shipped_ensemble() if fitted else None
    return SharedNumbers(drawn) if ensemble is None else _of(ensemble, twins, drawn)


def _of(ensemble: Ensemble, twins: Twins, drawn: dict[str, Array]) -> SharedNumbers:
    dish: dict[str, Array] = {}
    answers: dict[str, Positions] = {}
    for name in ensemble.names:
        values = ensemble.draws(name, twins)
        assert values is not None
        bare = name.split(".", 1)[1]
        if name.startswith(DISH):
            dish[bare] = values
            # The factor was fitted beside the shipped constant, not beside a draw of it.
            drawn.pop(bare, None)
        elif name.startswith(ALTERNATIVE):
            last = len(load_alternatives()[bare].choices) - 1
            answers[bare] = np.rint(values).astype(np.int64).clip(0, last)
        elif bare in drawn:
            drawn[bare] = values
    return SharedNumbers(drawn, dish, answers)
