"""A patient's tumour as a set of twins: parameters, drug-free state, and arms to run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from erbium.core.twins import Array, Twins
from erbium.engine.kernel import Kernel, kernel_for
from erbium.knowledge import Knowledge, load_knowledge
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.schema.mechanism import Effect, Mechanism
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
from erbium.tumour.clones import Clone, clones_of, variation
from erbium.tumour.course import Arm
from erbium.tumour.presence import Presence, find_mechanisms
from erbium.tumour.recist import volume_of

#: Differences between tumours that act on a knob of every clone: parameter, number of variation.toml.
_BETWEEN = {
    "cytotoxic_tolerance": "cytotoxic_tolerance_cv",
    "payload_tolerance": "payload_tolerance_cv",
    "MCL1_abundance": "survival_cv",
    "BCL2_abundance": "survival_cv",
    "CDK46_abundance": "cyclin_cv",
    "NRG1": "ligand_cv",
    "EGF": "ligand_cv",
    "IGF1": "ligand_cv",
}


@dataclass(frozen=True)
class Tumour:
    """The twins of one patient's tumour.

    Attributes
    ----------
    profile, status
        The profile and the HER2 status computed from it.
    twins, host, clones, presences
        Draws, patient covariates, clones, and mechanisms by id.
    setting, lines_before
        Setting, and number of earlier lines.
    site
        body or brain: where the lesions sit.
    absent
        Mechanisms switched off on purpose, for a counterfactual.
    """

    profile: Profile
    status: HER2Status
    knowledge: Knowledge
    twins: Twins
    host: Host
    clones: tuple[Clone, ...]
    presences: Mapping[str, Presence]
    setting: Setting
    lines_before: int
    er: Array
    receptors: Mapping[str, Array]
    backend: str = "auto"
    precision: str = "f32"
    site: str = "body"
    absent: frozenset[str] = frozenset()

    @classmethod
    def from_profile(
        cls,
        profile: Profile,
        *,
        seed: int = 1,
        parameter_draws: int = 20,
        marker_draws: int = 10,
        knowledge: Knowledge | None = None,
        backend: str = "auto",
        precision: str = "f32",
    ) -> Tumour:
        """Return the twins of `profile`.

        Parameters
        ----------
        seed
            Seed of every draw.
        parameter_draws, marker_draws
            D draws of what all tumours share times M draws of what was not measured here.
        """
        knowledge = knowledge or load_knowledge()
        twins = Twins(seed, parameter_draws, marker_draws)
        status = her2_status(profile.her2, amplified_by_sequencing=_amplified(profile))
        setting: Setting = profile.disease.setting or "metastatic"
        lines_before = max((profile.disease.line or 1) - 1, 0) if setting == "metastatic" else 0
        person = profile.person
        albumin = person.albumin_g_L.value
        host = Host.draw(
            twins,
            {
                "weight": person.weight_kg.value,
                "height": person.height_cm.value,
                "albumin": None if albumin is None else albumin / 10.0,
                "fcgr3a": person.fcgr3a.value,
            },
        )
        amounts = abundances(profile, status, twins)
        pretreated = lines_before > 0 or any(t.setting == "metastatic" for t in profile.prior_therapies)
        presences = find_mechanisms(
            profile,
            knowledge.mechanisms,
            twins,
            prior_key=f"{setting}_pretreated" if pretreated else setting,
            her2_positive=status.status != "negative",
            er=amounts["ER"],
        )
        main = Clone("main", "the tumour as profiled", np.ones(twins.count), amounts["HER2"], amounts["bypass"])
        clones = clones_of(profile, twins, main, amounts["negative_HER2"], amounts["negative_bypass"], lines_before)
        return cls(
            profile=profile,
            status=status,
            knowledge=knowledge,
            twins=twins,
            host=host,
            clones=tuple(clones),
            presences=presences,
            setting=setting,
            lines_before=lines_before,
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

    def at(self, site: str) -> Tumour:
        """Return the same twins with their lesions in `site`."""
        return replace(self, site=site)

    @cached_property
    def parameters(self) -> Array:
        """Network parameters of the drug-free twins, shape (count, parameters)."""
        return _Builder(self).matrix()

    @cached_property
    def drug_free(self) -> Array:
        """Settled drug-free states, shape (count, species)."""
        return self.kernel.settle(self.parameters)

    @cached_property
    def lesions(self) -> Array:
        """Number of lesions of each twin, shape (count,)."""
        given = self.profile.disease.n_lesions.value
        if given:
            return np.full(self.twins.count, float(min(given, 5)))
        number = load_numbers("tumour/settings")[f"{self.setting}_lesions"]
        return np.maximum(np.round(spread(self.twins, "lesions", number)), 1.0)

    @cached_property
    def start_volume(self) -> Array:
        """Tumour volume at the start in cm3, shape (count,)."""
        given = self.profile.disease.sum_of_diameters_mm.value
        if given:
            diameters = np.full(self.twins.count, float(given))
        else:
            number = load_numbers("tumour/settings")[f"{self.setting}_sum_of_diameters"]
            diameters = spread(self.twins, "sum_of_diameters", number)
        volume = volume_of(diameters, self.lesions)
        if self.setting in ("adjuvant", "residual"):
            share = load_numbers("tumour/settings")[f"{self.setting}_micrometastasis"]
            chance = self.twins.uncertain("micrometastasis", share.value, share.low, share.high)
            volume = np.where(self.twins.uniform("micrometastasis") < chance, volume, 0.0)
        return volume

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
            for column in [name, *(clone_name(c, name) for c in range(1, len(self.clones) + 1))]:
                if column in index:
                    parameters[:, index[column]] = values
        scan = self.setting in ("metastatic",)
        return Arm(
            name=regimen.id,
            parameters=parameters,
            states=self.drug_free,
            rules=prescription.rules,
            amounts=prescription.amounts,
            lesions=self.lesions,
            detection_mm=np.full(self.twins.count, variation("lesion_detection_mm")),
            new_lesion_threshold=-np.log(self.twins.uniform("new_lesion")),
            new_lesion_rate=np.full(self.twins.count, variation("new_lesion_rate") if scan else 0.0),
        )

    def relevant_mechanisms(self) -> list[Presence]:
        """Return the mechanisms that at least one twin has, measured ones first."""
        found = [p for p in self.presences.values() if p.present.any() and p.mechanism.id not in self.absent]
        return sorted(found, key=lambda p: (p.status != "measured", -p.fraction, p.mechanism.id))


def _amplified(profile: Profile) -> bool:
    entry = profile.copy_number_of("ERBB2")
    return entry is not None and entry.amplified


class _Builder:
    """Writes the parameter matrix of a tumour's drug-free twins."""

    def __init__(self, tumour: Tumour) -> None:
        self.tumour = tumour
        self.twins = tumour.twins
        self.network = tumour.network
        self.index = self.network.parameter_index
        self.table = np.tile(self.network.defaults, (self.twins.count, 1))

    def matrix(self) -> Array:
        self.draw_ensemble()
        for name, number in _BETWEEN.items():
            self.scale(name, self.twins.between(f"between.{name}", variation(number)))
        self.scale("antibody_access", self.twins.between("between.antibody_access", variation("access_cv")))
        self.limit("antibody_access", 1.0)
        self.grow()
        self.put("ER_abundance", self.tumour.er)
        for receptor, values in self.tumour.receptors.items():
            self.put(f"{receptor}_abundance", values)
        self.put("effector_cells", self.tumour.host.effector_cells)
        for k, clone in enumerate(self.tumour.clones, start=1):
            self.put("HER2_abundance", clone.her2, [k])
            self.put("bypass_drive", clone.bypass, [k])
            self.put("initial_volume", self.tumour.start_volume * clone.fraction, [k])
            for name, factor in clone.scales.items():
                self.scale(name, factor, [k])
        self.apply_mechanisms()
        return self.table

    def columns(self, name: str, clones: Iterable[int] | None = None) -> list[int]:
        """Return the columns of a parameter: the patient's, or those of the given (all) clones."""
        if name in self.index:
            return [self.index[name]]
        every = range(1, len(self.tumour.clones) + 1)
        return [self.index[clone_name(c, name)] for c in (clones or every)]

    def put(self, name: str, values: Array, clones: Iterable[int] | None = None) -> None:
        for column in self.columns(name, clones):
            self.table[:, column] = values

    def scale(self, name: str, factor: Array, clones: Iterable[int] | None = None) -> None:
        for column in self.columns(name, clones):
            self.table[:, column] *= factor

    def limit(self, name: str, top: float) -> None:
        for column in self.columns(name):
            self.table[:, column] = np.minimum(self.table[:, column], top)

    def draw_ensemble(self) -> None:
        """Draw kinetic constants and translation factors, once per parameter draw."""
        width = variation("ensemble_width")
        for module, numbers in load_parameters().items():
            for name, number in numbers.items():
                if not number.ensemble or number.low is None or number.high is None:
                    continue
                values = self.twins.uncertain(f"{module}.{name}", number.value, number.low, number.high)
                if number.kind == "assumed" and number.value > 0:
                    values = number.value * (values / number.value) ** width if number.low > 0 else (
                        number.value + width * (values - number.value)
                    )
                self.put(name, values)

    def grow(self) -> None:
        setting = load_numbers("tumour/settings")[f"{self.tumour.setting}_growth"]
        pace = self.twins.uncertain("growth.setting", setting.value, setting.low, setting.high)
        between = self.twins.between("between.growth", variation("growth_cv"))
        self.scale("k_growth", pace * between)

    def apply_mechanisms(self) -> None:
        for presence in self.tumour.presences.values():
            mechanism = presence.mechanism
            if mechanism.id not in self.tumour.absent:
                for effect in mechanism.effects:
                    self.apply(mechanism, effect, presence.present, presence.strength, None)
        everywhere = np.ones(self.twins.count, dtype=bool)
        for k, clone in enumerate(self.tumour.clones, start=1):
            for name in clone.mechanisms:
                if name in self.tumour.absent:
                    continue
                mechanism = self.tumour.knowledge.mechanisms[name]
                for effect in mechanism.effects:
                    self.apply(mechanism, effect, everywhere, np.ones(self.twins.count), [k])

    def apply(
        self, mechanism: Mechanism, effect: Effect, present: Array, strength: Array, clones: list[int] | None
    ) -> None:
        name = effect.parameter.split(".", 1)[1]
        if isinstance(effect.value, str):
            value = np.array([effect.value_at(float(x)) for x in strength])
        else:
            value = self.twins.uncertain(
                f"{mechanism.id}.{effect.parameter}", effect.value_at(), effect.low, effect.high
            )
        for column in self.columns(name, clones):
            now = self.table[:, column]
            moved = now * value if effect.verb == "scale" else value
            self.table[:, column] = np.where(present, moved, now)


