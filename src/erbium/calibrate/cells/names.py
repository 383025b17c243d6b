"""From the names in the data to the lines, drugs and readouts there are."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from erbium.core.errors import UnknownName
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_drug
from erbium.knowledge.cell_lines import resolve_cell_line
from erbium.knowledge.schema.cell_line import CellLine
from erbium.model import build_network
from erbium.model.compose import clone_name
from erbium.model.network import Network
from erbium.pharmacology.registry import all_kinds


@functools.cache
def find_line(name: str) -> CellLine | None:
    """Return the line of that name, or None where we have none."""
    try:
        return resolve_cell_line(re.sub(r"\s*\(.*\)$", "", name))
    except UnknownName:
        return None


@functools.cache
def find_drug(name: str) -> str | None:
    """Return the id of the drug of that name, or None where we have none that acts in a dish."""
    for word in re.split(r"[,/]", name):
        if not word.strip():
            continue
        try:
            drug = resolve_drug(word.strip(), load_knowledge().drugs)
        except UnknownName:
            continue
        return drug.id if drug.drug_class in all_kinds() else None
    return None


def donor_of(line: CellLine) -> str:
    """Return the patient a line comes from; the line itself when no other shares it."""
    return line.patient or line.name


@dataclass(frozen=True)
class Dish:
    """What the network of one clone can read and set."""

    network: Network

    def readout(self, name: str) -> str | None:
        """Return the full name of a readout, or None where the network has none."""
        return next((n for n in (clone_name(1, name), name) if n in self.network.readouts), None)

    def parameter(self, name: str) -> str | None:
        """Return the full name of a parameter, or None where the network has none."""
        found = (name, clone_name(1, name))
        return next((n for n in found if n in self.network.parameter_index), None)


@functools.cache
def dish() -> Dish:
    """Return the dish of the shipped network."""
    return Dish(build_network(1))
