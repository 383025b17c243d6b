"""What if: an order in another tumour, on the same twins."""

from __future__ import annotations

import re
from typing import Any

import pytest

from erbium.advise import what_if
from erbium.advise.run import run_regimens
from erbium.advise.what_if import WhatIf
from erbium.core.errors import DataError, UnknownName
from erbium.knowledge.cases import case_files
from erbium.profile import profile_from_text

CASE = "her2_positive_wild_type"


@pytest.fixture(scope="module")
def asked() -> WhatIf:
    profile = profile_from_text(case_files()[CASE].read_text(encoding="utf-8"))
    return WhatIf.of(profile, ["tdm1", "lapatinib_capecitabine"], twins=4, months=6.0)


def test_nothing_changed_changes_nothing(asked: WhatIf) -> None:
    found = asked.answer()
    assert found["twins"] == found["twins_changed"] == 4
    assert found["paired"]
    assert all(
        one["before"] == one["after"] and one["rank"] == one["rank_before"] for one in found["options"]
    )
    assert [one["rank"] for one in found["options"]] == [1, 2]


def test_few_pairs_and_all_of_them_agree_in_what_they_share(asked: WhatIf) -> None:
    few, every = (asked.answer(present=["pik3ca_h1047r"], pairs=pairs) for pairs in (2, None))
    assert (few["twins_changed"], every["twins_changed"]) == (2, 4)
    before = {one["regimen"]: one["before"] for one in every["options"]}
    assert {one["regimen"]: one["before"] for one in few["options"]} == before
    assert every == asked.answer(present=["pik3ca_h1047r"])
    moved = {one["regimen"]: one["change"]["mean"] for one in every["options"]}
    assert moved["tdm1"] < 0.0  # the mutant survives more of a signal that is cut off
    assert all(0.0 <= one["after"] <= 6.0 for one in few["options"])


def test_twins_that_were_run_for_a_first_answer_are_not_run_again(
    asked: WhatIf, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[int] = []

    def counted(tumour: Any, regimens: Any, arms: Any, *rest: Any) -> Any:
        ran.append(len(arms[0].lesions))
        return run_regimens(tumour, regimens, arms, *rest)

    monkeypatch.setattr(what_if, "run_regimens", counted)
    few = asked.answer(present=["pten_loss"], pairs=2)
    every = asked.answer(present=["pten_loss"])
    assert ran == [2, 2]
    fresh = WhatIf.of(asked.profile, ["tdm1", "lapatinib_capecitabine"], twins=4, months=6.0)
    assert fresh.answer(present=["pten_loss"]) == every
    assert asked.answer(present=["pten_loss"], pairs=2) == few


def test_a_changed_marker_can_rule_a_regimen_out(asked: WhatIf) -> None:
    text = case_files()[CASE].read_text(encoding="utf-8")
    for old, new in (
        ('status = "positive"\n', ""), ('ihc = "3+"', 'ihc = "0"'), ("ihc_percent = 95\n", ""),
        ("ish_ratio = 7.2", "ish_ratio = 1.1"), ("copies = 18.0", "copies = 2.0"), ("cep17 = 2.5\n", ""),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new, 1)
    text = re.sub(r"\[\[copy_number\]\]\ngene = \"ERBB2\"[^\[]*", "", text)
    found = asked.answer(profile_from_text(text), pairs=2)
    assert all(one["ruled_out"] for one in found["options"])


def test_another_marker_after_earlier_lines_draws_the_twins_anew() -> None:
    text = case_files()["her2_positive_pik3ca"].read_text(encoding="utf-8")
    profile = profile_from_text(text)
    assert profile.prior_therapies
    asked = WhatIf.of(profile, ["tdxd"], twins=8, months=3.0)
    assert asked.answer(absent=["pik3ca_h1047r"])["paired"]
    other = profile_from_text(text.replace('ihc = "3+"', 'ihc = "2+"', 1))
    assert not asked.answer(other)["paired"]


def test_what_cannot_be_asked_is_told(asked: WhatIf) -> None:
    with pytest.raises(UnknownName, match="mechanism"):
        asked.answer(present=["nothing_of_this_name"])
    with pytest.raises(DataError, match="both present and absent"):
        asked.answer(present=["pten_loss"], absent=["pten_loss"])


def test_a_regimen_that_cannot_be_simulated_is_named() -> None:
    profile = profile_from_text(case_files()[CASE].read_text(encoding="utf-8"))
    found = WhatIf.of(profile, ["tdm1", "T-DM1 + T-DXd"], twins=2, months=3.0).answer()
    assert [one["regimen"] for one in found["options"]] == ["tdm1"]
    assert any("is left out: " in text and "same place" in text for text in found["warnings"])
