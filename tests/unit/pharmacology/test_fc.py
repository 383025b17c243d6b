"""Fc affinity by genotype."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.twins import Twins
from erbium.knowledge.catalogue import load_drugs
from erbium.pharmacology.fc import fc_affinity
from erbium.pharmacology.slots import Filling
from tests.typical import Typical, typical_host

DRUGS = load_drugs()
GENOTYPES = ("V/V", "V/F", "F/F")
FC_DRUGS = ("trastuzumab", "pertuzumab", "margetuximab", "trastuzumab_emtansine", "trastuzumab_deruxtecan")


def affinity(drug: str, genotype: str) -> float:
    filling = Filling(Typical(1, 1, 1), typical_host(fcgr3a=genotype))
    return float(fc_affinity(DRUGS[drug], filling)[0])


@pytest.mark.parametrize("drug", FC_DRUGS)
def test_affinity_falls_with_each_f_allele(drug: str) -> None:
    vv, vf, ff = (affinity(drug, genotype) for genotype in GENOTYPES)
    assert vv > vf > ff > 0.0
    assert vf == pytest.approx((vv + ff) / 2.0)


def test_ordinary_igg1_on_f_f_is_the_reference() -> None:
    assert affinity("trastuzumab", "F/F") == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("genotype", GENOTYPES)
def test_margetuximab_binds_four_to_five_times_more(genotype: str) -> None:
    assert 4.0 < affinity("margetuximab", genotype) / affinity("trastuzumab", genotype) < 5.0


def test_margetuximab_on_f_f_binds_more_than_trastuzumab_on_v_v() -> None:
    assert affinity("margetuximab", "F/F") > affinity("trastuzumab", "V/V")


def test_parameter_draws_differ_and_twins_of_one_draw_do_not() -> None:
    twins = Twins(1, 5, 3)
    host = typical_host(count=15)
    values = twins.per_draw(fc_affinity(DRUGS["trastuzumab"], Filling(twins, host)))
    assert (values == values[:, :1]).all()
    assert len(np.unique(values)) == 5
