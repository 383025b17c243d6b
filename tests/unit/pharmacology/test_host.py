"""The patient around the tumour."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.twins import Twins
from erbium.pharmacology import Host
from tests.typical import typical_host

TWINS = Twins(1, 50, 40)
DRAWN = Host.draw(TWINS, {})


def test_what_was_measured_is_not_drawn() -> None:
    given = {"weight": 81.0, "height": None, "albumin": 3.1, "fcgr3a": "V/F"}
    host = Host.draw(TWINS, given)
    assert (host.weight == 81.0).all()
    assert (host.albumin == 3.1).all()
    assert (host.v_alleles == 1.0).all()
    assert host.measured == {"weight", "albumin", "fcgr3a"}
    assert host.height.tobytes() == DRAWN.height.tobytes()


@pytest.mark.parametrize(("genotype", "alleles"), [("V/V", 2), ("V/F", 1), ("F/V", 1), ("F/F", 0)])
def test_genotypes(genotype: str, alleles: int) -> None:
    assert typical_host(fcgr3a=genotype).v_alleles.tolist() == [alleles]


def test_genotypes_are_drawn_in_hardy_weinberg_shares() -> None:
    share = [float((DRAWN.v_alleles == n).mean()) for n in (0, 1, 2)]
    assert share == pytest.approx([0.61**2, 2 * 0.61 * 0.39, 0.39**2], abs=0.02)


@pytest.mark.parametrize(("name", "low", "high"), [("weight", 50.0, 95.0), ("albumin", 3.4, 4.6)])
def test_ninety_percent_lie_in_the_stated_range(name: str, low: float, high: float) -> None:
    values = getattr(DRAWN, name)
    assert np.mean(values < low) == pytest.approx(0.05, abs=0.01)
    assert np.mean(values > high) == pytest.approx(0.05, abs=0.01)


def test_body_surface() -> None:
    assert typical_host(weight=70.0, height=170.0).body_surface == pytest.approx([1.818], abs=1e-3)


def test_a_covariate_that_is_not_modelled_has_no_value() -> None:
    assert DRAWN.covariate("weight") is DRAWN.weight
    assert DRAWN.covariate("liver_mets") is None
