"""A patient's tumour as a set of twins: parameters, drug-free state, and arms to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from erbium.core import units
from erbium.core.errors import DataError, UnknownName
from erbium.core.twins import Array, Twins
from erbium.core.units import HOURS_PER_DAY
from erbium.engine.course import Settled
from erbium.engine.kernel import BackendName, Kernel, Precision, kernel_for
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.regimen import Regimen, Setting
from erbium.knowledge.tables import load_numbers
from erbium.model import build_network
from erbium.model.compose import clone_name
from erbium.model.network import Network
from erbium.pharmacology import Host, prescribe
from erbium.pharmacology.host import spread
from erbium.pharmacology.slots import Filling
from erbium.profile import HER2Status, Profile, her2_status
from erbium.tumour.abundance import abundances
from erbium.tumour.arm import Arm
from erbium.tumour.clones import Clone, check_known, check_mechanisms, clones_of, left_behind, variation
from erbium.tumour.deposits import AFTER_SURGERY, has_disease, let_through, reach
from erbium.tumour.drug_free import put_drug_free
from erbium.tumour.earlier_lines import EarlierLine, lines_given, unknown_drugs
from erbium.tumour.fitted import detection, doubling, growth_after, growth_between, subtype_ratio
from erbium.tumour.parameter_table import ParameterTable
from erbium.tumour.presence import Presence, carried, find_mechanisms
from erbium.tumour.recist import lesions_of, volume_of
from erbium.tumour.scar import scars
from erbium.tumour.stopping import draw_stops
from erbium.tumour.treatment import Treatment, treat

#: A tumour that was found grows: no twin divides at less than this share of full S-phase entry.
SMALLEST_GROWTH = 0.1
#: Room that a tumour has at least when it is found: it can still double.
SMALLEST_ROOM = 0.5


@dataclass(frozen=True)
class Tumour:
    """The twins of one patient's tumour.

    Attributes
    ----------
    profile, status
        The profile and the HER2 status computed from it.
    twins, host, clones, presences
        Draws, patient covariates, clones, and mechanisms by id.
    setting, earlier_lines
        Setting, and what earlier metastatic lines selected for.
    site
        body or brain: where the lesions sit.
    absent
        Mechanisms switched off on purpose, for a counterfactual.
    answers
        Open questions and disputes, by id, that all twins answer alike: position of the choice.
    settings, scale
        Parameters, by bare name, that are set or multiplied in every clone of every twin.
    deposit_reach
        How well drugs reach living deposits (0 as measurable tumours, 1 as cells in a dish); drawn without.
    """

    profile: Profile
    status: HER2Status
    knowledge: Knowledge
    twins: Twins
    host: Host
    clones: tuple[Clone, ...]
    presences: Mapping[str, Presence]
    setting: Setting
    earlier_lines: tuple[EarlierLine, ...]
    er: Array
    receptors: Mapping[str, Array]
    backend: BackendName = "auto"
    precision: Precision = "f32"
    site: str = "body"
    absent: frozenset[str] = frozenset()
    answers: Mapping[str, int] = field(default_factory=dict)
    origin: Tumour | None = None
    settings: Mapping[str, float] = field(default_factory=dict)
    scale: Mapping[str, float] = field(default_factory=dict)
    deposit_reach: float | None = None

    @classmethod
    def from_profile(
        cls,
        profile: Profile,
        *,
        seed: int = 1,
        parameter_draws: int = 20,
        marker_draws: int = 10,
        knowledge: Knowledge | None = None,
        backend: BackendName = "auto",
        precision: Precision = "f32",
        twins: Twins | None = None,
    ) -> Tumour:
        """Return the twins of `profile`.

        Parameters
        ----------
        seed
            Seed of every draw.
        parameter_draws, marker_draws
            D draws of what all tumours share times M draws of what was not measured here.
        twins
            The draws themselves, in place of a seed and their numbers.
        """
        knowledge = knowledge or load_knowledge()
        check_mechanisms(profile, knowledge.mechanisms)
        twins = twins or Twins(seed, parameter_draws, marker_draws)
        status = her2_status(profile.her2, amplified_by_sequencing=profile.her2_amplified)
        setting: Setting = profile.disease.setting or "metastatic"
        person = profile.person
        host = Host.draw(
            twins,
            {
                "weight": person.weight_kg.value,
                "height": person.height_cm.value,
                "albumin": None if (albumin := person.albumin_g_L.value) is None else albumin / 10.0,
                "fcgr3a": person.fcgr3a.value,
            },
        )
        amounts = abundances(profile, status, twins)
        positive = status.status == "positive"
        lines = lines_given(profile, knowledge, positive) if setting == "metastatic" else ()
        pretreated = lines != () or any(t.setting == "metastatic" for t in profile.prior_therapies)
        presences = find_mechanisms(
            profile,
            knowledge.mechanisms,
            twins,
            prior_key=f"{setting}_pretreated" if pretreated else setting,
            her2_positive=status.status != "negative",
            er=amounts["ER"],
        )
        bypass = amounts["bypass"] + left_behind(twins, lines, positive)
        main = Clone("main", "the tumour as profiled", np.ones(twins.count), amounts["HER2"], bypass)
        clones = clones_of(profile, twins, main, amounts["negative_HER2"], amounts["negative_bypass"], lines)
        return cls(
            profile=profile,
            status=status,
            knowledge=knowledge,
            twins=twins,
            host=host,
            clones=tuple(clones),
            presences=presences,
            setting=setting,
            earlier_lines=lines,
            er=amounts["ER"],
            receptors={name: amounts[name] for name in ("EGFR", "HER3")},
            backend=backend,
            precision=precision,
        )

    @property
    def network(self) -> Network:
        """The network with this tumour's number of clones."""
        return build_network(len(self.clones))

    @cached_property
    def kernel(self) -> Kernel:
        """The compiled kernel of the network."""
        return kernel_for(self.network, self.precision, backend=self.backend)

    def without(self, mechanism: str) -> Tumour:
        """Return the same twins with one mechanism switched off."""
        return replace(self, absent=self.absent | {mechanism})

    def answering(self, question: str, choice: int) -> Tumour:
        """Return the same twins, all following one choice of an open question."""
        return replace(self, answers={**self.answers, question: choice})

    def carrying(self, mechanisms: Mapping[str, float]) -> Tumour:
        """Return the same twins, all with these mechanisms at the given strength, growing at their old pace.

        Raises
        ------
        UnknownName
            No such mechanism.
        """
        check_known(mechanisms, self.knowledge.mechanisms)
        added = {
            name: carried(self.knowledge.mechanisms[name], self.twins, x) for name, x in mechanisms.items()
        }
        return replace(self, presences={**self.presences, **added}, origin=self.origin or self)

    def altered(self, settings: Mapping[str, float], scale: Mapping[str, float]) -> Tumour:
        """Return the same twins with parameters set or multiplied, growing at their old pace.

        Raises
        ------
        UnknownName
            No such parameter.
        """
        names = {name.rsplit(".", 1)[-1] for name in self.network.parameters}
        for name in (*settings, *scale):
            if name not in names:
                raise UnknownName.among("parameter", name, names)
        return replace(
            self,
            settings={**self.settings, **settings},
            scale={**self.scale, **scale},
            origin=self.origin or self,
        )

    def at(self, site: str) -> Tumour:
        """Return the same twins with their lesions in `site`."""
        return replace(self, site=site, origin=self.origin or self)

    @cached_property
    def parameters(self) -> Array:
        """Network parameters of the drug-free twins, shape (count, parameters).

        The pace of cell division is set so that every clone of a twin doubles, without
        drugs, in the time drawn for it: doubling times are what is measured. A counterfactual twin
        doubles in the same time: what is compared is the drug, not the tumour's pace.
        """
        table = self._paced.copy()
        put_drug_free(self.kernel, self.drug_free, table)
        return table

    @cached_property
    def _paced(self) -> Array:
        """Network parameters before those of the drug-free state are set, shape (count, parameters)."""
        table = self._table.copy()
        table[:, self._columns("k_growth")] = self.pace
        return table

    @cached_property
    def _table(self) -> Array:
        """Network parameters before the pace is set, shape (count, parameters)."""
        writer = ParameterTable(self)
        table = writer.matrix()
        for name, value in self.settings.items():
            table[:, writer.columns(name)] = value
        for name, factor in self.scale.items():
            table[:, writer.columns(name)] *= factor
        if self.setting in AFTER_SURGERY:
            let_through(self.network, table, reach(self.twins, self.deposit_reach))
        capacity = self._columns("volume_capacity")
        smallest = self.start_volume / (1.0 - SMALLEST_ROOM)
        table[:, capacity] = np.maximum(table[:, capacity], smallest[:, None])
        return table

    @cached_property
    def capacity(self) -> Array:
        """Volume in cm3 at which crowding stops growth, shape (count,)."""
        return self._table[:, self._columns("volume_capacity")[0]]

    def _columns(self, name: str) -> list[int]:
        """Return the columns of a parameter, one per clone."""
        return [self.network.parameter_index[clone_name(c, name)] for c in range(1, len(self.clones) + 1)]

    @cached_property
    def pace(self) -> Array:
        """Cell division at full S-phase entry, per hour, shape (count, clones).

        Clones that were found side by side had grown alike: none is given an advantage without drugs.
        """
        if self.origin is not None:
            return self.origin.pace
        table = self._table
        states = self.kernel.settle(table)
        net = np.log(2.0) / (self.doubling_days * HOURS_PER_DAY)
        room = 1.0 - self.start_volume / self.capacity
        paces = []
        for c in range(1, len(self.clones) + 1):
            growth, death = clone_name(c, "growth_per_pace"), clone_name(c, "untreated_death_rate")
            found = self.kernel.compute_readouts(states, table, [growth, death])
            paces.append((net + found[death]) / (np.maximum(found[growth], SMALLEST_GROWTH) * room))
        return np.stack(paces, axis=1)

    @cached_property
    def doubling_days(self) -> Array:
        """Drug-free volume doubling time of the clones in days, shape (count,).

        Other subtypes differ from HER2-positive disease by a ratio, tumours by lines before and Ki-67.
        """
        typical = doubling(self.twins, self.setting) / growth_after(self.twins, len(self.earlier_lines))
        if self.status.status == "negative":
            typical = typical * subtype_ratio(self.er)
        ki67, positive = self.profile.receptors.ki67.value, self.status.status != "negative"
        return typical * growth_between(self.twins, ki67, self.er, positive=positive)

    @cached_property
    def drug_free(self) -> Array:
        """Settled drug-free states, shape (count, species)."""
        return self._settled.states

    @property
    def warnings(self) -> list[str]:
        """What the engine, the settling and the earlier lines have to say about these twins."""
        found = list(self.kernel.warnings)
        unknown = unknown_drugs(self.profile, self.knowledge) if self.setting == "metastatic" else []
        found += [f"earlier line: {name} is not known and counts for nothing" for name in unknown]
        if several := len(self._settled.ambiguous):
            found.append(f"{several} of {self.twins.count} twins have more than one drug-free state")
        return found

    @cached_property
    def _settled(self) -> Settled:
        return self.kernel.settle_from_two(self._paced, self.kernel.initial_states(self._paced))

    @cached_property
    def lesions(self) -> Array:
        """Number of lesions of each twin, shape (count,)."""
        if given := self.profile.disease.n_lesions.value:
            return np.full(self.twins.count, float(min(given, 5)))
        number = load_numbers("tumour/settings")[f"{self.setting}_lesions"]
        return lesions_of(spread(self.twins, "lesions", number), self.start_diameters)

    @cached_property
    def start_diameters(self) -> Array:
        """Sum of diameters at the start in mm, shape (count,)."""
        if given := self.profile.disease.sum_of_diameters_mm.value:
            return np.full(self.twins.count, float(given))
        number = load_numbers("tumour/settings")[f"{self.setting}_sum_of_diameters"]
        return spread(self.twins, "sum_of_diameters", number)

    @cached_property
    def start_volume(self) -> Array:
        """Tumour volume at the start in cm3, shape (count,)."""
        volume = volume_of(self.start_diameters, self.lesions)
        return np.where(has_disease(self.profile, self.setting, self.twins), volume, 0.0)

    def arm(self, regimen: Regimen) -> Arm:
        """Return the arm that treats these twins with `regimen`.

        Raises
        ------
        DataError
            The regimen has drugs that cannot be simulated together.
        """
        filling = Filling(self.twins, self.host, self.site)
        prescription = prescribe(regimen, self.knowledge.drugs, filling)
        parameters = self.parameters.copy()
        index = self.network.parameter_index
        for name, values in prescription.values.items():
            if name in self.settings:
                continue
            values = values * self.scale.get(name, 1.0)
            for column in [name, *(clone_name(c, name) for c in range(1, len(self.clones) + 1))]:
                if column in index:
                    parameters[:, index[column]] = values
        scan = self.setting == "metastatic"
        stops = draw_stops(regimen, prescription.drugs, self.knowledge.toxicities, self.setting, self.twins)
        return Arm(
            name=regimen.id,
            parameters=parameters,
            states=self.drug_free,
            rules=prescription.rules,
            amounts=prescription.amounts,
            held=prescription.held,
            stop_days=stops,
            lesions=self.lesions,
            detection_mm=detection(self.twins, self.start_diameters / self.lesions),
            scar=scars(self.twins, self.setting),
            new_lesion_threshold=-np.log(self.twins.uniform("new_lesion")),
            new_lesion_rate=np.full(self.twins.count, variation("new_lesion_rate") if scan else 0.0),
            warnings=prescription.warnings,
        )

    def treat(self, regimen: str | Regimen, until: str = "52 weeks", *, steps_per_day: int = 12) -> Treatment:
        """Return what `regimen` does to this tumour, week by week.

        Parameters
        ----------
        regimen
            A regimen, its name, or drugs joined by ``+``.
        until
            How long, with a unit.

        Raises
        ------
        UnknownName
            No such regimen or drug; names the nearest.
        """
        chosen = (
            regimen
            if isinstance(regimen, Regimen)
            else resolve_regimen(regimen, self.knowledge.regimens, self.knowledge.drugs)
        )
        days = units.to(until, "day", key="until")
        if not days > 0.0:
            raise DataError(f'"{until}" is over at once.', key="until", expected="a time such as 52 weeks")
        return treat(self, chosen, days, steps_per_day=steps_per_day)

    def relevant_mechanisms(self) -> list[Presence]:
        """Return the mechanisms that at least one twin has, measured ones first."""
        found = [p for p in self.presences.values() if p.present.any() and p.mechanism.id not in self.absent]
        return sorted(found, key=lambda p: (p.status != "measured", -p.fraction, p.mechanism.id))
