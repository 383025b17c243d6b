"""The prior of the shared numbers: standard normal coordinates and the values they stand for.

Four kinds of coordinate. A network number follows its stated range (log-normal where positive). A
constant that was fitted to patients is held; its dish factor, shared by all lines, is free. So is what
a medium does to a handle. An open question is a coordinate whose quantile picks the answer by the
answers' weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.special import ndtr

from erbium.calibrate.cells.design import load_design
from erbium.calibrate.cells.names import Dish, dish
from erbium.core import seeds
from erbium.core.twins import Z95, Array
from erbium.experiment.cells import Cells
from erbium.experiment.condition import Condition
from erbium.experiment.shared_numbers import ALTERNATIVE, DISH, Positions, SharedNumbers
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.parameters import load_parameters
from erbium.tumour.clones import variation

Kind = Literal["network", "dish", "medium", "alternative"]
#: No coordinate leaves this many standard deviations: one and a half times the stated range.
BOUND = 1.5 * Z95
MEDIUM = "medium."
#: Numbers of tissue that never act on cells in a dish: what reaches a tumour of the plasma, what kills there.
IN_TISSUE = ("exposure_", "in_vivo_")
#: A number that was in a fit to patients carries the name of that fit as its source, fitted or hardly moved.
PATIENT_FITS = ("docs/fits/population.md", "docs/fits/modalities.md")


@dataclass(frozen=True)
class Free:
    """One coordinate.

    Attributes
    ----------
    name
        ``module.name``, ``dish.name``, ``medium.name of the medium.handle`` or ``alternative.question``.
    kind, unit
        What it is, and its unit.
    value, low, high
        Median, 5th and 95th percentile of the prior.
    source
        Where the range comes from.
    ceiling
        What the number cannot exceed: a share stays below 1.
    """

    name: str
    kind: Kind
    unit: str
    value: float
    low: float
    high: float
    source: str = ""
    ceiling: float = np.inf

    @property
    def bare(self) -> str:
        """The parameter's own name."""
        return self.name.split(".", 1)[1]

    def at(self, z: Array, width: float = 1.0) -> Array:
        """Return the values at coordinates `z` (standard deviations), any shape."""
        z = np.clip(z, -BOUND, BOUND) / Z95 * width
        if self.low > 0 and self.value > 0:
            moved = self.value * np.where(z < 0, self.value / self.low, self.high / self.value) ** z
            return np.asarray(np.minimum(moved, self.ceiling))
        side = np.where(z < 0, self.value - self.low, self.high - self.value)
        return np.asarray(np.clip(self.value + side * z, self.low, self.high))


def candidates(place: Dish | None = None) -> tuple[Free, ...]:
    """Return every coordinate of the shipped network, in a fixed order."""
    place = place or dish()
    plain = Cells.of(1, 1, fitted=False).table(Condition())[0]
    fold = load_design().errors.dish_fold.value
    found: list[Free] = []
    for module, numbers in load_parameters().items():
        for name, p in numbers.items():
            full = place.parameter(name)
            if p.low is None or p.high is None or p.low == p.high or full is None:
                continue
            if name.startswith(IN_TISSUE):
                continue
            if plain[place.network.parameter_index[full]] != p.value:
                continue  # a dish sets it
            # A share, which ends at its ceiling, is the same in a dish.
            if p.source in PATIENT_FITS and not np.isfinite(p.ceiling):
                found.append(Free(f"{DISH}{name}", "dish", "1", 1.0, 1.0 / fold, fold, p.source))
            elif p.ensemble:
                found.append(
                    Free(f"{module}.{name}", "network", p.unit, p.value, p.low, p.high, p.source, p.ceiling)
                )
    found += [
        Free(f"{MEDIUM}{medium}.{handle}", "medium", "1", n.value, n.low or n.value, n.high or n.value)
        for medium, item in load_design().media.items()
        for handle, n in item.scales.items()
        if place.parameter(handle) is not None
    ]
    found += [
        Free(f"{ALTERNATIVE}{question}", "alternative", "1", 0.0, -Z95, Z95)
        for question in sorted(load_alternatives())
    ]
    return tuple(found)


@dataclass(frozen=True)
class Prior:
    """Which coordinates are free; the other network numbers are sampled or held at their median.

    Attributes
    ----------
    free
        Coordinates that the data may move.
    rest
        Coordinates that stay at their prior.
    width
        Share of the stated log range that a free network number takes.
    """

    free: tuple[Free, ...]
    rest: tuple[Free, ...]
    width: float = 1.0

    @classmethod
    def of(cls, names: Iterable[str] | None = None, width: float = 1.0) -> Prior:
        """Return the prior with the named coordinates free; all when None."""
        every = candidates()
        wanted = None if names is None else set(names)
        free = tuple(c for c in every if wanted is None or c.name in wanted)
        rest = tuple(c for c in every if wanted is not None and c.name not in wanted)
        return cls(free, rest, width)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the free coordinates."""
        return tuple(c.name for c in self.free)

    def draw(self, members: int, seed: int, stream: str = "prior", *, centre: bool = True) -> Array:
        """Return prior coordinates, shape (members, free); centred: mean 0 and SD 1 over the members."""
        columns = [seeds.normal(seed, np.arange(members), f"{stream}.{c.name}") for c in self.free]
        z = np.array(columns).T.reshape(members, len(self.free))
        if centre and members > 2:
            z = (z - z.mean(axis=0)) / z.std(axis=0, ddof=1)
        return np.asarray(z)

    def draw_rest(self, members: int, seed: int) -> Array:
        """Return coordinates of what stays at its prior, shape (members, rest)."""
        columns = [seeds.normal(seed, np.arange(members), f"shared.{c.name}") for c in self.rest]
        return np.asarray(np.array(columns).T.reshape(members, len(self.rest)))


@dataclass(frozen=True)
class Members:
    """Values of an ensemble.

    Attributes
    ----------
    numbers
        Shared numbers of the cells, each of shape (count,).
    media
        ``medium.handle`` to the factor on the handle in that medium.
    """

    numbers: SharedNumbers
    count: int
    media: Mapping[str, Array] = field(default_factory=dict)


def typical() -> Members:
    """Return the typical cell by the data files."""
    return Members(SharedNumbers({}), 1)


def members(prior: Prior, z: Array, z_rest: Array | None = None) -> Members:
    """Return the values at free coordinates `z` (members, free) and, if given, at the rest."""
    found: dict[Kind, dict[str, Array]] = {"network": {}, "dish": {}, "medium": {}}
    answers: dict[str, Positions] = {}
    blocks = [(prior.free, z, prior.width, 1.0)]
    if z_rest is not None:
        blocks.append((prior.rest, z_rest, variation("ensemble_width"), 0.0))
    for coordinates, block, network_width, other_width in blocks:
        for k, c in enumerate(coordinates):
            if c.kind == "alternative":
                answers[c.bare] = answer(c.bare, block[:, k])
            else:
                width = network_width if c.kind == "network" else other_width
                found[c.kind][c.bare] = c.at(block[:, k], width)
    numbers = SharedNumbers(found["network"], found["dish"], answers)
    return Members(numbers, len(z), found["medium"])


def answer(question: str, z: Array) -> Positions:
    """Return the position of the answer whose share of the weights holds the quantile of `z`."""
    choices = load_alternatives()[question].choices
    reached = np.cumsum([choice.weight for choice in choices])
    return np.asarray(np.searchsorted(reached, ndtr(z)).clip(0, len(choices) - 1), np.int64)
