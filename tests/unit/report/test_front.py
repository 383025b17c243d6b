"""The two pages at the front, on the screen and on paper; what an id may not do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from erbium.report.front import case_line, front
from erbium.report.html import advice_html
from erbium.report.pdf import document, lift_pictures, serve_only

EVIL = "<img src=file:///etc/passwd>"
COMBINED = {
    "schema": "erbium.combine/1",
    "benefit": {"name": "fewer living tumour cells", "against": "trastuzumab", "unit": "log10 cells"},
    "searched": {"screened": 90, "courses": 60},
    "sets": [
        {
            "name": "trastuzumab + neratinib",
            "on_front": on_front,
            "benefit": {"median": 1.5, "low": 0.4, "high": 2.5},
            "burden": {"severe_events": 0.62, "rates_unknown": []},
            "synergy": {"tumour": None},
            "closes": [{"escape": "p95HER2"}],
            "listed": [],
        }
        for on_front in (False, True)
    ],
}


def refuse(advice: dict[str, Any]) -> dict[str, Any]:
    rule = {
        "rule": "cardiac",
        "fact": "ejection fraction 31 %",
        "reason": "the heart is too weak",
        "source": None,
        "status": None,
    }
    advice["not_allowed"] = [
        {"regimen": "tdxd", "name": "T-DXd", "reasons": [rule["reason"]], "rules": [rule]},
        *advice["not_allowed"],
    ]
    advice["elsewhere"] = {"setting": ["neoadjuvant_thp"], "line": ["capecitabine", "tdm1"]}
    return advice


@pytest.fixture(scope="module")
def paper() -> Any:
    return pytest.importorskip("weasyprint")


def test_the_front_says_case_gaps_and_refusals_with_their_facts(advice: dict[str, Any]) -> None:
    advice["options"] = advice["options"][:3]
    advice["undecided"] = [{"rule": "LVEF_unknown", "reason": "LVEF was not reported"}]
    page = advice_html(refuse(advice), combined=COMBINED, made="2026-11-29")
    start = page[: page.index('class="infull"')]
    for words in (
        "Case.</b> HER2-positive (IHC 3+, ratio 5.1, 14.2 copies per cell)",
        "Not tested.</b> p95HER2, PTEN",
        "LVEF was not reported",
        "the heart is too weak",
        "ejection fraction 31 %",
        "1 for another setting and 2 for another line",
        "trastuzumab + neratinib",
        "fewer living tumour cells than under trastuzumab, log10 cells",
        "Brain metastases are not simulated",
        "made on 2026-11-29",
        advice["knowledge_hash"],
    ):
        assert words in start, words
    assert start.count("Research use only") >= 2


def test_without_a_search_the_front_says_how_to_get_one(advice: dict[str, Any]) -> None:
    advice["options"] = advice["options"][:2]
    assert "Not searched for this report" in advice_html(advice)
    assert front(advice)["combined"] is None


def test_evidence_and_simulation_stand_side_by_side(advice: dict[str, Any]) -> None:
    item = {"id": "x:1", "claim": "a claim", "level_here": "A2", "status": "verified", "source": "S 2020"}
    advice["options"][1] |= {
        "evidence_for": [item, {**item, "id": "x:2", "claim": "another"}],
        "evidence_against": [{**item, "id": "x:3"}],
        "evidence_level": "B",
        "conflict": 0.4,
    }
    row = front(advice)["rows"][1]
    assert (row["in_favour"], row["against"], row["level"], row["conflict"]) == (2, 1, "B", "0.40")
    assert row["cells"][0]["median"] == "47"
    assert "score" not in {key for key in row if key != "option"}


def test_a_caution_of_many_is_said_once(advice: dict[str, Any]) -> None:
    found = front(advice)
    shared = [item["text"] for item in found["shared"]]
    assert all(row["own_caution"] not in shared for row in found["rows"])


def test_what_is_not_measured_is_no_part_of_the_case(advice: dict[str, Any]) -> None:
    assert "PTEN" not in case_line(advice)


def test_the_front_is_two_printed_pages_and_nothing_leaves_the_paper(
    advice: dict[str, Any], paper: Any
) -> None:
    advice["options"] = advice["options"][:6]
    for option in advice["options"][2:]:
        option.update(course=None, readouts=None)
    laid = document(advice_html(refuse(advice), combined=COMBINED, paper=True))
    where: dict[str, set[int]] = {}
    for number, page in enumerate(laid.pages, start=1):
        for box in page._page_box.descendants():
            element = getattr(box, "element", None)
            name = element.get("id") if element is not None else None
            if name in ("front-1", "front-2", "in-full"):
                where.setdefault(name, set()).add(number)
            if getattr(box, "text", "").strip():
                assert box.position_x >= 0, box.text
                assert box.position_x + box.width <= page.width, box.text
                assert box.position_y + box.height <= page.height, box.text
    assert (where["front-1"], where["front-2"], min(where["in-full"])) == ({1}, {2}, 3)


def test_an_id_does_nothing_on_the_screen(advice: dict[str, Any]) -> None:
    advice["case"]["id"], advice["options"] = EVIL, advice["options"][:1]
    page = advice_html(advice)
    assert "<img" not in page
    assert "&lt;img src=file:///etc/passwd&gt;" in page


def test_an_id_does_nothing_on_paper(
    advice: dict[str, Any], paper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    advice["case"]["id"], advice["options"] = EVIL, advice["options"][:1]
    asked: list[str] = []
    original = serve_only

    def listening(pictures: Any) -> Any:
        fetcher = original(pictures)
        fetch = fetcher.fetch

        def heard(url: str, headers: Any = None) -> Any:
            asked.append(url)
            return fetch(url, headers)

        fetcher.fetch = heard
        return fetcher

    monkeypatch.setattr("erbium.report.pdf.serve_only", listening)
    page = advice_html(advice, paper=True)
    document(page)
    assert asked
    assert all(re.fullmatch(r"erbium-picture:\d+", url) for url in asked)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://localhost/", "data:text/plain,x", "a.svg"])
def test_the_writer_serves_nothing_but_its_pictures(url: str, paper: Any) -> None:
    fetcher = serve_only({"erbium-picture:0": b"<svg/>"})
    assert fetcher("erbium-picture:0").read() == b"<svg/>"
    with pytest.raises(ValueError, match="refused"):
        fetcher(url)


def test_a_page_that_asks_for_a_file_gets_none(paper: Any) -> None:
    (page,) = document(f"<p>{EVIL}</p><link rel=stylesheet href=file:///etc/hosts>").pages
    drawn = [box for box in page._page_box.descendants() if type(box).__name__.endswith("ReplacedBox")]
    assert not drawn


def test_pictures_are_handed_over_whole_and_once() -> None:
    one = '<svg class="bar" viewBox="0 0 1 1"><title>a &amp; b</title></svg>'
    page, pictures = lift_pictures(f"<p>{one}{one}<svg><title>c</title></svg></p>")
    assert page.count("<img") == 3
    assert len(pictures) == 2
    assert 'class="bar"' in page
    assert 'alt="a &amp; b"' in page
