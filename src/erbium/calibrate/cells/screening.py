"""Elementary effects (Morris 1991): which numbers the observations see, and which they cannot tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from erbium.core.twins import Array

#: Levels of the prior quantile, and the jump of one step.
LEVELS = (0.125, 0.375, 0.625, 0.875)
#: Cosine between effects above which two numbers only rescale each other's influence.
ALIKE = 0.98
#: Numbers kept at most, and the least information (prior SD in units of the error) worth keeping.
KEPT, LEAST = 60, 0.5


@dataclass(frozen=True)
class Effect:
    """How strongly the observations see one number.

    Attributes
    ----------
    name
        The coordinate.
    information
        Root mean square length of its elementary effects per prior standard deviation, in units of
        the error: data alone would leave 1 / sqrt(1 + information^2) of its standard deviation.
    interaction
        Spread of the effects over the prior, relative to `information`.
    alike
        The stronger number whose effects it repeats, or "".
    """

    name: str
    information: float
    interaction: float
    alike: str = ""


def trajectories(names: Sequence[str], count: int, generator: np.random.Generator) -> Array:
    """Return `count` walks through the prior, each moving every number once, (count, names + 1, names)."""
    n, half = len(names), len(LEVELS) // 2
    quantiles = np.array(LEVELS)
    walks = np.empty((count, n + 1, n))
    for walk in walks:
        level = generator.integers(0, len(LEVELS), n)
        walk[0] = quantiles[level]
        for step, k in enumerate(generator.permutation(n), start=1):
            level[k] += half if level[k] < half else -half
            walk[step] = quantiles[level]
    return np.asarray(ndtri(walks))


def effects(names: Sequence[str], walks: Array, outputs: Array) -> tuple[list[Effect], Array]:
    """Return the effects of every number, strongest first, and their mean vectors.

    Parameters
    ----------
    walks
        As :func:`trajectories` gives them.
    outputs
        Whitened predictions, (count, names + 1, rows); NaN where a member failed.
    """
    steps, change = np.diff(walks, axis=1), np.diff(outputs, axis=1)
    vectors: list[list[Array]] = [[] for _ in names]
    for walk_steps, walk_change in zip(steps, change, strict=True):
        moved = np.abs(walk_steps).argmax(axis=1)
        for k, step, difference in zip(moved, walk_steps, walk_change, strict=True):
            if np.isfinite(difference).all():
                vectors[k].append(difference / step[k])
    rows = outputs.shape[-1]
    means = np.array([np.mean(v, axis=0) if v else np.zeros(rows) for v in vectors])
    found = []
    for name, v, mean in zip(names, vectors, means, strict=True):
        information = float(np.sqrt(np.mean([(e**2).sum() for e in v]))) if v else 0.0
        spread = float(np.sqrt(np.mean([((e - mean) ** 2).sum() for e in v]))) if v else 0.0
        found.append(Effect(name, information, spread / information if information > 0 else 0.0))
    return found, means


def screen(
    found: Sequence[Effect],
    means: Array,
    *,
    kept: int = KEPT,
    least: float = LEAST,
    always: str = "",
    beside: tuple[str, ...] = (),
) -> tuple[list[Effect], list[Effect]]:
    """Return the numbers to fit, strongest first, and the rest with the reason where it is likeness.

    A number whose effects repeat those of a stronger one is a scale degeneracy: together they move what
    is observed, apart they move only an amount that nobody measured. The stronger stays, the other is
    held. Names that start with `always` are kept, and those that start with one of `beside` do not count
    towards `kept`: they are no numbers of the network.
    """
    order = sorted(range(len(found)), key=lambda k: -found[k].information)
    length = np.linalg.norm(means, axis=1)
    chosen: list[int] = []
    counted = 0
    rest: list[Effect] = []
    for k in order:
        effect = found[k]
        if always and effect.name.startswith(always):
            chosen.append(k)
            continue
        twin = next(
            (j for j in chosen if length[j] * length[k] > 0
             and abs(means[j] @ means[k]) > ALIKE * length[j] * length[k]), None,
        )  # fmt: skip
        if twin is not None and effect.information >= least:
            other = found[twin].name
            rest.append(Effect(effect.name, effect.information, effect.interaction, other))
        elif effect.information >= least and effect.name.startswith(beside):
            chosen.append(k)
        elif effect.information >= least and counted < kept:
            chosen.append(k)
            counted += 1
        else:
            rest.append(effect)
    return [found[k] for k in chosen], rest
