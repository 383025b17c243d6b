"""Erbium: an executable HER2-positive breast cancer.

A tumour's profile goes in; which treatments it resists comes out, with the reasons, what would
overcome the resistance, how sure that is, and the published facts behind it. Research software.

Names are loaded at first use, so that ``import erbium`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from erbium.advise import Advice, CohortResult, advise, cohort, simulate
    from erbium.core.errors import (
        DataError,
        DataErrors,
        ErbiumError,
        MissingExtra,
        ModelError,
        NotEnoughEvidence,
        SimulationError,
        UnitError,
        UnknownName,
    )
    from erbium.knowledge import Knowledge, load_knowledge
    from erbium.model import Network, build_network
    from erbium.profile import HER2Status, Profile, her2_status, read_cbioportal, read_profile
    from erbium.tumour import Treatment, Tumour

_WHERE = {
    "advise": ("Advice", "CohortResult", "advise", "cohort", "simulate"),
    "core.errors": (
        "DataError",
        "DataErrors",
        "ErbiumError",
        "MissingExtra",
        "ModelError",
        "NotEnoughEvidence",
        "SimulationError",
        "UnitError",
        "UnknownName",
    ),
    "knowledge": ("Knowledge", "load_knowledge"),
    "model": ("Network", "build_network"),
    "profile": ("HER2Status", "Profile", "her2_status", "read_cbioportal", "read_profile"),
    "tumour": ("Treatment", "Tumour"),
}

__all__ = [
    "Advice",
    "CohortResult",
    "DataError",
    "DataErrors",
    "ErbiumError",
    "HER2Status",
    "Knowledge",
    "MissingExtra",
    "ModelError",
    "Network",
    "NotEnoughEvidence",
    "Profile",
    "SimulationError",
    "Treatment",
    "Tumour",
    "UnitError",
    "UnknownName",
    "advise",
    "build_network",
    "cohort",
    "her2_status",
    "load_knowledge",
    "read_cbioportal",
    "read_profile",
    "simulate",
]


def __getattr__(name: str) -> Any:
    for module, names in _WHERE.items():
        if name in names:
            # `erbium.advise` is a package and a function. Importing the package puts it under that name
            # here, whichever of its names was asked for: the function is put back each time.
            found = importlib.import_module(f"erbium.{module}")
            globals().update({each: getattr(found, each) for each in names})
            return globals()[name]
    raise AttributeError(f'module "erbium" has no "{name}"')


def __dir__() -> list[str]:
    return sorted(__all__)
