"""What a profile says, and what it does not."""

from __future__ import annotations

import json
from typing import Any

from erbium.profile import Explanation, explain, profile_from

ALL = ("p95HER2", "PTEN protein", "PIK3CA", "FCGR3A", "HER2 heterogeneity", "CCND1", "RB1", "ESR1", "PD-L1")


def explained(**blocks: Any) -> Explanation:
    return explain(profile_from({"meta": {"id": "case-1"}, **blocks}))


def test_nothing_tested() -> None:
    assert explained().not_tested == ALL


def test_each_test_leaves_the_list() -> None:
    found = explained(
        her2={"p95_ratio": 0.4, "heterogeneity_percent": 0},
        protein={"pten": "lost", "rb": "normal", "cyclin_d1": "high"},
        person={"fcgr3a": "F/F"},
        immune={"pdl1": {"value": 0, "assay": "22C3"}},
        variants=[{"gene": "PIK3CA", "protein": "p.H1047R"}],
        sequencing={"genes": ["ESR1"]},
    )
    assert found.not_tested == ()


def test_not_tested_and_unknown_are_told_apart() -> None:
    missing = {test.marker: test.status for test in explained(protein={"pten": "not_tested"}).missing}
    assert missing["PTEN protein"] == "not_tested"
    assert missing["FCGR3A"] == "unknown"


def test_a_sequenced_gene_without_a_variant_is_wild_type() -> None:
    profile = profile_from({"meta": {"id": "case-1"}, "sequencing": {"genes": ["PIK3CA"]}})
    assert profile.gene_state("PIK3CA") == "wild type"
    assert profile.gene_state("ESR1") == "not tested"


def test_genes_without_a_place_are_listed() -> None:
    found = explained(
        variants=[{"gene": "TTN", "protein": "p.A5V"}, {"gene": "ERBB2", "protein": "p.L755S"}],
        copy_number=[{"gene": "MYCN", "call": 2}, {"gene": "CCND1", "call": 2}, {"gene": "FGF3", "call": 0}],
    )
    assert found.not_modelled == ("MYCN", "TTN")


def test_amplification_is_said_to_be_inferred() -> None:
    found = explained(copy_number=[{"gene": "ERBB2", "call": 2, "status": "inferred"}])
    assert found.her2.status == "unknown"
    assert found.inferred == ("ERBB2 amplified",)


def test_text_and_json() -> None:
    found = explained(
        her2={"ihc": "3+", "status": "negative"},
        disease={"setting": "metastatic", "line": 2, "sites": ["liver"]},
        variants=[{"gene": "PIK3CA", "protein": "p.His1047Arg", "vaf": 0.31}],
        receptors={"ki67": 40},
    )
    text = found.text()
    for part in (
        "HER2: positive (HER2-positive)",
        "line 2",
        "PIK3CA p.H1047R (VAF 0.31)",
        "Ki-67 40 %",
        "Disagreement",
    ):
        assert part in text
    assert json.loads(json.dumps(found.json()))["her2_status"]["label"] == "HER2-positive"
