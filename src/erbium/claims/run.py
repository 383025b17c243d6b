"""Checks claims: plans what must be measured, measures it, and judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from erbium.claims.bench import Bench, Progress, Wanted
from erbium.claims.faults import faults
from erbium.claims.held_out import is_held_out
from erbium.claims.hops import hops_of
from erbium.claims.outcomes import Judged, Report, Status
from erbium.claims.setup import Setup, setup_of
from erbium.claims.typical import Typical
from erbium.claims.verdict import Outcome, judge, weakest
from erbium.core.errors import DataErrors, UnknownName
from erbium.experiment.condition import Condition
from erbium.knowledge.claims import FiledClaim, FiledSpecificity, load_claims, load_specificity
from erbium.knowledge.schema.claim import Check, Claim, Expectation, SpecificityCheck


def check_claims(
    *,
    system: str | None = None,
    ids: Sequence[str] = (),
    tuning: bool = False,
    members: int = 32,
    seed: int = 1,
    progress: Progress | None = None,
    claims: Mapping[str, FiledClaim] | None = None,
    specificity: Mapping[str, FiledSpecificity] | None = None,
    bench: Bench | None = None,
) -> Report:
    """Return the status of the chosen claims and specificity checks.

    Parameters
    ----------
    system
        Only claims of this system.
    ids
        Only these claims or checks.
    tuning
        Leave out the ids that are held out.
    members, seed
        Parameter draws, and their seed.
    claims, specificity
        What to choose from; the shipped ones by default.
    bench
        Keeps what was measured, for later questions.

    Raises
    ------
    UnknownName
        No such system or claim.
    DataErrors
        A claim names something that does not exist.
    """
    every = load_claims() if claims is None else dict(claims)
    if tuning:
        every = {name: item for name, item in every.items() if not is_held_out(name)}
    controls = load_specificity() if specificity is None else dict(specificity)
    chosen, chosen_controls = choose(every, controls, system, ids)
    if errors := faults([*chosen, *chosen_controls]):
        raise DataErrors(errors)
    bench = bench or Bench(members, seed)
    controls_chosen = [item.check for item in chosen_controls]
    running = [item.claim for item in chosen if item.claim.runs and not item.claim.trial_number]
    with ThreadPoolExecutor(1) as beside:
        hops = beside.submit(all_hops, [*running, *controls_chosen], bench.typical)
        bench.measure(wanted_of([*running, *controls_chosen]), _part(progress, 0.0, 0.6))
        found = hops.result()
    judged = [judge_claim(item, bench, found) for item in chosen]
    held = [item.check for item in judged if item.status == "reproduced" and cut_of(item.check)]
    bench.measure(
        [item for check in held for item in wanted_of([check], cut_of(check))], _part(progress, 0.6, 1.0)
    )
    return Report(
        claims=tuple(_unless_vacuous(item, bench) for item in judged),
        specificity=tuple(_judged(item.check, item.system, bench, found) for item in chosen_controls),
        members=bench.members,
        seed=bench.seed,
    )


def choose(
    claims: Mapping[str, FiledClaim],
    specificity: Mapping[str, FiledSpecificity],
    system: str | None,
    ids: Sequence[str],
) -> tuple[list[FiledClaim], list[FiledSpecificity]]:
    """Return the claims and checks that are asked for; without a choice, all."""
    systems = dict.fromkeys(item.system for item in claims.values())
    if system is not None and system not in systems:
        raise UnknownName.among("system", system, systems, hint="erbium claims list")
    for name in ids:
        if name not in claims and name not in specificity:
            raise UnknownName.among("claim", name, [*claims, *specificity], hint="erbium claims list")
    picked = [
        item
        for name, item in claims.items()
        if (system is None or item.system == system) and (not ids or name in ids)
    ]
    # A specificity check belongs to no system of the reviews: it runs with all claims, or by its id.
    controls = [item for name, item in specificity.items() if (name in ids if ids else system is None)]
    return picked, controls


def wanted_of(checks: Iterable[Check], cuts: Mapping[str, float] | None = None) -> list[Wanted]:
    """Return what must be measured for `checks`."""
    found: list[Wanted] = []
    for check in checks:
        setups = setups_of(check, cuts)
        found += [item for expectation in check.expect for item in wanted_by(expectation, setups).values()]
    return found


def setups_of(check: Check, cut: Mapping[str, float] | None = None) -> dict[str, Setup]:
    """Return what is simulated for each arm."""
    return {name: setup_of(context, cut) for name, context in check.contexts().items()}


def wanted_by(expectation: Expectation, setups: Mapping[str, Setup]) -> dict[str, Wanted]:
    """Return what `expectation` needs, by arm."""
    return {name: (setups[name], expectation.readout, expectation.time) for _, name in expectation.arms()}


def outcome_of(expectation: Expectation, setups: Mapping[str, Setup], bench: Bench) -> Outcome:
    """Return what one expectation finds on the bench."""
    wanted = wanted_by(expectation, setups)
    for name, item in wanted.items():
        if item[0] in bench.failures:
            return Outcome(
                False, None, None, None, -1e9, f"{name} cannot be simulated: {bench.failures[item[0]]}"
            )
    return judge(expectation, {name: bench.values[item] for name, item in wanted.items()})


def all_hops(checks: Sequence[Claim | SpecificityCheck], typical: Typical) -> dict[str, int | None]:
    """Return the hops of each check by its id; the cells they are read from settle together."""
    setups = [setups_of(check) for check in checks]
    typical.settle(one for own in setups for one in own.values() if isinstance(one, Condition))
    return {check.id: hops_of(check, own, typical) for check, own in zip(checks, setups, strict=True)}


def judge_claim(item: FiledClaim, bench: Bench, hops: Mapping[str, int | None]) -> Judged:
    """Return the status of a claim from what is on the bench; `hops` by id."""
    claim = item.claim
    still: dict[Status, bool] = {
        "duplicate": claim.duplicate_of is not None,
        "awaiting_calibration": claim.trial_number,
        "not_executable": not claim.executable,
    }
    for status, applies in still.items():
        if applies:
            reason = claim.reason or (f"same as {claim.duplicate_of}" if claim.duplicate_of else "")
            return Judged(claim, item.system, status, reason=reason)
    return _judged(claim, item.system, bench, hops)


def _judged(
    check: Claim | SpecificityCheck, system: str, bench: Bench, hops: Mapping[str, int | None]
) -> Judged:
    setups = setups_of(check)
    outcomes = tuple(outcome_of(expectation, setups, bench) for expectation in check.expect)
    worst = weakest(list(outcomes))
    contested = isinstance(check, Claim) and check.contested
    status: Status = "contested" if contested else "reproduced" if worst.holds else "not_reproduced"
    reason = "" if contested else worst.reason
    if reason and len(outcomes) > 1:
        reason = f"{check.expect[outcomes.index(worst)].readout}: {reason}"
    if status == "not_reproduced" and isinstance(check, Claim) and check.not_reproduced:
        reason = f"{check.not_reproduced} [{reason}]"
    return Judged(
        check,
        system,
        status,
        outcomes=outcomes,
        outcome=worst,
        hops=hops[check.id],
        reason=reason,
        arms={name: str(setup) for name, setup in setups.items()},
    )


def cut_of(check: Check) -> Mapping[str, float]:
    """Return the mediating edge of a claim: parameters by value."""
    return check.cut if isinstance(check, Claim) else {}


def _unless_vacuous(item: Judged, bench: Bench) -> Judged:
    """Return a reproduced claim as vacuous if it is still seen once its mediating edge is cut."""
    cut = cut_of(item.check)
    if item.status != "reproduced" or not cut:
        return item
    setups = setups_of(item.check, cut)
    if not all(outcome_of(expectation, setups, bench).holds for expectation in item.check.expect):
        return item
    held = ", ".join(f"{name} = {value:g}" for name, value in cut.items())
    return replace(item, status="vacuous", reason=f"still seen with the mediating edge cut ({held})")


def _part(progress: Progress | None, start: float, stop: float) -> Progress | None:
    if progress is None:
        return None
    report = progress
    return lambda share, what: report(start + (stop - start) * share, what)
