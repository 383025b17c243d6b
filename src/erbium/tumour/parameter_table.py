"""The parameter matrix of a tumour's drug-free twins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from erbium.core.twins import Array
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.schema.mechanism import Effect, Mechanism
from erbium.model.compose import clone_name
from erbium.tumour.alternatives import choice_of_twins
from erbium.tumour.clones import variation
from erbium.tumour.earlier_lines import CYTOTOXIC, times_selected
from erbium.tumour.ensemble import draw_ensemble
from erbium.tumour.fitted import of_fit
from erbium.tumour.presence import Mask, holds

if TYPE_CHECKING:
    from erbium.tumour.tumour import Tumour

#: Differences between tumours that act on a knob of every clone: parameter, number of variation.toml.
_BETWEEN = {
    "MCL1_abundance": "survival_cv",
    "BCL2_abundance": "survival_cv",
    "CDK46_abundance": "cyclin_cv",
    "NRG1": "ligand_cv",
    "EGF": "ligand_cv",
    "IGF1": "ligand_cv",
}


class ParameterTable:
    """Writes the parameter matrix of a tumour's drug-free twins."""

    def __init__(self, tumour: Tumour) -> None:
        self.tumour = tumour
        self.twins = tumour.twins
        self.network = tumour.network
        self.index = self.network.parameter_index
        self.table = np.tile(self.network.defaults, (self.twins.count, 1))

    def matrix(self) -> Array:
        """Return the filled table, shape (count, parameters)."""
        self.put_ensemble()
        for name, number in _BETWEEN.items():
            self.scale(name, self.twins.between(f"between.{name}", variation(number)))
        cv = of_fit(self.twins, "tolerance_cv")
        for name in CYTOTOXIC:  # each class drawn apart
            self.scale(name, self.twins.between(f"between.{name}", cv))
        self.scale("antibody_access", self.twins.between("between.antibody_access", variation("access_cv")))
        self.limit("antibody_access", 1.0)
        self.put("ER_abundance", self.tumour.er)
        for receptor, values in self.tumour.receptors.items():
            self.put(f"{receptor}_abundance", values)
        self.put("effector_cells", self.tumour.host.effector_cells)
        self.put("neutrophil_baseline", self.tumour.host.neutrophils)
        for k, clone in enumerate(self.tumour.clones, start=1):
            self.put("HER2_abundance", clone.her2, [k])
            self.put("bypass_drive", clone.bypass, [k])
            self.put("initial_volume", self.tumour.start_volume * clone.fraction, [k])
            for name, factor in clone.scales.items():
                self.scale(name, factor, [k])
        per_line = of_fit(self.twins, "tolerance_per_line")
        for name, times in times_selected(self.tumour.earlier_lines).items():
            self.scale(name, per_line**times)
        self.apply_mechanisms()
        self.apply_alternatives()
        return self.table

    def columns(self, name: str, clones: Iterable[int] | None = None) -> list[int]:
        """Return the columns of a parameter: the patient's, or those of the given (all) clones."""
        if name in self.index:
            return [self.index[name]]
        every = range(1, len(self.tumour.clones) + 1)
        return [self.index[clone_name(c, name)] for c in (clones or every)]

    def put(self, name: str, values: Array, clones: Iterable[int] | None = None) -> None:
        """Set a parameter."""
        for column in self.columns(name, clones):
            self.table[:, column] = values

    def scale(self, name: str, factor: Array, clones: Iterable[int] | None = None) -> None:
        """Multiply a parameter."""
        for column in self.columns(name, clones):
            self.table[:, column] *= factor

    def limit(self, name: str, top: float) -> None:
        """Cap a parameter."""
        for column in self.columns(name):
            self.table[:, column] = np.minimum(self.table[:, column], top)

    def put_ensemble(self) -> None:
        """Put kinetic constants and translation factors, drawn once per parameter draw."""
        for name, values in draw_ensemble(self.twins).items():
            self.put(name, values)

    def apply_alternatives(self) -> None:
        """Let each parameter draw follow one answer to every open question, or all the one that is set."""
        for alternative in load_alternatives().values():
            chosen = choice_of_twins(alternative, self.twins)
            if alternative.id in self.tumour.answers:
                chosen = np.full_like(chosen, self.tumour.answers[alternative.id])
            for position, choice in enumerate(alternative.choices):
                for effect in choice.effects:
                    present = chosen == position
                    self.apply(
                        f"{alternative.id}.{choice.id}", effect, present, np.ones(self.twins.count), None
                    )

    def apply_mechanisms(self) -> None:
        """Let every mechanism move its knobs, tumour-wide or in the clones that carry it."""
        for presence in self.tumour.presences.values():
            self._carry(presence.mechanism, presence.present, presence.strength, None)
        everywhere, full = np.ones(self.twins.count, dtype=bool), np.ones(self.twins.count)
        for k, clone in enumerate(self.tumour.clones, start=1):
            for name in clone.mechanisms:
                self._carry(self.tumour.knowledge.mechanisms[name], everywhere, full, [k])
            for presence in clone.carried:
                self._carry(presence.mechanism, presence.present, presence.strength, [k])

    def _carry(self, mechanism: Mechanism, present: Mask, strength: Array, clones: list[int] | None) -> None:
        if mechanism.id in self.tumour.absent:
            return
        held = present & holds(mechanism, self.twins, self.tumour.answers)
        for effect in mechanism.effects:
            self.apply(mechanism.id, effect, held, strength, clones)

    def apply(
        self, owner: str, effect: Effect, present: Mask, strength: Array, clones: list[int] | None
    ) -> None:
        """Make one move in the twins where it is present; `owner` keys its uncertainty."""
        if not present.any():
            return
        name = effect.parameter.split(".", 1)[1]
        if isinstance(effect.value, str):
            value = np.array([effect.value_at(float(x)) for x in strength])
        else:
            value = self.twins.uncertain(
                f"{owner}.{effect.parameter}", effect.value_at(), effect.low, effect.high
            )
        for column in self.columns(name, clones):
            now = self.table[:, column]
            moved = now * value if effect.verb == "scale" else value
            self.table[:, column] = np.where(present, moved, now)
