"""A claim file that is wrong says where and how."""

from __future__ import annotations

from pathlib import Path

import pytest

from erbium.core.errors import DataErrors
from erbium.knowledge.claim_names import name_errors
from erbium.knowledge.claims import main
from tests.claim_texts import (
    ALL,
    COPY,
    HEAD,
    ORDER,
    PROSE,
    PTEN,
    SPECIFIC,
    claims_from,
    specificity_from,
)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    claims = claims_from(tmp_path)
    assert list(claims) == [f"S1-00{k}" for k in range(1, 10)]
    pten = claims["S1-001"].claim
    assert claims["S1-001"].system == "toy"
    assert pten.expect[0].time == 24.0
    assert pten.expect[0].floor == 0.10
    assert pten.contexts()["lost"].line == "BT-474"
    assert [item.claim.id for item in claims.values() if item.claim.runs] == [
        f"S1-00{k}" for k in range(1, 7)
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"up"', '"upp"', ["S1-001.expect[0].comparison", "upp"]),
        ('time = "24 h"', 'time = "-3 h"', ["S1-001.expect[0].time", "negative"]),
        ('time = "24 h"', 'time = "24 kg"', ["S1-001.expect[0].time", "cannot be converted"]),
        ('time = "24 h"', "time = 24", ["S1-001.expect[0].time", "unit"]),
        ('time = "24 h"', "", ["S1-001.expect[0]", "needs a time"]),
        ('test = "lost"', 'test = "lots"', ['no arm "lots"', 'Did you mean "lost"']),
        ('test = "lost"', 'test = "normal"', ["the same"]),
        ('against = "normal"', "", ["needs against"]),
        ('against = "normal"', 'against = "normal"\nvalue = 1.0', ["takes no value"]),
        ("floor", "flor", []),
        ("[[claims.expect]]", "[[claims.expects]]", ['unknown key "expects"', '"expect"']),
        ("scale = {", "scal = {", ['unknown key "scal"', '"scale"']),
        ("PTEN_abundance = 0.05", "PTEN_abundance = -1", ["greater than or equal to 0"]),
        ("PTEN_abundance = 0.05", "PTEN_abundance = nan", ["finite"]),
        ("cut = { k_PTEN = 0.0 }", "", ["needs cut"]),
        ('base = { line = "BT-474" }', "", ["no line, cell or case"]),
        (
            'base = { line = "BT-474" }',
            'base = { line = "BT-474", regimen = "tdxd" }',
            ["a regimen needs a case"],
        ),
        (
            'base = { line = "BT-474" }',
            'base = { line = "BT-474", set = { PTEN_abundance = 1.0 } }',
            ["both set and scaled"],
        ),
        (
            'base = { line = "BT-474" }',
            'base = { line = "BT-474", case = "skbr3" }',
            ["line and case together"],
        ),
        ("normal = {}", "normal = {}\nspare = {}", ['arm "spare" is not used']),
        ("normal = {}", 'normal = { drugs = { lapatinib = "-1 nM" } }', ["drugs.lapatinib", "negative"]),
        ("normal = {}", 'normal = { drugs = { lapatinib = "1 nMM" } }', ["unknown unit"]),
        (
            "normal = {}",
            'normal = { drugs = { lapatinib = { concentration = "1 nM", start = "5 h", stop = "2 h" } } }',
            ["stop comes before start"],
        ),
        ('id = "S1-001"', 'id = "X-1"', ["X-1.id"]),
        ('kind = "causal-effect"', 'kind = "causal"', ["S1-001.kind"]),
        ("executable = true", "executable = false", ["needs a reason"]),
        ('system = "toy"', 'system = "other"', ["differs from the file name", '"toy"']),
        ('system = "toy"', "", ["system", "missing"]),
        ('system = "toy"', 'system = "toy"\nclaim = 1', ['unknown key "claim"', '"claims"']),
    ],
)
def test_each_mistake_has_its_message(tmp_path: Path, old: str, new: str, words: list[str]) -> None:
    text = (HEAD + PTEN).replace(old, new, 1)
    if old == "floor":
        text = HEAD + PTEN + "flor = 0.2\n"
        words = ['unknown key "flor"', '"floor"']
    with pytest.raises(DataErrors) as caught:
        claims_from(tmp_path, text)
    assert "toy.toml" in str(caught.value)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + PTEN + PTEN, "S1-001 stands twice"),
        (HEAD + COPY.replace('"S1-001"', '"S1-008"'), "duplicate of itself"),
        (
            HEAD + COPY + COPY.replace("S1-008", "S1-001").replace('of = "S1-001"', 'of = "S1-009"'),
            "itself a dup",
        ),
        (HEAD + PROSE.replace("reason", "note"), "needs a reason"),
        (HEAD + ORDER.replace('["none", "some", "much"]', '["none"]'), "at least 2 arms"),
        (HEAD + ORDER.replace('"order"', '"biphasic"').replace('"some", ', ""), "at least 3 arms"),
        (HEAD + ORDER.replace('"some"', '"none"'), "names an arm twice"),
        (HEAD + PTEN.replace('"up"', '"synergy"'), "synergy needs"),
        (HEAD + PTEN.replace('"up"', '"threshold"').replace('against = "normal"', ""), "value and side"),
        ("system = ", "not a TOML file"),
    ],
)
def test_each_contradiction_has_its_message(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataErrors, match=words):
        claims_from(tmp_path, text)


def test_all_mistakes_are_reported_together(tmp_path: Path) -> None:
    text = ALL.replace('"24 h"', '"-24 h"')
    with pytest.raises(DataErrors) as caught:
        claims_from(tmp_path, text)
    assert len(caught.value.errors) >= 4


def test_a_specificity_check_asks_for_no_change(tmp_path: Path) -> None:
    assert list(specificity_from(tmp_path)) == ["her2-number"]
    with pytest.raises(DataErrors, match='must be "unchanged"'):
        specificity_from(tmp_path, SPECIFIC.replace('"unchanged"', '"up"'))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("PTEN_abundance", "PTEN_abundanc", ['no parameter "PTEN_abundanc"', '"PTEN_abundance"']),
        ("k_PTEN", "k_PTENN", ["S1-001.cut.k_PTENN", '"k_PTEN"']),
        ("BT-474", "BT-475", ["S1-001.base.line", '"BT-474"']),
        ("normal = {}", 'normal = { drugs = { lapatinibe = "1 nM" } }', ["drugs", '"lapatinib"']),
        ("normal = {}", "normal = { mechanisms = { pten_los = 1.0 } }", ["mechanisms", '"pten_loss"']),
        ("normal = {}", 'normal = { alternatives = { who = "me" } }', ['no open question "who"']),
        ("normal = {}", 'normal = { set = { EGF = "1 kg" } }', ["cannot be converted"]),
        ('"pAKT_S473"', '"pAKT_S474"', ["expect[0].readout", '"pAKT_S473"']),
        ('"pAKT_S473"', '"new_lesion_rate"', ["read of a patient"]),
    ],
)
def test_each_name_that_leads_nowhere_has_its_message(
    tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    claims = claims_from(tmp_path, (HEAD + PTEN).replace(old, new, 1))
    errors = [str(error) for error in name_errors(claims.values(), ["pAKT_S473", "pERK"])]
    assert len(errors) == 1
    for word in ("toy.toml", *words):
        assert word in errors[0]


def test_files_in_the_making_can_be_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "toy.toml"
    file.write_text(HEAD + PTEN.replace("k_PTEN", "k_PTENN"), encoding="utf-8")
    assert main([str(file)]) == 0
    assert "warning" in capsys.readouterr().out
    file.write_text(HEAD + PTEN.replace("claims.expect", "claims.exp"), encoding="utf-8")
    assert main([str(file)]) == 2
