"""`combine`: which agents together keep a tumour down through adaptation, and at what burden."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from erbium.core.errors import DataError
from erbium.core.twins import Array, Twins
from erbium.engine.kernel import BackendName
from erbium.experiment.condition import Condition
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.schema.regimen import Regimen
from erbium.profile import Profile
from erbium.search.agents import Agent, Set, drug_agents, name_of, node_agents, regimen_of, slots_of
from erbium.search.answer import listed_regimens
from erbium.search.burden import Burdens
from erbium.search.clock import Clock, Progress
from erbium.search.courses import Treated, arm_of, run_courses
from erbium.search.escapes import by_mechanism, by_rebound
from erbium.search.excess import Synergy
from erbium.search.found import Combination, Found
from erbium.search.front import pareto
from erbium.search.screening import Screened, screen
from erbium.search.standing import Standings
from erbium.search.together import dish_synergy, tumour_synergy
from erbium.tumour import Tumour

#: Rules that a regimen breaks for this patient, in words; none where it may be given.
Rules = Callable[[Regimen], Sequence[str]]
#: Sets that go from the screen into courses.
COURSES = 60
#: Pairs and single agents from which triples are made, and triples that become courses.
BEST_PAIRS, BEST_SINGLES, TRIPLES = 12, 20, 24
#: Sets that are explained: synergy and escapes.
SHOWN = 12
#: Share of the twins that a mechanism is in, above which it is asked for as an escape.
_OFTEN = 0.2
_MOST_MECHANISMS = 8
#: Decimals of benefit, log10 of cells, that the front tells apart.
FRONT_DIGITS = 1
#: A set is shown only if each of its agents adds this much, log10 of cells.
ADDS = 0.1


def combine(
    profile: Profile,
    *,
    file: Path | str | None = None,
    size: int = 2,
    drugs: Sequence[str] | None = None,
    nodes: bool = False,
    strength: float = 0.8,
    given: Sequence[str] = (),
    seed: int = 1,
    draws: int = 12,
    rules: Rules | None = None,
    explain: int = SHOWN,
    backend: BackendName = "auto",
    knowledge: Knowledge | None = None,
    progress: Progress | None = None,
) -> Combination:
    """Return the sets of up to `size` agents that keep the tumour down best, with what they cost.

    Parameters
    ----------
    file
        The profile's file, or the profile as JSON text, for synergy in a dish of the patient's cells; None
        leaves that out.
    size
        Most agents of a set, 1 to 3; a set that holds the given drugs may have one more than they are.
    drugs
        Names of the drugs to combine; all of the catalogue if None.
    nodes, strength
        Whether nodes of the network are inhibited too, without a drug, and by which share.
    given
        Drugs that the patient gets anyway: benefit is counted from them, and each partner they may have
        is run.
    draws
        Parameter draws, each with one twin.
    rules
        Which rules a regimen breaks for this patient; broken ones keep it out of the courses.
    explain
        How many sets, from the top, get synergy and escapes.

    Raises
    ------
    DataError
        A size, strength or number of draws out of range; given drugs that take one place twice.
    UnknownName
        No such drug.
    """
    if not 1 <= size <= 3:
        raise DataError(f"sets of {size}.", key="size", expected="1, 2 or 3 agents")
    if draws < 2:
        raise DataError(f"{draws} draws.", key="draws", expected="at least 2, for an interval")
    clock = Clock(progress)
    known = knowledge or load_knowledge()
    tumour = Tumour.from_profile(
        profile, seed=seed, parameter_draws=draws, marker_draws=1, knowledge=known, backend=backend
    )
    fixed = drug_agents(known, given) if given else {}
    agents = {**fixed, **drug_agents(known, drugs)}
    if nodes:
        agents |= node_agents(strength)
    base: Set = tuple(fixed.values())
    slots_of(base)
    clock.next("agents alone", 0.15)
    standings = Standings(tumour, agents, clock.move)
    clock.next("screening", 0.35)
    candidates = _candidates(agents, base, min(size, 2))
    screened = screen(standings, candidates, clock.move)
    refused: dict[str, str] = {}
    chosen = _chosen(screened, base, rules, refused)
    clock.next("courses", 0.25)
    burdens = Burdens(known, (tumour.setting,))
    cells = _cells(standings, [(), base, *chosen], clock.move)
    reference = cells[base]
    found = _found(chosen, cells, reference, screened, base, burdens)
    sizes = {n: sum(len(one) == n for one in screened.sets) for n in range(1, size + 1)}
    if size == 3:
        clock.next("triples", 0.1)
        more = screen(standings, _triples(found, screened, agents, base), clock.move)
        sizes[3] = len(more.sets) + sum(len(one) == 3 for one in screened.sets)
        triples = [one for one in _best(more, rules, refused, TRIPLES) if one not in cells]
        cells |= _cells(standings, triples, None)
        found += _found(triples, cells, reference, more, base, burdens, rest=screened.of(base))
    found = _with_front(found, base)
    shown = _shown(found, base, explain)
    clock.next("synergy and escapes", 0.15)
    explained = _explained(standings, shown, base, file, clock)
    seconds = clock.stop()
    return Combination(
        tumour=tumour,
        given=base,
        reference=name_of(base),
        sets=tuple(explained),
        courses=tuple(found),
        screened=sizes,
        impossible=screened.impossible,
        unsettled=int(np.isnan(screened.growth).any(axis=1).sum()),
        ruled_out=refused,
        seconds=seconds,
        strength=strength if nodes else None,
        warnings=tuple(tumour.warnings),
    )


def _candidates(agents: Mapping[str, Agent], base: Set, size: int) -> list[Set]:
    """Return no treatment, the given drugs, all sets up to `size`, and every partner of the given drugs."""
    pool = list(agents.values())
    sets: list[Set] = [(), base]
    for n in range(1, size + 1):
        sets += itertools.combinations(pool, n)
    sets += [_together(base, (agent,)) for agent in pool if base and agent not in base]
    return list(dict.fromkeys(sets))


def _together(base: Set, more: Set) -> Set:
    """Return two sets as one, the given drugs first."""
    return (*base, *(agent for agent in more if agent not in base))


def _chosen(screened: Screened, base: Set, rules: Rules | None, refused: dict[str, str]) -> list[Set]:
    """Return every single agent, every partner of the given drugs, and the best of the rest."""
    singles = [one for one in screened.sets if len(one) == 1]
    beside = [one for one in screened.sets if base and len(one) == len(base) + 1 and set(base) < set(one)]
    kept = [one for one in dict.fromkeys([*singles, *beside]) if _allowed(one, rules, refused)]
    return list(dict.fromkeys([*kept, *_best(screened, rules, refused, COURSES)]))


def _best(screened: Screened, rules: Rules | None, refused: dict[str, str], most: int) -> list[Set]:
    """Return the allowed sets with the least adapted growth, by mean and by worst twin alike."""
    growth = np.where(np.isnan(screened.growth), np.inf, screened.growth)
    ranks = np.argsort(np.argsort(growth.mean(axis=1))) + np.argsort(np.argsort(growth.max(axis=1)))
    kept: list[Set] = []
    for k in np.argsort(ranks, kind="stable"):
        if len(kept) == most:
            break
        if len(screened.sets[k]) > 1 and _allowed(screened.sets[k], rules, refused):
            kept.append(screened.sets[k])
    return kept


def _allowed(agents: Set, rules: Rules | None, refused: dict[str, str]) -> bool:
    drugs = [agent.drug for agent in agents if agent.drug is not None]
    if rules is None or not drugs:
        return True
    reasons = rules(regimen_of(drugs))
    if reasons:
        refused[name_of(agents)] = "; ".join(reasons)
    return not reasons


def _cells(
    standings: Standings, sets: Sequence[Set], progress: Callable[[float], None] | None
) -> dict[Set, Array]:
    """Return living cells at the end of the course of each set, log10, (count,)."""
    every = list(dict.fromkeys(sets))
    arms = [arm_of(standings, Treated(agents)) if agents else standings.rest for agents in every]
    return dict(zip(every, run_courses(standings, arms, progress)[:, -1], strict=True))


def _found(
    sets: Sequence[Set],
    cells: Mapping[Set, Array],
    reference: Array,
    screened: Screened,
    base: Set,
    burdens: Burdens,
    rest: Array | None = None,
) -> list[Found]:
    at = {agents: k for k, agents in enumerate(screened.sets)}
    start = screened.growth[at[base]] if rest is None else rest
    return [
        Found(
            agents,
            reference - cells[agents],
            start - screened.growth[at[agents]],
            burdens.of(agents),
            listed_regimens(agents, list(burdens.knowledge.regimens.values())),
        )
        for agents in sets
        if agents != base
    ]


def _triples(found: Sequence[Found], screened: Screened, agents: Mapping[str, Agent], base: Set) -> list[Set]:
    """Return the best pairs, each with every agent of the best pairs and singles."""
    ordered = sorted(found, key=lambda one: -float(one.benefit.mean()))
    pairs = [one.agents for one in ordered if len(one.agents) == 2][:BEST_PAIRS]
    partners = dict.fromkeys(agent for pair in pairs for agent in pair)
    partners |= dict.fromkeys([one.agents[0] for one in ordered if len(one.agents) == 1][:BEST_SINGLES])
    order = {name: k for k, name in enumerate(agents)}
    triples = {
        tuple(sorted({*pair, agent}, key=lambda one: order[one.id]))
        for pair in pairs
        for agent in partners
        if agent not in pair
    }
    if base and len(base) == 1:
        best = [one.agents for one in ordered if base[0] in one.agents and len(one.agents) == 2][:BEST_PAIRS]
        extra = [agent for pair in best for agent in pair if agent not in base]
        triples |= {
            tuple(sorted({*base, a, b}, key=lambda one: order[one.id]))
            for a, b in itertools.combinations(extra, 2)
        }
    known = set(screened.sets)
    return [(), *sorted((one for one in triples if one not in known), key=name_of)]


def _with_front(found: Sequence[Found], base: Set) -> list[Found]:
    """Return the sets ordered by mean benefit, those on the front marked."""
    ordered = sorted(
        found, key=lambda one: (-float(one.benefit.mean()), one.burden.parts, name_of(one.agents))
    )
    told = [round(float(one.benefit.mean()), FRONT_DIGITS) for one in ordered]
    front = set(pareto(told, [one.burden.parts for one in ordered]))
    mean = {frozenset(one.agents): float(one.benefit.mean()) for one in ordered}
    mean |= {frozenset(base): 0.0}
    return [replace(one, adds=_adds(one, mean), on_front=k in front) for k, one in enumerate(ordered)]


def _adds(one: Found, mean: Mapping[frozenset[Agent], float]) -> float:
    """Return what the least needed agent of a set adds."""
    smaller = [frozenset(one.agents) - {agent} for agent in one.agents]
    known = [mean[less] for less in smaller if less in mean]
    return float(one.benefit.mean()) - max(known) if known else np.nan


def _shown(found: Sequence[Found], base: Set, explain: int) -> list[Found]:
    """Return the front, the best sets of which each agent adds something, and such partners of the given."""
    front = [one for one in found if one.on_front and one.benefit.mean() > ADDS]
    adding = [one for one in found if len(one.agents) > 1 and one.adds > ADDS]
    beside = [one for one in adding if base and set(base) < set(one.agents)]
    chosen = {one.agents for one in (*front, *adding[:explain], *beside[:explain])}
    return [one for one in found if one.agents in chosen]


def _explained(
    standings: Standings, shown: Sequence[Found], base: Set, file: Path | str | None, clock: Clock
) -> list[Found]:
    sets = [one.agents for one in shown]
    tumour = standings.tumour
    in_tumour = tumour_synergy(standings, sets, clock.part(0.0, 0.4))
    dish = _dish(sets, file, tumour.twins, clock)
    often = [
        p.mechanism.id for p in tumour.relevant_mechanisms() if p.status == "measured" or p.fraction >= _OFTEN
    ][:_MOST_MECHANISMS]
    mechanisms = by_mechanism(standings, sets, base, often, clock.part(0.6, 0.9))
    rebounds = by_rebound(standings, sets, base, clock.part(0.9, 1.0))
    out = []
    for one in shown:
        synergy, day = in_tumour.get(one.agents, (None, None))
        pair = tuple(agent.id for agent in one.agents)
        out.append(
            replace(
                one,
                tumour=synergy,
                tumour_day=day,
                dish=dish.get((pair[0], pair[1])) if len(pair) == 2 else None,
                closes=(*mechanisms.get(one.agents, ()), *rebounds.get(one.agents, ())),
            )
        )
    return out


def _dish(
    sets: Sequence[Set], file: Path | str | None, twins: Twins, clock: Clock
) -> dict[tuple[str, str], Synergy]:
    """Return the synergy of the pairs of drugs in a dish of the patient's cells."""
    pairs = [(one[0].drug, one[1].drug) for one in sets if len(one) == 2]
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    if file is None or not both:
        return {}
    return dish_synergy(Condition(case=str(file)), both, twins, progress=clock.part(0.4, 0.6))
