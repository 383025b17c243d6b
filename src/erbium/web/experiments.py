"""An experiment as a client sends it: read, checked, and kept within bounds. No file is opened for it."""

from __future__ import annotations

import functools
import json
import tomllib
from typing import Any

from erbium.core.errors import DataError
from erbium.experiment.catalogue import knock_down_rows, ligand_rows, readout_rows
from erbium.experiment.protocol import Protocol, protocol_from
from erbium.knowledge import load_knowledge
from erbium.knowledge.cell_lines import load_cell_lines
from erbium.profile import as_data
from erbium.web.case import profile_of
from erbium.web.questions import ExperimentRequest

#: What an experiment is called in errors, and under which name an arm has the cells of the case.
NAME, CASE = "experiment", "case"
#: Most arms; dishes, a dose or pair of doses in an arm each; and readings, of all arms together.
MOST_ARMS, MOST_DISHES, MOST_READINGS = 24, 800, 40_000
LONGEST_NAME = 80


def protocol_of(asked: ExperimentRequest) -> Protocol:
    """Return the protocol that a client asks for.

    Raises
    ------
    ErbiumError
        What is wrong with it, with its key.
    """
    cases = {} if asked.case is None else {CASE: json.dumps(as_data(profile_of(asked.case)), default=str)}
    try:
        data = _parsed(asked.text) if asked.experiment is None else asked.experiment
        found = protocol_from(data, name=NAME, cases=cases)
    except (OverflowError, RecursionError, UnicodeError) as error:
        raise DataError("a number, a text or a nesting in it is beyond all bounds.", file=NAME) from error
    _keep_within_bounds(found)
    return found


@functools.cache
def names() -> dict[str, Any]:
    """Return what an experiment may name: cell lines, drugs, readouts, ligands and knock-downs."""
    return {
        "lines": [{"name": one.name, "her2": one.her2} for one in load_cell_lines().values()],
        "drugs": [
            {"id": drug.id, "name": drug.name, "class": drug.drug_class}
            for drug in load_knowledge().drugs.values()
            if drug.has_concentration
        ],
        "readouts": [{key: row[key] for key in ("id", "unit", "description")} for row in readout_rows()],
        "ligands": [{key: row[key] for key in ("name", "unit", "description")} for row in ligand_rows()],
        "knock_downs": [
            {key: row[key] for key in ("name", "gene", "description")} for row in knock_down_rows()
        ],
    }


def _parsed(text: str | None) -> Any:
    try:
        return tomllib.loads(text or "")
    except ValueError as error:
        raise DataError(f"not TOML: {error}.", file=NAME, expected="valid TOML") from error


def _keep_within_bounds(found: Protocol) -> None:
    for key, text in (("name", found.name), *(("arms", arm) for arm in found.arms)):
        if len(text) > LONGEST_NAME or not text.isprintable() or "$" in text:
            raise DataError(
                f"{text[:LONGEST_NAME]!a} is no name.",
                file=NAME,
                key=key,
                expected=f"at most {LONGEST_NAME} printed letters, without $",
            )
    arms = len(found.arms)
    dishes = arms if found.times else 0
    if found.series is not None:
        dishes += len(found.series.arms) * (1 + len(found.series.concentrations))
    if found.matrix is not None:
        rows, columns = found.matrix.concentrations
        dishes += len(found.matrix.arms) * len(rows) * len(columns)
    readings = arms * len(found.times) * len(found.readouts)
    for what, number, most in (
        ("arms", arms, MOST_ARMS),
        ("dishes", dishes, MOST_DISHES),
        ("readings", readings, MOST_READINGS),
    ):
        if number > most:
            raise DataError(f"{number:,} {what}.", file=NAME, expected=f"at most {most:,}")
