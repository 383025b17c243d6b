"""What a pathway module is written in: species, reactions, rules, totals and readouts.

A module file holds literals of these classes and nothing cleverer than a loop over a declared
tuple. Numbers live in the TOML file of the same stem.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from erbium.core.errors import ModelError

Scope = Literal["clone", "patient"]


@dataclass(frozen=True, slots=True)
class Species:
    """A state of the network.

    Parameters
    ----------
    id
        Community name, for example ``HER2`` or ``pAKT``.
    unit
        Unit of the amount or concentration.
    initial
        Start value: an expression of parameters.
    settles
        Whether the drug-free state is found by settling (signalling) or kept (tumour, drugs).
    """

    id: str
    unit: str = "1"
    initial: str = "0"
    description: str = ""
    settles: bool = True


@dataclass(frozen=True, slots=True)
class Reaction:
    """A conversion with its rate; the id is a verb phrase, the equation reads ``A + B -> C``."""

    id: str
    equation: str
    rate: str
    evidence: tuple[str, ...] = ()
    description: str = ""

    def sides(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return reactants and products with their stoichiometry."""
        left, arrow, right = self.equation.partition("->")
        if not arrow:
            raise ModelError(
                f'reaction "{self.id}": no arrow in "{self.equation}".',
                expected='an equation such as "A + B -> C"',
            )
        return self._side(left), self._side(right)

    def _side(self, text: str) -> dict[str, int]:
        side: dict[str, int] = {}
        for part in filter(None, (word.strip() for word in text.split("+"))):
            match = re.fullmatch(r"(?:(\d+)\s+)?([A-Za-z_]\w*)", part)
            if not match:
                raise ModelError(f'reaction "{self.id}": cannot read "{part}" in "{self.equation}".')
            side[match[2]] = side.get(match[2], 0) + int(match[1] or 1)
        return side


@dataclass(frozen=True, slots=True)
class Rule:
    """A named expression of species, parameters and other rules (an SBML assignment rule)."""

    id: str
    expression: str
    unit: str = "1"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A clone-level expression summed over the clones, given to the whole patient."""

    id: str
    expression: str
    unit: str = "1"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Readout:
    """What an experiment or a clinic would measure, named once for the whole program."""

    id: str
    expression: str
    unit: str = "1"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """One pathway, drug system or tumour part.

    Parameters
    ----------
    scope
        ``clone``: one copy per clone; ``patient``: one copy per patient.
    needs
        Species, rules or totals of other modules that the rates use.
    gives
        What other modules may use.
    """

    id: str
    scope: Scope = "clone"
    needs: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    species: tuple[Species, ...] = ()
    rules: tuple[Rule, ...] = ()
    totals: tuple[Total, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    readouts: tuple[Readout, ...] = ()
    description: str = ""
