"""A tumour takes up what its vessels bring of a conjugate: by the dose where receptors abound."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from erbium.core.twins import Array, Twins
from erbium.model import build_network
from erbium.tumour import Tumour
from tests.patients import patient

pytestmark = pytest.mark.needs_compiler


@cache
def tumour(ihc: str) -> Tumour:
    return Tumour.from_profile(patient(her2={"ihc": ihc}), twins=Twins(1, 1, 20))


def uptake(
    ihc: str,
    level: float,
    antibody: float = 0.0,
    *,
    limited: float = 1.0,
    matrix_barrier: float = 0.0,
    whole: bool = False,
) -> Array:
    """Return conjugates taken up per cell and hour, thousands, at a level in nM, shape (twins,).

    Of the main clone, or of the whole tumour.
    """
    found = tumour(ihc)
    index = found.network.parameter_index
    table = found.parameters.copy()
    for name, value in (
        ("medium_adc", level),
        ("KD_adc", 0.5),
        ("medium_antibody_IV", antibody),
        ("KD_antibody_IV", 0.5),
        ("supply_limited", limited),
        ("matrix_barrier", matrix_barrier),
    ):
        for column in (name, "c1." + name, "c2." + name):
            if column in index:
                table[:, index[column]] = value
    names = ["c1.ADC_uptake", "c2.ADC_uptake"]
    taken = found.kernel.compute_readouts(found.drug_free, table, names)
    if not whole:
        return taken[names[0]]
    shares = np.stack([clone.fraction for clone in found.clones])
    return np.asarray((shares * np.stack([taken[name] for name in names])).sum(axis=0))


def test_where_receptors_abound_uptake_follows_the_dose() -> None:
    low, high = (uptake("3+", level) for level in (10.0, 20.0))
    assert np.median(high / low) == pytest.approx(2.0, rel=0.1)


def test_where_they_are_few_receptors_limit() -> None:
    low, high = (uptake("1+", level) for level in (100.0, 200.0))
    assert np.median(high / low) < 1.2


def test_ten_times_the_receptors_take_up_far_less_than_ten_times_as_much() -> None:
    at_balance = np.median(uptake("3+", 60.0, limited=0.0)) / np.median(uptake("1+", 60.0, limited=0.0))
    supplied = np.median(uptake("3+", 60.0)) / np.median(uptake("1+", 60.0))
    assert at_balance > 8.0
    assert 1.0 < supplied < 0.5 * at_balance


@pytest.mark.parametrize("antibody", [0.0, 3.0, 30.0, 600.0])
@pytest.mark.parametrize("level", [1.0, 10.0, 100.0, 1000.0])
def test_uptake_is_never_more_than_what_the_vessels_bring(level: float, antibody: float) -> None:
    network = build_network(2)
    per_cell = network.defaults[network.parameter_index["tissue_per_kreceptor"]]
    brought = network.defaults[network.parameter_index["k_supply_conjugate"]] * level
    assert (uptake("3+", level, antibody, whole=True) * per_cell < 1.001 * brought + 1e-9).all()


def test_antibody_on_the_receptors_leaves_the_conjugate_fewer() -> None:
    alone, beside = uptake("3+", 60.0), uptake("3+", 60.0, antibody=600.0)
    assert (beside < 0.95 * alone).all()
    few_alone, few_beside = uptake("1+", 60.0), uptake("1+", 60.0, antibody=600.0)
    assert np.median(few_beside / few_alone) < 0.2


def test_dense_stroma_keeps_a_conjugate_out_in_proportion() -> None:
    open_, dense = uptake("3+", 30.0), uptake("3+", 30.0, matrix_barrier=1.0)
    assert dense == pytest.approx(0.5 * open_, rel=0.02)
