"""cBioPortal folders: good samples are read, bad ones named, broken files are one error."""

from __future__ import annotations

from pathlib import Path

import pytest

from erbium.core.errors import DataError
from erbium.profile import Profile, explain, her2_status, read_cbioportal

MAF = (
    "Hugo_Symbol\tNCBI_Build\tVariant_Classification\tTumor_Sample_Barcode\tHGVSp_Short\tt_ref_count\tt_alt_count\t"
    "Mutation_Status\n"
    "PIK3CA\tGRCh37\tMissense_Mutation\tS-1\tp.H1047R\t70\t30\tSOMATIC\n"
    "PTEN\tGRCh37\tNonsense_Mutation\tS-1\tp.R130*\t50\t50\tGERMLINE\n"
    "TTN\tGRCh37\tMissense_Mutation\tS-1\tp.A5V\t\t\t\n"
    "TP53\tGRCh37\tSilent\tS-1\tp.R175=\t1\t1\t\n"
    "NF1\tGRCh37\tSplice_Site\tS-2\tp.X125_splice\t1\t1\t\n"
)
CNA = "Hugo_Symbol\tEntrez_Gene_Id\tS-1\tS-2\nERBB2\t2064\t2\t0\nRB1\t5925\t-2\tNA\nESR1\t2099\t0\t0\n"
SAMPLES = (
    "PATIENT_ID\tSAMPLE_ID\tSAMPLE_TYPE\tSAMPLE_SITE\tHER2_IHC_SCORE\tHER2_FISH\tHER2_FISH_RATIO\tOVERALL_HER2_STATUS\t"
    "ER_STATUS\tODD\n"
    "P-1\tS-1\tMetastasis\tLiver\t2+\tPositive\t4.5\tPositive\tPositive\tblue\n"
    "P-1\tS-2\tPrimary\tTreatment Naive Primary\t0+\tNot Applicable\tNot Applicable\tNegative\tUnk/ND\t\n"
)
PATIENTS = "#Patient\tSex\n#id\tsex\n#STRING\tSTRING\n#1\t1\nPATIENT_ID\tSEX\nP-1\tFemale\n"


def study(folder: Path, **files: str) -> Path:
    texts = {"mutations": MAF, "cna": CNA, "clinical_sample": SAMPLES, "clinical_patient": PATIENTS, **files}
    for name, text in texts.items():
        (folder / f"data_{name}.txt").write_text(text, encoding="utf-8")
    return folder


def read(folder: Path) -> dict[str, Profile | DataError]:
    return dict(read_cbioportal(folder))


def good(found: Profile | DataError) -> Profile:
    assert isinstance(found, Profile), found
    return found


def bad(found: Profile | DataError) -> DataError:
    assert isinstance(found, DataError)
    return found


def test_a_study(tmp_path: Path) -> None:
    found = read(study(tmp_path))
    assert list(found) == ["S-1", "S-2"]
    first, second = good(found["S-1"]), good(found["S-2"])
    assert first.disease.setting == "metastatic"
    assert first.disease.sites == ("liver",)
    assert first.person.sex.value == "female"
    assert her2_status(first.her2).status == "positive"
    assert [(v.gene, v.vaf, v.effect) for v in first.variants] == [
        ("PIK3CA", 0.3, None),
        ("PTEN", 0.5, "loss"),
        ("TTN", None, None),
    ]
    assert first.variants[1].origin == "germline"
    assert first.extras["skipped_variants"] == {"Silent": 1}
    assert first.extras["clinical"]["ODD"] == "blue"
    assert explain(first).not_modelled == ("TTN",)
    assert (second.her2.ihc.value, second.her2.ish.status) == ("0", "not_tested")
    assert second.receptors.er.status == "unknown"
    assert second.variants[0].effect == "loss"
    assert second.disease.setting == "neoadjuvant"


def test_copy_number_gives_inferred_amplification_only(tmp_path: Path) -> None:
    samples = SAMPLES.replace("\t2+\tPositive\t4.5\tPositive\t", "\t\t\t\t\t")
    first = good(read(study(tmp_path, clinical_sample=samples))["S-1"])
    erbb2 = first.copy_number_of("ERBB2")
    assert erbb2 is not None
    assert (erbb2.call, erbb2.status, erbb2.amplified) == (2, "inferred", True)
    assert explain(first).her2.status == "unknown"


def test_what_was_not_called_is_not_tested(tmp_path: Path) -> None:
    found = read(study(tmp_path))
    assert good(found["S-1"]).gene_state("ESR1") == "wild type"
    assert good(found["S-1"]).gene_state("CCND1") == "not tested"
    assert "RB1" not in good(found["S-2"]).sequencing.copy_number_genes


def test_long_copy_number(tmp_path: Path) -> None:
    text = "Hugo_Symbol\tSample_Id\tValue\nERBB2\tS-1\t2\nRB1\tS-1\t0\nERBB2\tS-2\t9\n"
    found = read(study(tmp_path, cna=text))
    assert good(found["S-1"]).sequencing.copy_number_genes == ("ERBB2", "RB1")
    assert bad(found["S-2"]).key == "line 4, Value"


def test_header_comments_may_be_there(tmp_path: Path) -> None:
    assert good(read(study(tmp_path, mutations="#version 2.4\n" + MAF))["S-1"]).variants


def test_a_folder_without_clinical_files(tmp_path: Path) -> None:
    (tmp_path / "data_mutations.txt").write_text(MAF, encoding="utf-8")
    found = read(tmp_path)
    assert her2_status(good(found["S-1"]).her2).status == "unknown"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "the MAF is empty"),
        ("\n\n", "the MAF is empty"),
        (MAF.splitlines()[0] + "\n", "a header and no row"),
        ("#only a comment\n", "no header"),
        ("nonsense\nmore nonsense\n", "the MAF is broken"),
        (MAF.replace("HGVSp_Short", "Protein"), 'no column "HGVSp_Short"'),
        (MAF.replace("Tumor_Sample_Barcode", "Tumor_Sample_Barcod"), 'no column "Tumor_Sample_Barcode"'),
        (MAF.splitlines()[0] + "\nx\ty\n", "no row has the 8 columns"),
    ],
)
def test_an_empty_or_broken_maf_is_one_error(tmp_path: Path, text: str, part: str) -> None:
    folder = study(tmp_path, mutations=text)
    with pytest.raises(DataError, match=part) as caught:
        read_cbioportal(folder)
    assert caught.value.file == str(folder / "data_mutations.txt")


def test_a_maf_that_is_not_text(tmp_path: Path) -> None:
    study(tmp_path)
    (tmp_path / "data_mutations.txt").write_bytes(b"\x1f\x8b\x08\xff\xfe")
    with pytest.raises(DataError, match="not text"):
        read_cbioportal(tmp_path)


def test_folders_that_are_no_study(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        read_cbioportal(tmp_path / "no")
    with pytest.raises(DataError, match="no mutation and no copy-number file"):
        read_cbioportal(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "key", "part"),
    [
        ("p.H1047R", "p.Q1047R", "line 2, HGVSp_Short", "residue 1047"),
        ("p.H1047R", "rubbish", "line 2, HGVSp_Short", "not a protein change"),
        ("\t70\t30", "\tmany\t30", "line 2, t_ref_count", "not a read count"),
        ("\t70\t30", "\t70\t-3", "line 2, t_alt_count", "-3 reads"),
        (
            "Missense_Mutation\tS-1\tp.H1047R",
            "Missence_Mutation\tS-1\tp.H1047R",
            "line 2, Variant_Classification",
            "class",
        ),
        ("\t70\t30\tSOMATIC", "\t70\t30", "line 2", "7 fields in a table of 8 columns"),
    ],
)
def test_a_bad_row_spoils_its_sample_only(
    tmp_path: Path, before: str, after: str, key: str, part: str
) -> None:
    found = read(study(tmp_path, mutations=MAF.replace(before, after)))
    error = bad(found["S-1"])
    assert (error.key, part in error.message) == (key, True)
    good(found["S-2"])


def test_a_row_without_a_sample_is_listed(tmp_path: Path) -> None:
    found = read(
        study(tmp_path, mutations=MAF.replace("Missense_Mutation\tS-1\tp.A5V", "Missense_Mutation\t\tp.A5V"))
    )
    assert "no sample" in bad(found["data_mutations.txt line 4"]).message
    good(found["S-1"])


def test_text_of_a_gene_without_a_table_is_kept_unread(tmp_path: Path) -> None:
    first = good(read(study(tmp_path, mutations=MAF.replace("p.A5V", "-211fs")))["S-1"])
    assert first.variants[2].gene == "TTN"
    assert "-211fs not read" in str(first.variants[2].source)


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("\t4.5\t", "\tabc\t", "not a number"),
        ("\t2+\t", "\t4+\t", "not an IHC score"),
        ("Positive\t4.5\tPositive", "Positive\t4.5\tPostive", "not a result"),
    ],
)
def test_bad_clinical_values(tmp_path: Path, before: str, after: str, part: str) -> None:
    found = read(study(tmp_path, clinical_sample=SAMPLES.replace(before, after)))
    assert part in bad(found["S-1"]).message
    good(found["S-2"])


def test_a_sample_twice(tmp_path: Path) -> None:
    last = SAMPLES.splitlines()[-1]
    found = read(study(tmp_path, clinical_sample=SAMPLES + last + "\n"))
    assert "is there twice" in bad(found["S-2"]).message


def test_bad_copy_number(tmp_path: Path) -> None:
    found = read(study(tmp_path, cna=CNA.replace("\t-2\t", "\t7\t")))
    assert bad(found["S-1"]).key == "line 3, S-1"


def test_a_column_map(tmp_path: Path) -> None:
    study(tmp_path, clinical_sample=SAMPLES.replace("HER2_IHC_SCORE", "MY_HER2"))
    (tmp_path / "columns.toml").write_text('[her2]\nihc = ["MY_HER2"]\n', encoding="utf-8")
    found = dict(read_cbioportal(tmp_path, columns=tmp_path / "columns.toml"))
    assert good(found["S-1"]).her2.ihc.value == "2+"
    (tmp_path / "columns.toml").write_text('[her2]\nihcc = ["MY_HER2"]\n', encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_cbioportal(tmp_path, columns=tmp_path / "columns.toml")
    assert caught.value.nearest == "ihc"


def test_msk_2018(shared_data: Path) -> None:
    found = read(shared_data / "patients_msk2018")
    assert len(found) == 317
    failed = {name: str(error) for name, error in found.items() if isinstance(error, DataError)}
    assert failed == {}
    profiles = [good(profile) for profile in found.values()]
    agreeing = [
        profile.her2.status == her2_status(profile.her2).status for profile in profiles if profile.her2.status
    ]
    assert sum(agreeing) / len(agreeing) > 0.98
    assert sum(her2_status(profile.her2).status == "positive" for profile in profiles) == 198
    assert sum(bool(profile.variants_of("ERBB2")) for profile in profiles) > 70
    assert all(profile.extras.get("clinical") for profile in profiles)
