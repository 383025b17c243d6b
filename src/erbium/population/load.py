"""Finding a population by name or file."""

from __future__ import annotations

from pathlib import Path

from erbium.core.errors import DataError, DataErrors
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.populations import resolve_population
from erbium.knowledge.record_files import read_record
from erbium.knowledge.schema.population import Population
from erbium.population.check import faults


def load_population(name: str | Path, knowledge: Knowledge | None = None) -> Population:
    """Return a population by id, name or file.

    Parameters
    ----------
    name
        Id or name of a shipped population (or one of the overlay), or the path to a TOML file.
    knowledge
        Mechanisms that the file may name; its overlay may hold populations.

    Raises
    ------
    UnknownName
        No such population; names the nearest.
    DataErrors
        What is wrong in the file, with key.
    """
    knowledge = knowledge or load_knowledge()
    text = str(name)
    if isinstance(name, Path) or text.endswith(".toml") or "/" in text:
        file = Path(name)
        if not file.is_file():
            raise DataError(
                "the file does not exist.", file=file, expected="a population in TOML",
                hint="erbium population new",
            )  # fmt: skip
        found, where = read_record(Population, file), file
    else:
        found = resolve_population(text, knowledge.overlay)
        where = Path("populations") / f"{found.id}.toml"
    errors = list(faults(found, knowledge, where))
    if errors:
        raise errors[0] if len(errors) == 1 else DataErrors(errors)
    return found
