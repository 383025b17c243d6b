"""Another simulator, reading the exported SBML, gives the same course."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from erbium.core import expression as ex
from erbium.formats.sbml import Dose, export_sbml, sbml_ids
from erbium.model.build import build_network
from erbium.model.network import Network
from tests.networks import receptor_network

HOURS = np.linspace(0.0, 28 * 24.0, 29)


def roadrunner_course(network: Network, text: str) -> NDArray[np.float64]:
    """Return times x species from libRoadRunner."""
    roadrunner: Any = pytest.importorskip(
        "roadrunner", reason="needs libroadrunner (pip install 'erbium[bench]')"
    )
    pytest.importorskip("libsbml")
    runner = roadrunner.RoadRunner(text)
    runner.integrator.absolute_tolerance = 1e-12
    runner.integrator.relative_tolerance = 1e-9
    ids = sbml_ids(network)["species"]
    runner.timeCourseSelections = [ids[name] for name in network.species]
    return np.asarray(runner.simulate(HOURS[0], HOURS[-1], len(HOURS)), dtype=float)


def own_course(network: Network, doses: list[Dose]) -> NDArray[np.float64]:
    """Return times x species from the symbolic derivative and SciPy."""
    values = dict(zip(network.parameters, network.defaults.tolist(), strict=True))
    fixed = {name: ex.number(value) for name, value in values.items()}
    slopes = [ex.substitute(slope, fixed) for slope in network.derivatives]

    def slope(_: float, state: NDArray[np.float64]) -> NDArray[np.float64]:
        named = dict(zip(network.species, state, strict=True))
        return np.array(ex.evaluate_all(slopes, named), dtype=float)

    state = np.array([float(ex.evaluate(network.expand(node), values)) for node in network.initial])
    course = np.empty((len(HOURS), len(state)))
    stops = sorted({HOURS[0], HOURS[-1], *(time for time, _, _ in doses)})
    for begin, end in itertools.pairwise(stops):
        for time, name, amount in doses:
            if time == begin:
                state[network.species_index[name]] += amount
        inside = (begin <= HOURS) & (end >= HOURS)
        times = np.unique([*HOURS[inside], end])
        found = solve_ivp(slope, (begin, end), state, method="LSODA", t_eval=times, rtol=1e-9, atol=1e-11)
        course[inside] = found.y.T[np.isin(times, HOURS[inside])]
        state = found.y[:, -1].copy()
    return course


def difference(a: NDArray[np.float64], b: NDArray[np.float64], network: Network, doses: list[Dose]) -> float:
    """Return the largest difference, relative to the largest value or dose of its species."""
    scale = np.maximum(np.abs(b).max(axis=0), 1e-9)
    for _, name, amount in doses:
        place = network.species_index[name]
        scale[place] = max(scale[place], amount)
    return float(np.max(np.abs(a - b) / scale))


def test_a_small_network_with_doses() -> None:
    network = receptor_network()
    doses: list[Dose] = [(0.0, "Depot", 5.0), (100.5, "Depot", 5.0), (100.5, "Drug", 1.0)]
    theirs = roadrunner_course(network, export_sbml(network, doses=doses))
    assert difference(theirs, own_course(network, doses), network, doses) < 1e-5


def test_the_shipped_network_with_doses() -> None:
    network = build_network(1)
    doses: list[Dose] = [(0.0, "central_antibody_IV", 300.0), (250.5, "depot_tki", 900.0)]
    theirs = roadrunner_course(network, export_sbml(network, doses=doses, readouts=False))
    assert difference(theirs, own_course(network, doses), network, doses) < 1e-5
