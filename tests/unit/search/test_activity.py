"""The activity of the network's nodes: as it is, under a regimen, knocked down."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.errors import DataError, UnknownName
from erbium.formats.graph import acting_forms, all_forms
from erbium.knowledge import load_knowledge
from erbium.knowledge.cases import case_files
from erbium.knowledge.catalogue import resolve_regimen
from erbium.model import build_network
from erbium.profile import read_profile
from erbium.search.activity import MOST_NODES, activity
from erbium.tumour import Tumour


@pytest.fixture(scope="module")
def tumour() -> Tumour:
    profile = read_profile(case_files()["her2_positive_pik3ca"])
    return Tumour.from_profile(profile, seed=1, parameter_draws=2, marker_draws=2)


def test_what_acts_of_a_protein_is_its_active_form() -> None:
    acting, whole = acting_forms(build_network(1)), all_forms(build_network(1))
    assert acting["c1.AKT"] == ("c1.pAKT", "c1.ppAKT")
    assert acting["c1.RB"] == ("c1.RB",)
    assert acting["c1.FOXO"] == ("c1.FOXO",)
    assert set(whole["c1.AKT"]) == {"c1.AKT", "c1.pAKT", "c1.ppAKT"}
    assert all(set(forms) <= set(whole[node]) for node, forms in acting.items())


def test_a_tumour_as_it_is_has_one_time_and_its_mechanisms_show(tumour: Tumour) -> None:
    found = activity(tumour).json()
    assert found["time_days"] == [0.0]
    akt = found["nodes"]["c1.AKT"]
    assert akt["fold"] is None
    assert 0.0 < akt["share"]["low"] <= akt["share"]["median"] <= akt["share"]["high"] < 1.0
    assert akt["by_mechanisms"]["median"] > 1.2  # the mutant raises it in its own twins
    assert found["nodes"]["c1.HER2"]["unit"] == "kreceptor"


def test_a_knocked_down_node_lowers_what_it_drives_from_the_start_on(tumour: Tumour) -> None:
    weak, strong = (activity(tumour, knock_down={"MEK": share}, days=14.0) for share in (0.5, 0.95))
    erk = [one.fold[one.nodes.index("c1.ERK")] for one in (weak, strong)]
    np.testing.assert_array_equal(erk[0][0], 1.0)
    assert (erk[1][1:] < erk[0][1:]).all()
    assert (erk[0][1:] < 1.0).all()
    assert list(strong.time_days[-2:]) == [7.0, 14.0]


def test_a_regimen_and_a_knock_down_act_together(tumour: Tumour) -> None:
    known = load_knowledge()
    regimen = resolve_regimen("tdm1", known.regimens, known.drugs)
    alone, both = (activity(tumour, regimen, knock, days=7.0) for knock in ({}, {"MEK": 0.9}))
    place = alone.nodes.index("c1.ERK")
    assert (both.fold[place, -1] < alone.fold[place, -1]).all()
    assert both.json()["knock_down"][0]["node"] == "MEK"


def test_a_silent_or_negative_node_has_no_multiple(tumour: Tumour) -> None:
    found = activity(tumour, knock_down={"MEK": 0.9}, days=7.0)
    drugs = [place for place, name in enumerate(found.nodes) if name.startswith("central_")]
    assert drugs
    assert np.isnan(found.fold[drugs]).all()
    assert all(found.json()["nodes"][found.nodes[place]]["fold"] is None for place in drugs)


def test_what_cannot_be_knocked_down_is_told(tumour: Tumour) -> None:
    with pytest.raises(UnknownName, match="AKT"):
        activity(tumour, knock_down={"AKTT": 0.5})
    with pytest.raises(DataError, match="strength"):
        activity(tumour, knock_down={"AKT": 1.0})
    with pytest.raises(DataError, match=f"at most {MOST_NODES}"):
        activity(tumour, knock_down=dict.fromkeys(("AKT", "MEK", "SRC", "MET"), 0.5))
    with pytest.raises(DataError, match="7 to 730"):
        activity(tumour, days=1.0)
