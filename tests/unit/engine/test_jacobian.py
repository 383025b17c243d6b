"""The symbolic Jacobian is that of the network."""

from __future__ import annotations

import numpy as np

from erbium.core.expression import evaluate, evaluate_all
from erbium.engine.jacobian import jacobian, net_changes
from tests.networks import network, receptor_network


def test_entries_are_the_slopes_of_the_derivatives() -> None:
    toy = receptor_network()
    values = {name: 0.3 + 0.1 * k for k, name in enumerate(toy.species)}
    values |= dict(zip(toy.parameters, toy.defaults.tolist(), strict=True))
    entries = jacobian(toy)
    found = np.zeros((len(toy.species), len(toy.species)))
    for at, entry in entries.items():
        found[at] = evaluate(entry, values)
    for j, name in enumerate(toy.species):
        h = 1e-6
        up, down = ({**values, name: values[name] + s * h} for s in (1, -1))
        slope = (
            np.array(evaluate_all(toy.derivatives, up)) - np.array(evaluate_all(toy.derivatives, down))
        ) / (2 * h)
        np.testing.assert_allclose(found[:, j], slope, rtol=1e-6, atol=1e-8)


def test_catalysts_do_not_change() -> None:
    toy = network({"A": 1.0, "E": 1.0, "B": 0.0}, {"k": 1.0}, [("A + E -> B + E", "k * A * E")])
    assert net_changes(toy) == [[(0, -1.0), (2, 1.0)]]
