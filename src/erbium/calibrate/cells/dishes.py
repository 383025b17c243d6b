"""The dishes of an ensemble: parameter tables of a line, settled, at its doubling time."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from erbium.calibrate.cells.design import load_design
from erbium.calibrate.cells.names import Dish, dish
from erbium.calibrate.cells.prior import Members
from erbium.core.twins import Array
from erbium.engine.kernel import Kernel, kernel_for
from erbium.experiment.culture import Culture
from erbium.knowledge import load_knowledge
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.parameters import load_parameters
from erbium.model.compose import clone_name

#: Cell division that still counts as growth when the pace is set from the doubling time.
LEAST_GROWTH = 0.1


@functools.cache
def drug_in_medium(drug: str) -> tuple[Mapping[str, float], str, float]:
    """Return potencies, the parameter of the level in the medium, and free over nominal."""
    settings = {name: float(values[0]) for name, values in Culture.of().add(**{drug: 1.0}).medium.items()}
    level = next(name for name in settings if name.startswith("medium_"))
    free = settings.pop(level)
    return settings, level, free


@functools.cache
def _typical(line: str | None) -> Array:
    """Return the typical cell's parameters by the data files, not by an earlier fit, (parameters,)."""
    return np.asarray(replace(Culture.of(line), fitted=False).table(drugs=False)[0])


@functools.cache
def _set_by(line: str) -> frozenset[str]:
    """Return what the line sets outright, so that the ensemble does not move it."""
    culture = Culture.of(line)
    effects = [e for m, _ in culture.mechanisms for e in load_knowledge().mechanisms[m].effects]
    moved = {e.parameter.split(".", 1)[1] for e in effects if e.verb != "scale"}
    return frozenset(moved | set(culture.settings))


@dataclass(frozen=True)
class Plate:
    """One line in one medium, one dish per member, settled without drug.

    Attributes
    ----------
    table
        Network parameters, shape (members, parameters).
    states
        Drug-free states, shape (members, species); NaN where a member did not settle.
    """

    line: str
    table: Array
    states: Array

    @property
    def alive(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Members that settled."""
        return np.asarray(np.isfinite(self.states).all(axis=1))


class Bench:
    """Prepares plates for one ensemble."""

    def __init__(self, values: Members, place: Dish | None = None) -> None:
        self.values = values
        self.dish = place or dish()
        self.kernel: Kernel = kernel_for(self.dish.network, "f64")
        self.fast: Kernel = kernel_for(self.dish.network, "f32")
        self._plates: dict[tuple[str, str], Plate] = {}

    def column(self, name: str) -> int | None:
        """Return the column of a parameter, None where the network has none."""
        full = self.dish.parameter(name)
        return None if full is None else self.dish.network.parameter_index[full]

    def plate(self, line: str, medium: str) -> Plate:
        """Return the settled plate of a line in a medium."""
        key = (line, medium)
        if key not in self._plates:
            table = self._table(line)
            full = self._settle(table)
            self._pace(line, table, full)
            for handle, level in load_design().media[medium].ligands.items():
                if (column := self.column(handle)) is not None:
                    table[:, column] = level.to("nM")
            for handle, number in load_design().media[medium].scales.items():
                if (column := self.column(handle)) is not None:
                    table[:, column] *= self.values.media.get(f"{medium}.{handle}", number.value)
            states = full if medium == "full" else self._settle(table)
            self._plates[key] = Plate(line, table, states)
        return self._plates[key]

    def drugged(self, table: Array, drugs: Sequence[tuple[str, float]]) -> Array:
        """Return a copy of the table with drugs (id, nominal nM) in the medium."""
        out = table.copy()
        for drug, nominal in drugs:
            settings, level, free = drug_in_medium(drug)
            for name, value in (*settings.items(), (level, free * nominal)):
                if (column := self.column(name)) is not None:
                    out[:, column] = value
        return out

    def _table(self, line: str) -> Array:
        base, plain = _typical(line), _typical(None)
        table = np.tile(base, (self.values.count, 1))
        shipped = {name: p for module in load_parameters().values() for name, p in module.items()}
        fixed = _set_by(line)
        for name, values in self.values.network.items():
            column = self.column(name)
            if column is None or name in fixed or plain[column] != shipped[name].value:
                continue
            table[:, column] = values
            if base[column] != plain[column] and plain[column] != 0:
                table[:, column] *= base[column] / plain[column]
        for name, factor in self.values.dish.items():
            if (column := self.column(name)) is not None:
                table[:, column] *= factor
        for question, positions in self.values.answers.items():
            for k, choice in enumerate(load_alternatives()[question].choices):
                for effect in choice.effects:
                    column = self.column(effect.parameter.split(".", 1)[1])
                    chosen = positions == k
                    if column is not None and effect.verb == "scale":
                        table[chosen, column] *= effect.value_at()
                    elif column is not None:
                        table[chosen, column] = effect.value_at()
        return table

    def _settle(self, table: Array) -> Array:
        return self.kernel.settle(table, unsettled="nan")

    def _pace(self, line: str, table: Array, states: Array) -> None:
        """Give every member the division that doubles the line in its time."""
        growth, death = clone_name(1, "growth_per_pace"), clone_name(1, "signal_death_rate")
        alive = np.isfinite(states).all(axis=1)
        found = self.kernel.compute_readouts(states[alive], table[alive], [growth, death])
        hours = Culture.of(line).doubling_hours
        pace = (np.log(2.0) / hours + found[death]) / np.maximum(found[growth], LEAST_GROWTH)
        column = self.column("k_growth")
        assert column is not None
        table[alive, column] = pace
