"""The shipped cases are valid, say that they are invented, and reveal what they are about."""

from __future__ import annotations

from pathlib import Path

import pytest

from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.cell_lines import resolve_cell_line
from erbium.knowledge.mechanisms import load_mechanisms
from erbium.profile import checks
from erbium.profile.her2_status import her2_status
from erbium.profile.read import read_profile

FOLDER = Path(__file__).parents[2] / "examples" / "cases"
CASES = sorted(FOLDER.glob("*.toml"))
LINES = ("bt474", "skbr3", "hcc1954", "jimt1")


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_a_case_is_valid_and_says_what_it_is(file: Path) -> None:
    profile = read_profile(file)
    assert list(checks.warnings(profile)) == []
    assert profile.disease.setting is not None
    text = file.read_text(encoding="utf-8")
    if file.stem in LINES:
        assert "no patient" in (profile.meta.note or "")
    else:
        assert "invented" in (profile.meta.note or "")
        assert profile.meta.source == "invented"
        assert "invented" in text.splitlines()[1]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("her2_positive_pik3ca", "HER2-positive"),
        ("her2_positive_pten_loss", "HER2-positive"),
        ("her2_low_er_positive", "HER2-low"),
        ("her2_mutant_non_amplified", "HER2-low"),
        ("heterogeneous", "HER2-positive"),
        ("bt474", "HER2-positive"),
        ("jimt1", "HER2-positive"),
    ],
)
def test_the_her2_status_of_a_case(name: str, label: str) -> None:
    assert her2_status(read_profile(FOLDER / f"{name}.toml").her2).label == label


@pytest.mark.parametrize("name", LINES)
def test_line_cases_agree_with_the_cell_line_table(name: str) -> None:
    profile, line = read_profile(FOLDER / f"{name}.toml"), resolve_cell_line(name)
    receptors = profile.her2.receptors_per_cell.value
    assert receptors is not None
    assert receptors / 1000.0 == pytest.approx(line.knobs["her_receptors.HER2_abundance"], rel=0.01)
    known = {(variant.gene, variant.protein) for variant in line.variants}
    assert {(variant.gene, variant.protein) for variant in profile.variants} <= known
    assert (profile.receptors.er.value == "positive") == (line.knobs["estrogen_receptor.ER_abundance"] > 0)


@pytest.mark.parametrize(
    ("name", "mechanism"),
    [
        ("her2_positive_pik3ca", "pik3ca_h1047r"),
        ("her2_low_er_positive", "pik3ca_e545k"),
        ("her2_mutant_non_amplified", "erbb2_l755s"),
        ("her2_s310f_amplified", "erbb2_s310f"),
        ("bt474", "pik3ca_k111n"),
        ("hcc1954", "pik3ca_h1047r"),
        ("jimt1", "pik3ca_other_activating"),
    ],
)
def test_the_variant_of_a_case_is_known_to_its_mechanism(name: str, mechanism: str) -> None:
    profile = read_profile(FOLDER / f"{name}.toml")
    markers = [m for m in load_mechanisms()[mechanism].markers if m.reveal == "variant"]
    assert any(
        variant.gene == marker.gene and (variant.protein or "")[2:] in marker.changes
        for variant in profile.variants
        for marker in markers
    )


def test_every_setting_has_a_case() -> None:
    settings = {read_profile(file).disease.setting for file in CASES}
    assert settings == {"metastatic", "neoadjuvant", "adjuvant", "residual"}


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_earlier_regimens_are_known(file: Path) -> None:
    for therapy in read_profile(file).prior_therapies:
        assert not resolve_regimen(therapy.name).ad_hoc, therapy.name
