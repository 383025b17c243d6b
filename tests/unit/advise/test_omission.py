"""De-escalation: what is left out, the margin, and the paired loss on the same twins."""

from __future__ import annotations

from importlib import import_module

import pytest

from erbium.advise.omission import margin_of, omitted, without
from erbium.core.errors import DataError, UnknownName
from erbium.knowledge import load_knowledge
from tests.answers import answer


def test_a_class_stands_for_all_its_drugs_and_a_drug_for_itself() -> None:
    knowledge = load_knowledge()
    chemotherapy, one = omitted(["Chemotherapy", "herceptin"], knowledge)
    assert {"docetaxel", "capecitabine"} <= chemotherapy.drugs
    assert "trastuzumab" not in chemotherapy.drugs
    assert one.drugs == {"trastuzumab"}


def test_an_unknown_agent_is_an_error_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        omitted(["chemoterapy"], load_knowledge())
    assert (caught.value.key, caught.value.nearest) == ("--omit", "chemotherapy")


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("2 months", "months", 2.0),
        ("8 weeks", "months", 1.84),
        ("5 %", "fraction", 0.05),
        ("0.1", "fraction", 0.1),
    ],
)
def test_margins_are_read_in_the_unit_of_the_endpoint(text: str, unit: str, value: float) -> None:
    found, origin = margin_of(text, unit)
    assert found == pytest.approx(value, abs=0.01)
    assert origin == "stated"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5 %", "months"),
        ("-1 months", "months"),
        ("0 months", "months"),
        ("3", "fraction"),
        ("x", "fraction"),
    ],
)
def test_a_margin_that_is_none_is_an_error(text: str, unit: str) -> None:
    with pytest.raises(DataError) as caught:
        margin_of(text, unit)
    assert caught.value.key == "--margin"


def test_nothing_is_left_of_a_regimen_of_one_drug() -> None:
    knowledge = load_knowledge()
    tdxd = knowledge.regimens["tdxd"]
    assert without(tdxd, frozenset({"trastuzumab_deruxtecan"}), knowledge.drugs) is None
    assert without(tdxd, frozenset({"docetaxel"}), knowledge.drugs) is None


def test_the_loss_is_that_of_the_same_twins() -> None:
    found = answer(regimens=["trastuzumab + docetaxel", "trastuzumab"], omit=["chemotherapy"], margin="1 day")
    body = found.json()["de_escalation"]
    assert body["omitted"] == ["chemotherapy"]
    assert body["margin"]["origin"] == "stated"
    row = next(row for row in body["options"] if row["without"] == "trastuzumab")
    scores = {item["name"]: item for item in found.options}
    alone = scores["trastuzumab"]["endpoints"]
    assert row["without_score"] == pytest.approx(
        next(e for e in alone if e["name"] == "rmst")["median"], abs=1.5
    )
    assert row["loss"]["low"] <= row["loss"]["median"] <= row["loss"]["high"]
    assert row["loss"]["median"] > 0.0
    assert 0.0 <= row["p_within_margin"] <= 1.0


def test_a_case_without_the_agent_says_so_before_anything_is_simulated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(import_module("erbium.advise.advise"), "simulate_all")
    with pytest.raises(DataError, match="no option of this case holds radiation") as caught:
        answer(regimens=["T-DXd"], omit=["radiation"])
    assert caught.value.key == "--omit"


def test_nothing_is_told_where_nothing_is_left_out() -> None:
    assert answer(regimens=["T-DXd"]).json()["de_escalation"] is None
