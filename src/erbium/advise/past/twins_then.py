"""The twins as they were at an earlier line, and as they are now: clones that were selected, and lesions.

A mechanism that is commoner after treatment than before is, in the twins that have it only afterwards,
carried by the minor clone from the start: treatment selects for it. Clones carry over from line to line by
their shares; signalling starts each line settled and without drugs; tolerance of what was given,
receptor-independent drive and the pace of growth rise with every line as everywhere in the model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from erbium.advise.past.lines import PastLine
from erbium.core.twins import Array, Twins
from erbium.engine.kernel import BackendName, Precision
from erbium.knowledge import Knowledge
from erbium.profile import Profile
from erbium.profile.measurement import UNKNOWN
from erbium.tumour import Tumour
from erbium.tumour.presence import Presence


@dataclass(frozen=True)
class Engine:
    """What the twins are run with."""

    knowledge: Knowledge
    backend: BackendName = "auto"
    precision: Precision = "f32"

    def tumour(self, profile: Profile, twins: Twins) -> Tumour:
        """Return the twins of a profile."""
        return Tumour.from_profile(
            profile, knowledge=self.knowledge, backend=self.backend, precision=self.precision, twins=twins
        )


@dataclass(frozen=True)
class Origins:
    """What twins had before their first line, and what they acquired since.

    Attributes
    ----------
    before
        Mechanisms before any treatment, by id.
    acquired
        Mechanisms that some twins have only after treatment.
    """

    before: dict[str, Presence]
    acquired: tuple[Presence, ...]

    def share_of_cells(self, mechanism: str, shares: Array) -> Array:
        """Return the share of a twin's cells that carries a mechanism, shape (count,).

        Parameters
        ----------
        shares
            Shares of the clones, shape (count, clones).
        """
        held = self.before.get(mechanism)
        share = np.zeros(len(shares)) if held is None else held.present.astype(float)
        for presence in self.acquired:
            if presence.mechanism.id == mechanism:
                share = np.where(presence.present, np.maximum(share, shares[:, -1]), share)
        return share

    def put(self, tumour: Tumour, shares: Array | None) -> Tumour:
        """Return `tumour` with these mechanisms, its clones in these shares, shape (count, clones)."""
        fractions = [clone.fraction for clone in tumour.clones] if shares is None else list(shares.T)
        clones = [
            replace(clone, fraction=share) for clone, share in zip(tumour.clones, fractions, strict=True)
        ]
        clones[-1] = replace(clones[-1], carried=self.acquired)
        return replace(tumour, presences=self.before, clones=tuple(clones))


def profile_before(profile: Profile, line: PastLine, *, first: bool = False) -> Profile:
    """Return the profile as it stood when `line` was begun.

    Markers are kept: what the profile shows is taken to have been there. The size of the tumour then is
    not known.

    Parameters
    ----------
    first
        Whether nothing had been given.
    """
    disease = profile.disease.model_copy(
        update={
            "setting": line.setting,
            "line": 1 if first else line.lines_before + 1,
            "sum_of_diameters_mm": UNKNOWN,
            "n_lesions": UNKNOWN,
        }
    )
    earlier = () if first else profile.prior_therapies[: line.position]
    return profile.model_copy(update={"disease": disease, "prior_therapies": earlier})


def origins_of(profile: Profile, lines: tuple[PastLine, ...], twins: Twins, engine: Engine) -> Origins:
    """Return what the twins had before the first of `lines`, and what they acquired up to now.

    What a second specimen showed after a line is taken to be new: who had not drawn it before acquires it.
    """
    before = dict(engine.tumour(profile_before(profile, lines[0], first=True), twins).presences)
    now = engine.tumour(profile, twins).presences
    shown = {name for line in lines if line.rebiopsy for name in line.rebiopsy.found}
    nobody = np.zeros(twins.count, dtype=bool)
    acquired = []
    for name, presence in now.items():
        if name in shown:
            if before[name].status == "measured":
                before[name] = replace(before[name], present=nobody)
            new = ~before[name].present
        elif presence.status == "sampled":
            new = presence.present & ~before[name].present
        else:
            continue
        if new.any():
            acquired.append(replace(presence, present=new))
    return Origins(before, tuple(acquired))


def twins_before(
    profile: Profile,
    line: PastLine,
    twins: Twins,
    engine: Engine,
    origins: Origins,
    shares: Array | None,
) -> Tumour:
    """Return the twins as they were when `line` was begun."""
    return origins.put(engine.tumour(profile_before(profile, line), twins), shares)


def twins_now(profile: Profile, twins: Twins, engine: Engine, origins: Origins, shares: Array) -> Tumour:
    """Return the twins as they are after their earlier lines."""
    return origins.put(engine.tumour(profile, twins), shares)


def shares_of(live: Array, earlier: Array) -> Array:
    """Return the shares of the clones, shape (count, clones); the earlier ones where no cell is left.

    Parameters
    ----------
    live
        Living volume per clone in cm3, shape (count, clones).
    """
    total = live.sum(axis=1, keepdims=True)
    return np.where(total > 0.0, live / np.maximum(total, 1e-300), earlier)
