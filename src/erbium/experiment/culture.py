"""A cell line, or an engineered cell, in a dish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from erbium.core import units
from erbium.core.errors import UnknownName
from erbium.core.twins import Array, Twins
from erbium.engine.kernel import Kernel, kernel_for
from erbium.experiment.shared_numbers import draw_shared_numbers
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.catalogue import resolve_drug
from erbium.knowledge.cell_lines import resolve_cell_line
from erbium.model import build_network
from erbium.model.compose import clone_name
from erbium.pharmacology import Host
from erbium.pharmacology.registry import kind_of
from erbium.pharmacology.slots import Filling

#: Readouts that a culture returns by default.
READOUTS = (
    "pHER2", "pHER3", "pEGFR", "HER3_total", "surface_HER2", "pERK", "pAKT_S473", "pS6", "pTSC2", "pRB",
    "cyclin_D1", "p27", "ER_output", "apoptosis", "Ki67", "signal_growth_rate", "payload",
    "payload_kill_rate", "growth_rate",
)  # fmt: skip


#: A million cells: no crowding.
CULTURE_CM3 = 1e-3
#: Doubling time of a line for which none is known (assumed; breast lines take 30 to 80 h).
DOUBLING_HOURS = 48.0


@dataclass(frozen=True)
class Reading:
    """Readouts of a culture at one time, each with one value per parameter draw."""

    values: Mapping[str, Array]

    def __getitem__(self, name: str) -> float:
        """Return the median over the parameter draws."""
        if name not in self.values:
            raise UnknownName.among("readout", name, self.values)
        return float(np.median(self.values[name]))


@dataclass(frozen=True)
class Culture:
    """A cell in medium, drug-free until treated.

    Attributes
    ----------
    twins
        One twin per parameter draw.
    settings
        Network parameters of the cell by name, one value each.
    medium
        Free drug concentrations and drug potencies, each of shape (draws,).
    fitted
        Whether shared numbers come from the ensemble fitted to cells, where one ships.
    """

    twins: Twins
    knowledge: Knowledge
    settings: Mapping[str, float]
    mechanisms: tuple[tuple[str, float], ...] = ()
    medium: Mapping[str, Array] = field(default_factory=dict)
    line: str | None = None
    doubling_hours: float = DOUBLING_HOURS
    fitted: bool = True

    @classmethod
    def of(
        cls,
        line: str | None = None,
        *,
        settings: Mapping[str, float] | None = None,
        mechanisms: Sequence[str | tuple[str, float]] = (),
        alternatives: Mapping[str, str] | None = None,
        draws: int = 1,
        seed: int = 1,
    ) -> Culture:
        """Return a culture of a named line, or of a cell with the given settings and mechanisms.

        Parameters
        ----------
        line
            Name of a shipped cell line.
        settings
            Network parameters to set, for example ``{"HER2_abundance": 1000.0}``.
        mechanisms
            Mechanism ids, alone or with their strength.
        alternatives
            Answers to open questions, question id to choice id; by default the first choice.
        draws
            Parameter draws; the first is the typical cell.
        """
        knowledge = load_knowledge()
        values: dict[str, float] = {}
        doubling = DOUBLING_HOURS
        found: list[tuple[str, float]] = []
        if line is not None:
            cell = resolve_cell_line(line)
            if cell.doubling_time is not None:
                doubling = cell.doubling_time.to("h")
            values |= {path.split(".", 1)[1]: value for path, value in cell.knobs.items()}
            found += [(item.id, item.x) for item in cell.mechanisms]
        values |= settings or {}
        found += [item if isinstance(item, tuple) else (item, 1.0) for item in mechanisms]
        for name, _ in found:
            if name not in knowledge.mechanisms:
                raise UnknownName.among("mechanism", name, knowledge.mechanisms)
        for question, answer in (alternatives or {}).items():
            values |= _answer(question, answer)
        return cls(Twins(seed, draws, 1), knowledge, values, tuple(found), line=line, doubling_hours=doubling)

    @property
    def kernel(self) -> Kernel:
        """The double-precision kernel of a single clone."""
        return kernel_for(build_network(1), "f64")

    def without(self, mechanism: str) -> Culture:
        """Return the same cell without one mechanism."""
        return replace(self, mechanisms=tuple(m for m in self.mechanisms if m[0] != mechanism))

    def add(self, **drugs: str | float) -> Culture:
        """Return the culture with drugs in the medium (nominal concentration, nM or with a unit)."""
        medium = dict(self.medium)
        host = Host.draw(self.twins, {"weight": 70.0, "height": 165.0, "albumin": 4.0, "fcgr3a": "F/F"})
        filling = Filling(self.twins, host)
        for name, concentration in drugs.items():
            drug = resolve_drug(name, self.knowledge.drugs)
            kind = kind_of(drug.drug_class)
            slot = next(s for s in kind.slot_for(drug) if f"medium_{s}" not in medium)
            medium |= kind.pharmacology(drug, slot, filling)
            free = drug.pk.medium_free_fraction.value if drug.pk.medium_free_fraction is not None else 1.0
            medium[f"medium_{slot}"] = np.full(self.twins.count, free * units.to(concentration, "nM"))
        return replace(self, medium=medium)

    def table(self, *, drugs: bool = True) -> Array:
        """Return the network parameters at the default pace, shape (draws, parameters)."""
        network = self.kernel.network
        index = network.parameter_index
        table = np.tile(network.defaults, (self.twins.count, 1))
        draw_shared_numbers(table, lambda name: _column(index, name), self.twins, fitted=self.fitted)
        # In a dish every receptor is reached: access is a matter of tissue.
        table[:, _column(index, "antibody_access")] = 1.0
        table[:, _column(index, "initial_volume")] = CULTURE_CM3
        for name, value in self.settings.items():
            table[:, _column(index, name)] = value
        for mechanism, x in self.mechanisms:
            for effect in self.knowledge.mechanisms[mechanism].effects:
                column = _column(index, effect.parameter.split(".", 1)[1])
                value = effect.value_at(x)
                table[:, column] = table[:, column] * value if effect.verb == "scale" else value
        if drugs:
            for name, values in self.medium.items():
                table[:, _column(index, name)] = values
        return table

    @cached_property
    def pace(self) -> Array:
        """Cell division at full S-phase entry, per hour: what makes the parent cell double in its time.

        The parent of an engineered cell is the cell without its mechanisms; a line is its own parent.
        """
        parent = self if self.line is not None else replace(self, mechanisms=(), medium={})
        table = parent.table(drugs=False)
        states = self.kernel.settle(table)
        growth, death = clone_name(1, "growth_per_pace"), clone_name(1, "signal_death_rate")
        found = self.kernel.compute_readouts(states, table, [growth, death])
        return np.asarray((np.log(2.0) / self.doubling_hours + found[death]) / np.maximum(found[growth], 0.1))

    def parameters(self, *, drugs: bool = True) -> Array:
        """Return the network parameters with the cell's pace, shape (draws, parameters)."""
        table = self.table(drugs=drugs)
        table[:, _column(self.kernel.network.parameter_index, "k_growth")] = self.pace
        return table

    def read(self, hours: float = 72.0, readouts: Sequence[str] = READOUTS) -> Reading:
        """Return the readouts after `hours` in the medium, starting from the drug-free state."""
        rest = self.parameters(drugs=False)
        states = self.kernel.settle(rest)
        table = self.parameters()
        if hours > 0:
            course = self.kernel.cell_course(states, table, [0.0, float(hours)])
            states = course.states[-1]
        names = [clone_name(1, name) for name in readouts]
        found = self.kernel.compute_readouts(states, table, names)
        return Reading({name: found[full] for name, full in zip(readouts, names, strict=True)})


def _answer(question: str, answer: str) -> dict[str, float]:
    """Return what an answer to an open question sets."""
    known = load_alternatives()
    if question not in known:
        raise UnknownName.among("open question", question, known)
    choices = {choice.id: choice for choice in known[question].choices}
    if answer not in choices:
        raise UnknownName.among("answer", answer, choices)
    return {effect.parameter.split(".", 1)[1]: effect.value_at() for effect in choices[answer].effects}


def _column(index: Mapping[str, int], name: str) -> int:
    return index[name] if name in index else index[clone_name(1, name)]
