"""Cells in a dish: names are checked, doses act in order, and a line grows in its own time."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from erbium.core.errors import UnitError, UnknownName
from erbium.experiment import Culture

needs_compiler = pytest.mark.needs_compiler
AMPLIFIED = {"HER2_abundance": 1000.0, "bypass_drive": 0.02}


def test_an_unknown_line_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        Culture.of("BT-747")
    assert caught.value.nearest is not None
    assert "BT" in caught.value.nearest.upper()


def test_an_unknown_mechanism_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="pten_los") as caught:
        Culture.of(mechanisms=["pten_los"])
    assert caught.value.nearest == "pten_loss"


def test_an_unknown_answer_to_an_open_question_is_refused() -> None:
    with pytest.raises(UnknownName):
        Culture.of(alternatives={"kinase_inhibitor_in_pi3k_lesions": "perhaps"})
    with pytest.raises(UnknownName):
        Culture.of(alternatives={"no_such_question": "blunted"})


def test_a_concentration_needs_the_right_unit() -> None:
    with pytest.raises(UnitError):
        Culture.of(settings=AMPLIFIED).add(trastuzumab="3 mg/kg")


@needs_compiler
def test_a_unit_and_a_number_in_nm_agree() -> None:
    cell = Culture.of(settings=AMPLIFIED)
    assert np.allclose(cell.add(lapatinib="1 umol/L").parameters(), cell.add(lapatinib=1000.0).parameters())


@needs_compiler
@pytest.mark.parametrize(
    "drug", ["lapatinib", "neratinib", "tucatinib", "alpelisib", "palbociclib", "trastuzumab"]
)
def test_more_drug_never_means_more_growth(drug: str) -> None:
    cell = Culture.of(settings=AMPLIFIED)
    rates = [cell.add(**{drug: dose}).read(72.0)["signal_growth_rate"] for dose in (0.0, 1.0, 30.0, 1000.0)]
    assert all(later <= earlier + 1e-7 for earlier, later in itertools.pairwise(rates))
    assert rates[-1] < rates[0]


@needs_compiler
def test_a_line_doubles_in_its_own_time() -> None:
    rate = Culture.of("BT-474").read(0.0)["signal_growth_rate"]
    assert math.log(2.0) / rate == pytest.approx(80.0, rel=0.02)


@needs_compiler
def test_without_a_mechanism_is_the_parent() -> None:
    parent, lost = Culture.of(settings=AMPLIFIED), Culture.of(settings=AMPLIFIED, mechanisms=["pten_loss"])
    assert lost.read(0.0)["pAKT_S473"] > parent.read(0.0)["pAKT_S473"]
    assert lost.without("pten_loss").read(0.0)["pAKT_S473"] == parent.read(0.0)["pAKT_S473"]
