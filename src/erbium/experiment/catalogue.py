"""All readouts and all handles of the network, with unit, neutral value and meaning."""

from __future__ import annotations

import functools
import re
from typing import Any

from erbium.core.twins import Twins
from erbium.experiment.medium import OFF_TARGET_DOSE
from erbium.experiment.names import VIABILITY
from erbium.knowledge import load_knowledge
from erbium.knowledge.parameters import load_parameters
from erbium.model.build import load_modules
from erbium.pharmacology import Host
from erbium.pharmacology.registry import kind_of
from erbium.pharmacology.slots import Filling, pharmacokinetics

#: Handles that say how much there is of one gene product: "PTEN_abundance", "CCND1_dosage", "NF1".
_AMOUNT = re.compile(r"([A-Za-z0-9]+)_(?:abundance|dosage|expression|function)|([A-Z0-9]+)(?:_activity)?")
#: Bodies are drawn only to learn which names a drug fills.
_ONE = Twins(1, 1, 1)
Rows = list[dict[str, Any]]


def readout_rows() -> Rows:
    """Return one row per readout: name, unit, meaning, module, whether it exists per clone, expression."""
    rows: Rows = [
        {
            "id": VIABILITY,
            "unit": "1",
            "description": "living cells over those at time 0",
            "module": "experiment",
            "scope": "clone",
            "expression": "volume / volume at 0 h",
        }
    ]
    return rows + [
        {
            "id": item.id,
            "unit": item.unit,
            "description": item.description,
            "module": module.id,
            "scope": module.scope,
            "expression": item.expression,
        }
        for module in load_modules()
        for item in module.readouts
    ]


def handle_rows(*, every: bool = False) -> Rows:
    """Return one row per handle: name, unit, neutral value, meaning, module, kind.

    Parameters
    ----------
    every
        All parameters of the network, not only those that experiments and mechanisms move.
    """
    drugs = filled_by_drugs()
    return [
        {
            "name": name,
            "neutral": number.value,
            "unit": number.unit,
            "description": number.note or number.formula,
            "module": module,
            "knob": number.knob,
            "filled_by": "drug" if name in drugs else "",
            "kind": number.kind,
        }
        for module, numbers in load_parameters().items()
        for name, number in numbers.items()
        if every or number.knob
    ]


def ligand_rows() -> Rows:
    """Return the handles that are an amount in the medium, nM: of :func:`handle_rows`, without drugs."""
    return [
        row
        for row in handle_rows()
        if row["unit"] == "nM" and row["filled_by"] != "drug" and row["name"] != OFF_TARGET_DOSE
    ]


def knock_down_rows() -> Rows:
    """Return the handles that are the amount of a gene product, by gene: of :func:`handle_rows`.

    Any handle may be knocked down; these are those for which the word means what it says.
    """
    found = [
        {**row, "gene": match[1] or match[2]}
        for row in handle_rows()
        if row["unit"] in ("1", "kreceptor")
        and row["filled_by"] != "drug"
        and (match := _AMOUNT.fullmatch(str(row["name"]))) is not None
        # A bare name that is 0 by default is something added, such as a cytokine.
        and (match[1] or row["neutral"] > 0.0)
    ]
    return sorted(found, key=lambda row: str(row["gene"]).casefold())


@functools.cache
def filled_by_drugs() -> frozenset[str]:
    """Return the names of the handles that a drug fills when it is named."""
    filling = Filling(_ONE, Host.draw(_ONE, {}))
    found: set[str] = set()
    for drug in load_knowledge().drugs.values():
        kind = kind_of(drug.drug_class)
        for slot in kind.slot_for(drug):
            found |= kind.pharmacology(drug, slot, filling).keys()
            if kind.input is not None:
                found.add(kind.input)
            else:
                found |= {f"medium_{slot}", f"slope_{slot}", *pharmacokinetics(drug, slot, filling)}
    return frozenset(found)
