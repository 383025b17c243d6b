"""Excess over independent action and over dose additivity, in the tumour and in a dish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from erbium.core.twins import Twins
from erbium.experiment.condition import Condition
from erbium.knowledge import load_knowledge
from erbium.search.agents import drug_agents
from erbium.search.excess import in_tumour
from erbium.search.together import dish_synergy, tumour_synergy

TWINS = Twins(1, 5, 1)
LEVEL = np.linspace(1.0, 1.4, 5)


def test_falls_that_add_are_additive() -> None:
    found = in_tumour(TWINS, LEVEL + 2.0 * LEVEL, [LEVEL, 2.0 * LEVEL])
    assert found.excess["Bliss"].median == pytest.approx(0.0)
    assert found.excess["HSA"].median == pytest.approx(np.median(LEVEL))
    assert found.verdict == "additive"


def test_synergy_needs_its_whole_interval_above_zero() -> None:
    alone = [LEVEL, LEVEL]
    assert in_tumour(TWINS, 2.0 * LEVEL + 0.2, alone).verdict == "synergistic"
    unsure = 2.0 * LEVEL + np.array([-0.5, 0.5, 0.5, 0.5, 0.5])
    assert in_tumour(TWINS, unsure, alone).excess["Bliss"].median > 0.0
    assert in_tumour(TWINS, unsure, alone).verdict == "additive"
    assert in_tumour(TWINS, 1.5 * LEVEL, alone).verdict == "antagonistic"
    assert in_tumour(TWINS, 0.01 * LEVEL, [0.0 * LEVEL, 0.0 * LEVEL]).verdict == "no effect"


def test_a_drug_with_itself_is_dose_additive() -> None:
    # Half and twice the dose follow one curve, so that the pair is twice the dose of one.
    doses = np.array([0.0, 0.5, 1.0, 2.0])
    falls = np.sqrt(doses)[:, None] * LEVEL
    found = in_tumour(TWINS, falls[3], [falls[2], falls[2]], [(doses, falls), (doses, falls)])
    assert found.excess["Loewe"].median == pytest.approx(0.0, abs=1e-6)
    assert found.verdict == "antagonistic"  # by Bliss, which takes the two for independent


@pytest.mark.needs_compiler
def test_two_antibodies_at_one_checkpoint_add_no_more_than_dose(panel: Callable[[float], Any]) -> None:
    agents = drug_agents(load_knowledge(), ["atezolizumab", "pembrolizumab"])
    pair = tuple(agents.values())
    synergy, day = tumour_synergy(panel(0.0).standings, [pair])[pair]
    assert day == 168.0
    assert synergy.verdict in ("antagonistic", "no effect")
    assert synergy.excess["Loewe"].median < 0.05


@pytest.mark.needs_compiler
def test_arrest_before_a_taxane_is_no_synergy() -> None:
    drugs = load_knowledge().drugs
    pair = (drugs["docetaxel"], drugs["palbociclib"])
    found = dish_synergy(Condition("BT-474"), [pair], Twins(1, 3, 1))[("docetaxel", "palbociclib")]
    assert found.verdict in ("additive", "antagonistic")


@pytest.mark.needs_compiler
def test_what_takes_one_place_has_no_synergy() -> None:
    drugs = load_knowledge().drugs
    assert not dish_synergy(Condition("BT-474"), [(drugs["lapatinib"], drugs["tucatinib"])], Twins(1, 2, 1))
