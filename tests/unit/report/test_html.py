from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from erbium.report import advice_html, treatment_html, write_html

VOID = {"meta", "br", "col", "hr", "img", "input", "link"}


class Balance(HTMLParser):
    """Follows the tags and keeps what does not close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(tag)
        else:
            self.open.pop()


def test_page_holds_every_part(advice: dict[str, Any]) -> None:
    page = advice_html(advice)
    for words in (
        "Research use only, not a medical device",
        "ASCO/CAP rule applied",
        "ISH group 1",
        "What was not tested",
        "Hypotheses",
        "Resistance map",
        "Clones",
        "Methods and limits",
        "References",
        advice["knowledge_hash"],
        advice["knowledge_date"],
        "10.1200/JCO.2011.37.4207",
    ):
        assert words in page, words
    for option in advice["options"]:
        assert option["name"] in page
    assert page.count('class="pathway"') == 9  # one on the front, and one in each card


def test_page_is_whole_and_reaches_for_nothing(advice: dict[str, Any]) -> None:
    page = advice_html(advice)
    parser = Balance()
    parser.feed(page)
    assert not parser.faults
    assert not parser.open
    assert "<script" not in page
    assert not re.search(r"<(link|img|iframe|object|embed)\b", page)
    assert not re.search(r"\bsrc\s*=|@import|url\(\s*['\"]?(?!#)", page)
    for picture in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        ET.fromstring(picture)


def test_texts_are_escaped_everywhere(advice: dict[str, Any]) -> None:
    evil = "<script>alert(1)</script>\"'&"

    def poison(value: Any) -> Any:
        if isinstance(value, dict):
            keep = {"tier", "list", "name"}
            return {
                key: item if key in keep and isinstance(item, str) and key != "name" else poison(item)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [poison(item) for item in value]
        return value + evil if isinstance(value, str) else value

    poisoned = poison(advice)
    poisoned["reference"]["regimen"] = poisoned["options"][0]["regimen"]
    page = advice_html(poisoned)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    parser = Balance()
    parser.feed(page)
    assert not parser.faults


def test_profile_id_is_escaped(advice: dict[str, Any]) -> None:
    advice["case"]["id"] = "<script>alert(1)</script>"
    page = advice_html(advice)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_bad_identifier_is_no_link(advice: dict[str, Any]) -> None:
    advice["sources"][0]["doi"] = "javascript:alert(1)"
    assert 'href="javascript' not in advice_html(advice)


def test_same_answer_same_bytes(advice: dict[str, Any]) -> None:
    assert advice_html(advice) == advice_html(advice)


def test_a_neoadjuvant_answer_has_no_pfs(advice: dict[str, Any]) -> None:
    advice.update(setting="neoadjuvant", line=None)
    for option in advice["options"]:
        option.update(response_rate=None, pfs_months=None, pfs_12m=None)
        option["endpoints"] = [{"name": "pCR", "median": 0.4, "low": 0.3, "high": 0.5, "unit": "fraction"}]
    page = advice_html(advice)
    assert "pCR, %" in page
    assert "PFS at 12 months, %" not in page


@pytest.mark.parametrize(
    "gone", ["options", "resistance", "course", "readouts", "sources", "mechanisms", "engine"]
)
def test_a_gap_in_the_answer_leaves_a_page(advice: dict[str, Any], gone: str) -> None:
    if gone in advice:
        advice[gone] = None if gone == "engine" else []
    for option in advice["options"]:
        option[gone] = None
    assert "</html>" in advice_html(advice)


def test_nearly_empty_answer() -> None:
    assert "No regimen" in advice_html({"schema": "erbium.advise/1"})


def test_nan_never_shows(advice: dict[str, Any]) -> None:
    option = advice["options"][1]
    option["response_rate"]["low"] = float("nan")
    option["course"]["sum_of_diameters"]["median"][10:] = [None] * 43
    page = advice_html(advice)
    assert not re.search(r">[^<]*\bnan\b", page)


def test_treatment_page(treatment: dict[str, Any]) -> None:
    page = treatment_html(treatment)
    assert treatment["name"] in page
    assert "median PFS" in page.replace("Median", "median")
    assert "Interactions" not in page
    assert "by tucatinib" in treatment_html({**treatment, "interactions": [{"text": "by tucatinib"}]})


def test_write_is_whole_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    write_html(target, "one")
    assert target.read_text() == "one"

    def fail(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="full"):
        write_html(target, "two")
    assert target.read_text() == "one"
    assert [item.name for item in tmp_path.iterdir()] == ["report.html"]
