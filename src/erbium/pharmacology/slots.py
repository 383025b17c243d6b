"""Filling a drug slot: what every class shares, and the base that the classes complete."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from erbium.core.errors import DataError
from erbium.core.twins import Array, Twins
from erbium.knowledge.linked_draws import common_of_drug_number
from erbium.knowledge.schema.drug import Drug
from erbium.knowledge.schema.number import Number
from erbium.knowledge.tables import load_numbers
from erbium.pharmacology.host import Host

Values = dict[str, Array]
#: Absorption per hour above which the two-hour grid of a course cannot follow: faster absorption is
#: slowed to this, and an infusion enters at it. Exposure over a dosing interval stays the same, the
#: peak comes up to an hour later.
FASTEST_ABSORPTION = 0.6
#: Weight in g/mol above which an infused drug is a protein: it stays in plasma for days, so that the
#: two-hour grid follows a dose put straight there.
PROTEIN_G_PER_MOL = 10_000.0
#: Interstitial exposure of a metastasis behind the blood-brain barrier over its CSF value.
SITES = ("body", "brain")


@dataclass(frozen=True)
class Filling:
    """The context in which a drug fills a slot: whose body, which twins, where the lesion sits."""

    twins: Twins
    host: Host
    site: str = "body"

    def uncertain(self, drug: Drug, name: str, number: Number, unit: str) -> Array:
        """Return a drug number with its uncertainty, one draw per parameter draw, in `unit`."""
        value = number.to(unit)
        scale = value / number.value if number.value else 1.0
        low = None if number.low is None else number.low * scale
        high = None if number.high is None else number.high * scale
        common = common_of_drug_number(drug.id, name)
        return self.twins.uncertain(
            f"{drug.id}.{name}",
            value,
            low,
            high,
            common=common.key,
            share=common.share,
            width=common.width,
        )


class Kind(ABC):
    """One modality: which slots it may take, and how its numbers fill them.

    Where the modality is no molecule with pharmacokinetics, `doses_go_to` is the state that doses enter,
    `input` the parameter that fills it in an experiment (per hour), and `followed` the readout that shows
    its course.
    """

    name: ClassVar[str]
    slots: ClassVar[tuple[str, ...]]
    doses_go_to: ClassVar[str | None] = None
    input: ClassVar[str | None] = None
    followed: ClassVar[str | None] = None

    @abstractmethod
    def pharmacology(self, drug: Drug, slot: str, filling: Filling) -> Values:
        """Return the potencies of `drug` as parameters of the network, each of shape (count,)."""

    def slot_for(self, drug: Drug) -> tuple[str, ...]:
        """Return the slots the drug may take, in order of preference."""
        return self.slots

    def selects(self, drug: Drug) -> str | None:
        """Return the tolerance that cells which outlive the drug have; None where none is modelled."""
        return None


def choose_slot(drug: Drug, kind: Kind, taken: Mapping[str, str], where: str) -> str:
    """Return the first slot of `drug` that is not taken.

    Parameters
    ----------
    taken
        Name of the drug in each slot that is filled.
    where
        What is being filled, for the error: "regimen thp_docetaxel".

    Raises
    ------
    DataError
        Every slot the drug may take holds another one.
    """
    slots = kind.slot_for(drug)
    for slot in slots:
        if slot not in taken:
            return slot
    if {drug.id, drug.name}.intersection(taken.values()):
        raise DataError(f"{drug.name} is given twice at one time.", key=where, expected="each drug once")
    holders = ", ".join(dict.fromkeys(taken[slot] for slot in slots))
    raise DataError(
        f"{drug.name} and {holders} cannot be simulated together: they take the same place.",
        key=where,
        expected=f"at most {len(slots)} drug(s) of this kind ({kind.name})",
    )


def into_plasma(drug: Drug) -> bool:
    """Return whether doses go straight into plasma; a small molecule is infused as through a depot."""
    return drug.route == "IV" and drug.molecular_weight > PROTEIN_G_PER_MOL


def pharmacokinetics(drug: Drug, slot: str, filling: Filling) -> Values:
    """Return the pharmacokinetic parameters of `drug` for `slot`, with variation between patients."""
    twins, values = filling.twins, {}
    for name, unit in drug.kinetics.UNITS.items():
        number = getattr(drug.kinetics, name)
        if number is None or name in ("lag", "medium_free_fraction", "free_fraction"):
            continue
        value = np.full(twins.count, number.to(unit))
        if number.iiv_cv:
            value = value * twins.between(f"{drug.id}.{name}", number.iiv_cv)
        values[f"{name}_{slot}"] = value
    for covariate in drug.kinetics.covariates:
        x = filling.host.covariate(covariate.covariate)
        if x is None:
            continue
        key = f"{covariate.parameter}_{slot}"
        if covariate.form == "power":
            values[key] = values[key] * (x / covariate.reference) ** covariate.exponent
        elif covariate.form == "exponential":
            values[key] = values[key] * np.exp(covariate.exponent * (x - covariate.reference))
    if not into_plasma(drug):
        ka = values.get(f"ka_{slot}", np.full(twins.count, FASTEST_ABSORPTION))
        values[f"ka_{slot}"] = np.minimum(ka, FASTEST_ABSORPTION)
    values[f"molar_{slot}"] = np.full(twins.count, 1e6 / drug.molecular_weight)
    # Affinities of highly bound drugs were derived at this free fraction: it is not varied alone.
    values[f"unbound_{slot}"] = np.full(twins.count, drug.kinetics.free_fraction.value)
    penetration = drug.pharmacology.cns_penetration
    if filling.site == "brain" and penetration is not None:
        share = filling.uncertain(drug, "cns_penetration", penetration, "1")
        if drug.molecular_weight > PROTEIN_G_PER_MOL:
            leak = load_numbers("tumour/brain")["antibody_leak"]
            share = np.maximum(share, twins.uncertain("antibody_leak", leak.value, leak.low, leak.high))
        values[f"unbound_{slot}"] = values[f"unbound_{slot}"] * share
    return values
