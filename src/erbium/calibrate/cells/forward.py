"""What an ensemble predicts for every observation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from erbium.calibrate.cells.design import load_design
from erbium.calibrate.cells.dishes import Bench, Plate
from erbium.calibrate.cells.drug_readers import BEYOND
from erbium.calibrate.cells.names import Dish, dish
from erbium.calibrate.cells.observations import Course, DoseResponse, Observation, Observations
from erbium.calibrate.cells.prior import Members, typical
from erbium.calibrate.cells.response import area_over, gr_value, log10_crossing
from erbium.core.errors import SimulationError
from erbium.core.twins import Array
from erbium.engine.backend import Control
from erbium.engine.kernel import Kernel
from erbium.model.compose import clone_name

#: Dishes advanced at once.
BATCH = 8192
Progress = Callable[[float], None]


#: Error control of phospho courses, far below the noise of a blot; a dish that needs more steps is given up.
CONTROL = Control(rtol=1e-3, atol=1e-9, least_h=1e-7, steps=5000)


class Forward:
    """Simulates the experiments behind a table of observations.

    Parameters
    ----------
    observations
        What is to be predicted.
    backgrounds
        Assay background by readout; from the typical cell when None.
    """

    def __init__(
        self, observations: Observations, backgrounds: Mapping[str, float] | None = None,
        place: Dish | None = None,
    ) -> None:  # fmt: skip
        self.observations = observations
        self.dish = place or dish()
        self.by_line: dict[str, dict[Course | DoseResponse, list[int]]] = {}
        for k, row in enumerate(observations.rows):
            self.by_line.setdefault(row.line, {}).setdefault(row.setup, []).append(k)
        self.backgrounds = dict(backgrounds or {})
        if backgrounds is None:
            self._measure_background()

    def only(self, observations: Observations) -> Forward:
        """Return the same laboratory for other observations."""
        return Forward(observations, self.backgrounds, self.dish)

    def __call__(self, values: Members, progress: Progress | None = None) -> Array:
        """Return predictions, shape (members, observations); NaN rows where a member did not settle."""
        out = np.full((values.count, len(self.observations)), np.nan)
        bench = Bench(values, self.dish)
        self._tried: list[int] = []
        for done, (line, setups) in enumerate(self.by_line.items()):
            courses = [s for s in setups if isinstance(s, Course)]
            for pretreat in sorted({c.pretreat_h for c in courses}):
                self._courses(bench, line, [c for c in courses if c.pretreat_h == pretreat], out)
            self._responses(bench, line, [s for s in setups if isinstance(s, DoseResponse)], out)
            if progress is not None:
                progress((done + 1) / len(self.by_line))
        out[~np.isfinite(out).all(axis=1)] = np.nan
        return out

    def _measure_background(self) -> None:
        share = load_design().errors.background.value
        self.backgrounds = dict.fromkeys({row.readout for row in self.observations.rows}, 1e-12)
        log_signals = self(typical())[0]
        for row, signal in zip(self.observations.rows, log_signals, strict=True):
            if row.measure == "log_signal" and np.isfinite(signal):
                level = share * float(np.exp(signal))
                self.backgrounds[row.readout] = max(self.backgrounds[row.readout], level)
        for row, fold in zip(self.observations.rows, log_signals, strict=True):
            if row.measure == "log_fold" and np.isfinite(fold) and self.backgrounds[row.readout] <= 1e-12:
                self.backgrounds[row.readout] = share * 1.0

    def _courses(self, bench: Bench, line: str, courses: Sequence[Course], out: Array) -> None:
        for medium in sorted({c.medium for c in courses}):
            chosen = [c for c in courses if c.medium == medium]
            plate = bench.plate(line, medium)
            alive = self._standing(plate, out)
            if not alive.size:
                continue
            rows = self.by_line[line]
            times = np.unique([0.0, *(self.observations.rows[k].time_h for c in chosen for k in rows[c])])
            tables, states = self._start(bench, plate, alive, chosen)
            readouts = sorted({self.observations.rows[k].readout for c in chosen for k in rows[c]})
            full = {name: self.dish.readout(name) for name in readouts}
            course = rescued(_followed(bench.kernel, times), states, tables)
            found = bench.kernel.compute_readouts(course, tables, [n for n in full.values() if n])
            for c_number, c in enumerate(chosen):
                part = slice(c_number * alive.size, (c_number + 1) * alive.size)
                for k in rows[c]:
                    row = self.observations.rows[k]
                    signal = found[str(full[row.readout])][:, part]
                    level = np.maximum(signal, 0.0) + self.backgrounds.get(row.readout, 1e-12)
                    now = np.log(level[np.searchsorted(times, row.time_h)])
                    out[alive, k] = now - np.log(level[0]) if row.measure == "log_fold" else now
                self._tried += rows[c]

    def _standing(self, plate: Plate, out: Array) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Return the members that settled here and failed in no earlier experiment."""
        tried = self._tried
        failed = ~np.isfinite(out[:, tried]).all(axis=1) if tried else np.zeros(len(out), bool)
        return np.flatnonzero(plate.alive & ~failed)

    def _start(
        self, bench: Bench, plate: Plate, alive: np.ndarray[tuple[int], np.dtype[np.intp]],
        courses: Sequence[Course],
    ) -> tuple[Array, Array]:  # fmt: skip
        """Return tables and states at time 0, the courses one after the other."""
        tables, states = [], []
        for c in courses:
            table = bench.drugged(plate.table[alive], c.drugs)
            start = plate.states[alive]
            if c.pretreat_h > 0:
                start = rescued(_followed(bench.kernel, np.array([c.pretreat_h])), start, table)[-1]
            for handle, level in c.ligands:
                column = bench.column(handle)
                if column is not None:
                    table[:, column] = np.maximum(table[:, column], level)
            tables.append(table)
            states.append(start)
        return np.concatenate(tables), np.concatenate(states)

    def _responses(self, bench: Bench, line: str, responses: Sequence[DoseResponse], out: Array) -> None:
        for hours in sorted({r.hours for r in responses}):
            chosen = [r for r in responses if r.hours == hours]
            plate = bench.plate(line, chosen[0].medium)
            alive = self._standing(plate, out)
            if not alive.size:
                continue
            table, states = plate.table[alive], plate.states[alive]
            control = self._count(bench, [table], states, hours)[0]
            wells = [bench.drugged(table, [(r.drug, dose)]) for r in chosen for dose in r.doses]
            counts = self._count(bench, wells, states, hours)
            at = 0
            for r in chosen:
                block = counts[at : at + len(r.doses)].T
                at += len(r.doses)
                for k in self.by_line[line][r]:
                    out[alive, k] = _measure(self.observations.rows[k], r, block, control)
                self._tried += self.by_line[line][r]

    def _count(self, bench: Bench, wells: Sequence[Array], states: Array, hours: float) -> Array:
        """Return living cells at the end over those at the start, shape (wells, members)."""
        column = self.dish.network.species_index[clone_name(1, "volume")]
        size = max(1, BATCH // max(1, len(states)))
        ends = []
        for first in range(0, len(wells), size):
            some = wells[first : first + size]
            start = np.tile(states, (len(some), 1))
            end = rescued(lambda x, p: bench.follow(x, p, hours)[None], start, np.concatenate(some))[0]
            ends.append((end[:, column] / start[:, column]).reshape(len(some), -1))
        return np.concatenate(ends)


def _followed(kernel: Kernel, times: Array) -> Callable[[Array, Array], Array]:
    """Return what follows dishes exactly and gives their states at `times`, (times, dishes, species)."""
    return lambda states, tables: kernel.cell_course(states, tables, times, control=CONTROL).states


def rescued(run: Callable[[Array, Array], Array], states: Array, tables: Array) -> Array:
    """Return `run` of (dishes, species) and (dishes, parameters), with NaN for dishes that it cannot do.

    A batch with a dish that fails is halved until that dish is alone.
    """
    usable = np.isfinite(states).all(axis=1)
    if not usable.all():
        if not usable.any():
            return np.full((1, *states.shape), np.nan)
        part = rescued(run, states[usable], tables[usable])
        out = np.full((len(part), *states.shape), np.nan)
        out[:, usable] = part
        return out
    try:
        return run(states, tables)
    except SimulationError:
        if len(states) == 1:
            return np.full((1, *states.shape), np.nan)
    half = len(states) // 2
    parts = [rescued(run, states[s], tables[s]) for s in (slice(half), slice(half, None))]
    times = max(len(part) for part in parts)
    return np.concatenate([np.repeat(p, times, axis=0) if len(p) == 1 < times else p for p in parts], axis=1)


def _measure(row: Observation, response: DoseResponse, counts: Array, control: Array) -> Array:
    """Return what an assay reports, shape (members,), from counts (members, doses)."""
    log_doses = np.log10(np.array(response.doses))
    if row.measure == "viability":
        return np.asarray(counts[:, row.dose] / control)
    if row.measure in {"GR_AOC", "GRmax"}:
        gr = gr_value(counts, control[:, None])
        return area_over(gr, log_doses) if row.measure == "GR_AOC" else gr[:, -1]
    relative = counts / control[:, None]
    if row.measure == "mean_inhibition":
        return np.asarray(np.clip(1.0 - relative, -0.2, 1.0).mean(axis=1))
    if row.measure == "log10_GI50":
        relative = (counts - 1.0) / np.maximum(control[:, None] - 1.0, 1e-3)
    return log10_crossing(relative, log_doses, beyond=BEYOND)
