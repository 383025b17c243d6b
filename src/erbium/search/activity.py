"""The activity of every node of the network over time: in a tumour as it is, under a regimen, knocked down.

What acts of a node is read (:func:`erbium.formats.graph.acting_forms`): phosphorylated AKT, RB without
phosphate, the value of a rule. Twins are followed past progression, doses are given as planned, and what is
read is the main clone.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from erbium.core.errors import DataError
from erbium.core.result import version
from erbium.core.twins import Array
from erbium.core.units import HOURS_PER_DAY
from erbium.formats.graph import acting_forms, all_forms
from erbium.knowledge.schema.regimen import Regimen
from erbium.model import build_network
from erbium.search.agents import Agent, node_agents, slots_of
from erbium.search.standing import Standings
from erbium.tumour import Arm, Tumour

SCHEMA = "erbium.activity/1"
#: The first days are read closely, what follows once a week.
CLOSE_DAYS, CLOSE_H, WEEK_DAYS = 7.0, 12.0, 7.0
#: Most nodes that are knocked down together.
MOST_NODES = 3
#: A node whose activity before is below this share of its largest later on has no fold change to before.
SILENT = 1e-6
DIGITS = 4


@dataclass(frozen=True)
class Activity:
    """The activity of the nodes of the main clone.

    Attributes
    ----------
    time_days
        Times, the first of them before anything is given, shape (times,).
    nodes, units
        Ids of the nodes, and the unit of the activity of each.
    values
        Activity, shape (nodes, times, count).
    whole
        Before anything is given, the sum of all forms of each node, shape (nodes, count).
    bare
        Before anything is given, the activity in the same twins without any mechanism, shape (nodes, count).
    """

    tumour: Tumour
    regimen: Regimen | None
    knocked: tuple[Agent, ...]
    time_days: Array
    nodes: tuple[str, ...]
    units: tuple[str, ...]
    values: Array
    whole: Array
    bare: Array
    warnings: tuple[str, ...] = ()

    @property
    def fold(self) -> Array:
        """Activity as a multiple of that before, (nodes, times, count); NaN for one that was silent then."""
        return _fold(self.values, self.values[:, :1])

    @property
    def share(self) -> Array:
        """Acting share of each node before, (nodes, count); NaN where its activity is no share."""
        before = self.values[:, 0]
        parted = np.any(self.whole > before * (1.0 + 1e-9), axis=1)
        plain = np.array([unit == "1" for unit in self.units])
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.where(parted[:, None], before / self.whole, before)
        fits = (parted | plain) & (found >= 0.0).all(axis=1) & (found <= 1.0).all(axis=1)
        return np.where(fits[:, None], found, np.nan)

    def json(self) -> dict[str, Any]:
        """Return the activity as JSON-safe data, schema ``erbium.activity/1``."""
        twins, known = self.tumour.twins, self.tumour.knowledge
        before = _bands(self.values[:, 0])
        share, fold = _bands(self.share), _bands(self.fold)
        by_mechanisms = _bands(_fold(self.values[:, 0], self.bare))
        alone = len(self.time_days) == 1
        nodes = {
            name: {
                "unit": unit,
                "before": before[place],
                "share": share[place],
                "by_mechanisms": by_mechanisms[place],
                "fold": None if alone else fold[place],
            }
            for place, (name, unit) in enumerate(zip(self.nodes, self.units, strict=True))
        }
        return {
            "schema": SCHEMA,
            "version": version(),
            "seed": twins.seed,
            "knowledge_hash": known.hash,
            "warnings": [*self.warnings, *self.tumour.warnings],
            "case": self.tumour.profile.id,
            "clone": self.tumour.clones[0].name,
            "twins": twins.count,
            "mechanisms": [
                {
                    "id": one.mechanism.id,
                    "name": one.mechanism.name,
                    "status": one.status,
                    "share": one.fraction,
                }
                for one in self.tumour.presences.values()
                if one.present.any()
            ],
            "regimen": None if self.regimen is None else {"id": self.regimen.id, "name": self.regimen.name},
            "knock_down": [
                {"node": one.node.id, "name": one.node.name, "strength": one.strength}
                for one in self.knocked
                if one.node is not None
            ],
            "time_days": [float(day) for day in self.time_days],
            "nodes": nodes,
        }


def activity(
    tumour: Tumour,
    regimen: Regimen | None = None,
    knock_down: Mapping[str, float] | None = None,
    *,
    days: float = 168.0,
    steps_per_day: int = 12,
) -> Activity:
    """Return the activity of all nodes of a tumour's main clone, before and over time.

    Parameters
    ----------
    regimen
        What is given from day 0.
    knock_down
        Share by which nodes (:func:`erbium.knowledge.search_nodes.load_search_nodes`) are inhibited from
        day 0 on, above 0 and below 1.
    days
        How long, in days; whole weeks are followed.

    Raises
    ------
    UnknownName
        No such node.
    DataError
        A strength or a time out of range, too many nodes, or two agents that act at one place.
    """
    if not CLOSE_DAYS <= days <= 730.0:
        raise DataError(f"{days:g} days.", key="days", expected="7 to 730 days")
    agents = _agents(knock_down or {})
    network = tumour.network
    known = frozenset((*network.species, *network.rules))
    forms = {node: names for node, names in _forms().items() if known.issuperset(names)}
    parameters, times = tumour.parameters, np.zeros(1)
    values = _read(tumour, tumour.drug_free[None], parameters, forms)
    warnings: tuple[str, ...] = ()
    if regimen is not None or agents:
        arm, table = _arm(tumour, regimen, agents)
        close, last = (d * HOURS_PER_DAY for d in (CLOSE_DAYS, (days // WEEK_DAYS) * WEEK_DAYS))
        states, parts = arm.states, [values]
        for start, end, every in ((0.0, close, CLOSE_H), (close, last, WEEK_DAYS * HOURS_PER_DAY)):
            if end > start:
                moved = tumour.kernel.advance(
                    states, table, start, end, arm.rules, arm.amounts, every, steps_per_day=steps_per_day
                )
                assert moved.record is not None
                times = np.concatenate([times, moved.times_h[1:] / HOURS_PER_DAY])
                parts.append(_read(tumour, moved.record[1:], table, forms))
                states = moved.states
        values = np.concatenate(parts, axis=1)
        warnings = tuple(arm.warnings)
    bare = replace(
        tumour,
        absent=frozenset(tumour.presences).union(*(clone.mechanisms for clone in tumour.clones)),
        origin=tumour.origin or tumour,
    )
    units = dict(zip(network.species, network.species_units, strict=True)) | network.rule_units
    return Activity(
        tumour=tumour,
        regimen=regimen,
        knocked=agents,
        time_days=times,
        nodes=tuple(forms),
        units=tuple(units.get(names[0], "1") for names in forms.values()),
        values=values,
        whole=_read(tumour, tumour.drug_free[None], parameters, {node: _wholes()[node] for node in forms})[
            :, 0
        ],
        bare=_read(bare, bare.drug_free[None], bare.parameters, forms)[:, 0],
        warnings=warnings,
    )


def _arm(tumour: Tumour, regimen: Regimen | None, agents: tuple[Agent, ...]) -> tuple[Arm, Array]:
    """Return the arm, and its parameters with the nodes knocked down."""
    standings = Standings(tumour, {})
    arm = standings.rest if regimen is None else tumour.arm(regimen)
    table = arm.parameters.copy()
    slots = slots_of((*_drugs(tumour, regimen), *agents))
    for agent in agents:
        standings.inhibit(table, agent, slots.get(agent.id))
    return arm, table


@functools.cache
def _forms() -> Mapping[str, tuple[str, ...]]:
    """Return what acts of every node in the network of one clone, whose names those of several contain."""
    one = build_network(1)
    return {**acting_forms(one), **{rule: (rule,) for rule in one.rules}}


@functools.cache
def _wholes() -> Mapping[str, tuple[str, ...]]:
    """Return all forms of every node."""
    one = build_network(1)
    return {**all_forms(one), **{rule: (rule,) for rule in one.rules}}


def _agents(knock_down: Mapping[str, float]) -> tuple[Agent, ...]:
    if len(knock_down) > MOST_NODES:
        raise DataError(
            f"{len(knock_down)} nodes.", key="knock_down", expected=f"at most {MOST_NODES} nodes together"
        )
    return tuple(
        agent for name, strength in knock_down.items() for agent in node_agents(strength, [name]).values()
    )


def _drugs(tumour: Tumour, regimen: Regimen | None) -> tuple[Agent, ...]:
    """Return the drugs of a regimen as agents, which take their slots in its order."""
    if regimen is None:
        return ()
    drugs = [tumour.knowledge.drugs[name] for name in dict.fromkeys(regimen.drug_ids)]
    return tuple(Agent(drug.id, drug.name, drug=drug) for drug in drugs)


def _read(tumour: Tumour, states: Array, parameters: Array, forms: Mapping[str, tuple[str, ...]]) -> Array:
    """Return the activity of every node, shape (nodes, times, count)."""
    names = sorted({name for of_node in forms.values() for name in of_node})
    found = tumour.kernel.compute_readouts(states, parameters, names)
    shape = states.shape[:2]
    return np.array(
        [np.sum([np.broadcast_to(found[name], shape) for name in names], axis=0) for names in forms.values()]
    )


def _fold(values: Array, before: Array) -> Array:
    """Return values as multiples of those before; NaN for a node that was silent, or that turns negative."""
    axes = tuple(range(1, values.ndim))
    floor = SILENT * np.abs(values).max(axis=axes, keepdims=True)
    fits = (before > floor).all(axis=axes) & (values >= -floor).all(axis=axes)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.maximum(values, 0.0) / before
    found[~fits] = np.nan
    return found


def _bands(values: Array) -> list[dict[str, Any] | None]:
    """Return median and 5th and 95th percentile over the twins of each node; None where there is no value."""
    rows = np.moveaxis(np.quantile(values, [0.5, 0.05, 0.95], axis=-1), 0, 1)
    return [
        dict(zip(("median", "low", "high"), _rounded(row), strict=True)) if np.isfinite(row).all() else None
        for row in rows
    ]


def _rounded(values: Any) -> Any:
    """Return numbers with few digits, as lists: what is shown has no more."""
    if values.ndim > 1:
        return [_rounded(row) for row in values]
    return [float(f"{value:.{DIGITS}g}") for value in values.tolist()]
