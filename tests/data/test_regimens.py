"""Regimen files: every choice placed by setting, line and tier, with its source."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge.catalogue import load_drugs, load_regimens, load_sources, resolve_regimen
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.schema.dose_text import amount, hours
from erbium.knowledge.schema.regimen import LINES, Line, Regimen, Schedule

REGIMENS = load_regimens()
WEEK = 168.0


def allowed(line: Line, *has: str) -> set[str]:
    """Return the regimens whose requirements are among `has`."""
    uses = [(item.id, use) for item in REGIMENS.values() for use in item.uses_in("metastatic", line)]
    return {name for name, use in uses if set(use.requires) <= set(has)}


def test_there_are_enough() -> None:
    assert len(REGIMENS) >= 25


@pytest.mark.parametrize("line", LINES)
def test_a_plain_her2_positive_case_has_choices(line: Line) -> None:
    assert len(allowed(line, "HER2-positive")) >= 15


@pytest.mark.parametrize("line", LINES)
def test_requirements_hold_back(line: Line) -> None:
    plain = allowed(line, "HER2-positive")
    assert "lapatinib_letrozole" not in plain
    assert "alpelisib_trastuzumab_pertuzumab" not in plain
    assert "alpelisib_trastuzumab_pertuzumab" in allowed(line, "HER2-positive", "PIK3CA-mutant")
    assert "trastuzumab" not in allowed(line, "HER2-low")
    assert "neratinib" in allowed(line, "ERBB2-mutant")


def test_exactly_one_reference() -> None:
    found: Counter[tuple[str, str, str]] = Counter()
    offered: set[tuple[str, str, str]] = set()
    for regimen in REGIMENS.values():
        for use in regimen.uses:
            for line in use.lines or ("",):
                key = (use.setting, line, use.her2_class)
                offered.add(key)
                found[key] += use.reference
    assert {key: found[key] for key in offered} == dict.fromkeys(offered, 1)


def test_the_references_are_the_standards() -> None:
    standard = {
        (use.setting, line): regimen.id
        for regimen in REGIMENS.values()
        for use in regimen.uses
        for line in use.lines or ("",)
        if use.reference and use.her2_class == "HER2-positive"
    }
    assert standard == {
        ("metastatic", "1L"): "thp_docetaxel",
        ("metastatic", "2L"): "tdxd",
        ("metastatic", "3L+"): "tucatinib_trastuzumab_capecitabine",
        ("neoadjuvant", ""): "neoadjuvant_thp",
        ("residual", ""): "residual_tdm1",
        ("adjuvant", ""): "adjuvant_trastuzumab",
    }


def test_references_demand_nothing_beyond_the_class() -> None:
    uses = [use for regimen in REGIMENS.values() for use in regimen.uses if use.reference]
    assert all(len(use.requires) == 1 and use.tier == "I" for use in uses)


def test_a_use_is_listed_once() -> None:
    for regimen in REGIMENS.values():
        seen: set[tuple[object, ...]] = set()
        for use in regimen.uses:
            for line in use.lines or ("",):
                key = (use.setting, line, frozenset(use.requires))
                assert key not in seen, (regimen.id, key)
                seen.add(key)


def test_cautions_follow_from_the_drugs() -> None:
    drugs = load_drugs()
    for regimen in REGIMENS.values():
        expected = {item for name in regimen.drug_ids for item in drugs[name].toxicities}
        assert set(regimen.cautions) == expected, regimen.id


def test_every_source_is_used_or_explained() -> None:
    sources = load_sources()
    text = "".join(
        file.read_text(encoding="utf-8")
        for kind in ("drugs", "regimens", "celllines", "toxicity", "conduct", "tumour")
        for file in (data_folder() / kind).glob("*.toml")
    ) + (data_folder() / "patient_risks.toml").read_text(encoding="utf-8")
    assert not [name for name in sources if name not in text]


def test_neratinib_after_a_mutation() -> None:
    uses = REGIMENS["neratinib_fulvestrant_trastuzumab"].uses_in("metastatic", "2L")
    assert any(use.requires == ("ERBB2-mutant", "HR-positive") for use in uses)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("trastuzumab + pertuzumab + docetaxel", "thp_docetaxel"),
        ("docetaxel + trastuzumab+Pertuzumab", "thp_docetaxel"),
        ("Perjeta + Herceptin + Taxotere", "thp_docetaxel"),
        ("THP", "thp_docetaxel"),
        ("T-DXd", "tdxd"),
        ("tdm1", "tdm1"),
        ("neratinib", "neratinib"),
        ("capecitabine + lapatinib", "lapatinib_capecitabine"),
        ("TCHP", "neoadjuvant_tchp"),
        ("HER2CLIMB regimen", "tucatinib_trastuzumab_capecitabine"),
    ],
)
def test_names_resolve(name: str, expected: str) -> None:
    assert resolve_regimen(name).id == expected


def test_an_unlisted_combination_is_built() -> None:
    regimen = resolve_regimen("neratinib + T-DXd")
    assert regimen.ad_hoc
    assert regimen.name == "neratinib + trastuzumab deruxtecan"
    assert regimen.drugs[1].dose == "5.4 mg/kg"
    assert regimen.uses == ()
    assert "ILD" in regimen.cautions
    single = resolve_regimen("docetaxel")
    assert single.ad_hoc
    assert single.drugs[0].cycles == 6


@pytest.mark.parametrize("name", ["trastuzumab + foo", "THPP regimen x", ""])
def test_unknown_names(name: str) -> None:
    with pytest.raises(UnknownName):
        resolve_regimen(name)


def test_a_drug_twice_is_refused() -> None:
    with pytest.raises(DataError, match="twice"):
        resolve_regimen("trastuzumab + Herceptin")


def test_names_are_unique() -> None:
    words = [word.casefold() for item in REGIMENS.values() for word in (item.id, item.name, *item.synonyms)]
    double = [word for word, count in Counter(words).items() if count > 1]
    assert all(sum(word in (item.id, item.name) for item in REGIMENS.values()) == 1 for word in double)


def test_dose_times() -> None:
    trastuzumab = REGIMENS["thp_docetaxel"].drugs[0]
    assert trastuzumab.times_h(10 * WEEK) == (0.0, 3 * WEEK, 6 * WEEK, 9 * WEEK)
    assert trastuzumab.end_h is None
    assert len(REGIMENS["thp_docetaxel"].drugs[2].times_h(104 * WEEK)) == 8
    capecitabine = REGIMENS["lapatinib_capecitabine"].drugs[1].times_h(6 * WEEK)
    assert len(capecitabine) == 2 * 28
    assert capecitabine[27] == 13 * 24.0 + 12.0
    assert capecitabine[28] == 3 * WEEK
    fulvestrant = REGIMENS["fulvestrant_palbociclib"].drugs[0].times_h(12 * WEEK)
    assert fulvestrant == (0.0, 2 * WEEK, 4 * WEEK, 8 * WEEK)
    vinorelbine = REGIMENS["trastuzumab_vinorelbine"].drugs[1].times_h(3 * WEEK)
    assert vinorelbine == (0.0, WEEK)
    assert len(REGIMENS["residual_tdm1"].drugs[0].times_h(104 * WEEK)) == 14
    assert REGIMENS["adjuvant_trastuzumab"].drugs[0].end_h == 52 * WEEK


def test_doses_and_spans() -> None:
    assert amount("6 mg/kg") == (6.0, "mg/kg")
    assert amount("1 g") == (1000.0, "mg")
    assert amount("75 mg/m2") == (75.0, "mg/m2")
    assert hours("3 weeks") == 504.0
    assert hours("1 month") == pytest.approx(30.4375 * 24.0)


@pytest.mark.parametrize(
    "bad",
    [
        {"dose": "6 furlong", "every": "3 weeks"},
        {"dose": "-6 mg/kg", "every": "3 weeks"},
        {"dose": "6 mg/kg", "every": "often"},
        {"dose": "6 mg/kg", "every": "12 hours", "days_on": 14},
        {"dose": "6 mg/kg", "every": "12 hours", "days_on": 30, "cycle": "3 weeks"},
        {"dose": "6 mg/kg", "loading": "840 mg", "every": "3 weeks"},
        {"dose": "6 mg/kg", "every": "3 weeks", "until": "whenever"},
    ],
)
def test_bad_schedules(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Schedule.model_validate(bad)


def test_a_tier_that_does_not_follow_is_refused(tmp_path: Path) -> None:
    text = (data_folder() / "regimens" / "tdxd_pertuzumab.toml").read_text(encoding="utf-8")
    (tmp_path / "tdxd_pertuzumab.toml").write_text(
        text.replace('tier = "IV"', 'tier = "I"'), encoding="utf-8"
    )
    with pytest.raises(DataError, match=r"tdxd_pertuzumab.toml, uses\[1\]: tier I does not follow"):
        load_regimens(tmp_path)


def test_json_schema_of_a_regimen() -> None:
    schema = Regimen.model_json_schema()
    assert schema["properties"]["drugs"]
