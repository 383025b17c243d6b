"""How often drugs are stopped for toxicity, read from what arms reported."""

from __future__ import annotations

import math
from typing import Any

import pytest

from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.toxicity import ToxicityArm
from erbium.knowledge.stopping import stop_rates

PAIR = resolve_regimen("neratinib + capecitabine")


def arm(name: str, **changes: Any) -> ToxicityArm:
    data: dict[str, Any] = {
        "id": name,
        "drugs": ["neratinib"],
        "trial": name,
        "source": "extenet",
        "status": "verified",
        "n": 100,
        "setting": "metastatic",
        "months": 6.0,
        "event": [{"caution": "diarrhoea", "any_grade": "80 %"}],
    }
    return ToxicityArm.model_validate(data | changes)


def rates(*arms: ToxicityArm) -> dict[tuple[str, ...], float]:
    found = stop_rates(PAIR, {item.id: item for item in arms}, ("metastatic",))
    return {one.drugs: one.per_month for one in found}


def test_of_those_who_come_off_treatment_the_published_share_stopped_for_toxicity() -> None:
    both = arm("both", drugs=["neratinib", "capecitabine"], discontinued="20 %")
    assert rates(both) == {("neratinib", "capecitabine"): pytest.approx(0.2 * math.log(2.0) / 6.0)}


def test_after_surgery_all_who_did_not_finish_are_counted_over_the_planned_time() -> None:
    after = arm("after", setting="adjuvant", months=12.0, discontinued="28 %")
    ((drugs, rate),) = rates(after).items()
    assert drugs == ("neratinib",)
    assert 1.0 - math.exp(-12.0 * rate) == pytest.approx(0.28)


def test_a_drug_that_is_stopped_alone_leaves_the_other() -> None:
    both = arm("both", drugs=["neratinib", "capecitabine"], stopped={"neratinib": "10 %"})
    assert list(rates(both)) == [("neratinib",)]


def test_an_arm_of_the_setting_comes_before_one_with_the_drug_alone_elsewhere() -> None:
    elsewhere = arm("elsewhere", setting="adjuvant", discontinued="28 %")
    mixed = arm(
        "mixed",
        drugs=["neratinib", "paclitaxel"],
        speaks_for=["neratinib"],
        stopped={"neratinib": "10 %"},
    )
    assert rates(elsewhere, mixed) == {("neratinib",): pytest.approx(0.1 * math.log(2.0) / 6.0)}


@pytest.mark.parametrize("silent", [{"months": None, "discontinued": "20 %"}, {"discontinued": "<1 %"}, {}])
def test_an_arm_without_time_or_share_gives_no_rate(silent: dict[str, Any]) -> None:
    assert rates(arm("silent", **silent)) == {}


def test_what_a_mixed_arm_says_of_all_its_drugs_is_not_read_as_one_of_them() -> None:
    mixed = arm("mixed", drugs=["neratinib", "paclitaxel"], speaks_for=["neratinib"], discontinued="20 %")
    assert rates(mixed) == {}


def test_shares_by_drug_are_of_drugs_of_the_arm() -> None:
    with pytest.raises(ValueError, match="not a drug of this arm"):
        arm("wrong", stopped={"lapatinib": "10 %"})
