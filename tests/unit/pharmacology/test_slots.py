"""Filling a slot: pharmacokinetics, covariates, brain."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.twins import Twins
from erbium.knowledge.catalogue import load_drugs
from erbium.knowledge.tables import load_numbers
from erbium.pharmacology import Host
from erbium.pharmacology.slots import Filling, Values, pharmacokinetics
from tests.typical import Typical, typical_host

DRUGS = load_drugs()


def typical(
    drug: str, slot: str, *, site: str = "body", weight: float = 66.0, albumin: float = 4.0
) -> Values:
    host = typical_host(weight=weight, albumin=albumin)
    return pharmacokinetics(DRUGS[drug], slot, Filling(Typical(1, 1, 1), host, site))


def clearance(drug: str, slot: str, *, weight: float = 66.0, albumin: float = 4.0) -> float:
    return float(typical(drug, slot, weight=weight, albumin=albumin)[f"CL_{slot}"][0])


def test_typical_values_are_those_of_the_file() -> None:
    values = typical("trastuzumab", "antibody_IV", weight=66.0, albumin=4.0)
    pk = DRUGS["trastuzumab"].kinetics
    for name in ("CL", "V1", "Q", "V2", "Vmax", "Km"):
        assert values[f"{name}_antibody_IV"] == pytest.approx([getattr(pk, name).value])
    assert values["molar_antibody_IV"] == pytest.approx([1e6 / 145430.0])
    assert "ka_antibody_IV" not in values


def test_covariates_enter_as_powers() -> None:
    base = clearance("trastuzumab", "antibody_IV")
    assert clearance("trastuzumab", "antibody_IV", weight=82.5) / base == pytest.approx(1.25**0.967)
    assert clearance("trastuzumab", "antibody_IV", albumin=3.0) / base == pytest.approx(0.75**-0.998)
    both = clearance("trastuzumab", "antibody_IV", weight=82.5, albumin=3.0) / base
    assert both == pytest.approx(1.25**0.967 * 0.75**-0.998)


@pytest.mark.parametrize(
    ("drug", "slot"),
    [
        ("trastuzumab", "antibody_IV"),
        ("pertuzumab", "antibody_II"),
        ("trastuzumab_emtansine", "adc"),
        ("trastuzumab_deruxtecan", "adc"),
    ],
)
def test_low_albumin_clears_every_antibody_faster(drug: str, slot: str) -> None:
    assert clearance(drug, slot, albumin=3.0) > 1.05 * clearance(drug, slot, albumin=4.2)


@pytest.mark.parametrize("drug", sorted(d.id for d in DRUGS.values() if d.has_concentration))
def test_what_is_not_modelled_changes_nothing(drug: str) -> None:
    values = typical(drug, "x")
    assert all(np.isfinite(value).all() and (value >= 0.0).all() for value in values.values())


def test_patients_vary_as_published() -> None:
    twins = Twins(1, 1, 2000)
    host = Host.draw(twins, {"weight": 66.0, "albumin": 4.0})
    values = pharmacokinetics(DRUGS["trastuzumab"], "antibody_IV", Filling(twins, host))
    for name, cv in (("CL", 0.401), ("V1", 0.246), ("V2", 0.495)):
        drawn = values[f"{name}_antibody_IV"]
        assert drawn.std() / drawn.mean() == pytest.approx(cv, rel=0.08)
    assert (values["Q_antibody_IV"] == values["Q_antibody_IV"][0]).all()
    assert abs(np.corrcoef(values["CL_antibody_IV"], values["V1_antibody_IV"])[0, 1]) < 0.1


@pytest.mark.parametrize("drug", sorted(d.id for d in DRUGS.values() if d.has_concentration))
def test_less_reaches_a_brain_metastasis(drug: str) -> None:
    body, brain = (typical(drug, "x", site=site)["unbound_x"][0] for site in ("body", "brain"))
    assert body == pytest.approx(DRUGS[drug].kinetics.free_fraction.value)
    if DRUGS[drug].pharmacology.cns_penetration is None:
        assert brain == body
    else:
        assert 0.0 < brain < body


def test_small_molecules_reach_the_brain_better_than_antibodies() -> None:
    def share(drug: str) -> float:
        body, brain = (typical(drug, "x", site=site)["unbound_x"][0] for site in ("body", "brain"))
        return float(brain / body)

    assert share("tucatinib") > 1.5 * share("trastuzumab")


@pytest.mark.parametrize("drug", ["trastuzumab", "trastuzumab_deruxtecan"])
def test_antibodies_and_conjugates_leak_into_a_metastasis_of_the_brain(drug: str) -> None:
    """Cerebrospinal fluid has a four-hundredth of serum; labelled antibody shows the metastases."""
    body, brain = (typical(drug, "x", site=site)["unbound_x"][0] for site in ("body", "brain"))
    assert brain == pytest.approx(load_numbers("tumour/brain")["antibody_leak"].value * body)


def test_a_number_is_drawn_in_the_unit_asked_for() -> None:
    number = DRUGS["trastuzumab_emtansine"].pharmacology.KD  # type: ignore[union-attr]
    assert number is not None
    twins = Twins(1, 200, 1)
    filling = Filling(twins, typical_host(count=200))
    drug = DRUGS["trastuzumab"]
    nano = filling.uncertain(drug, "KD", number, "nM")
    micro = filling.uncertain(drug, "KD", number, "uM")
    assert nano[0] == pytest.approx(number.to("nM"))
    assert nano == pytest.approx(1000.0 * micro)
    assert number.low is not None
    assert np.mean(nano < number.low) == pytest.approx(0.05, abs=0.04)
