"""Patients without a population file: HER2-positive tumours of the trial's setting and line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.knowledge import Knowledge
from erbium.profile import profile_from
from erbium.tumour import Tumour

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 250


@dataclass(frozen=True)
class Spec:
    """A setting and a line."""

    id: str
    setting: str
    line: int = 1

    def at_line(self, line: int) -> Spec:
        """Return the same at another line."""
        return replace(self, line=line)


@dataclass(frozen=True)
class Patients:
    """A tumour whose twins are the patients, and their table."""

    tumour: Tumour
    table: pd.DataFrame


def load_population(spec: str, knowledge: Knowledge | None = None) -> Spec:
    """Return a spec whose setting is the last word of its id."""
    return Spec(spec, spec.rsplit("_", 1)[-1])


def sample_block(
    spec: Spec,
    *,
    seed: int,
    block: int,
    size: int = BLOCK,
    draw: int = 0,
    extra: Sequence[Any] = (),
    knowledge: Knowledge | None = None,
    precision: str = "f32",
) -> Patients:
    """Return `size` patients."""
    import pandas as pd

    disease: dict[str, Any] = {"setting": spec.setting}
    if spec.setting == "metastatic":
        disease["line"] = spec.line
    profile = profile_from(
        {
            "schema": "erbium.profile/1",
            "meta": {"id": spec.id},
            "her2": {"status": "positive"},
            "disease": disease,
        }
    )
    tumour = Tumour.from_profile(
        profile, seed=seed * 1000 + block, parameter_draws=1, marker_draws=size, knowledge=knowledge
    )
    present = {f"mechanism.{name}": np.asarray(p.present, dtype=bool) for name, p in tumour.presences.items()}
    table = pd.DataFrame(
        {
            "er": tumour.er > 0.1,
            "baseline_mm": tumour.start_diameters,
            "lesions": tumour.lesions.astype(int),
            **present,
        }
    )
    return Patients(tumour, table)
