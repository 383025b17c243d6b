"""Twins of a later line as they were before any treatment of metastatic disease."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from erbium.tumour.abundance import abundances
from erbium.tumour.clones import Clone, clones_of

if TYPE_CHECKING:
    from erbium.tumour.tumour import Tumour


def before_any_line(tumour: Tumour) -> Tumour:
    """Return the same twins before their first line: what earlier lines are said to leave is taken away.

    Markers stay as they are drawn or known for the line at hand; what they say was there from the start.
    """
    profile, twins = tumour.profile, tumour.twins
    amounts = abundances(profile, tumour.status, twins)
    main = Clone("main", "the tumour as profiled", np.ones(twins.count), amounts["HER2"], amounts["bypass"])
    clones = clones_of(profile, twins, main, amounts["negative_HER2"], amounts["negative_bypass"])
    return replace(tumour, earlier_lines=(), clones=tuple(clones))
