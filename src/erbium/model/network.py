"""The composed network of one patient with a given number of clones.

Names of clone-level things carry the clone (``c1.HER2``); patient-level names are bare
(``docetaxel`` slots, tumour totals). Time is in hours.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from erbium.core import expression as ex
from erbium.core.expression import Expr


@dataclass(frozen=True, slots=True)
class NetworkReaction:
    """A reaction with its rate as an expression of species, parameters and rules."""

    id: str
    reactants: tuple[tuple[str, int], ...]
    products: tuple[tuple[str, int], ...]
    rate: Expr
    module: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Network:
    """Species, parameters, rules and reactions, ready for a kernel or an export.

    Parameters
    ----------
    clones
        Number of clones, 1 to 4.
    species, species_units
        State names and units, in the order of the state vector.
    initial
        Start values as expressions of parameters.
    settles
        True for states that the settling of the drug-free state may move.
    parameters, defaults, parameter_units
        Parameter names, default values and units, in the order of the parameter vector.
    rules
        Named expressions in an order in which each uses only earlier ones.
    readouts
        Named expressions of species, parameters and rules.
    """

    clones: int
    species: tuple[str, ...]
    species_units: tuple[str, ...]
    initial: tuple[Expr, ...]
    settles: tuple[bool, ...]
    parameters: tuple[str, ...]
    defaults: NDArray[np.float64]
    parameter_units: tuple[str, ...]
    rules: dict[str, Expr]
    reactions: tuple[NetworkReaction, ...]
    readouts: dict[str, Expr]
    rule_units: dict[str, str] = field(default_factory=dict)
    readout_units: dict[str, str] = field(default_factory=dict)

    @cached_property
    def species_index(self) -> dict[str, int]:
        """Position of each species in the state vector."""
        return {name: i for i, name in enumerate(self.species)}

    @cached_property
    def parameter_index(self) -> dict[str, int]:
        """Position of each parameter in the parameter vector."""
        return {name: i for i, name in enumerate(self.parameters)}

    @cached_property
    def expanded_rules(self) -> dict[str, Expr]:
        """The rules as expressions of species and parameters only."""
        expanded: dict[str, Expr] = {}
        for rule, expression in self.rules.items():
            expanded[rule] = ex.substitute(expression, expanded)
        return expanded

    def expand(self, expression: Expr) -> Expr:
        """Return `expression` with every rule replaced."""
        return ex.substitute(expression, self.expanded_rules)

    @cached_property
    def starts(self) -> tuple[NDArray[np.float64], dict[int, Expr]]:
        """Start values that are plain numbers, (species,), and the other starts by species index."""
        expanded = [self.expand(start) for start in self.initial]
        numbers = np.array([start.value if start.is_number else np.nan for start in expanded])
        return numbers, {i: start for i, start in enumerate(expanded) if not start.is_number}

    @cached_property
    def rates(self) -> tuple[Expr, ...]:
        """Reaction rates as expressions of species and parameters only."""
        return tuple(self.expand(reaction.rate) for reaction in self.reactions)

    @cached_property
    def stoichiometry(self) -> NDArray[np.float64]:
        """Net stoichiometry, species x reactions."""
        matrix = np.zeros((len(self.species), len(self.reactions)))
        for j, reaction in enumerate(self.reactions):
            for name, count in reaction.reactants:
                matrix[self.species_index[name], j] -= count
            for name, count in reaction.products:
                matrix[self.species_index[name], j] += count
        return matrix

    @cached_property
    def derivatives(self) -> tuple[Expr, ...]:
        """Right-hand side d(species)/dt, per hour, in species and parameters only."""
        out: list[Expr] = [ex.number(0)] * len(self.species)
        for j, rate in enumerate(self.rates):
            for i in np.flatnonzero(self.stoichiometry[:, j]):
                out[i] = ex.add(out[i], ex.mul(ex.number(float(self.stoichiometry[i, j])), rate))
        return tuple(out)

    @cached_property
    def invariants(self) -> NDArray[np.float64]:
        """Linear combinations of species that no reaction changes, invariants x species."""
        matrix = self.stoichiometry
        unused = ~matrix.any(axis=1)
        left = np.linalg.svd(matrix)[0]
        rank = int(np.linalg.matrix_rank(matrix))
        basis = left[:, rank:].T
        return basis[~np.all(np.isclose(basis[:, ~unused], 0), axis=1)] if unused.any() else basis

    @cached_property
    def text(self) -> str:
        """The network as text: committed, reviewed and hashed."""
        lines = [f"network of {self.clones} clone(s)", "", "species"]
        for name, unit, start in zip(self.species, self.species_units, self.initial, strict=True):
            lines.append(f"  {name} [{unit}] = {ex.text(start)}")
        lines += ["", "rules"]
        lines += [f"  {name} = {ex.text(rule)}" for name, rule in self.rules.items()]
        lines += ["", "reactions"]
        for reaction in self.reactions:
            left = " + ".join(f"{n} {name}" if n > 1 else name for name, n in reaction.reactants)
            right = " + ".join(f"{n} {name}" if n > 1 else name for name, n in reaction.products)
            lines.append(f"  {reaction.id}: {left} -> {right}; {ex.text(reaction.rate)}")
        lines += ["", "readouts"]
        lines += [f"  {name} = {ex.text(readout)}" for name, readout in self.readouts.items()]
        return "\n".join(lines) + "\n"

    @cached_property
    def hash(self) -> str:
        """SHA-256 of structure, parameter names and default values."""
        body = self.text + "\n".join(
            f"{n}={v!r}" for n, v in zip(self.parameters, self.defaults.tolist(), strict=True)
        )
        return hashlib.sha256(body.encode()).hexdigest()
