"""The numbers of the network as a table: what, how much, of what kind, from where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import get_args

from erbium.core.errors import UnknownName
from erbium.knowledge.catalogue import load_drugs
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.schema.number import Number
from erbium.knowledge.schema.parameter import Kind, Parameter
from erbium.knowledge.tables import load_numbers

#: Tables of numbers beside the modules: tumours of one kind, settings, the patient.
NUMBER_TABLES = (
    "tumour/variation", "tumour/settings", "tumour/after_progression", "tumour/after_surgery",
    "host/covariates",
)  # fmt: skip
#: Tables of prognosis: who relapses or dies whatever is given.
PROGNOSTIC = ("tumour/after_progression", "tumour/after_surgery")
#: No more numbers than these may be fitted to patients: of response and growth, and of prognosis.
MAX_FITTED, MAX_PROGNOSTIC = 20, 6


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One number of the network with its provenance."""

    module: str
    name: str
    value: float
    unit: str
    kind: str
    source: str
    status: str
    low: float | None
    high: float | None
    note: str

    def json(self) -> dict[str, str | float | None]:
        """Return the row as a plain object."""
        return asdict(self)


def parameter_rows(
    kind: str | None = None, module: str | None = None, *, fitted: bool = False
) -> list[ParameterRow]:
    """Return the numbers of the network, module by module.

    Parameters
    ----------
    kind
        measured, derived, fitted or assumed; all when not given.
    module
        Id of one module; all when not given.
    fitted
        Only the clinically fitted numbers; the same as ``kind="fitted"``.

    Raises
    ------
    UnknownName
        No such kind or module.
    """
    numbers = _tables()
    if kind is not None and kind not in get_args(Kind):
        raise UnknownName.among("kind of number", kind, get_args(Kind))
    if module is not None and module not in numbers:
        raise UnknownName.among("module", module, numbers, hint="erbium model parameters")
    rows = [
        ParameterRow(
            module=owner,
            name=name,
            value=number.value,
            unit=number.unit,
            kind=number.kind,
            source=number.source or "",
            status=number.status or "unverified",
            low=number.low,
            high=number.high,
            note=number.note or number.formula or "",
        )
        for owner, table in numbers.items()
        for name, number in table.items()
        if module in (None, owner) and kind in (None, number.kind)
    ]
    return [row for row in rows if row.kind == "fitted"] if fitted else rows


def _tables() -> dict[str, Mapping[str, Parameter | Number]]:
    """Return the numbers of the modules, and of the tables of tumours and patients."""
    tables: dict[str, Mapping[str, Parameter | Number]] = {**load_parameters()}
    return tables | {name: load_numbers(name) for name in NUMBER_TABLES}


def count_by_kind(*, drugs: bool = False) -> dict[str, int]:
    """Return how many numbers there are of each kind.

    Parameters
    ----------
    drugs
        Count the numbers of the drug files instead of those of the network.
    """
    counts: dict[str, int] = dict.fromkeys(get_args(Kind), 0)
    kinds = [row.kind for row in parameter_rows()]
    if drugs:
        kinds = [number.kind for drug in load_drugs().values() for number in drug.numbers().values()]
    for kind in kinds:
        counts[kind] += 1
    return counts
