"""Tables: wide and long, column maps, several patients; the same from CSV and from XLSX."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from erbium.core.errors import DataError
from erbium.formats.patient import import_profiles
from erbium.profile import as_data


def check_three_patients(file: Path) -> None:
    found = {entry.profile.id: entry for entry in import_profiles(file).imported}
    assert set(found) == {"case-11", "case-12", "case-13"}
    first = found["case-11"].profile
    assert first.her2.ihc.value == "2+"
    assert first.her2_history[0].ihc.value == "3+"
    assert first.receptors.pr_percent.value == 40
    assert first.receptors.pr_percent.specimen == "core-1"
    second = found["case-12"].profile
    assert second.receptors.er_percent.value == 0.5
    assert second.receptors.ki67.status == "inferred"
    assert second.protein.pten.status == "not_tested"
    assert second.immune.pdl1.assay == "22C3"
    columns = found["case-11"].draft.columns
    assert columns["HER2/CEP17 ratio"] == "her2.ish_ratio"
    assert columns["CD20"] == "not read"
    assert "not carried over" in columns["Name"]
    assert not any(entry.draft.errors for entry in found.values())


def test_wide(examples: Path) -> None:
    check_three_patients(examples / "ihc_wide.csv")


def test_workbook(examples: Path) -> None:
    pytest.importorskip("openpyxl")
    check_three_patients(examples / "ihc_wide.xlsx")


def test_long(examples: Path) -> None:
    (imported,) = import_profiles(examples / "ihc_long.tsv").imported
    profile = imported.profile
    assert profile.her2.ihc.assay == "4B5"
    assert profile.receptors.er.value == "negative"
    assert profile.receptors.pr.status == "not_tested"
    assert profile.immune.pdl1.value == 5
    assert profile.her2.p95.value == 180
    assert [entry.what for entry in imported.draft.unmapped] == ["GATA3"]


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value", "status"),
    [
        ("ER %", "30-50", "receptors.er_percent", 40, "inferred"),
        ("ER", "positive (80%)", "receptors.er_percent", 80, "measured"),
        ("ER", "neg", "receptors.er", "negative", "measured"),
        ("HER2 IHC", "++", "her2.ihc", "2+", "measured"),
        ("HER2 IHC", "1-2+", "her2.ihc", "1+", "inferred"),
        ("HER2 IHC", "2", "her2.ihc", "2+", "measured"),
        ("HER2 FISH", "not amplified", "her2.ish", "negative", "measured"),
        ("HER2 status", "HER2-low", "her2.status", "negative", ""),
        ("HER2 status", "1+", "her2.ihc", "1+", "measured"),
        ("HER2 status", "IHC 0", "her2.ihc", "0", "measured"),
        ("HER2", "score 2", "her2.ihc", "2+", "measured"),
        ("ER", "1 %", "receptors.er_percent", 1, "measured"),
        ("ER", "90", "receptors.er_percent", 90, "measured"),
        ("ER %", "1", "receptors.er_percent", 1, "measured"),
        ("Ki67", "12,5", "receptors.ki67", 12.5, "measured"),
        ("Ki67", "12,5 %", "receptors.ki67", 12.5, "measured"),
        ("Ki67", "0,125", "receptors.ki67", 0.125, "measured"),
        ("PTEN", "loss", "protein.pten", "lost", "measured"),
        ("albumin (g/dL)", "4.1", "person.albumin_g_L", 41, "measured"),
    ],
)
def test_spellings(read: Any, heading: str, cell: str, field: str, value: Any, status: str) -> None:
    imported = read(f'case;{heading};MUC4\ncase-1;"{cell}";high\n', "x.csv")
    assert not imported.draft.errors
    block, name = field.split(".")
    found = getattr(getattr(imported.profile, block), name)
    if status:
        assert found.value == pytest.approx(value) if isinstance(value, float) else found.value == value
        assert found.status == status
    else:
        assert found == value


@pytest.mark.parametrize(
    ("heading", "cell", "expected"),
    [
        ("HER2 IHC", "30%", "0, 0[+], 1[+], 2[+], 3[+]"),
        ("HER2 IHC", "4+", "IHC score"),
        ("ER %", "strong", "a number"),
        ("HER2 FISH", "positiv", "positive"),
        ("albumin", "4.1", "unit"),
        ("PD-L1", "5", "assay"),
        ("PTEN", "purple", "lost, low"),
        ("HER2 status", "1", "HER2 status.*1/0 code.*IHC 1"),
        ("HER2 status", "0", "HER2 status.*1/0 code.*IHC 1"),
        ("ER", "1", "ER.*without %.*1 %"),
        ("PR status", "0", "PR status.*without %"),
        ("ER", "8", "without %.*score"),
        ("serum HER2", '"1,500"', "comma.*1500.*1[.]5"),
        ("serum HER2", '"1,500 ng/mL"', "comma.*1500.*1[.]5"),
    ],
)
def test_results_that_cannot_be_read(read: Any, heading: str, cell: str, expected: str) -> None:
    import re

    imported = read(f"case,{heading},MUC4\ncase-1,{cell},high\n", "x.csv")
    (error,) = imported.draft.errors
    assert re.search(expected, str(error))
    assert error.key
    assert error.key.startswith("row 2")
    assert imported.profile.protein.muc4.value == "high"


def test_a_column_map(read: Any, tmp_path: Path) -> None:
    own = tmp_path / "columns.toml"
    own.write_text('"Proliferation" = "receptors.ki67"\n"Pat" = "patient"\n', encoding="utf-8")
    imported = read("Pat,Proliferation\ncase-5,33\n", "x.csv", columns=own)
    assert imported.profile.id == "case-5"
    assert imported.profile.receptors.ki67.value == 33
    own.write_text('"Proliferation" = "receptors.ki76"\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"receptors\.ki67"):
        read("Pat,Proliferation\ncase-5,33\n", "x.csv", columns=own)


def test_variants_in_a_table(read: Any) -> None:
    imported = read(
        "case,gene,variant,VAF %\ncase-1,PIK3CA,H1047R,31\ncase-1,TP53,wild type,\ncase-1,ESR1,not tested,\n",
        "x.csv",
    )
    profile = imported.profile
    assert profile.variants[0].vaf == pytest.approx(0.31)
    assert [profile.gene_state(gene) for gene in ("TP53", "ESR1")] == ["wild type", "not tested"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one column\n3\n", "one field"),
        ("a,b\n1,2\n", "no column is known"),
        ("HER2 IHC,ER %\n", "no row"),
        ("ER,ER\n1,2\n", "twice"),
        ("HER2 IHC,ER %\n3+\0,2\n", "text table"),
        ("case,ER %\n" + "a,1\n" * 2500, "more than 2000 rows"),
    ],
)
def test_malformed(read: Any, text: str, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        read(text, "x.csv")


def test_maf(examples: Path) -> None:
    found = import_profiles(examples / "variants.maf").imported
    assert [entry.profile.id for entry in found] == ["case-31", "case-32"]
    (one,) = import_profiles(examples / "variants.maf", sample="case-32").imported
    assert as_data(one.profile)["variants"][0]["protein"] == "p.L755S"


def test_a_maf_of_too_many_samples_is_refused_and_not_cut(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("erbium.formats.patient.maf.MAX_SAMPLES", 1)
    with pytest.raises(DataError, match="more than 1 patients"):
        import_profiles(examples / "variants.maf")
