"""Published rates in words, on hand-made data."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from erbium.report import advice_table
from erbium.report.html import advice_html
from erbium.report.toxicity import (
    also_words,
    arm_words,
    overlap_lines,
    rate_words,
    rows,
    summary,
    treatment_lines,
)


def rate(share: float, status: str = "verified", **more: Any) -> dict[str, Any]:
    return {"share": share, "below": False, "source": "trial", "status": status, "note": None} | more


def entry(**more: Any) -> dict[str, Any]:
    return {
        "arm": "a", "name": "neratinib", "trial": "TRIAL", "n": 134, "setting": "metastatic", "drug": None,
        "population": None, "condition": None, "term": None, "note": None, "any_grade": rate(0.8),
        "severe": rate(0.306), "fatal": None, "discontinued": None,
    } | more  # fmt: skip


def toxicity() -> dict[str, Any]:
    return {
        "overlapping": [
            {"caution": "hand_foot_syndrome", "drugs": ["capecitabine", "trastuzumab_emtansine"]}
        ],
        "rates": [
            {
                "caution": "diarrhoea",
                "basis": "arm",
                "unknown": [],
                "arms": [entry(), entry(trial="OTHER", n=60)],
            },
            {
                "caution": "hand_foot_syndrome",
                "basis": "drug",
                "unknown": ["lapatinib"],
                "arms": [entry(drug="neratinib", severe=rate(0.02, "unverified"), fatal=rate(0.008))],
            },
            {"caution": "bone_loss", "basis": "none", "unknown": ["letrozole"], "arms": []},
        ],
        "also": [{"caution": "anaemia", "arms": [entry(any_grade=None)]}],
        "treatment": [
            entry()
            | {
                "months": 7.6,
                "discontinued": rate(0.065),
                "reduced": rate(0.16, "unverified"),
                "interrupted": None,
                "lvef_fall": rate(0.038, note="to below 50 %"),
                "relative_dose_intensity": {"neratinib": rate(0.82)},
            }
        ],
    }


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.306, "31 %"),
        (0.165, "17 %"),
        (0.245, "25 %"),
        (0.008, "0.8 %"),
        (0.0, "0 %"),
        (0.02, "2 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_in_per_cent(share: float, words: str) -> None:
    assert rate_words(rate(share)) == words


def test_a_bound_and_a_gap() -> None:
    assert rate_words(rate(0.01, below=True)) == "<1 %"
    assert rate_words(None) == "–"


def test_an_arm_says_what_differs() -> None:
    found = arm_words(entry(population="gastric cancer", condition="with loperamide"), names_drugs=True)
    assert found == "neratinib: TRIAL (n 134); gastric cancer; with loperamide"


def test_rows_of_a_table() -> None:
    found = rows(toxicity())
    assert [row["caution"] for row in found] == ["diarrhoea", "", "hand-foot syndrome", "", "bone loss"]
    assert found[0]["severe"] == "31 %"
    assert found[2]["severe"] == "2 %, fatal 0.8 %"
    assert found[2]["arm"].startswith("neratinib: TRIAL")
    assert found[2]["sources"] == [("trial", "verified"), ("trial", "unverified")]
    assert found[3]["arm"] == "no published rate known for lapatinib"
    assert found[4]["arm"] == "no published rate known for letrozole"
    assert rows({}) == []


def test_one_line() -> None:
    assert summary(toxicity()) == (
        "diarrhoea 80 % / 31 % [TRIAL]; hand-foot syndrome 80 % / 2 %* [TRIAL, neratinib]; "
        "no rate known: bone loss"
    )


def test_overlap_and_treatment() -> None:
    assert overlap_lines(toxicity()) == ["hand-foot syndrome: capecitabine, trastuzumab emtansine"]
    (line,) = treatment_lines(toxicity())
    assert line.split(": ", 1) == [
        "TRIAL (n 134)",
        (
            "median 7.6 months, stopped 6.5 %, dose lowered 16 % [unverified], "
            "LVEF 3.8 % (to below 50 %), dose intensity of neratinib 82 %"
        ),
    ]


def test_what_else_was_reported() -> None:
    assert also_words(toxicity()) == {
        "arm": "TRIAL (n 134)",
        "text": "anaemia – / 31 %",
        "sources": ["trial"],
    }
    assert also_words({}) is None


def test_the_page_holds_the_table(advice: dict[str, Any]) -> None:
    advice["options"][0]["toxicity"] = toxicity()
    advice["sources"].append({"id": "trial", "text": "A trial.", "status": "verified"})
    page = advice_html(advice)
    for words in (
        "Toxicity as published",
        "Overlapping toxicity:",
        "no published rate known for letrozole",
        "Also reported",
    ):
        assert page.count(words) == 1, words
    assert "2 %, fatal 0.8 %" in page


def test_an_answer_without_rates_has_no_table(advice: dict[str, Any]) -> None:
    assert "Toxicity as published" not in advice_html(advice)


def test_the_screen_tells_the_first_options(advice: dict[str, Any]) -> None:
    for option in advice["options"]:
        option["toxicity"] = toxicity()
    stream = io.StringIO()
    advice_table(advice, Console(file=stream, width=100, highlight=False))
    text = " ".join(stream.getvalue().split())
    assert text.count("Overlapping: hand-foot syndrome: capecitabine, trastuzumab emtansine") == 5
    assert "no rate known: bone loss" in text
    assert max(len(line) for line in stream.getvalue().splitlines()) <= 100
