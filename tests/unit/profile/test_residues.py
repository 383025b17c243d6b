"""A variant must fit its protein; where it does not, the nearest that would is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from erbium.core.errors import DataError
from erbium.knowledge import genes
from erbium.profile.residues import check_variant


def refused(symbol: str, protein: str) -> DataError:
    with pytest.raises(DataError) as caught:
        check_variant(symbol, protein)
    return caught.value


def test_transposed_digits_name_the_lysine() -> None:
    error = refused("ERBB2", "p.K735E")
    assert "residue 735 of ERBB2 is Tyr (Y), not Lys (K)" in error.message
    assert error.nearest == "p.K753E"


def test_transposed_digits_where_the_residue_is_not_listed() -> None:
    error = refused("EGFR", "p.L885R")
    assert "885 is not a listed residue of EGFR" in error.message
    assert error.nearest == "p.L858R"


def test_a_variant_of_another_gene() -> None:
    error = refused("ERBB2", "p.H1047R")
    assert "a hotspot of PIK3CA" in error.message
    assert error.nearest == "PIK3CA p.H1047R"


def test_a_shared_hotspot_is_accepted_with_its_transcript() -> None:
    assert check_variant("ERBB2", "p.H1047R", "NM_004448.3").residue == "fits"
    assert check_variant("HRAS", "p.G12D").residue == "fits"


def test_one_digit_off() -> None:
    assert refused("ERBB2", "p.L754S").nearest == "p.L755S"


def test_beyond_the_end() -> None:
    error = refused("ERBB2", "p.L1300S")
    assert "ERBB2 has 1255 residues, none 1300" in error.message
    assert error.expected == "a position from 1 to 1255"


def test_beyond_the_end_where_digits_were_swapped() -> None:
    assert refused("AKT1", "p.E71K").nearest == "p.E17K"


def test_a_stop_in_the_wrong_place() -> None:
    assert refused("ERBB2", "p.*1255Sext*10").expected == "p.*1256"


def test_a_range_is_checked_at_both_ends() -> None:
    assert "residue 758" in refused("ERBB2", "p.L755_T758del").message


@pytest.mark.parametrize(
    ("symbol", "protein"),
    [
        ("ERBB2", "p.L755S"),
        ("ERBB2", "p.K753E"),
        ("ERBB2", "p.S310F"),
        ("ERBB2", "p.V777L"),
        ("ERBB2", "p.L869R"),
        ("HER2", "p.T798I"),
        ("PIK3CA", "p.H1047R"),
        ("PIK3CA", "p.K111N"),
        ("PIK3CA", "p.E545K"),
        ("PTEN", "p.R130*"),
        ("AKT1", "p.E17K"),
        ("ESR1", "p.D538G"),
        ("KRAS", "p.G12D"),
        ("TP53", "p.R175H"),
        ("CCND1", "p.T286I"),
        ("ERBB3", "p.V104M"),
        ("EGFR", "p.L858R"),
    ],
)
def test_known_variants_fit(symbol: str, protein: str) -> None:
    assert check_variant(symbol, protein).residue == "fits"


def test_an_unknown_gene_is_kept() -> None:
    checked = check_variant("TTN", "p.A5V")
    assert checked.residue == "not checked"
    assert checked.name == "TTN p.A5V"


def test_an_unlisted_residue_is_kept_and_said() -> None:
    assert check_variant("EGFR", "p.K860R").why == "residue not in the reference table"


def test_another_transcript_is_not_checked() -> None:
    assert check_variant("ERBB2", "p.K735E", "ENST00000584601").why == "numbered on ENST00000584601"
    assert check_variant("ERBB2", "p.L755S", "ENST00000269571.5").residue == "fits"


def test_every_gene_file_is_consistent() -> None:
    table = genes.all_genes()
    assert len(table) >= 25
    for symbol, gene in table.items():
        assert symbol == gene.symbol
        assert gene.source
        for position, _ in gene.residues:
            assert gene.length is None or position <= gene.length
        for hotspot in gene.hotspots:
            assert gene.residue(hotspot.position) == hotspot.reference


def test_residues_agree_with_a_public_maf(shared_data: Path) -> None:
    lines = (shared_data / "patients_msk2018" / "data_mutations.txt").read_text(encoding="utf-8").splitlines()
    header = lines[0].split("\t")
    gene_at, protein_at, transcript_at = (
        header.index(name) for name in ("Hugo_Symbol", "HGVSp_Short", "Transcript_ID")
    )
    compared = 0
    for line in lines[1:]:
        fields = line.split("\t")
        gene = genes.gene(fields[gene_at])
        match = re.match(r"p\.([A-Z])(\d+)", fields[protein_at])
        if gene and match and match[1] != "X" and fields[transcript_at] in gene.transcripts:
            actual = gene.residue(int(match[2]))
            compared += actual is not None
            assert actual in (None, match[1]), fields[protein_at]
    assert compared > 300
