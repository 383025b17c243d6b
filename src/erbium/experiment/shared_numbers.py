"""The numbers that all cells share, drawn for a dish: from the fitted ensemble, else from their ranges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.ensemble import Ensemble, shipped_ensemble
from erbium.knowledge.parameters import load_parameters
from erbium.tumour.clones import variation

DISH, ALTERNATIVE = "dish.", "alternative."


def draw_shared_numbers(
    table: Array, column: Callable[[str], int], twins: Twins, *, fitted: bool = True
) -> None:
    """Fill `table` (draws, parameters) with one draw of every shared number.

    Where an ensemble was fitted to cells and ships, its members give the numbers that it holds, the
    factors of patient-fitted constants in a dish, and the answers to open questions; whatever it does
    not hold is drawn from its own range. With `fitted` False every number is.
    """
    ensemble = shipped_ensemble() if fitted else None
    width = variation("ensemble_width")
    for module, numbers in load_parameters().items():
        for name, number in numbers.items():
            drawn = None if ensemble is None else ensemble.draws(f"{module}.{name}", twins)
            if drawn is not None:
                table[:, column(name)] = drawn
            elif number.ensemble and number.low is not None and number.high is not None:
                drawn = twins.uncertain(f"{module}.{name}", number.value, number.low, number.high)
                scale = width if number.kind == "assumed" else 1.0
                table[:, column(name)] = number.value + scale * (drawn - number.value)
    if ensemble is not None:
        _add_dish(table, column, twins, ensemble)


def _add_dish(table: Array, column: Callable[[str], int], twins: Twins, ensemble: Ensemble) -> None:
    for name in ensemble.names:
        drawn = ensemble.draws(name, twins)
        assert drawn is not None
        if name.startswith(DISH):
            table[:, column(name.removeprefix(DISH))] *= drawn
        elif name.startswith(ALTERNATIVE):
            choices = load_alternatives()[name.removeprefix(ALTERNATIVE)].choices
            chosen = np.rint(drawn).astype(int).clip(0, len(choices) - 1)
            for k, choice in enumerate(choices):
                for effect in choice.effects:
                    here, where = chosen == k, column(effect.parameter.split(".", 1)[1])
                    now = table[here, where] if effect.verb == "scale" else 1.0
                    table[here, where] = now * effect.value_at()
