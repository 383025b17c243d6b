"""Blocks of eligible virtual patients."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from erbium.core.errors import DataError
from erbium.core.twins import KeptTwins
from erbium.engine.kernel import Precision
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.schema.mechanism import Mechanism
from erbium.knowledge.schema.population import Criterion, Population
from erbium.population.attributes import AMOUNTS, table_of
from erbium.population.check import base_profile
from erbium.population.criteria import Count, Criteria, read_criteria
from erbium.population.draws import links
from erbium.population.shares import Acceptance
from erbium.tumour import Tumour
from erbium.tumour.presence import Presence

if TYPE_CHECKING:
    import pandas as pd

#: Patients of a whole block.
BLOCK = 250
#: Candidates drawn, and stratified, together.
CANDIDATES = 250
#: Batches after which an eligibility that nobody meets is given up, and after which any is.
_GIVE_UP_EMPTY, _GIVE_UP = 40, 400
#: The pilot from which the chances that reach stated shares are computed: batches, and patients, at least.
_PILOT_BATCHES, _PILOT_PATIENTS = 20, 1000
_PILOT_SEED = 0


@dataclass(frozen=True)
class Patients:
    """Eligible patients of one block.

    Attributes
    ----------
    tumour
        Their tumours: one twin per patient, settled only when it is treated.
    table
        Their attributes, one row each, in the same order.
    block, draw
        Number of the block, and of the draw of what all tumours share.
    candidates
        Candidates drawn to find them.
    effective_share
        What a patient of the population without stated shares is worth when it is weighted to have
        them; the patients here are drawn with these shares and count one each.
    warnings
        What the data do not support.
    """

    tumour: Tumour
    table: pd.DataFrame
    block: int
    draw: int
    candidates: int
    effective_share: float = 1.0
    warnings: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Number of patients."""
        return len(self.table)


def sample_block(
    spec: Population,
    *,
    seed: int,
    block: int,
    size: int = BLOCK,
    draw: int = 0,
    extra: Criteria = (),
    knowledge: Knowledge | None = None,
    precision: Precision = "f32",
) -> Patients:
    """Return `size` eligible patients of a population.

    The patients depend on the population, the criteria, the seed and the block alone, in whatever
    order or process blocks are drawn; a smaller block is the beginning of a larger one, and another
    `draw` gives the same patients under other kinetic constants.

    Parameters
    ----------
    spec
        The population.
    seed
        Seed of every draw.
    block
        Number of the block, from 0.
    size
        Number of patients.
    draw
        Draw of what all tumours share; 0 is the typical one.
    extra
        Criteria beside those of the population, as tables or records.
    knowledge
        Drugs and mechanisms.
    precision
        Of the kernel: f32 or f64.

    Raises
    ------
    DataError
        A criterion is wrong, or the eligibility is empty; names the criterion that empties it.
    """
    for name, number, least in (("block", block, 0), ("size", size, 1), ("draw", draw, 0)):
        if number < least:
            raise DataError(f"{name} {number}.", key=name, expected=f"a whole number from {least}")
    knowledge = acting(knowledge or load_knowledge(), spec.acts)
    criteria = (*spec.eligibility, *read_criteria(extra, knowledge.mechanisms, key="extra eligibility"))
    acceptance = _acceptance(spec, knowledge)
    sampler = Sampler(spec, seed, block, draw, knowledge, precision)
    keep, batches = sampler.find(criteria, acceptance, size)
    twins = sampler.twins(keep[:size])
    tumour = sampler.tumour(twins)
    return Patients(
        tumour,
        table_of(tumour, twins),
        block,
        draw,
        batches * CANDIDATES,
        acceptance.effective_share,
        (*spec.limits, *acceptance.warnings),
    )


def sample(
    spec: Population,
    patients: int,
    *,
    seed: int,
    draw: int = 0,
    extra: Criteria = (),
    knowledge: Knowledge | None = None,
) -> Iterator[Patients]:
    """Yield `patients` eligible patients block by block, the last one perhaps smaller.

    Raises
    ------
    DataError
        As in :func:`sample_block`.
    """
    for block in range(-(-patients // BLOCK)):
        size = min(BLOCK, patients - block * BLOCK)
        yield sample_block(
            spec, seed=seed, block=block, size=size, draw=draw, extra=extra, knowledge=knowledge
        )


def block_seed(seed: int, block: int) -> int:
    """Return the seed of what differs between the patients of one block."""
    digest = hashlib.sha256(f"{seed}\x1fpatients\x1f{block}".encode()).digest()
    return int.from_bytes(digest[:7], "little")


def _acceptance(spec: Population, knowledge: Knowledge) -> Acceptance:
    """Return the chances that give the population its stated shares, whatever the seed."""
    if not spec.shares:
        return Acceptance()
    return _pilot(spec.model_dump_json(by_alias=True), knowledge.hash, _Held(knowledge))


class _Held:
    """Hands knowledge to a cached function without being part of the key."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=64)
def _pilot(spec_json: str, knowledge_hash: str, held: _Held) -> Acceptance:  # noqa: ARG001 - part of the key
    spec = Population.model_validate_json(spec_json)
    sampler = Sampler(spec, _PILOT_SEED, 0, 0, held.knowledge, "f32")
    keep, _ = sampler.find(spec.eligibility, Acceptance(), _PILOT_PATIENTS, _PILOT_BATCHES)
    return Acceptance.of(sampler.table(sampler.twins(keep)), spec.shares, spec.id)


class Sampler:
    """Draws candidates of one block and keeps the eligible ones."""

    def __init__(
        self, spec: Population, seed: int, block: int, draw: int, knowledge: Knowledge, precision: Precision
    ) -> None:
        self.spec = spec
        self.profile = base_profile(spec)
        self.seed, self.own = seed, block_seed(seed, block)
        self.draw = draw
        self.knowledge = knowledge
        self.precision: Precision = precision

    def find(
        self, criteria: tuple[Criterion, ...], acceptance: Acceptance, size: int, least: int = 1
    ) -> tuple[NDArray[np.int64], int]:
        """Return the candidates that are eligible and accepted, and the number of batches drawn.

        Whole batches, at least `least`, are drawn until there are `size`.

        Raises
        ------
        DataError
            The eligibility is empty or nearly so.
        """
        if not criteria and not acceptance.shares:
            batches = max(-(-size // CANDIDATES), least)
            return np.arange(batches * CANDIDATES), batches
        count = Count(criteria)
        keep: list[int] = []
        batches = 0
        while len(keep) < size or batches < least:
            if batches >= (_GIVE_UP if keep else _GIVE_UP_EMPTY):
                raise count.emptied_by(self.spec.id, size)
            candidates = np.arange(batches * CANDIDATES, (batches + 1) * CANDIDATES)
            twins = self.twins(candidates)
            table = self.table(twins)
            eligible = count.screen(table)
            if acceptance.shares:
                eligible &= twins.uniform("population.accepted") < acceptance.chance(table)
            keep += candidates[eligible].tolist()
            batches += 1
        return np.array(keep), batches

    def twins(self, keep: NDArray[np.int64]) -> KeptTwins:
        """Return the twins of the candidates `keep`."""
        return KeptTwins.of(
            self.own, keep, batch=CANDIDATES, shared_seed=self.seed, shared_draw=self.draw, links=links()
        )

    def tumour(self, twins: KeptTwins) -> Tumour:
        """Return the tumours of the candidates, not settled."""
        found = Tumour.from_profile(
            self.profile, twins=twins, knowledge=self.knowledge, precision=self.precision
        )
        added = by_threshold(found, twins, self.spec.acts)
        return replace(found, presences={**found.presences, **added}) if added else found

    def table(self, twins: KeptTwins) -> pd.DataFrame:
        """Return the attributes of the candidates."""
        return table_of(self.tumour(twins), twins)


def acting(knowledge: Knowledge, acts: tuple[str, ...]) -> Knowledge:
    """Return the knowledge in which tumours that were not tested are given the mechanisms `acts`."""
    if not acts:
        return knowledge
    changed: dict[str, Mechanism] = {}
    for name in acts:
        mechanism = knowledge.mechanisms[name]
        if mechanism.prior is not None:
            prior = mechanism.prior.model_copy(update={"drawn": True})
            changed[name] = mechanism.model_copy(update={"prior": prior})
    return replace(knowledge, mechanisms={**knowledge.mechanisms, **changed})


def by_threshold(tumour: Tumour, twins: KeptTwins, acts: tuple[str, ...]) -> Mapping[str, Presence]:
    """Return the acting mechanisms that a limit on a drawn amount decides on, such as many TIL."""
    found: dict[str, Presence] = {}
    for name in acts:
        mechanism = tumour.knowledge.mechanisms[name]
        if mechanism.prior is not None:
            continue
        present = np.zeros(twins.count, dtype=bool)
        for marker in mechanism.markers:
            if marker.field in AMOUNTS:
                values = AMOUNTS[marker.field](tumour, twins)
                above = np.ones_like(present) if marker.above is None else values >= marker.above
                present |= above & (True if marker.below is None else values < marker.below)
        found[name] = Presence(mechanism, "sampled", present, np.ones(twins.count), "drawn")
    return found
