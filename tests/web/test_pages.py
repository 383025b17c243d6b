from __future__ import annotations

import tomllib

import pytest

pytest.importorskip("dash")

from dash import dcc, html

from erbium.knowledge.cases import case_files
from erbium.web.case import example_text
from erbium.web.pages import fields
from erbium.web.pages.network_picture import START, elements
from erbium.web.pages.still import markup, still


def place(key: str) -> int:
    return next(i for i, one in enumerate(fields.FIELDS) if one.key == key)


def test_texts_are_escaped() -> None:
    found = markup(html.P(['<script>alert("x")</script>', html.B("&")], className='a" onclick="b'))
    assert found == (
        '<p class="a&#34; onclick=&#34;b">&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;<b>&amp;</b></p>'
    )
    assert "<b>" in getattr(still(html.B("x")), "data-html")
    with pytest.raises(TypeError, match="cannot stand still"):
        markup(dcc.Link("x", href="/"))
    with pytest.raises(TypeError, match="n_clicks"):
        markup(html.Button("x", n_clicks=1))


@pytest.mark.parametrize("name", sorted(case_files()))
def test_fields_read_every_example_and_leave_it_alone(name: str) -> None:
    text = example_text(name)
    for i, value in enumerate(fields.read(text)):
        assert fields.write(text, i, value) == text


def test_a_changed_field_changes_that_key_and_keeps_the_comments() -> None:
    text = example_text("her2_positive_pik3ca")
    changed = fields.write(text, place("her2.ihc"), "1+")
    assert tomllib.loads(changed)["her2"]["ihc"] == "1+"
    assert changed.startswith(text.splitlines()[0])
    assert len(changed.splitlines()) == len(text.splitlines())
    untested = fields.write(text, place("her2.ihc"), None)
    assert tomllib.loads(untested)["her2"]["ihc"] == "not_tested"
    assert "line" not in tomllib.loads(fields.write(text, place("disease.line"), None))["disease"]
    assert fields.write("not = [toml", place("her2.ihc"), "1+") == "not = [toml"
    assert tomllib.loads(fields.write("", place("her2.copies"), 3.0)) == {"her2": {"copies": 3.0}}


def test_the_picture_holds_the_pathways_asked_for() -> None:
    drawn = elements(START)
    nodes = {one["data"]["id"] for one in drawn if "source" not in one["data"]}
    edges = [one["data"] for one in drawn if "source" in one["data"]]
    assert {"c1.HER2", "c1.AKT", "c1.ERK"} <= nodes
    assert edges
    assert all(edge["source"] in nodes and edge["target"] in nodes for edge in edges)
    assert elements(()) == []
