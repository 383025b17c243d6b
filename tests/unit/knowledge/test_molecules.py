"""Two names, one molecule: ids, synonyms, brands and biosimilars."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from erbium.core.errors import DataError, ErbiumError, UnknownName
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import load_drugs, resolve_regimen, with_drug_ids
from erbium.knowledge.molecules import same_molecule
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.dose_text import names_dose
from erbium.knowledge.schema.regimen import Regimen, RegimenDrug

DRUGS = load_drugs()


def mine(*names: str) -> Regimen:
    drugs = tuple(RegimenDrug(drug=name, dose="100 mg", every="3 weeks") for name in names)
    return Regimen(id="mine", name="mine", drugs=drugs)


def test_shipped_drugs_are_different_molecules() -> None:
    double = [(a.id, b.id) for a, b in itertools.combinations(DRUGS.values(), 2) if same_molecule(a, b)]
    assert not double


def test_no_shipped_name_reads_as_a_dose() -> None:
    assert not [name for drug in DRUGS.values() for name in drug.names if names_dose(name)]


@pytest.mark.parametrize("other", ["trastuzumab_dkst", "trastuzumab-zzzz"])
def test_a_biosimilar_in_a_file_of_its_own_is_the_same_molecule(other: str) -> None:
    biosimilar = DRUGS["trastuzumab"].model_copy(
        update={"id": "mine", "name": other.replace("_", "-"), "synonyms": (), "codes": (), "brands": ()}
    )
    assert same_molecule(DRUGS["trastuzumab"], biosimilar)
    assert not same_molecule(DRUGS["pertuzumab"], biosimilar)


@pytest.mark.parametrize(
    "names", [("trastuzumab", "Herceptin"), ("Ogivri", "trastuzumab-anns"), ("T-DM1", "Kadcyla")]
)
def test_a_molecule_twice_is_refused_with_both_names(names: tuple[str, str]) -> None:
    with pytest.raises(DataError, match=r"mine.toml, drugs\[1\].drug: .* named twice") as caught:
        with_drug_ids(mine(*names), DRUGS, "mine.toml")
    assert all(name in str(caught.value) for name in names)
    with pytest.raises(DataError, match="named twice"):
        resolve_regimen(" + ".join(names))


def test_names_of_a_file_become_ids() -> None:
    assert with_drug_ids(mine("T-DM1", "Perjeta"), DRUGS, "x").drug_ids == (
        "trastuzumab_emtansine",
        "pertuzumab",
    )
    plain = mine("trastuzumab")
    assert with_drug_ids(plain, DRUGS, "x") is plain


def test_an_unknown_drug_names_file_key_and_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        with_drug_ids(mine("pertuzumab", "trastuzumap"), DRUGS, "mine.toml")
    error = caught.value
    assert (error.file, error.key, error.nearest) == ("mine.toml", "drugs[1].drug", "trastuzumab")


def test_a_dose_in_a_name_points_to_a_file() -> None:
    with pytest.raises(DataError, match="holds a dose") as caught:
        resolve_regimen("trastuzumab 6 mg/kg + docetaxel")
    assert "schema regimen" in str(caught.value)


def test_what_an_overlay_refers_to_is_checked(tmp_path: Path) -> None:
    folder = tmp_path / "regimens"
    folder.mkdir()
    text = (data_folder() / "regimens" / "tdxd_pertuzumab.toml").read_text(encoding="utf-8")
    text = text.replace('"tdxd_pertuzumab"', '"mine"').replace('source = "', 'source = "no_such_', 1)
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ErbiumError) as caught:
        load_knowledge(tmp_path)
    assert str(caught.value).startswith(f"{folder / 'mine.toml'}, uses[0].evidence[0].source: no source")
