"""Whether the names in the claims lead somewhere: parameters, mechanisms, drugs, lines, cases, readouts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from erbium.core import units
from erbium.core.errors import DataError, ErbiumError, UnknownName
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.cases import case_files
from erbium.knowledge.catalogue import resolve_drug, resolve_regimen
from erbium.knowledge.cell_lines import resolve_cell_line
from erbium.knowledge.mechanisms import load_mechanisms
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.schema.claim import PATIENT_READOUTS, Check, Claim
from erbium.knowledge.schema.condition import Context

if TYPE_CHECKING:
    from erbium.knowledge.claims import FiledClaim, FiledSpecificity


class _Names:
    """What there is, read once."""

    def __init__(self, readouts: Collection[str] | None) -> None:
        self.units = {name: p.unit for table in load_parameters().values() for name, p in table.items()}
        self.mechanisms = load_mechanisms()
        self.alternatives = load_alternatives()
        self.cases = case_files()
        self.readouts = readouts


def name_errors(
    items: Iterable[FiledClaim | FiledSpecificity], readouts: Collection[str] | None = None
) -> list[ErbiumError]:
    """Return one error for each name that leads nowhere.

    Parameters
    ----------
    readouts
        Readouts of the network; not looked at when None.
    """
    names = _Names(readouts)
    errors: list[ErbiumError] = []
    for item in items:
        check: Check = getattr(item, "claim", None) or getattr(item, "check")  # noqa: B009
        errors.extend(_check_errors(check, item.file, names))
    return errors


def _check_errors(check: Check, file: str, names: _Names) -> Iterator[ErbiumError]:
    where = str(check.model_dump(include={"id"})["id"])
    for key, context in (("base", check.base), *((f"arms.{name}", arm) for name, arm in check.arms.items())):
        yield from _context_errors(context, file, f"{where}.{key}", names)
    if isinstance(check, Claim):
        yield from _parameters(check.cut, file, f"{where}.cut", names)
    patients = any(context.case is not None for context in check.contexts().values())
    for number, expectation in enumerate(check.expect):
        key = f"{where}.expect[{number}].readout"
        name = expectation.readout
        if name in PATIENT_READOUTS:
            if not patients:
                yield DataError(f'"{name}" is read of a patient.', file=file, key=key, expected="a case")
        elif names.readouts is not None and name not in names.readouts:
            known = [*names.readouts, *PATIENT_READOUTS]
            yield UnknownName.among("readout", name, known, file=file, key=key)


def _context_errors(context: Context, file: str, where: str, names: _Names) -> Iterator[ErbiumError]:
    try:
        if context.line is not None:
            resolve_cell_line(context.line)
    except UnknownName as error:
        yield _at(error, file, f"{where}.line")
    if context.case is not None and context.case not in names.cases:
        yield UnknownName.among("case", context.case, names.cases, file=file, key=f"{where}.case")
    for key, table in (
        ("cell", context.cell or {}),
        ("scale", context.scale),
        ("set", context.settings),
        ("acute", context.acute),
    ):
        yield from _parameters(table, file, f"{where}.{key}", names)
    for name in context.mechanisms:
        if name not in names.mechanisms:
            yield UnknownName.among("mechanism", name, names.mechanisms, file=file, key=f"{where}.mechanisms")
    for drug in context.drugs:
        try:
            resolve_drug(drug)
        except UnknownName as error:
            yield _at(error, file, f"{where}.drugs")
    if context.regimen is not None:
        try:
            resolve_regimen(context.regimen)
        except ErbiumError as error:
            yield _at(error, file, f"{where}.regimen")
    for question, answer in context.alternatives.items():
        key = f"{where}.alternatives.{question}"
        if question not in names.alternatives:
            yield UnknownName.among("open question", question, names.alternatives, file=file, key=key)
            continue
        choices = [choice.id for choice in names.alternatives[question].choices]
        if answer not in choices:
            yield UnknownName.among("answer", answer, choices, file=file, key=key)


def _parameters(
    table: Mapping[str, float | str], file: str, where: str, names: _Names
) -> Iterator[ErbiumError]:
    for name, value in table.items():
        unit = names.units.get(name)
        if unit is None:
            yield UnknownName.among("parameter", name, names.units, file=file, key=f"{where}.{name}")
        elif isinstance(value, str):
            try:
                units.to(value, unit, file=file, key=f"{where}.{name}")
            except ErbiumError as error:
                yield error


def _at(error: ErbiumError, file: str, key: str) -> ErbiumError:
    return DataError(
        error.message,
        file=file,
        key=key,
        expected=error.expected,
        nearest=error.nearest,
        hint=error.hint,
    )
