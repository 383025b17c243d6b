from __future__ import annotations

import itertools
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from erbium.report import pathway_svg
from erbium.report.pathway_layout import EDGES, NODES, NUCLEUS, PANEL_HEIGHT, PANEL_WIDTH
from erbium.report.pathway_marks import CLASS_OF_DRUG, NODE_OF_GENE, NODE_OF_TARGET, lesion_of
from erbium.report.svg import text_width

BEFORE = {"pHER2": 420.0, "pERK": 0.3, "pAKT_S473": 0.6, "apoptosis": 0.0, "Ki67": None, "PIP3": float("nan")}


def test_no_boxes_overlap() -> None:
    for one, other in itertools.combinations(NODES, 2):
        apart_x = abs(one.x - other.x) >= (one.width + other.width) / 2 - 0.01
        apart_y = abs(one.y - other.y) >= (one.height + other.height) / 2
        assert apart_x or apart_y, (one.id, other.id)


def test_everything_lies_in_the_panel() -> None:
    for node in NODES:
        assert node.width / 2 <= node.x <= PANEL_WIDTH - node.width / 2
        assert node.y + node.height / 2 <= PANEL_HEIGHT
    for x, y in (point for edge in EDGES for point in edge.points):
        assert 0 <= x <= PANEL_WIDTH
        assert 0 <= y <= PANEL_HEIGHT
    x, y, width, height = NUCLEUS
    assert x + width <= PANEL_WIDTH
    assert y + height <= PANEL_HEIGHT


def test_labels_fit_their_boxes() -> None:
    for node in NODES:
        assert text_width(node.label, 11.0) <= node.width, node.id


def test_edges_end_at_boxes() -> None:
    # An arrow that ends in the open is a slip of the layout; "none" ends join another line.
    for edge in EDGES:
        if edge.end == "none":
            continue
        for x, y in (edge.points[0], edge.points[-1]):
            gaps = [max(abs(x - n.x) - n.width / 2, abs(y - n.y) - n.height / 2) for n in NODES]
            assert min(gaps) <= 5.0, edge.points


def test_genes_have_places() -> None:
    assert {*NODE_OF_GENE.values(), *NODE_OF_TARGET.values()} <= {node.id for node in NODES}


@pytest.mark.parametrize(
    ("item", "node", "kind"),
    [
        ("PIK3CA H1047R", "p110a", "mutated"),
        ("PTEN loss", "PTEN", "lost"),
        ({"id": "rb1_loss", "name": "RB1 loss", "present": "sampled"}, "RB", "lost"),
        ({"id": "ccnd1_amplification", "name": "CCND1 amplification"}, "CCND1", "amplified"),
        ({"id": "p95_her2", "name": "p95HER2, high ratio"}, "p95HER2", "amplified"),
        ({"id": "her2_l755s", "name": "HER2 L755S"}, "HER2", "mutated"),
    ],
)
def test_lesions_find_their_protein(item: object, node: str, kind: str) -> None:
    lesion = lesion_of(item)
    assert lesion is not None
    assert (lesion.node, lesion.kind) == (node, kind)


@pytest.mark.parametrize(
    "item",
    [{"id": "pten_loss", "name": "PTEN loss", "present": "absent"}, "FCGR3A F/F", "BRCA1 loss", "HER2-low"],
)
def test_what_has_no_mark(item: object) -> None:
    assert lesion_of(item) is None


def test_one_panel_or_two() -> None:
    one, two = (
        pathway_svg(BEFORE),
        pathway_svg(BEFORE, {**BEFORE, "pERK": 0.6}, ["PIK3CA H1047R"], ["alpelisib"]),
    )
    for drawn in (one, two):
        ET.fromstring(drawn)
        assert "nan" not in drawn
    assert "On treatment" in two
    assert "On treatment" not in one
    assert "×2.00" in two
    assert "alpelisib" in two


@pytest.mark.parametrize("drug", sorted(CLASS_OF_DRUG))
def test_every_drug_stands_inside(drug: str) -> None:
    _stands_inside(drug)


@pytest.mark.parametrize("target", sorted(NODE_OF_TARGET))
def test_a_pathway_inhibitor_stands_at_its_target(target: str) -> None:
    _stands_inside({"id": "x", "name": "pembrolizumab", "class": "pathway_inhibitor", "targets": [target]})


def _stands_inside(drug: object) -> None:
    bare, drawn = pathway_svg(BEFORE, BEFORE), pathway_svg(BEFORE, BEFORE, (), [drug])
    assert len(drawn) > len(bare)
    for left, width in re.findall(r'<rect x="(-?[\d.]+)" y="[^"]*" width="([\d.]+)"', drawn):
        assert float(left) >= 0
        assert float(left) + float(width) <= 2 * PANEL_WIDTH + 40


def test_texts_are_escaped(advice: dict[str, Any]) -> None:
    drawn = pathway_svg(
        BEFORE, BEFORE, ["PTEN loss <b>"], [{"id": "x", "name": "<i>", "class": "tki"}], "<b>"
    )
    assert "<b>" not in drawn
    assert "<i>" not in drawn


def test_rare_sampled_lesions_have_no_mark() -> None:
    item = {"id": "pten_loss", "name": "PTEN loss", "present": "sampled"}
    assert lesion_of({**item, "fraction": 0.02}) is None
    assert lesion_of({**item, "fraction": 0.3}) is not None


def test_many_lesions_go_on_in_a_new_row() -> None:
    many = [{"id": "pik3ca", "name": f"PIK3CA variant number {place}"} for place in range(12)]
    few = pathway_svg(BEFORE, BEFORE, many[:1])
    assert float(re.search(r'viewBox="0 0 \S+ (\S+)"', pathway_svg(BEFORE, BEFORE, many))[1]) > float(  # type: ignore[index]
        re.search(r'viewBox="0 0 \S+ (\S+)"', few)[1]  # type: ignore[index]
    )
