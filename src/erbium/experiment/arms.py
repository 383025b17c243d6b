"""From an arm of the file to a condition, every name and number checked at its key."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from erbium.core import units
from erbium.core.errors import DataError, ErbiumError, UnknownName
from erbium.experiment.cells import Cells
from erbium.experiment.condition import Condition, Exposure, Given, Neighbours
from erbium.experiment.names import check_value, column
from erbium.experiment.schema import Amount, Arm, Beside
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_drug
from erbium.model.network import Network

#: Longest protocol, h: four weeks without passage; after that a dish is not what we simulate.
LONGEST_HOURS = 672.0
_WHO = ("line", "case", "cell")


@contextmanager
def located(file: Path, key: str) -> Iterator[None]:
    """Give an error raised inside the file and the key, where it names none."""
    try:
        yield
    except ErbiumError as error:
        error.file = str(file)
        error.key = key
        raise


def quantity(value: Amount, unit: str, file: Path, key: str, *, least: float | None = 0.0) -> float:
    """Return a number of the file in `unit`, finite and at least `least`."""
    number = units.to(value, unit, file=file, key=key)
    if not math.isfinite(number):
        raise DataError(
            f"{value} is not a finite number.", file=file, key=key, expected=f"a number in {unit}"
        )
    if least is not None and number < least:
        raise DataError(f"{value} is negative.", file=file, key=key, expected=f"{least:g} or more")
    # A conversion leaves 999.9999999999999 of 1000.
    return float(f"{number:.12g}")


def merged(base: Arm, arm: Arm) -> Arm:
    """Return an arm with what all arms share: tables are joined, other keys are overridden."""
    given = {name: getattr(base, name) for name in base.model_fields_set}
    if any(getattr(arm, name) is not None for name in _WHO):
        given = {name: value for name, value in given.items() if name not in _WHO}
    for name in arm.model_fields_set:
        value = getattr(arm, name)
        shared = given.get(name)
        given[name] = {**shared, **value} if isinstance(shared, dict) and isinstance(value, dict) else value
    return Arm.model_construct(**given)


@dataclass(frozen=True)
class ArmReader:
    """Reads the arms of one experiment.

    Attributes
    ----------
    file
        Where it stands, or what it is called in errors.
    cases
        Profiles, as JSON text, by the name under which an arm has them as its case; with None an arm names
        a file beside this one.
    """

    file: Path
    network: Network
    cases: Mapping[str, str] | None = None

    def condition(self, arm: Arm, key: str) -> Condition:
        """Return the condition of a merged arm.

        Raises
        ------
        ErbiumError
            What is wrong, with file and key.
        """
        named = [name for name in _WHO if getattr(arm, name) is not None]
        if len(named) != 1:
            said = f"{' and '.join(named)} are given." if named else "no line, case or cell."
            raise DataError(said, file=self.file, key=key, expected="one of line, case and cell")
        self._contradictions(arm, key)
        settings = [
            *self._values(arm.cell or {}, f"{key}.cell"),
            *self._values(arm.settings, f"{key}.set"),
        ]
        treatment = list(self._treatment(arm, key))
        condition = Condition(
            line=arm.line,
            settings=tuple(dict(settings).items()),
            mechanisms=tuple(self._finite(arm.mechanisms, f"{key}.mechanisms")),
            scale=(
                *self._factors(arm.scale, f"{key}.scale"),
                *((name, 1.0 - share) for name, share in self._shares(arm.knock_down, f"{key}.knock_down")),
                *self._factors(arm.over_express, f"{key}.over_express"),
            ),
            acute=(*self._values(arm.ligands, f"{key}.ligands"), *self._values(arm.acute, f"{key}.acute")),
            exposures=tuple(item for item in treatment if isinstance(item, Exposure)),
            given=tuple(item for item in treatment if isinstance(item, Given)),
            effectors=self._effectors(arm, key),
            tumour=bool(arm.tumour),
            alternatives=tuple(arm.alternatives.items()),
            case=None if arm.case is None else self._case(arm.case, f"{key}.case"),
            neighbours=None if arm.neighbours is None else self._beside(arm.neighbours, f"{key}.neighbours"),
        )
        self._check_cell(condition, key)
        return condition

    def handle(self, name: str, key: str) -> int:
        """Return the column of a handle."""
        with located(self.file, f"{key}.{name}"):
            return column(self.network, name)

    def time(self, value: Amount, key: str) -> float:
        """Return a time in h, within what a protocol may last."""
        hours = quantity(value, "h", self.file, key)
        if hours > LONGEST_HOURS:
            raise DataError(
                f"{value} is beyond the protocol.",
                file=self.file,
                key=key,
                expected=f"at most {LONGEST_HOURS:g} h",
            )
        return hours

    def _contradictions(self, arm: Arm, key: str) -> None:
        for group in (("set", "scale", "knock_down", "over_express"), ("ligands", "acute")):
            seen: dict[str, str] = {}
            for table in group:
                for name in getattr(arm, "settings" if table == "set" else table):
                    if name in seen:
                        raise DataError(
                            f"{name} stands in {seen[name]} and in {table}.",
                            file=self.file,
                            key=f"{key}.{table}.{name}",
                            expected="one of them",
                        )
                    seen[name] = table

    def _values(self, table: Mapping[str, Amount], key: str) -> Iterator[tuple[str, float]]:
        for name, value in table.items():
            unit = self.network.parameter_units[self.handle(name, key)]
            number = quantity(value, unit, self.file, f"{key}.{name}", least=None)
            with located(self.file, f"{key}.{name}"):
                check_value(self.network, name, number)
            yield name, number

    def _finite(self, table: Mapping[str, float], key: str) -> Iterator[tuple[str, float]]:
        for name, value in table.items():
            yield name, quantity(value, "1", self.file, f"{key}.{name}", least=None)

    def _factors(self, table: Mapping[str, float], key: str) -> Iterator[tuple[str, float]]:
        for name, value in table.items():
            self.handle(name, key)
            yield name, quantity(value, "1", self.file, f"{key}.{name}")

    def _shares(self, table: Mapping[str, float], key: str) -> Iterator[tuple[str, float]]:
        for name, share in self._factors(table, key):
            if share > 1.0:
                raise DataError(
                    f"{share:g} of it is removed.",
                    file=self.file,
                    key=f"{key}.{name}",
                    expected="a share between 0 and 1",
                )
            yield name, share

    def _treatment(self, arm: Arm, key: str) -> Iterator[Exposure | Given]:
        for name, dosings in arm.drugs.items():
            place = f"{key}.drugs.{name}"
            with located(self.file, place):
                drug = resolve_drug(name, load_knowledge().drugs)
            for dosing in dosings:
                # A bare text stands for a concentration, unless the drug has none.
                dose = dosing.dose if drug.has_concentration else (dosing.dose or str(dosing.concentration))
                if dose is not None:
                    with located(self.file, f"{place}.dose"):
                        yield Given(name, dose, self.time(dosing.start, f"{place}.start"))
                    continue
                assert dosing.concentration is not None
                concentration = quantity(dosing.concentration, "nM", self.file, f"{place}.concentration")
                start = self.time(dosing.start, f"{place}.start")
                stop = math.inf if dosing.stop is None else self.time(dosing.stop, f"{place}.stop")
                with located(self.file, place):
                    yield Exposure(name, concentration, start, stop)

    def _effectors(self, arm: Arm, key: str) -> float:
        return 0.0 if arm.effectors is None else quantity(arm.effectors, "1", self.file, f"{key}.effectors")

    def _beside(self, given: Beside, key: str) -> Neighbours:
        known = {name: getattr(given, name) for name in given.model_fields_set if name != "share"}
        cell = self.condition(Arm.model_construct(**known), key)
        with located(self.file, f"{key}.share"):
            return Neighbours(cell, given.share)

    def _case(self, name: str, key: str) -> str:
        if self.cases is not None:
            if name not in self.cases:
                raise UnknownName.among("case", name, self.cases, file=self.file, key=key)
            return self.cases[name]
        path = Path(name).expanduser()
        path = path if path.is_absolute() else self.file.parent / path
        if not path.is_file():
            raise DataError(
                f'no profile "{name}".', file=self.file, key=key, expected="a file beside this one"
            )
        return str(path)

    def _check_cell(self, condition: Condition, key: str) -> None:
        """Build the cell once, part by part, so that a wrong name is told with its key."""
        cells = Cells.of(1, 1)
        parts: Iterable[tuple[str, Condition]] = (
            ("line", Condition(condition.line)),
            *((f"mechanisms.{name}", Condition(mechanisms=((name, x),))) for name, x in condition.mechanisms),
            *(
                (f"alternatives.{question}", Condition(alternatives=((question, choice),)))
                for question, choice in condition.alternatives
            ),
        )
        for part, one in parts:
            with located(self.file, f"{key}.{part}"):
                cells.table(one)
