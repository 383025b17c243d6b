"""How well drugs reach living deposits."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.twins import Twins
from erbium.model import build_network
from erbium.tumour import Tumour
from erbium.tumour.deposits import let_through, reach
from tests.patients import patient

NAMES = ("in_vivo_top1_payload", "antibody_access", "in_vivo_fc")


def test_what_tissue_keeps_out_is_taken_away_on_a_logarithmic_scale() -> None:
    network = build_network(2)
    table = np.tile(network.defaults, (3, 1))
    let_through(network, table, np.array([0.0, 0.5, 1.0]))
    for name in NAMES:
        column = network.parameter_index.get(name, network.parameter_index.get(f"c1.{name}"))
        assert column is not None
        shipped = network.defaults[column]
        assert 0.0 < shipped < 1.0
        assert table[:, column] == pytest.approx([shipped, np.sqrt(shipped), 1.0])


def test_t_cells_and_all_else_stay_as_they_were() -> None:
    network = build_network(1)
    table = np.tile(network.defaults, (1, 1))
    let_through(network, table, np.ones(1))
    changed = {
        list(network.parameters)[k].rsplit(".", 1)[-1] for k in np.flatnonzero(table[0] != network.defaults)
    }
    assert "in_vivo_cd8" not in changed
    assert all(
        name.startswith("in_vivo_") or name in ("antibody_access", "supply_limited") for name in changed
    )


def test_reach_is_drawn_within_its_range_or_given() -> None:
    twins = Twins(1, 200, 1)
    assert ((reach(twins) >= 0.0) & (reach(twins) <= 1.0)).all()
    assert np.ptp(reach(twins)) > 0.05
    assert (reach(twins, 0.25) == 0.25).all()


@pytest.mark.needs_compiler
def test_only_after_surgery() -> None:
    """Deposits that drugs reach are held back more, at the same drug-free pace."""
    twins = Twins(1, 1, 4)
    column = build_network(2).parameter_index["c1.in_vivo_top1_payload"]
    operated = Tumour.from_profile(patient(disease={"setting": "adjuvant"}), twins=twins)
    primary = Tumour.from_profile(patient(disease={"setting": "neoadjuvant"}), twins=twins)
    assert (operated.parameters[:, column] > primary.parameters[:, column]).all()
