from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from erbium.report import advice_table, knowledge_table, treatment_table


def printed(width: int = 100) -> tuple[Console, io.StringIO]:
    stream = io.StringIO()
    return Console(file=stream, width=width, force_terminal=False, highlight=False), stream


@pytest.mark.parametrize("width", [100, 160])
def test_answer_fits_100_columns(advice: dict[str, Any], width: int) -> None:
    console, stream = printed(width)
    advice_table(advice, console)
    text = stream.getvalue()
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "\x1b" not in text
    for words in (
        "HER2-positive",
        "[reference]",
        "Hypotheses",
        "Not tested",
        "p95HER2",
        "71 53–85",
        "n.r.",
        advice["notice"][:30],
    ):
        assert words in text, words


def test_markup_in_texts_is_text(advice: dict[str, Any]) -> None:
    advice["case"]["id"] = "[red]x[/red]"
    console, stream = printed()
    advice_table(advice, console)
    assert "[red]x[/red]" in stream.getvalue()


def test_empty_answer() -> None:
    console, stream = printed()
    advice_table({}, console)
    assert "No regimen" in stream.getvalue()


def test_treatment(treatment: dict[str, Any]) -> None:
    console, stream = printed()
    treatment_table(treatment, console)
    assert "median PFS, months" in stream.getvalue()
    assert "pAKT_S473" in stream.getvalue()


def test_interactions_of_a_treatment_are_told(treatment: dict[str, Any]) -> None:
    line = "everolimus: clearance 0.18-fold, exposure 5.7-fold, by tucatinib (CYP3A)"
    console, stream = printed()
    treatment_table({**treatment, "interactions": [{"text": line}]}, console)
    assert line in stream.getvalue()
    console, stream = printed()
    treatment_table(treatment, console)
    assert "Interactions" not in stream.getvalue()


def test_knowledge_table() -> None:
    console, stream = printed()
    console.print(knowledge_table("drugs", ("id", "class"), [("lapatinib", "tki"), ("x", None)]))
    assert "lapatinib" in stream.getvalue()
