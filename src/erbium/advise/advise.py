"""`advise`: from a profile to ordered, explained options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from erbium.advise.answer import Advice, envelope, safe
from erbium.advise.brain import brain_response
from erbium.advise.case_facts import (
    case_json,
    cited_in,
    clones_json,
    evidence_json,
    her2_json,
    mechanisms_json,
    outside_support,
    refused_json,
    sources_json,
)
from erbium.advise.choice import choose, commonest_reason
from erbium.advise.dependence import dependence
from erbium.advise.eligibility import case_for
from erbium.advise.evidence import evidence_for
from erbium.advise.history import undecided_of
from erbium.advise.next_tests import next_tests
from erbium.advise.omission import de_escalation, omitted, shortened
from erbium.advise.past import Engine
from erbium.advise.past.makers import twins_of
from erbium.advise.questions import open_questions
from erbium.advise.ranking import compare, order, ties
from erbium.advise.readouts import before_and_on, course_json, signal_in_words
from erbium.advise.region import approval_json
from erbium.advise.rules import elsewhere, named_standard
from erbium.advise.run import Progress, Simulated, horizon_of, simulate_all, without_mechanisms
from erbium.advise.words import Shift, cautions_of, interactions_of, missing_tests, spread_of
from erbium.core import units
from erbium.core.errors import DataError, NotEnoughEvidence
from erbium.engine.kernel import BackendName, Precision
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.schema.regimen import Regimen, Use
from erbium.knowledge.toxicity_rates import toxicity_json
from erbium.pharmacology import find_interactions
from erbium.profile import Profile
from erbium.tumour import Tumour
from erbium.tumour.endpoints import Interval
from erbium.tumour.presence import carried

#: Twins for the counterfactuals: the same seed, fewer draws, with and without each mechanism.
EXPLAIN_DRAWS = (10, 4)


@dataclass(frozen=True)
class _Option:
    """An option before it is ranked."""

    regimen: Regimen
    use: Use | None
    simulated: Simulated

    @property
    def tier(self) -> str:
        return self.use.tier if self.use is not None else "IV"


def split_twins(twins: int) -> tuple[int, int]:
    """Return parameter and marker draws with a product close to `twins` (200 is 20 x 10)."""
    if twins < 1:
        raise DataError(f"{twins} twins.", key="twins", expected="at least 1")
    draws = max(int((2 * twins) ** 0.5), 1)
    while draws > 1 and twins % draws:
        draws -= 1
    return draws, max(twins // draws, 1)


def advise(
    profile: Profile,
    *,
    seed: int = 1,
    twins: int = 200,
    regimens: Sequence[str | Regimen] | None = None,
    horizon: str = "24 months",
    explain: int = 8,
    progress: Progress | None = None,
    backend: BackendName = "auto",
    precision: Precision = "f32",
    knowledge: Knowledge | None = None,
    force: bool = False,
    history: bool = True,
    pool: int | None = None,
    omit: Sequence[str] = (),
    margin: str | None = None,
    said: Callable[[str], None] | None = None,
) -> Advice:
    """Return the treatment options of one patient, ordered and explained.

    Parameters
    ----------
    profile
        The patient's profile.
    seed
        Seed of every draw: the same seed gives the same answer.
    twins
        Virtual twins, split into parameter draws and marker draws (200 is 20 x 10).
    regimens
        Names or regimens to compare; by default all that the rules allow.
    horizon
        How far to simulate, with a unit.
    explain
        How many of the first options are explained by switching mechanisms off.
    progress
        Called with the share that is done and what goes on.
    backend
        "auto", "c" or "numpy".
    force
        Compare regimens that were named and that the profile rules out; the answer says so.
    history
        Whether twins are weighed by what happened under earlier lines.
    pool
        Twins that are run through the earlier lines; by default 25 for each twin of the answer.
    omit, margin
        Drugs or classes that the first options are simulated without, and the loss that counts as small.
    said
        Told in words what is built when a pool is not in the cache.

    Raises
    ------
    Contraindicated
        The profile rules out every regimen that was named, and they are not forced.
    NotEnoughEvidence
        No regimen is allowed in this setting and line.
    DataError
        No twins or no time; or none of the regimens can be simulated.

    Examples
    --------
    >>> import erbium as er
    >>> case = er.read_profile("examples/cases/her2_positive_wild_type.toml")  # doctest: +SKIP
    >>> answer = er.advise(case, twins=20)  # doctest: +SKIP
    """
    knowledge = knowledge or load_knowledge()
    months = units.to(horizon, "month", key="horizon")
    if not months > 0.0:
        raise DataError(f'"{horizon}" is over at once.', key="horizon", expected="a time such as 24 months")
    draws, markers = split_twins(twins)
    left_out = omitted(omit, knowledge)
    makers = twins_of(
        profile,
        Engine(knowledge, backend, precision),
        seed=seed,
        history=history,
        draws=draws,
        each=markers,
        pool=pool,
        said=said,
        progress=_part(progress, 0.0, 0.3),
    )
    tumour = makers.tumour(draws, markers)
    case = case_for(tumour)
    choice = choose(tumour, case, regimens, force=force)
    allowed = choice.allowed
    if not allowed:
        raise NotEnoughEvidence(
            f"no regimen is allowed for {tumour.status.label} disease in the {tumour.setting} setting"
            f"{commonest_reason(choice.refused)}.",
            key="disease.setting",
            hint="name regimens to compare them all the same",
        )
    if left_out:  # what nothing holds is told before anything is simulated
        shortened([item.regimen for item in allowed], left_out, knowledge.drugs)
    horizon_days = horizon_of(tumour, months)
    simulated, failed = simulate_all(
        tumour,
        [item.regimen for item in allowed],
        horizon_days,
        progress=_part(progress, 0.3 if makers.past else 0.0, 0.7),
    )
    if not simulated:
        raise DataError("; ".join(text.rstrip(".") for _, text in failed) + ".", key="regimens")
    uses = {item.regimen.id: item.use for item in allowed}
    found = [_Option(s.regimen, uses[s.regimen.id], s) for s in simulated]
    tiers = [option.tier for option in found]
    scores = [option.simulated.endpoints for option in found]
    ranked = order(tiers, scores)
    tied = ties(ranked, tiers, scores)
    reference = _reference(found, ranked)
    small = makers.tumour(min(EXPLAIN_DRAWS[0], draws), min(EXPLAIN_DRAWS[1], markers))
    brain = brain_response(tumour, small, [option.regimen for option in found], horizon_days)
    top = [found[i] for i in ranked[:explain]]
    shifts = _explain(small, top, horizon_days, progress) if top else {}
    doses = [f"{s.regimen.name}: {text}" for s in simulated for text in s.warnings]
    warnings = [*makers.warnings, *choice.warnings, *doses, *tumour.warnings]
    body = envelope(
        "erbium.advise/1",
        seed=seed,
        knowledge_hash=knowledge.hash,
        knowledge_date=knowledge.date,
        warnings=warnings,
    )
    names = [found[i].regimen.name for i in ranked]
    body |= {
        "engine": {
            "backend": tumour.kernel.backend.name,
            "precision": tumour.kernel.precision,
            "twins": tumour.twins.count,
            "parameter_draws": draws,
            "marker_draws": markers,
            "states": len(tumour.network.species),
            "clones": tumour.network.clones,
        },
        "case": case_json(tumour),
        "setting": tumour.setting,
        "line": case.line,
        "horizon_months": _horizon_months(tumour, months, simulated),
        "her2_status": her2_json(tumour),
        "reference": {
            "regimen": reference.regimen.id,
            "name": reference.regimen.name,
            "why": _why_reference(reference),
        },
        "mechanisms": mechanisms_json(tumour),
        "clones": clones_json(tumour),
        "options": [
            _option_json(
                tumour, found[i], rank, tied[rank - 1], reference, shifts.get(found[i].regimen.id, []), brain
            )
            for rank, i in enumerate(ranked, start=1)
        ],
        "forced": list(choice.forced),
        "not_allowed": [refused_json(item) for item in choice.refused]
        + [{"regimen": r.id, "name": r.name, "reasons": [text]} for r, text in failed],
        "elsewhere": elsewhere(case, knowledge.regimens.values()),
        "undecided": [
            rule.json() for rule in undecided_of([item.regimen for item in allowed], profile, knowledge.drugs)
        ],
        "region": profile.preferences.region,
        "not_tested": missing_tests(tumour, [found[i].simulated for i in ranked[:8]], names[:8]),
        "open_questions": open_questions(
            tumour, small if top else None, [option.regimen for option in top], horizon_days
        ),
        "next_tests": next_tests(
            tumour,
            [tiers[i] for i in ranked],
            [scores[i] for i in ranked],
            [{"regimen": found[i].regimen.id, "name": found[i].regimen.name} for i in ranked],
        ),
        "dependence": dependence(tumour),
        "history": makers.json(tumour),
        "de_escalation": de_escalation(
            tumour, [found[i].simulated for i in ranked], left_out, margin, horizon_days
        )
        if left_out
        else None,
        "outside_support": outside_support(tumour, simulated_history=makers.past is not None),
        "spread": spread_of(tumour, found[ranked[0]].simulated.endpoints, tumour.twins)
        | {"endpoint": found[ranked[0]].simulated.endpoints.score_name, "regimen": names[0]},
    }
    body["sources"] = sources_json(knowledge, cited_in(body))
    if progress is not None:
        progress(1.0, "done")
    return Advice(safe(body))


def _horizon_months(tumour: Tumour, months: float, simulated: Sequence[Simulated]) -> float:
    """Return how far was simulated: before surgery, to the last operation."""
    if tumour.setting != "neoadjuvant":
        return months
    return max(float(s.course.visit_days[-1]) for s in simulated) / units.DAYS_PER_MONTH


def _part(progress: Progress | None, start: float, end: float) -> Progress | None:
    if progress is None:
        return None
    return lambda share, doing: progress(start + (end - start) * share, doing)


def _reference(found: Sequence[_Option], ranked: Sequence[int]) -> _Option:
    standard = named_standard([found[i].use for i in ranked])
    return found[ranked[standard or 0]]


def _why_reference(reference: _Option) -> str:
    use = reference.use
    if use is not None and use.reference:
        line = f", {'/'.join(use.lines)}" if use.lines else ""
        return f"named standard for {use.her2_class} disease, {use.setting}{line}"
    return "no named standard for this situation: the first option stands in"


def _explain(
    small: Tumour,
    top: Sequence[_Option],
    horizon_days: float,
    progress: Progress | None,
) -> dict[str, list[Shift]]:
    """Return, per option, what switching each measured mechanism off does to it."""
    presences = [
        p for p in small.presences.values() if p.status == "measured" and p.mechanism.id not in small.absent
    ]
    clone_only = {name for clone in small.clones for name in clone.mechanisms}
    names = [p.mechanism.id for p in presences] + sorted(clone_only - {p.mechanism.id for p in presences})
    if not names:
        return {}
    regimens = [option.regimen for option in top]
    base, _ = simulate_all(small, regimens, horizon_days, progress=_part(progress, 0.7, 0.76))
    off = without_mechanisms(small, names, regimens, horizon_days, progress=_part(progress, 0.76, 0.99))
    tiers = [option.tier for option in top]
    out: dict[str, list[Shift]] = {}
    for name in names:
        presence = small.presences.get(name) or carried(small.knowledge.mechanisms[name], small.twins)
        position = {i: k for k, i in enumerate(order(tiers, [s.endpoints for s in off[name]]), start=1)}
        base_position = {i: k for k, i in enumerate(order(tiers, [s.endpoints for s in base]), start=1)}
        for i, regimen in enumerate(regimens):
            moved = i + 1 + position[i] - base_position[i]
            out.setdefault(regimen.id, []).append(Shift(presence, off[name][i], base[i], max(moved, 1)))
    for shifts in out.values():
        shifts.sort(key=lambda shift: -abs(shift.change))
    return out


def _option_json(
    tumour: Tumour,
    option: _Option,
    rank: int,
    tie_with: list[int],
    reference: _Option,
    shifts: Sequence[Shift],
    brain: Mapping[str, Interval],
) -> dict[str, Any]:
    endpoints = option.simulated.endpoints
    values = dict(endpoints.values)
    if option.regimen.id in brain:
        values["CNS_ORR"] = brain[option.regimen.id]
    comparison = compare(endpoints, reference.simulated.endpoints, tumour.twins)
    metastatic = tumour.setting == "metastatic"
    regimen, use = option.regimen, option.use
    arm = tumour.arm(regimen)
    drugs = tumour.knowledge.drugs
    readouts = before_and_on(tumour, option.simulated.course, arm.parameters)
    return {
        "rank": rank,
        "tier": option.tier,
        "list": "standard" if option.tier != "IV" else "hypothesis",
        "tie_with": tie_with,
        "regimen": regimen.id,
        "name": regimen.name,
        "requires_met": list(use.requires) if use is not None else [],
        "endpoints": [{"name": name, **value.json()} for name, value in values.items()],
        "response_rate": values["ORR"].json() if metastatic else None,
        "pfs_months": values["PFS_median"].json() if metastatic else None,
        "pfs_12m": endpoints.json("PFS_12m") if metastatic else None,
        "rmst_months": values["rmst"].json() if metastatic else None,
        "versus_reference": {
            "regimen": reference.regimen.id,
            "endpoint": endpoints.score_name,
            "p_better": comparison.p_better,
            "difference": comparison.difference.json(),
        },
        "course": course_json(option.simulated.course),
        "readouts": readouts,
        "resistance": [shift.json(rank) for shift in shifts],
        "reasons": [*(shift.text(rank) for shift in shifts), signal_in_words(readouts)],
        "cautions": cautions_of(regimen, tumour.profile, drugs) + interactions_of(regimen, drugs),
        "interactions": [one.json() for one in find_interactions(regimen.drug_ids, drugs)],
        "toxicity": toxicity_json(regimen, drugs, tumour.knowledge.toxicities, (tumour.setting,)),
        "approval": approval_json(regimen, tumour.profile, tumour.setting, tumour.knowledge),
        "evidence": evidence_json(tumour.knowledge, use),
        **evidence_for(tumour.profile, regimen, tumour.knowledge).json(),
        "drugs": [
            {
                "id": item.drug,
                "name": drugs[item.drug].name,
                "class": drugs[item.drug].drug_class,
                "targets": list(getattr(drugs[item.drug].pharmacology, "potencies", {})),
                "dose": item.dose,
            }
            for item in regimen.drugs
        ],
    }
