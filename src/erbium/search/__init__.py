"""The search for combinations: what keeps a tumour down through adaptation, at what burden, and why."""

from erbium.search.combine import combine
from erbium.search.found import Combination, Found

__all__ = ["Combination", "Found", "combine"]
