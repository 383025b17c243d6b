"""`simulate`: one regimen on one patient."""

from __future__ import annotations

from dataclasses import replace

from erbium.advise.advise import split_twins
from erbium.advise.eligibility import eligibility
from erbium.engine.kernel import BackendName, Precision
from erbium.knowledge import Knowledge
from erbium.knowledge.catalogue import resolve_regimen
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
    force: bool = False,
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
    force
        Simulate a regimen that the profile rules out; the result says so.

    Raises
    ------
    Contraindicated
        The profile rules the regimen out, and it is not forced.
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
    known = tumour.knowledge
    chosen = (
        regimen if isinstance(regimen, Regimen) else resolve_regimen(regimen, known.regimens, known.drugs)
    )
    found = eligibility(tumour, chosen)
    found.check(profile.id, force=force)
    treatment = tumour.treat(chosen, until)
    return replace(treatment, forced=found.ruled_out, warnings=(*found.warnings, *treatment.warnings))
