"""The sets that no other set beats in everything."""

from __future__ import annotations

from collections.abc import Sequence


def pareto(benefit: Sequence[float], burden: Sequence[Sequence[float]]) -> list[int]:
    """Return the positions that no other one dominates, in the order given.

    One dominates another if it is at least as good in benefit (more) and in every part of the burden
    (less), and better in one of them.
    """
    points = [(-gain, *parts) for gain, parts in zip(benefit, burden, strict=True)]
    return [
        i
        for i, own in enumerate(points)
        if not any(other != own and all(a <= b for a, b in zip(other, own, strict=True)) for other in points)
    ]
