"""The answer: rules, ranking, reasons and gaps for one patient, and the same for a cohort."""

import sys
from types import ModuleType
from typing import Any

from erbium.advise.advise import advise
from erbium.advise.answer import Advice
from erbium.advise.cohort import CohortResult, cohort
from erbium.advise.simulate import simulate


class _CallablePackage(ModuleType):
    """Lets ``erbium.advise`` be the package and, called, the function of the same name."""

    def __call__(self, *args: Any, **kwargs: Any) -> Advice:
        """Return :func:`erbium.advise.advise.advise` of the arguments."""
        return advise(*args, **kwargs)


# Importing a submodule binds the package to `erbium.advise`, in place of the function.
sys.modules[__name__].__class__ = _CallablePackage

__all__ = ["Advice", "CohortResult", "advise", "cohort", "simulate"]
