"""VCF: only annotated files, one sample, passing records, the transcript of the reference."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from erbium.core.errors import DataError
from erbium.formats.patient import import_profiles


def test_the_sample_must_be_named(examples: Path) -> None:
    with pytest.raises(DataError, match=r"2 samples.*1 \(TUMOUR\), 2 \(NORMAL\)"):
        import_profiles(examples / "tumour_normal_vep.vcf")


@pytest.mark.parametrize("packed", [False, True])
def test_vep(examples: Path, read: Any, packed: bool) -> None:
    text = (examples / "tumour_normal_vep.vcf").read_bytes()
    imported = read(gzip.compress(text) if packed else text, "x.vcf", sample="TUMOUR")
    found = {variant.gene: variant for variant in imported.profile.variants}
    assert set(found) == {"PIK3CA", "ERBB2", "PTEN"}, "TP53 did not pass, BRCA2 is of the normal sample"
    assert found["ERBB2"].protein == "p.Leu755Ser", "the reference transcript counts, not the first"
    assert found["ERBB2"].vaf == 0.2
    assert found["PTEN"].effect == "loss"
    assert imported.profile.gene_state("TP53") == "not tested"
    assert not imported.draft.errors


def test_germline_of_the_normal_sample(examples: Path) -> None:
    (imported,) = import_profiles(examples / "tumour_normal_vep.vcf", sample="NORMAL").imported
    (variant,) = imported.profile.variants
    assert (variant.gene, variant.maf_class, variant.effect) == ("BRCA2", "Frame_Shift_Del", "loss")


def test_snpeff(examples: Path) -> None:
    (imported,) = import_profiles(examples / "plasma_snpeff.vcf").imported
    assert [(v.gene, v.protein, v.vaf) for v in imported.profile.variants] == [
        ("ESR1", "p.Asp538Gly", 0.034),
        ("ERBB2", "p.Val842Ile", 0.011),
    ]


def test_unannotated_says_what_to_run(examples: Path, read: Any) -> None:
    lines = (examples / "plasma_snpeff.vcf").read_text(encoding="utf-8").splitlines(keepends=True)
    with pytest.raises(DataError, match=r"not annotated.*vep .*snpEff ann"):
        read("".join(line for line in lines if "ID=ANN" not in line), "x.vcf")


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda text: text.replace("#CHROM", "CHROM"), "column line"),
        (lambda text: text.split("#CHROM")[0], "ends in its header"),
        (lambda text: text.replace("PASS\t", "PASS "), "no record|nothing"),
        (lambda text: "x" + text, "no column is known|not a VCF|one field"),
    ],
)
def test_malformed(examples: Path, read: Any, spoil: Any, expected: str) -> None:
    text = (examples / "tumour_normal_vep.vcf").read_text(encoding="utf-8")
    header, records = text.split("#CHROM")
    short = header + "#CHROM" + "\n".join(records.splitlines()[:2]) + "\n"
    with pytest.raises(DataError, match=expected):
        read(
            spoil(short),
            "x.vcf",
            sample="TUMOUR",
            form="vcf" if expected != "no column is known|not a VCF|one field" else "auto",
        )


def test_many_alleles_and_symbols_end_soon(examples: Path, read: Any) -> None:
    text = (examples / "plasma_snpeff.vcf").read_text(encoding="utf-8")
    alleles = ",".join(["A"] * 50_000)
    many = f"chr1\t5\t.\tG\t{alleles}\t.\tPASS\tANN=A|missense_variant\tGT:AF\t0/1:0.1\n"
    extra = many + "chr1\t6\t.\tG\t<DUP>\t.\tPASS\tANN=x\tGT:AF\t0/1:1\n"
    imported = read(text + extra, "x.vcf")
    assert any("2 records" in entry.what for entry in imported.draft.unmapped)


def test_a_sample_that_may_name_a_person_is_listed_by_position(examples: Path, read: Any) -> None:
    text = (examples / "tumour_normal_vep.vcf").read_text(encoding="utf-8")
    named = text.replace("TUMOUR", "Jane_Doe_19610304_T")
    for sample in (None, "Jane_Doe_19610304", "7"):
        with pytest.raises(DataError, match=r"1 \(its name may be a person's\), 2 \(NORMAL\)") as caught:
            read(named, "x.vcf", sample=sample)
        assert "Jane" not in str(caught.value)
    assert {variant.gene for variant in read(named, "x.vcf", sample="1").profile.variants} >= {"ERBB2"}
