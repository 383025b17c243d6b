"""The answer: rules, ranking, reasons and gaps for one patient, and the same for a cohort."""

import sys
from types import ModuleType
from typing import Any

from erbium.advise.advise import advise
from erbium.advise.answer import Advice
from erbium.advise.cohort import CohortResult, cohort
from erbium.advise.simulate import simulate


class _CallablePackage(ModuleType):
    """Keeps `erbium.advise(profile)` working where the package was imported before the function."""

    def __call__(self, *args: Any, **options: Any) -> Advice:
        return advise(*args, **options)


sys.modules[__name__].__class__ = _CallablePackage

__all__ = ["Advice", "CohortResult", "advise", "cohort", "simulate"]
