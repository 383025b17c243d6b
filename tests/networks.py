"""Small networks composed by hand, for tests of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from erbium.core import expression as ex
from erbium.core.parser import parse
from erbium.model.network import Network, NetworkReaction
from erbium.model.reaction import Reaction


def network(
    species: Mapping[str, float],
    parameters: Mapping[str, float],
    reactions: Sequence[tuple[str, str]],
    *,
    rules: Mapping[str, str] | None = None,
    readouts: Mapping[str, str] | None = None,
    frozen: Iterable[str] = (),
) -> Network:
    """Return a network of ``("A + B -> C", "k * A * B")`` reactions."""
    frozen = set(frozen)
    made = []
    for k, (equation, rate) in enumerate(reactions):
        left, right = Reaction(f"r{k}", equation, rate).sides()
        made.append(NetworkReaction(f"r{k}", tuple(left.items()), tuple(right.items()), parse(rate)))
    return Network(
        clones=1,
        species=tuple(species),
        species_units=("nM",) * len(species),
        initial=tuple(ex.number(value) for value in species.values()),
        settles=tuple(name not in frozen for name in species),
        parameters=tuple(parameters),
        defaults=np.array(list(parameters.values()), float),
        parameter_units=("1/h",) * len(parameters),
        rules={name: parse(text) for name, text in (rules or {}).items()},
        reactions=tuple(made),
        readouts={name: parse(text) for name, text in (readouts or {}).items()},
    )


def receptor_network(fast: float = 10.0) -> Network:
    """Return drug, receptor, fast phospho pair, feedback with hill and power, growth: one of each."""
    return network(
        species={"Depot": 0.0, "Drug": 0.0, "R": 2.0, "RD": 0.0, "pR": 0.1, "AKT": 0.9, "pAKT": 0.1,
                 "mF": 0.2, "F": 0.3, "N": 1.0},
        parameters={"ka": 0.4, "ke": 0.02, "kon": 0.3, "koff": 0.05, "ksyn": 0.2, "kdeg": 0.08,
                    "kp": fast, "kd": fast, "kA": 8.0, "kB": 6.0, "K": 0.3, "n": 2.5, "kf": 0.5,
                    "grow": 0.002, "kill": 0.003},
        reactions=[
            ("Depot -> Drug", "ka * Depot"),
            ("Drug ->", "ke * Drug + 0.5 * mm(Drug, 2)"),
            ("-> R", "ksyn / (1 + F)"),
            ("R ->", "kdeg * R"),
            ("R + Drug -> RD", "kon * R * Drug"),
            ("RD -> R + Drug", "koff * RD"),
            ("RD ->", "3 * kdeg * RD"),
            ("R -> pR", "kp * R"),
            ("pR -> R", "kd * pR"),
            ("pR ->", "kdeg * pR"),
            ("AKT -> pAKT", "kA * active * AKT"),
            ("pAKT -> AKT", "kB * pAKT / (0.5 + pAKT)"),
            ("-> mF", "kf * hill(pAKT, K, n)"),
            ("mF ->", "kf * mF"),
            ("-> F", "0.3 * mF * exp(-0.1 * F)"),
            ("F ->", "0.2 * sqrt(F + 0.01) * F"),
            ("-> N", "grow * N * pAKT * max(0, 1 - N / 50)"),
            ("N ->", "kill * N * min(RD, 0.5) / (1 + log(1 + N))"),
        ],
        rules={"active": "pR / (pR + 0.4)"},
        readouts={"volume": "N", "phospho": "pAKT / (AKT + pAKT)"},
        frozen=("Depot", "Drug", "N"),
    )  # fmt: skip
