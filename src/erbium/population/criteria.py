"""Conditions on the attributes of patients: whether they make sense, and who meets them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors, ErbiumError, UnknownName, nearest
from erbium.knowledge.record_files import explain
from erbium.knowledge.schema.mechanism import Mechanism
from erbium.knowledge.schema.population import Criterion
from erbium.population.attributes import NUMBERS, WORDS, known_attributes

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]
Criteria = Sequence[Criterion | Mapping[str, Any]]


def read_criteria(
    criteria: Criteria, mechanisms: Mapping[str, Mechanism], *, file: str | Path | None = None,
    key: str = "eligibility",
) -> tuple[Criterion, ...]:  # fmt: skip
    """Return criteria given as tables or records.

    Raises
    ------
    DataErrors
        What is wrong, with key.
    """
    found: list[Criterion] = []
    errors: list[ErbiumError] = []
    for number, item in enumerate(criteria):
        place = f"{key}[{number}]"
        try:
            record = item if isinstance(item, Criterion) else Criterion.model_validate(dict(item))
        except ValidationError as error:
            errors += [explain(str(file or ""), Criterion, issue, place) for issue in error.errors()]
            continue
        found.append(record)
        errors += faults_of(record, mechanisms, file, place)
    if errors:
        raise errors[0] if len(errors) == 1 else DataErrors(errors)
    return tuple(found)


def faults_of(
    criterion: Criterion, mechanisms: Mapping[str, Mechanism], file: str | Path | None, place: str
) -> Iterator[ErbiumError]:
    """Yield what no patient could ever meet: an unknown attribute, a value of another kind."""
    known = known_attributes(mechanisms)
    name = criterion.attribute
    if name not in known:
        yield UnknownName.among(
            "attribute", name, known, file=file, key=f"{place}.attribute",
            hint="docs/populations.md lists them",
        )  # fmt: skip
        return
    limited = criterion.at_least is not None or criterion.at_most is not None
    asked = [("equals", criterion.equals)] if criterion.equals is not None else []
    asked += [("among", value) for value in criterion.among or ()]
    if name in NUMBERS:
        for part, value in asked:
            if isinstance(value, bool | str):
                yield DataError(
                    f'"{value}" for {name}.', file=file, key=f"{place}.{part}",
                    expected=f"a number in {NUMBERS[name]}",
                )  # fmt: skip
        return
    possible: tuple[Any, ...] = WORDS.get(name, (True, False))
    shown = ", ".join(str(item).lower() if isinstance(item, bool) else f'"{item}"' for item in possible)
    if limited:
        part = "at_least" if criterion.at_least is not None else "at_most"
        yield DataError(
            f"{name} is no number.", file=file, key=f"{place}.{part}", expected=f"equals or among: {shown}"
        )
    for part, value in asked:
        if value not in possible or isinstance(value, bool) != isinstance(possible[0], bool):
            yield DataError(
                f'"{value}" for {name}.', file=file, key=f"{place}.{part}", expected=f"one of {shown}",
                nearest=nearest(value, map(str, possible)) if isinstance(value, str) else None,
            )  # fmt: skip


def meets(criterion: Criterion, table: pd.DataFrame) -> Mask:
    """Return who meets a criterion, one per row."""
    column = table[criterion.attribute].to_numpy()
    found = np.ones(len(table), dtype=bool)
    if criterion.equals is not None:
        found &= column == criterion.equals
    if criterion.among is not None:
        found &= np.isin(column.astype(object), list(criterion.among))
    if criterion.at_least is not None:
        found &= column >= criterion.at_least
    if criterion.at_most is not None:
        found &= column <= criterion.at_most
    return found


class Count:
    """How many candidates met each criterion, so that an empty eligibility can say why."""

    def __init__(self, criteria: Iterable[Criterion]) -> None:
        self.criteria = tuple(criteria)
        self.tried = 0
        self.alone = np.zeros(len(self.criteria), dtype=np.int64)
        self.without = np.zeros(len(self.criteria), dtype=np.int64)
        self.eligible = 0

    def screen(self, table: pd.DataFrame) -> Mask:
        """Return who meets all criteria, and count."""
        each = np.array([meets(item, table) for item in self.criteria], dtype=bool).reshape(-1, len(table))
        passed = each.all(axis=0)
        self.tried += len(table)
        self.eligible += int(passed.sum())
        self.alone += each.sum(axis=1)
        for k in range(len(self.criteria)):
            self.without[k] += int(np.delete(each, k, axis=0).all(axis=0).sum())
        return np.asarray(passed, dtype=bool)

    def emptied_by(self, population: str, wanted: int) -> DataError:
        """Return the error that too few are eligible, naming the criterion that leaves the fewest."""
        if not self.criteria:
            return DataError(
                f"too few patients of {population} are eligible ({self.tried} drawn; {wanted} are wanted).",
                key="eligibility",
            )
        worst = int(np.argmin(self.alone))
        if self.alone[worst]:
            worst = int(np.argmax(self.without))
            left = self.eligible or "none"
            why = f"leaves {left} of the {self.without[worst]} candidates that meet the other criteria"
        else:
            why = "is met by no candidate"
        return DataError(
            f'the eligibility of {population} is empty or nearly so: "{self.criteria[worst]}" {why} '
            f"({self.tried} drawn; {wanted} patients are wanted).",
            key="eligibility",
            expected="criteria that patients of this population can meet together",
            hint=f"erbium population sample {population} shows what its patients are like",
        )
