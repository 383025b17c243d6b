"""The audit: whether reproduced claims could have failed, and how far they carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from erbium.claims.base_rates import BaseRates, base_rates
from erbium.claims.bench import Bench, Progress
from erbium.claims.held_out import is_held_out, sample_of
from erbium.claims.outcomes import Judged, Report, totals
from erbium.claims.run import check_claims, outcome_of, setups_of, wanted_of
from erbium.claims.variations import (
    DOSES,
    at_dose,
    at_time,
    has_doses,
    in_line,
    opposites,
    other_lines,
    times_of,
)
from erbium.core.result import plain, version
from erbium.knowledge.claims import FiledClaim, load_claims
from erbium.knowledge.schema.claim import Check, Claim

#: Share of members in which an effect must be seen.
MEMBERS_SHARE = 0.8


@dataclass(frozen=True)
class Audited:
    """What the audit found on one reproduced claim.

    Attributes
    ----------
    opposite_fails
        Whether the opposite of the claim is not seen as well.
    cut_fails
        Whether the claim fails once its mediating edge is cut; None without a cut.
    doses_and_times, of
        Combinations of dose and time at which the effect is there in 80 % of members, of how many.
    lines, of_lines
        Lines in which a general claim holds, of how many; 0 of 0 for one that is not general.
    """

    judged: Judged
    opposite_fails: bool
    cut_fails: bool | None
    doses_and_times: int
    of: int
    lines: int = 0
    of_lines: int = 0

    @property
    def passes(self) -> bool:
        """Whether nothing speaks against the claim."""
        everywhere = self.doses_and_times == self.of and self.lines == self.of_lines
        return self.opposite_fails and self.cut_fails is not False and everywhere

    def json(self) -> dict[str, Any]:
        """Return the findings as plain data."""
        return {
            "id": self.judged.id,
            "system": self.judged.system,
            "kind": self.judged.kind,
            "status": self.judged.status,
            "hops": self.judged.hops,
            "opposite_fails": self.opposite_fails,
            "cut_fails": self.cut_fails,
            "doses_and_times": {"held": self.doses_and_times, "of": self.of},
            "lines": {"held": self.lines, "of": self.of_lines},
            "held_out": is_held_out(self.judged.id),
            "passes": self.passes,
        }


@dataclass(frozen=True)
class Audit:
    """The audit of a set of claims, with the base rates beside it."""

    report: Report
    audited: tuple[Audited, ...]
    rates: BaseRates

    @property
    def held_out(self) -> dict[str, dict[str, int]]:
        """Totals of the ids that are not looked at while tuning, and of the others."""
        apart = [item for item in self.report.claims if is_held_out(item.id)]
        rest = [item for item in self.report.claims if not is_held_out(item.id)]
        return {"held_out": totals(apart), "others": totals(rest)}

    def summary(self) -> dict[str, int]:
        """Return counts of what the audit looked at."""
        found = self.audited
        general = [item for item in found if item.of_lines]
        return {
            "audited": len(found),
            "opposite_fails": sum(item.opposite_fails for item in found),
            "cut_fails": sum(item.cut_fails is True for item in found),
            "cut_does_nothing": sum(item.cut_fails is False for item in found),
            "no_cut": sum(item.cut_fails is None for item in found),
            "all_doses_and_times": sum(item.doses_and_times == item.of for item in found),
            "general": len(general),
            "all_lines": sum(item.lines == item.of_lines for item in general),
            "passes": sum(item.passes for item in found),
            **self.report.near,
        }

    def json(self) -> dict[str, Any]:
        """Return the audit as JSON-safe data, schema ``erbium.claims_audit/1``."""
        body = {
            "schema": "erbium.claims_audit/1",
            "version": version(),
            "members": self.report.members,
            "seed": self.report.seed,
            "totals": self.report.totals,
            "summary": self.summary(),
            "base_rates": self.rates.json(),
            "held_out": self.held_out,
            "claims": [item.json() for item in self.audited],
        }
        return dict(plain(body))


def audit_claims(
    *,
    sample: int | None = None,
    members: int = 32,
    seed: int = 1,
    progress: Progress | None = None,
    claims: Mapping[str, FiledClaim] | None = None,
) -> Audit:
    """Return the audit of the claims, or of a sample of them.

    Parameters
    ----------
    sample
        Number of claims that are run, chosen by a hash of their ids; all when None.
    """
    every = load_claims() if claims is None else dict(claims)
    if sample is not None:
        every = sample_of(every, sample)
    bench = Bench(members, seed)
    report = check_claims(
        members=members,
        seed=seed,
        claims=every,
        specificity={},
        bench=bench,
        progress=_part(progress, 0.0, 0.3),
    )
    counted = [item for item in report.claims if item.status in ("reproduced", "vacuous")]
    asked = {item.id: _variants(item.check) for item in counted}
    bench.measure(
        wanted_of(check for variants in asked.values() for check in variants.all()), _part(progress, 0.3, 1.0)
    )
    audited = tuple(_audit(item, asked[item.id], bench) for item in counted)
    return Audit(report, audited, base_rates(report, bench.typical, seed=seed))


@dataclass(frozen=True)
class _Variants:
    grid: tuple[Check, ...]
    lines: tuple[Check, ...]

    def all(self) -> Sequence[Check]:
        return (*self.grid, *self.lines)


def _variants(check: Check) -> _Variants:
    doses = DOSES if has_doses(check) else (1.0,)
    grid = tuple(at_time(at_dose(check, dose), time) for dose, time in product(doses, times_of(check)))
    general = isinstance(check, Claim) and check.general
    lines = tuple(in_line(check, line) for line in other_lines(check)) if general else ()
    return _Variants(grid, lines)


def _audit(item: Judged, variants: _Variants, bench: Bench) -> Audited:
    setups = setups_of(item.check)
    opposite = any(
        outcome_of(other, setups, bench).holds for e in item.check.expect for other in opposites(e)
    )
    has_cut = isinstance(item.check, Claim) and bool(item.check.cut)
    return Audited(
        judged=item,
        opposite_fails=not opposite,
        cut_fails=(item.status != "vacuous") if has_cut else None,
        doses_and_times=sum(_carries(check, bench) for check in variants.grid),
        of=len(variants.grid),
        lines=sum(_holds(check, bench) for check in variants.lines),
        of_lines=len(variants.lines),
    )


def _carries(check: Check, bench: Bench) -> bool:
    """Return whether each expectation is met in 80 % of members."""
    setups = setups_of(check)
    return all(outcome_of(e, setups, bench).members >= MEMBERS_SHARE for e in check.expect)


def _holds(check: Check, bench: Bench) -> bool:
    setups = setups_of(check)
    return all(outcome_of(e, setups, bench).holds for e in check.expect)


def _part(progress: Progress | None, start: float, stop: float) -> Progress | None:
    if progress is None:
        return None
    report = progress
    return lambda share, what: report(start + (stop - start) * share, what)
