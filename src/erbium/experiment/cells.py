"""Drug-free cells as rows of a parameter table: lines, settings, mechanisms, and their pace."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from erbium.core.errors import UnknownName
from erbium.core.twins import Array, Twins
from erbium.engine.kernel import Kernel, kernel_for
from erbium.experiment.case import cells_of_case
from erbium.experiment.condition import Condition
from erbium.experiment.names import check_value, column, handles
from erbium.experiment.shared_numbers import SharedNumbers, draw_shared_numbers
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.cell_lines import resolve_cell_line
from erbium.knowledge.schema.cell_line import ABUNDANCE_KNOBS
from erbium.knowledge.schema.mechanism import Effect
from erbium.knowledge.tables import load_numbers
from erbium.model import build_network
from erbium.model.compose import clone_name
from erbium.model.network import Network

#: A million cells: no crowding.
CULTURE_CM3 = 1e-3
#: A palpable tumour.
TUMOUR_CM3 = 1.0
#: Effector cells of a typical tumour, relative.
TUMOUR_EFFECTORS = 1.0
#: Factors from the dish to the tumour of a patient, one per modality.
IN_VIVO = "in_vivo_"
#: Doubling time of a line for which none is known (assumed; breast lines take 30 to 80 h).
DOUBLING_HOURS = 48.0
#: Division relative to full S-phase entry that a parent cell has at least: all cells in culture divide.
SMALLEST_GROWTH = 0.1
#: Division of an engineered cell at full S-phase entry, per hour: at most once in eight hours (assumed).
FASTEST = math.log(2.0) / 8.0
#: Handles that say which cell it is; where no line is named, they describe the parent.
DESCRIBING = frozenset(path.split(".", 1)[1] for path in ABUNDANCE_KNOBS.values())


def culture_kernel() -> Kernel:
    """Return the double-precision kernel of a single clone."""
    return kernel_for(build_network(1), "f64")


def parent_of(condition: Condition) -> Condition:
    """Return the unaltered cell in a dish, which doubles in its known time.

    The parent of a line is the line; that of a patient's cells are the cells as profiled, which keep to
    the tumour's own time where they stay in a tumour. The parent of a cell without a line has its
    receptor numbers, ER and drive, and neither mechanisms nor other settings.
    """
    if condition.case is not None:
        return Condition(case=condition.case, tumour=condition.tumour, alternatives=condition.alternatives)
    settings = condition.settings if condition.line is None else ()
    described = tuple(pair for pair in settings if pair[0] in DESCRIBING)
    return Condition(condition.line, described, alternatives=condition.alternatives)


@dataclass(frozen=True)
class Cells:
    """Writes the parameters of drug-free cells.

    Parameters
    ----------
    twins
        One twin per parameter draw; the first is the typical cell.
    fitted
        Whether shared numbers come from the ensemble fitted to cells, where one ships.
    given
        Shared numbers to take instead of draws, one value per twin.
    """

    twins: Twins
    knowledge: Knowledge
    network: Network
    fitted: bool = True
    given: SharedNumbers | None = None

    @classmethod
    def of(cls, members: int, seed: int, *, fitted: bool = True, given: SharedNumbers | None = None) -> Cells:
        """Return the writer for an ensemble of `members` draws."""
        return cls(Twins(seed, members, 1), load_knowledge(), build_network(1), fitted, given)

    def table(self, condition: Condition) -> Array:
        """Return the drug-free parameters at the default pace, shape (members, parameters).

        Raises
        ------
        UnknownName
            No such line, handle, mechanism, question or answer; names the nearest.
        """
        table = self._drawn(condition)
        # What is stated is the concentration at the cells: no vessel has to bring it.
        table[:, self.column("supply_limited")] = 0.0
        effectors = condition.effectors
        if condition.tumour:
            effectors = effectors or TUMOUR_EFFECTORS
        else:
            # In a dish every receptor is reached, and there are neither lymphocytes nor proteases of tissue.
            table[:, self.column("antibody_access")] = 1.0
            table[:, self.column("immune_presence")] = 0.0
            table[:, self.column("tissue_proteases")] = 0.0
            # Payload that leaves the cells goes into much medium, and no blood takes it away.
            for name, number in load_numbers("experiment/dish").items():
                table[:, self.column(name)] = number.value
        table[:, self.column("initial_volume")] = TUMOUR_CM3 if condition.tumour else CULTURE_CM3
        table[:, self.column("effector_cells")] = effectors
        if _as_in_a_dish(condition):
            table[:, self._in_vivo] = 1.0
        line = None if condition.line is None else resolve_cell_line(condition.line)
        for path, value in line.knobs.items() if line is not None else ():
            table[:, self.column(path.split(".", 1)[1])] = value
        for question, choice in condition.alternatives:
            for effect in _answer(question, choice):
                self._move(table, effect, 1.0)
        for mechanism in line.mechanisms if line is not None else ():
            self._carry(table, mechanism.id, mechanism.x)
        for name, value in condition.settings:
            check_value(self.network, name, value)
            table[:, self.column(name)] = value
        for name, x in condition.mechanisms:
            self._carry(table, name, x)
        for name, factor in condition.scale:
            table[:, self.column(name)] *= factor
        return table

    def column(self, handle: str) -> int:
        """Return the column of a handle."""
        return column(self.network, handle)

    def pace(self, parent: Condition, states: Array, table: Array) -> Array:
        """Return cell division at full S-phase entry, per hour: the parent doubles in its time.

        Parameters
        ----------
        states, table
            Settled states and parameters of the parent, one row per member.
        """
        growth, death = clone_name(1, "growth_per_pace"), clone_name(1, "untreated_death_rate")
        found = culture_kernel().compute_readouts(states, table, [growth, death])
        net = np.log(2.0) / self.doubling_hours(parent)
        pace = np.asarray((net + found[death]) / np.maximum(found[growth], SMALLEST_GROWTH))
        # An engineered cell need not grow at all: one without drive is not made to by an absurd pace.
        engineered = parent.line is None and parent.case is None
        return np.minimum(pace, FASTEST) if engineered else pace

    def doubling_hours(self, parent: Condition) -> Array | float:
        """Return the doubling time of an unaltered cell, h; that of a common line where it is not known."""
        if parent.case is not None and parent.tumour:
            return cells_of_case(parent.case, self.twins).doubling_hours
        number = None if parent.line is None else resolve_cell_line(parent.line).doubling_time
        return DOUBLING_HOURS if number is None else number.to("h")

    def _drawn(self, condition: Condition) -> Array:
        """Return what the draws say before anything is named, shape (members, parameters)."""
        if condition.case is not None:
            return cells_of_case(condition.case, self.twins).table.copy()
        answered = frozenset(question for question, _ in condition.alternatives)
        if answered not in self._filled:
            table = np.tile(self.network.defaults, (self.twins.count, 1))
            numbers = self.given or draw_shared_numbers(self.twins, fitted=self.fitted)
            numbers.fill(table, self.column, answered)
            self._filled[answered] = table
        return self._filled[answered].copy()

    @cached_property
    def _filled(self) -> dict[frozenset[str], Array]:
        """Tables that only the shared numbers have filled, by the questions that are answered otherwise."""
        return {}

    @cached_property
    def _in_vivo(self) -> list[int]:
        """Columns of the factors from the dish to a tumour."""
        return [self.column(name) for name in handles(self.network) if name.startswith(IN_VIVO)]

    def _carry(self, table: Array, mechanism: str, x: float) -> None:
        if mechanism not in self.knowledge.mechanisms:
            raise UnknownName.among("mechanism", mechanism, self.knowledge.mechanisms)
        for effect in self.knowledge.mechanisms[mechanism].effects:
            self._move(table, effect, x)

    def _move(self, table: Array, effect: Effect, x: float) -> None:
        place, value = self.column(effect.parameter.split(".", 1)[1]), effect.value_at(x)
        table[:, place] = table[:, place] * value if effect.verb == "scale" else value


def _as_in_a_dish(condition: Condition) -> bool:
    """Return whether kill and growth are both those of a dish, or of a graft that grows like one."""
    return condition.case is None or not condition.tumour


def _answer(question: str, answer: str) -> Iterator[Effect]:
    """Yield what an answer to an open question moves."""
    known = load_alternatives()
    if question not in known:
        raise UnknownName.among("open question", question, known)
    choices = {choice.id: choice for choice in known[question].choices}
    if answer not in choices:
        raise UnknownName.among("answer", answer, choices)
    yield from choices[answer].effects
