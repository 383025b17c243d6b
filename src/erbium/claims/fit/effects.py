"""What the claims ask of cells, member by member, at given numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from erbium.claims.bench import Bench, Progress
from erbium.claims.cell_checks import SHARE, holds, margin, wanted_by_cells
from erbium.claims.held_out import is_held_out
from erbium.claims.run import outcome_of, setups_of, wanted_by, wanted_of
from erbium.claims.verdict import LOW, ZERO, aims
from erbium.core.twins import Array
from erbium.experiment.cells import Cells
from erbium.experiment.condition import Condition
from erbium.experiment.names import VIABILITY
from erbium.experiment.shared_numbers import SharedNumbers
from erbium.knowledge.claims import load_claims, load_specificity
from erbium.knowledge.schema.cell_check import CellCheck
from erbium.knowledge.schema.claim import Check, Expectation, ratio
from erbium.tumour.ensemble import draw_ensemble

#: Natural log by which the share of cells that a drug leaves may move: how sensitive a line is was set
#: by measurements, and is not to follow from claims.
KEEP = 0.15
#: How many claims a check on cells counts for: it must hold whatever they say.
MUST = 5.0


@dataclass(frozen=True)
class Asked:
    """One condition on cells.

    Attributes
    ----------
    check
        Id of the claim or specificity check.
    effects
        One per member.
    sign
        Expected direction; 0 where nothing may move.
    floor
        The smallest effect that counts, or the largest that is allowed.
    kept
        Whether it holds the sensitivity of a line where it was, and belongs to no claim.
    worst
        Share of the draws in which it may be broken.
    weight
        How many claims it counts for.
    """

    check: str
    effects: Array
    sign: int
    floor: float
    kept: bool = False
    worst: float = LOW
    weight: float = 1.0


@dataclass(frozen=True)
class Seen:
    """Conditions at one set of numbers, and the checks of cells that do not hold there."""

    asked: Sequence[Asked]
    failing: frozenset[str]


def asked_of_cells() -> dict[str, Check]:
    """Return visible claims and specificity checks that ask only cells whose numbers all lines share."""
    claims = {
        name: item.claim
        for name, item in load_claims().items()
        if item.claim.runs and not (item.claim.trial_number or item.claim.contested or is_held_out(name))
    }
    checks: dict[str, Check] = {**claims, **{name: item.check for name, item in load_specificity().items()}}
    return {name: check for name, check in checks.items() if all(map(_shared, setups_of(check).values()))}


def _shared(setup: object) -> bool:
    return isinstance(setup, Condition) and setup.case is None


def draws(members: int, seed: int, factors: Mapping[str, float]) -> Cells:
    """Return cells whose shared numbers are drawn around the shipped ones times `factors`."""
    plain = Cells.of(members, seed, fitted=False)
    numbers = {name: values * factors.get(name, 1.0) for name, values in draw_ensemble(plain.twins).items()}
    return Cells.of(members, seed, fitted=False, given=SharedNumbers(numbers))


def see(
    checks: Mapping[str, Check],
    cells: Cells,
    seed: int,
    progress: Progress | None = None,
    *,
    must: Mapping[str, CellCheck] | None = None,
) -> Seen:
    """Return what `checks`, and the checks on cells in `must`, find with `cells`."""
    bench = Bench(cells.twins.count, seed, cells=cells)
    must = must or {}
    of_cells = [item for check in must.values() for item in wanted_by_cells(check).values()]
    bench.measure([*wanted_of(checks.values()), *of_cells], progress)
    asked: list[Asked] = []
    failing: set[str] = set()
    for name, cell_check in must.items():
        margins = margin(cell_check, bench)
        asked.append(Asked(name, margins, 1, 0.0, worst=1.0 - SHARE, weight=MUST))
        if not holds(margins):
            failing.add(name)
    for name, check in checks.items():
        setups = setups_of(check)
        for expectation in check.expect:
            if not outcome_of(expectation, setups, bench).holds:
                failing.add(name)
            wanted = wanted_by(expectation, setups)
            if any(item[0] in bench.failures for item in wanted.values()):
                continue
            values = {arm: bench.values[item] for arm, item in wanted.items()}
            asked += [
                Asked(name, aim.effects, aim.sign, aim.floor)
                for aim in aims(expectation, values)
                if np.isfinite(aim.effects).all()
            ]
            asked += _sensitivities(name, expectation, values)
    return Seen(asked, frozenset(failing))


def anchored(asked: Sequence[Asked], first: Sequence[Asked]) -> list[Asked]:
    """Return `asked` with the sensitivities of lines as shifts of their medians since `first`."""
    levels = iter([float(np.median(item.effects)) for item in first if item.kept])
    return [replace(item, effects=item.effects - next(levels)) if item.kept else item for item in asked]


def _sensitivities(name: str, expectation: Expectation, values: Mapping[str, Array]) -> list[Asked]:
    """Return the share of cells that the drugs of an expectation leave, as log ratios."""
    if expectation.readout != VIABILITY:
        return []
    found = []
    for side in (expectation.test, expectation.against):
        arms = ratio(side or "")
        if len(arms) == 2:
            left = np.log(np.maximum(values[arms[0]], ZERO) / np.maximum(values[arms[1]], ZERO))
            found.append(Asked(name, left, 0, KEEP, True))
    return found
