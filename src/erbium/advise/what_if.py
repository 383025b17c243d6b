"""What if the tumour had a mechanism, or lacked one: a few regimens in order on the same twins, changed.

All twins are run once as they are. A change is run on all of them, or on some, as many of every draw: then
what it does to those, each against itself, is added to what all showed, so that a few give an order at once.
A marker that is changed in a patient with earlier lines draws the twins anew: then they are not paired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from erbium.advise.advise import split_twins
from erbium.advise.answer import envelope, safe
from erbium.advise.choice import choose
from erbium.advise.eligibility import case_for
from erbium.advise.past import Engine
from erbium.advise.past.makers import twins_of
from erbium.advise.rules import Allowed
from erbium.advise.run import Simulated, horizon_of, run_regimens, simulate_all
from erbium.core.errors import DataError
from erbium.core.twins import Array, Twins
from erbium.core.units import DAYS_PER_MONTH
from erbium.engine.kernel import STEPS_PER_DAY
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.profile import Profile
from erbium.tumour import Tumour
from erbium.tumour.clones import check_known

SCHEMA = "erbium.what_if/1"
#: Changes whose scores are kept.
KEPT = 8


@dataclass(frozen=True)
class _Scored:
    """One regimen: its score as it is and as changed, and what the change does to it."""

    item: Allowed
    before: float
    after: float
    change: Array
    tier: str
    ruled_out: tuple[str, ...]


@dataclass
class WhatIf:
    """Regimens on one tumour, run as it is; asked again and again with mechanisms switched on or off.

    Parameters
    ----------
    tumour
        The twins.
    allowed
        The regimens, with the use that places each.
    months
        How far to simulate.
    """

    profile: Profile
    tumour: Tumour
    allowed: Sequence[Allowed]
    months: float
    warnings: tuple[str, ...] = ()
    _base: list[Simulated] = field(default_factory=list)
    _run: dict[tuple[Any, ...], Array] = field(default_factory=dict)
    _left_out: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        profile: Profile,
        regimens: Sequence[str],
        *,
        twins: int = 50,
        seed: int = 1,
        months: float = 24.0,
        knowledge: Knowledge | None = None,
    ) -> WhatIf:
        """Return the question for a patient, with the twins that the answer to the same case has.

        Raises
        ------
        ErbiumError
            A regimen that is not known.
        """
        known = knowledge or load_knowledge()
        draws, each = split_twins(twins)
        tumour, warnings = _twins(profile, known, seed, draws, each)
        names = {resolve_regimen(name, known.regimens, known.drugs).id for name in regimens}
        choice = choose(tumour, case_for(tumour), regimens, force=True)
        wanted = [item for item in choice.allowed if item.regimen.id in names]
        return cls(profile, tumour, wanted, months, warnings)

    def answer(
        self,
        changed: Profile | None = None,
        *,
        present: Sequence[str] = (),
        absent: Sequence[str] = (),
        pairs: int | None = None,
    ) -> dict[str, Any]:
        """Return the order in a changed tumour, schema ``erbium.what_if/1``.

        Parameters
        ----------
        changed
            The profile with other markers; the same when None.
        present, absent
            Ids of mechanisms that all twins carry, or lack.
        pairs
            Twins that are run as changed, spread over the parameter draws; all when None.

        Raises
        ------
        UnknownName
            No such mechanism.
        DataError
            A mechanism that is both; or a regimen that cannot be simulated.
        """
        both = sorted(set(present) & set(absent))
        if both:
            raise DataError(f"{', '.join(both)}: both present and absent.", key="absent")
        check_known((*present, *absent), self.tumour.knowledge.mechanisms)
        base = self._as_it_is()
        tumour, warnings = self._changed(changed)
        if present:
            tumour = tumour.carrying(dict.fromkeys(present, 1.0))
        for name in absent:
            tumour = tumour.without(name)
        rows = self._rows(pairs)
        days = horizon_of(tumour, self.months)
        if tumour is self.tumour:
            rows = np.arange(self.tumour.twins.count)
            scores = np.array([one.endpoints.score for one in base])
        else:
            key = (repr(changed), *map(tuple, (sorted(present), sorted(absent))))
            scores = self._scores(key, tumour, rows, days)
        now = choose(tumour, case_for(tumour), [one.regimen for one in base], force=True)
        uses = {item.regimen.id: item for item in now.allowed}
        ruled_out: dict[str, list[str]] = {}
        for rule in now.forced:
            ruled_out.setdefault(rule["regimen"], []).append(rule["reason"])
        before = {item.regimen.id: item for item in self.allowed}
        scored = []
        for score, then in zip(scores, base, strict=True):
            name = then.regimen.id
            change = score - then.endpoints.score[rows]
            mean = float(then.endpoints.score.mean())
            most = days / DAYS_PER_MONTH if then.endpoints.score_unit == "months" else 1.0
            after = min(max(mean + float(change.mean()), 0.0), most)
            scored.append(
                _Scored(before[name], mean, after, change, _tier(uses[name]), tuple(ruled_out.get(name, ())))
            )
        paired = tumour.twins == self.tumour.twins
        return self._json(scored, base[0], (*present,), (*absent,), len(rows), warnings, paired=paired)

    def _changed(self, profile: Profile | None) -> tuple[Tumour, tuple[str, ...]]:
        if profile is None or profile == self.profile:
            return self.tumour, self.warnings
        twins = self.tumour.twins
        if profile.disease.setting != self.profile.disease.setting:
            raise DataError(
                "another setting has other endpoints.",
                key="disease.setting",
                hint="ask anew on the page Case",
            )
        return _twins(profile, self.tumour.knowledge, twins.seed, twins.parameter_draws, twins.marker_draws)

    def _as_it_is(self) -> list[Simulated]:
        if not self._base:
            regimens = [item.regimen for item in self.allowed]
            found, failed = simulate_all(self.tumour, regimens, horizon_of(self.tumour, self.months))
            if not found:
                raise DataError("; ".join(text for _, text in failed), key="regimens")
            self._base = found
            self._left_out = tuple(f"{regimen.name} is left out: {text}" for regimen, text in failed)
        return self._base

    def _scores(self, key: tuple[Any, ...], tumour: Tumour, rows: NDArray[np.intp], days: float) -> Array:
        """Return the scores of `rows` in a changed tumour, (regimens, rows); what was run before is kept."""
        kept = self._run.pop(key, None)
        if kept is None:
            kept = np.full((len(self._base), tumour.twins.count), np.nan)
        missing = rows[np.isnan(kept[0, rows])]
        if len(missing):
            regimens = [one.regimen for one in self._base]
            arms = [tumour.arm(regimen).of(missing) for regimen in regimens]
            draws = tumour.twins.parameter_draws
            twins = Twins(tumour.twins.seed, draws, len(missing) // draws)  # as many of every draw
            found = run_regimens(tumour, regimens, arms, days, STEPS_PER_DAY, lambda _share: None, twins)
            kept[:, missing] = [one.endpoints.score for one in found]
        self._run[key] = kept
        while len(self._run) > KEPT:
            self._run.pop(next(iter(self._run)))
        return np.asarray(kept[:, rows])

    def _rows(self, pairs: int | None) -> NDArray[np.intp]:
        """Return which twins are run, as many of every parameter draw; fewer are among more."""
        twins = self.tumour.twins
        each = twins.marker_draws
        if pairs is not None:
            each = min(max(pairs // twins.parameter_draws, 1), each)
        starts = np.arange(twins.parameter_draws)[:, None]
        # Other marker draws in every parameter draw, so that few twins still cover both.
        inside = (np.arange(each)[None] + starts) % twins.marker_draws
        return (starts * twins.marker_draws + np.sort(inside, axis=1)).reshape(-1)

    def _json(
        self,
        scored: Sequence[_Scored],
        any_one: Simulated,
        present: Sequence[str],
        absent: Sequence[str],
        run: int,
        warnings: Sequence[str],
        *,
        paired: bool,
    ) -> dict[str, Any]:
        tumour = self.tumour

        def ranks(value: str) -> list[int]:
            """Tier of evidence first, score within it, as in the answer."""
            tiers = [_tier(one.item) if value == "before" else one.tier for one in scored]
            key = [(tiers[place], -getattr(one, value), place) for place, one in enumerate(scored)]
            order = sorted(range(len(scored)), key=key.__getitem__)
            return [order.index(place) + 1 for place in range(len(scored))]

        before, after = ranks("before"), ranks("after")
        options: list[dict[str, Any]] = [
            {
                "rank": after[place],
                "rank_before": before[place],
                "regimen": one.item.regimen.id,
                "name": one.item.regimen.name,
                "tier": one.tier,
                "ruled_out": list(one.ruled_out),
                "before": one.before,
                "after": one.after,
                "change": {
                    "mean": float(one.change.mean()),
                    "low": float(np.quantile(one.change, 0.05)),
                    "high": float(np.quantile(one.change, 0.95)),
                },
                "unit": any_one.endpoints.score_unit,
            }
            for place, one in enumerate(scored)
        ]
        body = envelope(
            SCHEMA,
            seed=tumour.twins.seed,
            knowledge_hash=tumour.knowledge.hash,
            knowledge_date=tumour.knowledge.date,
            warnings=[*warnings, *self._left_out, *tumour.warnings],
        )
        return safe(
            body
            | {
                "case": tumour.profile.id,
                "present": list(present),
                "absent": list(absent),
                "endpoint": any_one.endpoints.score_name,
                "horizon_months": self.months,
                "twins": tumour.twins.count,
                "twins_changed": run,
                "paired": paired,
                "options": sorted(options, key=lambda one: one["rank"]),
            }
        )


def _twins(
    profile: Profile, knowledge: Knowledge, seed: int, draws: int, each: int
) -> tuple[Tumour, tuple[str, ...]]:
    """Return the twins of a patient after the earlier lines, and what must be said of them."""
    engine = Engine(knowledge, "auto", "f32")
    makers = twins_of(profile, engine, seed=seed, history=True, draws=draws, each=each)
    return makers.tumour(draws, each), tuple(makers.warnings)


def _tier(item: Allowed) -> str:
    return item.use.tier if item.use is not None else "IV"
