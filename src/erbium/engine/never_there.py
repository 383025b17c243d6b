"""Which states stay at nothing for good: not there, not given, and arising only from others like them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from erbium.engine.backend import Floats
from erbium.engine.system import System
from erbium.engine.tape import Slot


def never_there(
    system: System, start: Floats, parameters: Floats, given: Collection[int] = ()
) -> NDArray[np.bool_]:
    """Return which states are zero at the start and can never be anything else, shape (states,).

    It is read off the rate laws, not off rates at some state: a rate that is bounded from below by zero may
    be there only when a drug acts.

    Parameters
    ----------
    start, parameters
        Of one patient.
    given
        States that doses add to.
    """
    absent: NDArray[np.bool_] = np.asarray(start == 0.0)
    absent[list(given)] = False
    while True:
        nothing = _vanish(system.tape.slots, absent, parameters)
        left = absent.copy()
        for slot, change in zip(system.rates, system.changes, strict=True):
            if not nothing[slot]:
                left[[i for i, count in change if count > 0]] = False
        if (left == absent).all():
            return absent
        absent = left


def _vanish(slots: Sequence[Slot], absent: NDArray[np.bool_], parameters: Floats) -> list[bool]:
    """Return whether each slot is zero whatever the states are that are there."""
    nothing: list[bool] = []
    logarithm = [False] * len(slots)  # of nothing, perhaps times an exponent: part of a power
    for at, slot in enumerate(slots):
        parts = [nothing[a] for a in slot.args]
        logs = [logarithm[a] for a in slot.args]
        logarithm[at] = (slot.op == "log" and parts[0]) or (slot.op == "mul" and any(logs))
        match slot.op:
            case "number":
                nothing.append(slot.value == 0.0)
            case "state":
                nothing.append(bool(absent[slot.index]))
            case "parameter":
                nothing.append(bool(parameters[slot.index] == 0.0))
            case "mul":
                nothing.append(any(parts))
            case "add" | "sub" | "neg" | "max" | "min" | "sqrt":
                nothing.append(all(parts))
            case "exp":
                nothing.append(logs[0])
            case _:
                nothing.append(False)
    return nothing
