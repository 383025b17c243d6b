"""`simulate`: one regimen on one patient."""

from __future__ import annotations

from erbium.advise.advise import split_twins
from erbium.engine.kernel import BackendName, Precision
from erbium.knowledge import Knowledge
from erbium.knowledge.schema.regimen import Regimen
from erbium.profile import Profile
from erbium.tumour import Treatment, Tumour


def simulate(
    profile: Profile,
    regimen: str | Regimen,
    *,
    until: str = "24 months",
    seed: int = 1,
    twins: int = 200,
    backend: BackendName = "auto",
    precision: Precision = "f32",
    knowledge: Knowledge | None = None,
) -> Treatment:
    """Return what `regimen` does to the twins of `profile`, week by week.

    Parameters
    ----------
    regimen
        A regimen, its name, or drugs joined by ``+``.
    until
        How long, with a unit.
    seed, twins
        Seed, and number of twins.
    """
    draws, markers = split_twins(twins)
    tumour = Tumour.from_profile(
        profile,
        seed=seed,
        parameter_draws=draws,
        marker_draws=markers,
        knowledge=knowledge,
        backend=backend,
        precision=precision,
    )
    return tumour.treat(regimen, until)
