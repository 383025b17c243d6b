"""The search for combinations: what keeps a tumour down through adaptation, at what burden, and why."""

from erbium.search.combine import Combination, Found, combine

__all__ = ["Combination", "Found", "combine"]
