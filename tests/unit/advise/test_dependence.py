"""The dependence call: what the network gives for marked tumours, and the panel of proteins beside it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from erbium.advise.dependence import NONE, dependence, panel
from erbium.knowledge.advice_data import load_dependence
from erbium.knowledge.schema.advice import Dependence
from erbium.tumour import Tumour
from tests.patients import patient

DATA = load_dependence()

ARMS = [arm.id for arm in DATA.arms]


def share(name: str, **blocks: object) -> float:
    tumour = Tumour.from_profile(patient(**blocks), parameter_draws=6, marker_draws=3)
    found = dependence(tumour)
    assert sum(found["probabilities"].values()) == pytest.approx(1.0)
    return float(found["probabilities"][name])


def test_lesions_of_pi3k_move_the_call_to_pi3k() -> None:
    sequencing, normal = {"genes": ["PIK3CA"]}, {"pten": "normal"}
    wild_type = share("PI3K", sequencing=sequencing, protein=normal)
    mutation = [{"gene": "PIK3CA", "protein": "p.H1047R"}]
    assert share("PI3K", sequencing=sequencing, protein=normal, variants=mutation) > wild_type
    assert share("PI3K", sequencing=sequencing, protein={"pten": "lost"}) > wild_type


def test_er_is_never_called_where_there_is_none() -> None:
    assert share("ER", receptors={"er_percent": 0, "pr_percent": 0}) == 0.0


def test_the_arms_and_none_are_all_told() -> None:
    tumour = Tumour.from_profile(patient(), parameter_draws=2, marker_draws=2)
    found = dependence(tumour)
    assert [arm["id"] for arm in found["arms"]] == ARMS == ["PI3K", "MAPK", "CDK", "ER"]
    assert set(found["probabilities"]) == {*ARMS, NONE}
    assert found["call"] in found["probabilities"]


@pytest.mark.parametrize(
    ("protein", "call", "why"),
    [
        ({}, None, "none of the three proteins was tested"),
        ({"egfr": "high"}, "MAPK", "1 of 3 proteins were tested"),
        ({"her3": 250, "p27": "high", "egfr": "low"}, "PI3K", "as read in the literature"),
        ({"egfr": "high", "p27": "high"}, None, "the proteins speak for different arms"),
        ({"egfr": "low", "her3": "not_tested"}, None, "no protein of the panel is high"),
    ],
)
def test_the_panel_reads_only_what_was_tested(protein: dict[str, object], call: str | None, why: str) -> None:
    found = panel(patient(protein=protein), load_dependence())
    assert (found["call"], found["why"]) == (call, why)


def test_the_cuts_of_the_panel_come_from_the_data() -> None:
    case = patient(protein={"egfr": 180, "her3": 120})
    cuts = {"high_from": 170.0, "low_below": 130.0}
    told = DATA.model_dump()
    for name, value in cuts.items():
        assert told["panel"][name]["kind"] == "assumed"
        assert told["panel"][name]["note"]
        told["panel"][name]["value"] = value
    usual, moved = (
        [row["level"] for row in panel(case, data)["markers"]]
        for data in (DATA, Dependence.model_validate(told))
    )
    assert usual == ["between", "between", None]
    assert moved == ["high", "low", None]
    told["panel"]["low_below"] |= {"value": 190.0, "high": 200.0}
    with pytest.raises(ValidationError, match="lies above high_from"):
        Dependence.model_validate(told)
