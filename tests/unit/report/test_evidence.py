"""Published evidence for and against an option, in the report."""

from __future__ import annotations

from typing import Any

from erbium.report.evidence import conflict_words, lines, sides, untested_words
from erbium.report.html import advice_html


def item(number: int, **fields: Any) -> dict[str, Any]:
    """Return an item of a side as an answer has it."""
    return {
        "id": f"item_{number}", "claim": f"Claim {number} <b>.", "level_here": "B", "because": "PTEN lost",
        "study": f"study {number}", "relation": "drug", "same_setting": True, "source": "a paper",
        "status": "verified", "result": "HR 1.92",
    } | fields  # fmt: skip


OPTION = {
    "evidence_for": [item(1), item(2, study="study 1"), *(item(number) for number in range(3, 9))],
    "evidence_against": [item(20, same_setting=False, setting="adjuvant", relation="class")],
    "evidence_untested": ["p95", "unheard_of"],
    "evidence_level": "C",
    "conflict": 0.52,
    "contradicted": True,
}


def test_one_study_is_shown_once_and_the_rest_is_counted() -> None:
    pro, con = sides(OPTION)
    assert [one["id"] for one in pro["items"]] == ["item_1", "item_3", "item_4", "item_5"]
    assert (pro["count"], pro["more"]) == (8, 4)
    assert con["items"][0]["away"] == "other setting: adjuvant; class of drugs"


def test_words() -> None:
    assert conflict_words(OPTION) == "conflict 0.52 (0 agreement, 1 an even split), contradicted; level C"
    assert conflict_words({"conflict": 0.0}) == ""
    assert untested_words(OPTION) == "p95HER2 (truncated HER2), unheard_of"
    assert lines(OPTION)[0] == "for: B Claim 1 <b>. HR 1.92 [item_1] (+7)"


def test_the_page_shows_both_sides_escaped(advice: dict[str, Any]) -> None:
    advice["options"][0] |= OPTION
    page = advice_html(advice)
    assert "by this patient" in page
    assert "Claim 20 &lt;b&gt;." in page
    assert "Claim 20 <b>" not in page
