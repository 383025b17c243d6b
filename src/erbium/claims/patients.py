"""Patients under regimens: twins of example cases, changed as a claim asks, and read at visits or the end.

The twins of a case are parameter draws times marker draws: a claim is about patients, of whom one knows some
markers and not others, so what was not measured is averaged over, and what the model is unsure of stays
in the interval. What is read of a cell or of a volume has one value per parameter draw, the mean over its
twins; ratios to the start are averaged as logarithms, volumes thus as cell kill. Endpoints (response,
benefit, freedom from progression, pathological response) are shares and means of a population: their
members are resamplings of the parameter draws with all their twins. The event rate is progressions or
relapses per month of follow-up; two of them have a crude hazard ratio, which is what trials publish.
After surgery follow-up is five years and only the event rate is read: where few in a hundred relapse, no
treatment can move the mean time without relapse by a tenth.
Draws and twins are the same in every arm, so that differences stay paired.

Disputed mechanisms act, as they do in cells: a dispute is the share of the evidence that speaks against a
claim, and does not decide whether the model shows it.
"""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from erbium.claims.setup import PatientArm
from erbium.core import seeds
from erbium.core.errors import UnknownName
from erbium.core.twins import Array
from erbium.core.units import DAYS_PER_MONTH, HOURS_PER_DAY
from erbium.experiment.names import readout
from erbium.knowledge import load_knowledge
from erbium.knowledge.abundance import load_abundance
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.cases import case_files
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.claim import ENDPOINTS
from erbium.knowledge.schema.regimen import Regimen
from erbium.model.compose import clone_name
from erbium.profile import Profile
from erbium.profile.read import profile_from
from erbium.tumour import Arm, Course, Tumour, run_arms
from erbium.tumour.course import CELL_CM3
from erbium.tumour.deposits import AFTER_SURGERY
from erbium.tumour.endpoints import (
    complete_response_chance,
    had_benefit,
    relapse_days,
)
from erbium.tumour.presence import acting
from erbium.tumour.recist import PR
from erbium.tumour.surgery import surgery_day

#: Follow-up to which times without progression are restricted; after surgery few relapse in so short a time.
HORIZON_DAYS = 728.0
ADJUVANT_HORIZON_DAYS = 1820.0
#: Scans every six weeks.
VISIT_DAYS = 42.0
#: The engine moves patients in steps of two hours.
STEP_HOURS = 2.0
RESAMPLINGS = 200
#: Twins of one parameter draw: they differ in what was not measured in the case. A patient has half as many
#: parameter draws as a cell has.
MARKER_DRAWS = 8
#: After surgery most have no disease left, and only who has any can relapse.
MARKER_DRAWS_AFTER_SURGERY = 32
HER2_VARIANTS = "her2_variant"
_VOLUME, _NEGATIVE, _MUTANT = "tumour_volume_ratio", "HER2_negative_fraction", "HER2_mutant_fraction"
_SERUM, _PLASMA, _SEEDING = "serum_HER2_ratio", "plasma_copies_ratio", "new_lesion_rate"
_EVENTS, _FREE = "event_rate", "PFS_months"
_RATIOS = (_VOLUME, _SERUM, _PLASMA)

Wanted = tuple[PatientArm, str, float | None]


@dataclass(frozen=True)
class _Prepared:
    """An arm with its twins."""

    setup: PatientArm
    tumour: Tumour
    regimen: Regimen
    arm: Arm


def read_patients(
    wanted: Iterable[Wanted],
    *,
    draws: int = 16,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
) -> dict[Wanted, Array]:
    """Return the value of each arm, readout and time (h; None for an endpoint), shape (members,).

    Parameters
    ----------
    draws
        Parameter draws per patient, each with `MARKER_DRAWS` twins, more after surgery; members of what is
        not an endpoint.

    Raises
    ------
    UnknownName, DataError
        A case, regimen, mechanism or parameter that does not exist, or drugs that do not go together.
    SimulationError
        A twin cannot be simulated.
    """
    wanted = list(dict.fromkeys(wanted))
    groups: dict[tuple[int, float, bool, bool], list[tuple[_Prepared, list[Wanted]]]] = {}
    needs: dict[PatientArm, list[Wanted]] = {}
    for item in wanted:
        needs.setdefault(item[0], []).append(item)
    for setup, items in needs.items():
        one = _prepare(setup, draws, seed)
        for run, own in _runs(one, items).items():
            groups.setdefault((len(one.tumour.clones), *run), []).append((one, own))
    found: dict[Wanted, Array] = {}
    for number, ((_, horizon, ends, stop), members) in enumerate(sorted(groups.items(), key=lambda g: g[0])):
        arms = [one for one, _ in members]
        mine = [item for _, own in members for item in own]
        found |= _endpoints(arms, mine, horizon, stop, seed) if ends else _readings(arms, mine)
        if progress is not None:
            progress((number + 1) / len(groups))
    return found


def _runs(one: _Prepared, items: Sequence[Wanted]) -> dict[tuple[float, bool, bool], list[Wanted]]:
    """Return the items of an arm by what they need: days, whether they are endpoints, end at progression.

    Readings of one arm share a course as long as the last of them; arms that run alike form one batch.
    """
    last = max((_day(time) for _, name, time in items if name not in ENDPOINTS), default=0.0)
    runs: dict[tuple[float, bool, bool], list[Wanted]] = {}
    for item in items:
        if item[1] not in ENDPOINTS:
            run = (last, False, False)
        elif item[1] == "pCR" or one.tumour.setting == "neoadjuvant":
            run = (surgery_day(one.regimen), True, False)
        else:
            adjuvant = one.tumour.setting in AFTER_SURGERY
            run = (ADJUVANT_HORIZON_DAYS if adjuvant else HORIZON_DAYS, True, not adjuvant)
        runs.setdefault(run, []).append(item)
    return runs


def _prepare(setup: PatientArm, draws: int, seed: int) -> _Prepared:
    regimen = regimen_of(setup)
    tumour = _changed(replace(setup, regimen=None), draws, seed)
    return _Prepared(setup, tumour, regimen, tumour.arm(regimen))


@functools.lru_cache(maxsize=256)
def _changed(setup: PatientArm, draws: int, seed: int) -> Tumour:
    """Return the tumour of an arm; arms that differ in treatment only share it, settled once."""
    tumour = _tumour(setup.case, setup.profile, draws, seed)
    if tumour.profile.disease.sites and set(tumour.profile.disease.sites) == {"brain"}:
        tumour = tumour.at("brain")
    for question, answer in setup.alternatives:
        tumour = tumour.answering(question, _choice(question, answer))
    if setup.mechanisms:
        tumour = tumour.carrying(dict(setup.mechanisms))
    if setup.settings or setup.scale:
        tumour = tumour.altered(dict(setup.settings), dict(setup.scale))
    return tumour


def regimen_of(setup: PatientArm) -> Regimen:
    """Return the treatment of an arm; without one, a regimen of no drugs."""
    if setup.regimen is None:
        return Regimen.model_construct(id="untreated", name="untreated", drugs=(), uses=())
    knowledge = load_knowledge()
    return resolve_regimen(setup.regimen, knowledge.regimens, knowledge.drugs)


@functools.lru_cache(maxsize=128)
def _tumour(case: str, changed: str, draws: int, seed: int) -> Tumour:
    """Return the twins of a case; of a patient with brain metastases these are what is read."""
    profile = profile_of(case, changed)
    after_surgery = profile.disease.setting in AFTER_SURGERY
    twins = MARKER_DRAWS_AFTER_SURGERY if after_surgery else MARKER_DRAWS
    tumour = Tumour.from_profile(profile, seed=seed, parameter_draws=draws, marker_draws=twins)
    tumour = replace(tumour, answers=acting(tumour.knowledge.mechanisms.values()))
    in_brain = profile.disease.brain_metastases.value in ("stable", "active")
    return tumour.at("brain") if in_brain else tumour


def profile_of(case: str, changed: str = "") -> Profile:
    """Return the profile of an example case, changed at the given keys.

    Parameters
    ----------
    changed
        JSON text of values by dotted key.

    Raises
    ------
    UnknownName
        No such case.
    DataErrors
        The changed profile is not valid.
    """
    files = case_files()
    if case not in files:
        raise UnknownName.among("case", case, files)
    data: dict[str, Any] = tomllib.loads(files[case].read_text(encoding="utf-8"))
    for key, value in (json.loads(changed) if changed else {}).items():
        *path, last = key.split(".")
        table = data
        for part in path:
            table = table.setdefault(part, {})
        table[last] = value
    return profile_from(data, file=files[case].name)


def _choice(question: str, answer: str) -> int:
    known = load_alternatives()
    if question not in known:
        raise UnknownName.among("open question", question, known)
    choices = [choice.id for choice in known[question].choices]
    if answer not in choices:
        raise UnknownName.among("answer", answer, choices)
    return choices.index(answer)


def _endpoints(
    arms: Sequence[_Prepared], wanted: Sequence[Wanted], horizon: float, stop: bool, seed: int
) -> dict[Wanted, Array]:
    visits = [float(day) for day in np.arange(VISIT_DAYS, horizon, VISIT_DAYS)] + [horizon]
    ill = [one.tumour.start_volume > 0.0 for one in arms]
    moved = [one.arm.of(rows) for one, rows in zip(arms, ill, strict=True)]
    courses = run_arms(arms[0].tumour.kernel, moved, visits, stop_at_progression=stop)
    by_setup = {one.setup: (one, rows, course) for one, rows, course in zip(arms, ill, courses, strict=True)}
    found: dict[Wanted, Array] = {}
    for setup, name, time in wanted:
        one, rows, course = by_setup[setup]
        per_twin = _endpoint(name, one.tumour, course, horizon)
        per_draw = _over_draws(one.tumour, rows, per_twin, _without_disease(name, horizon))
        taken = _resamplings(len(per_draw), seed)
        found[setup, name, time] = per_draw[taken].mean(axis=1)
        if name == _EVENTS:
            months = _endpoint(_FREE, one.tumour, course, horizon)
            followed = _over_draws(one.tumour, rows, months, horizon / DAYS_PER_MONTH)
            # Half an event more, as usual where a group may have none: every ratio stays finite.
            events = found[setup, name, time] + 0.5 / len(rows)
            found[setup, name, time] = events / followed[taken].mean(axis=1)
    return found


def _without_disease(name: str, horizon: float) -> float:
    """Return an endpoint of a patient who has no disease over a follow-up in days."""
    if name == _EVENTS:
        return 0.0
    return horizon / DAYS_PER_MONTH if name == _FREE else 1.0


def _over_draws(tumour: Tumour, rows: NDArray[np.bool_], ill: Array, free: float) -> Array:
    """Return the mean over the twins of each parameter draw, shape (draws,); `rows` tells who is ill.

    Who has no disease left after surgery is free of it whatever the treatment: nothing was simulated.
    """
    per_twin = np.full(len(rows), free)
    per_twin[rows] = ill
    return np.asarray(tumour.twins.per_draw(per_twin).mean(axis=1))


def _endpoint(name: str, tumour: Tumour, course: Course, horizon: float) -> Array:
    """Return an endpoint of each twin, shape (count,)."""
    if name == "pCR":
        return complete_response_chance(course)
    if name == "ORR":
        return np.asarray(course.best >= PR, dtype=float)
    if name == "CBR":
        return np.asarray(had_benefit(course, horizon), dtype=float)
    if tumour.setting in AFTER_SURGERY:
        days = relapse_days(course)
    else:
        days = np.where(np.isnan(course.progression_days), np.inf, course.progression_days)
    if name == _EVENTS:
        return np.asarray(days <= horizon, dtype=float)
    return np.minimum(days, horizon) / DAYS_PER_MONTH


@functools.lru_cache(maxsize=8)
def _resamplings(count: int, seed: int) -> NDArray[np.intp]:
    """Return which parameter draws each resampling takes, shape (RESAMPLINGS, count)."""
    drawn = seeds.uniform(seed, np.arange(RESAMPLINGS * count), "claims.resampling")
    return np.asarray((drawn * count).astype(np.intp).reshape(RESAMPLINGS, count))


def _readings(arms: Sequence[_Prepared], wanted: Sequence[Wanted]) -> dict[Wanted, Array]:
    days = {item: _day(item[2]) for item in wanted}
    visits = sorted({day for day in days.values() if day > 0.0})
    kept: dict[PatientArm, Array] = {}
    if visits:
        courses = run_arms(
            arms[0].tumour.kernel,
            [one.arm for one in arms],
            visits,
            stop_at_progression=False,
            keep_days=frozenset(visits),
        )
        kept = {one.setup: course.kept for one, course in zip(arms, courses, strict=True)}
    by_setup = {one.setup: one for one in arms}
    position = {day: k for k, day in enumerate(visits)}
    found: dict[Wanted, Array] = {}
    for item in wanted:
        setup, name, _ = item
        one = by_setup[setup]
        states = kept[setup][position[days[item]]] if days[item] > 0.0 else one.tumour.drug_free
        values = _reading(name, one, np.asarray(states, dtype=float), days[item])
        found[item] = _mean(one.tumour.twins.per_draw(values), logarithmic=name in _RATIOS)
    return found


def _mean(values: Array, *, logarithmic: bool) -> Array:
    """Return the mean over the twins of each parameter draw, shape (draws,)."""
    if logarithmic and np.all(values > 0.0):
        return np.asarray(np.exp(np.log(values).mean(axis=1)))
    return np.asarray(values.mean(axis=1))


def _day(time_h: float | None) -> float:
    """Return a time on the grid of the engine, in days."""
    return round((time_h or 0.0) / STEP_HOURS) * STEP_HOURS / HOURS_PER_DAY


def _reading(name: str, one: _Prepared, states: Array, day: float) -> Array:
    """Return a readout of each twin at given states, shape (count,)."""
    tumour, start = one.tumour, np.asarray(one.tumour.drug_free, dtype=float)
    kernel = tumour.kernel
    parameters = one.arm.parameters if day > 0.0 else tumour.parameters
    if name == _VOLUME:
        # What is less than a cell is one: a tumour that is gone has a size on the scale of cell kill, too.
        return np.maximum(_volume(tumour, states), CELL_CM3) / np.maximum(_volume(tumour, start), CELL_CM3)
    if name in (_NEGATIVE, _MUTANT):
        live = _live(tumour, states)
        chosen = _negative(tumour) if name == _NEGATIVE else _mutant(tumour)
        return np.asarray((live * chosen).sum(axis=1) / np.maximum(live.sum(axis=1), np.finfo(float).tiny))
    if name == _PLASMA:
        copies = _per_clone(tumour, "HER2_abundance")
        now, before = (_live(tumour, x) * copies for x in (states, start))
        return np.asarray(now.sum(axis=1) / np.maximum(before.sum(axis=1), np.finfo(float).tiny))
    if name == _SEEDING:
        seeding = kernel.compute_readouts(states, parameters, ["seeding_volume"])["seeding_volume"]
        return np.asarray(one.arm.new_lesion_rate * seeding)
    full = readout(tumour.network, "serum_HER2" if name == _SERUM else name)
    now = kernel.compute_readouts(states, parameters, [full])[full]
    if name != _SERUM:
        return now
    before = kernel.compute_readouts(start, tumour.parameters, [full])[full]
    return np.asarray(now / np.maximum(before, np.finfo(float).tiny))


def _clones(tumour: Tumour) -> range:
    return range(1, len(tumour.clones) + 1)


def _live(tumour: Tumour, states: Array) -> Array:
    """Return the living volume of each clone in cm3, shape (count, clones)."""
    index = tumour.network.species_index
    return states[:, [index[clone_name(c, "volume")] for c in _clones(tumour)]]


def _volume(tumour: Tumour, states: Array) -> Array:
    """Return the volume with what is dying in cm3, shape (count,)."""
    index = tumour.network.species_index
    dying = states[:, [index[clone_name(c, "dying")] for c in _clones(tumour)]]
    return np.asarray((_live(tumour, states) + dying).sum(axis=1))


def _per_clone(tumour: Tumour, name: str) -> Array:
    index = tumour.network.parameter_index
    return tumour.parameters[:, [index[clone_name(c, name)] for c in _clones(tumour)]]


def _negative(tumour: Tumour) -> Array:
    below = load_abundance().her2.negative_below.to("kreceptor")
    return np.asarray(_per_clone(tumour, "HER2_abundance") < below, dtype=float)


def _mutant(tumour: Tumour) -> Array:
    """Return whether each clone of each twin carries a variant of HER2, shape (count, clones)."""
    known = tumour.knowledge.mechanisms
    tumour_wide = np.zeros(tumour.twins.count, dtype=bool)
    for name, presence in tumour.presences.items():
        if known[name].group == HER2_VARIANTS and name not in tumour.absent:
            tumour_wide |= presence.present
    own = np.array(
        [any(known[m].group == HER2_VARIANTS for m in clone.mechanisms) for clone in tumour.clones]
    )
    return np.asarray(tumour_wide[:, None] | own[None, :], dtype=float)
