"""The signed graph says what the pathway drawings say."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from erbium.formats.graph import network_graph, to_cx2, to_graphml, to_json
from erbium.model.build import build_network
from tests.networks import receptor_network


@pytest.fixture(scope="module")
def graph() -> Any:
    return network_graph(build_network(1))


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        ("c1.AKT", "c1.AKT_activity", "activation"),
        ("c1.AKT_activity", "c1.FOXO", "inhibition"),
        ("c1.AKT", "c1.TSC2", "inhibition"),
        ("c1.TSC2", "c1.mTORC1", "inhibition"),
        ("c1.mTORC1", "c1.S6K", "activation"),
        ("c1.S6K", "c1.IRS1", "inhibition"),
        ("c1.FOXO", "c1.HER3_mRNA", "activation"),
        ("c1.RAS", "c1.RAF", "activation"),
        ("c1.MEK", "c1.ERK", "activation"),
        ("c1.DUSP", "c1.ERK", "inhibition"),
        ("c1.ERK_activity", "c1.BIM", "inhibition"),
        ("c1.CDK46_activity", "c1.RB", "inhibition"),
        ("c1.RB", "c1.E2F", "inhibition"),
        ("c1.p27_nuclear", "c1.p27_free", "activation"),
        ("c1.p27_free", "c1.CDK2_activity", "inhibition"),
        ("c1.AKT_activity", "c1.p27_nuclear", "inhibition"),
        ("c1.HER2_HER3", "c1.drive_PI3K", "activation"),
        ("c1.bound_IV", "c1.stalk_free", "inhibition"),
        ("c1.HER2", "c1.p95HER2", "conversion"),
        ("c1.HER2", "c1.HER2_HER3", "conversion"),
        ("c1.EBP1", "c1.translation", "activation"),
    ],
)
def test_known_influences(graph: Any, source: str, target: str, kind: str) -> None:
    assert graph.edges[source, target]["kind"] == kind


def test_attributes(graph: Any) -> None:
    akt = graph.nodes["c1.AKT"]
    assert akt == {
        "kind": "protein",
        "module": "pi3k_akt_mtor",
        "clone": 1,
        "label": "AKT",
        "forms": "AKT pAKT ppAKT",
    }
    assert graph.nodes["c1.HER2_HER3"]["kind"] == "complex"
    assert graph.nodes["c1.HER2_HER2"]["kind"] == "complex"
    assert graph.nodes["central_tki"]["kind"] == "drug"
    assert graph.nodes["c1.HER3_mRNA"]["kind"] == "transcript"
    assert graph.nodes["c1.mTORC1"]["kind"] == "rule"
    assert graph.edges["c1.RB", "c1.E2F"]["reactions"] == "e2f_release"
    assert all(data["module"] for _, data in graph.nodes(data=True))


def test_no_loops_and_no_stray_nodes(graph: Any) -> None:
    assert not [edge for edge in graph.edges if edge[0] == edge[1]]
    assert not [node for node in graph.nodes if graph.degree(node) == 0]


def test_what_is_silent_without_a_drug_is_marked(graph: Any) -> None:
    assert graph.edges["c1.phospho_HER2", "c1.drive_PI3K"]["sign"] == 1
    conjugate = graph.edges["c1.bound_IV", "c1.conjugate_uptake"]
    assert (conjugate["sign"], conjugate["silent_at_rest"]) == (1, True)
    assert not graph.edges["c1.AKT_activity", "c1.FOXO"]["silent_at_rest"]


def test_without_rules_influences_pass_through() -> None:
    graph = network_graph(build_network(1), rules=False)
    assert {data["kind"] for _, data in graph.nodes(data=True)} <= {
        "protein",
        "complex",
        "drug",
        "transcript",
    }
    assert graph.edges["c1.TSC2", "c1.S6K"]["kind"] == "inhibition"
    assert graph.edges["central_antibody_IV", "c1.HER2_HER3"]["kind"] == "inhibition"


def test_a_network_of_unknown_modules() -> None:
    graph = network_graph(receptor_network())
    assert graph.edges["R", "RD"]["kind"] == "conversion"
    assert graph.nodes["RD"]["kind"] == "complex"
    assert graph.edges["AKT", "mF"]["kind"] == "activation"


def test_graphml_reads_back(graph: Any) -> None:
    root = ET.fromstring(to_graphml(graph))
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert tags.count("node") == graph.number_of_nodes()
    assert tags.count("edge") == graph.number_of_edges()


def test_json_reads_back(graph: Any) -> None:
    data = json.loads(to_json(graph))
    assert data["directed"] is True
    assert len(data["nodes"]) == graph.number_of_nodes()
    assert {"source", "target", "kind", "sign"} <= data["edges"][0].keys()


def test_cx2_has_its_parts(graph: Any) -> None:
    parts = json.loads(to_cx2(graph))
    assert parts[0] == {"CXVersion": "2.0", "hasFragments": False}
    assert [next(iter(part)) for part in parts[1:]] == [
        "metaData",
        "attributeDeclarations",
        "networkAttributes",
        "nodes",
        "edges",
        "status",
    ]
    by_name = {next(iter(part)): part for part in parts[1:]}
    counts = {item["name"]: item["elementCount"] for item in by_name["metaData"]["metaData"]}
    assert counts["nodes"] == len(by_name["nodes"]["nodes"]) == graph.number_of_nodes()
    edge = by_name["edges"]["edges"][0]
    assert {"id", "s", "t", "v"} == edge.keys()
    declared = by_name["attributeDeclarations"]["attributeDeclarations"][0]
    assert declared["edges"]["sign"] == {"d": "integer"}
    assert declared["edges"]["silent_at_rest"] == {"d": "boolean"}
