"""Hard rules: what may be offered to whom, on every shipped regimen."""

from __future__ import annotations

from typing import Any

import pytest

from erbium.advise.rules import Case, case_of, hormone_receptor, line_name, named_standard, sort_regimens
from erbium.knowledge.catalogue import load_drugs, load_regimens
from erbium.knowledge.schema.regimen import Line, Regimen, Setting
from erbium.profile import her2_status
from tests.patients import patient

DRUGS, REGIMENS = load_drugs(), load_regimens()
POSITIVE = {"ihc": "3+"}
LOW = {"ihc": "1+"}


def case(
    setting: Setting = "metastatic", line: Line | None = "1L", measured: tuple[str, ...] = (), **blocks: Any
) -> Case:
    profile = patient(**blocks)
    return case_of(profile, her2_status(profile.her2), frozenset(measured), setting, line)


def allowed(of: Case) -> dict[str, Regimen]:
    return {item.regimen.id: item.regimen for item in sort_regimens(of, REGIMENS)[0]}


def classes(regimen: Regimen) -> set[str]:
    return {DRUGS[name].drug_class for name in regimen.drug_ids}


@pytest.mark.parametrize(("line", "expected"), [(None, "1L"), (1, "1L"), (2, "2L"), (3, "3L+"), (7, "3L+")])
def test_lines(line: int | None, expected: str) -> None:
    assert line_name(line) == expected


@pytest.mark.parametrize(
    ("receptors", "expected"),
    [
        ({}, None),
        ({"er_percent": 0, "pr_percent": 0}, False),
        ({"er_percent": 1}, True),
        ({"er_percent": 0.5}, False),
        ({"er_percent": 0, "pr_percent": 20}, True),
        ({"er": "positive"}, True),
        ({"er": "negative"}, False),
        ({"er_percent": 0, "er": "positive"}, False),
    ],
)
def test_hormone_receptor(receptors: dict[str, Any], expected: bool | None) -> None:
    assert hormone_receptor(patient(receptors=receptors)) is expected


@pytest.mark.parametrize("line", ["1L", "2L", "3L+"])
@pytest.mark.parametrize("her2", [LOW, {"ihc": "2+", "ish": "negative"}, {"ihc": "0"}])
def test_without_her2_positivity_no_naked_antibody(line: Line, her2: dict[str, Any]) -> None:
    found = allowed(case(line=line, her2=her2, receptors={"er_percent": 90}))
    assert not [name for name, regimen in found.items() if "antibody" in classes(regimen)]
    standard = {
        item.regimen.id
        for item in sort_regimens(case(line=line, her2=her2, receptors={"er_percent": 90}), REGIMENS)[0]
        if item.use is not None and item.use.tier != "IV"
    }
    assert "tdm1" not in standard


def test_her2_low_may_have_t_dxd_and_her2_zero_may_not() -> None:
    assert "tdxd" in allowed(case(line="2L", her2=LOW))
    assert "tdxd" not in allowed(case(line="2L", her2={"ihc": "0"}))


def test_her2_positive_is_not_offered_what_is_for_negative_disease() -> None:
    found = allowed(case(receptors={"er_percent": 90}))
    for name, regimen in found.items():
        uses = regimen.uses_in("metastatic", "1L")
        assert any("HER2-positive" in use.requires for use in uses), name


def test_an_unsettled_status_allows_nothing_that_needs_one() -> None:
    of = case(her2={"ihc": "2+"})
    assert of.unknown >= {"HER2-positive", "HER2-low", "HER2-negative"}
    assert not [
        item
        for item in sort_regimens(of, REGIMENS)[0]
        if item.use and "ERBB2-mutant" not in item.use.requires
    ]


def test_endocrine_drugs_need_a_receptor() -> None:
    negative = allowed(case(receptors={"er_percent": 0, "pr_percent": 0}))
    untested = allowed(case())
    positive = allowed(case(receptors={"er_percent": 90}))
    for found in (negative, untested):
        assert not [name for name, regimen in found.items() if "endocrine" in classes(regimen)]
    assert [name for name, regimen in positive.items() if "endocrine" in classes(regimen)]


def test_a_regimen_for_the_mutation_needs_the_mutation() -> None:
    name = "alpelisib_trastuzumab_pertuzumab"
    assert name not in allowed(case())
    assert name not in allowed(case(sequencing={"genes": ["PIK3CA"]}))
    assert name in allowed(case(measured=("pik3ca_h1047r",)))


def test_an_erbb2_mutation_opens_kinase_inhibitors_without_amplification() -> None:
    assert "neratinib" in allowed(case(her2={"ihc": "1+"}, measured=("erbb2_l755s",)))
    assert "neratinib" not in allowed(case(her2={"ihc": "1+"}))


def test_lines_and_settings_are_kept_apart() -> None:
    def tier(line: Line, name: str) -> str | None:
        found = {item.regimen.id: item.use for item in sort_regimens(case(line=line), REGIMENS)[0]}
        use = found[name]
        return None if use is None else use.tier

    for name in ("tucatinib_trastuzumab_capecitabine", "tdm1"):
        assert tier("2L", name) == "I"
        assert tier("1L", name) != "I"
    first = allowed(case(line="1L"))
    neoadjuvant = allowed(case("neoadjuvant", None))
    assert neoadjuvant
    assert not set(neoadjuvant) & set(first)
    assert "residual_tdm1" in allowed(case("residual", None))


def test_what_is_not_available_is_refused_with_the_reason() -> None:
    ok, refused = sort_regimens(case(), REGIMENS, frozenset({"pertuzumab"}))
    assert ok
    assert not [item for item in ok if "pertuzumab" in item.regimen.drug_ids]
    reasons = {item.regimen.id: item.reasons for item in refused}
    assert reasons["thp_docetaxel"] == ("pertuzumab is not available here",)


def test_refusals_tell_what_is_missing_and_whether_it_was_tested() -> None:
    def reasons(of: Case, name: str) -> tuple[str, ...]:
        return {item.regimen.id: item.reasons for item in sort_regimens(of, REGIMENS)[1]}[name]

    name = "alpelisib_trastuzumab_pertuzumab"
    assert reasons(case(), name) == ("needs PIK3CA-mutant, which was not tested",)
    assert reasons(case(sequencing={"genes": ["PIK3CA"]}), name) == ("needs PIK3CA-mutant",)


def test_every_regimen_of_the_line_is_either_allowed_or_refused() -> None:
    ok, refused = sort_regimens(case(), REGIMENS)
    names = [item.regimen.id for item in ok] + [item.regimen.id for item in refused]
    assert sorted(names) == sorted(r.id for r in REGIMENS.values() if r.uses_in("metastatic", "1L"))
    assert all(item.reasons for item in refused)


def test_the_best_tier_of_several_uses_counts() -> None:
    of = case(line="1L", receptors={"er_percent": 90}, measured=("erbb2_l755s",))
    for item in sort_regimens(of, REGIMENS)[0]:
        fitting = [
            use.tier for use in item.regimen.uses_in("metastatic", "1L") if of.facts.issuperset(use.requires)
        ]
        assert item.use is not None
        assert item.use.tier == min(fitting)


def test_the_standard_of_the_narrower_class_is_the_reference() -> None:
    def standard(of: Case) -> str | None:
        ok, _ = sort_regimens(of, REGIMENS)
        position = named_standard([item.use for item in ok])
        return None if position is None else ok[position].regimen.id

    assert standard(case(line="2L", her2=LOW)) == "tdxd"
    assert standard(case(line="2L", her2={"ihc": "0"})) == "capecitabine"
    assert standard(case(line="2L")) == "tdxd"
    assert standard(case(line="1L")) == "thp_docetaxel"
    assert standard(case("adjuvant", None, her2=LOW)) is None
    assert named_standard([None, None]) is None


def test_a_mutated_gene_that_is_amplified_is_her2_positive_disease() -> None:
    mutated = ("erbb2_s310f",)
    assert "ERBB2-mutant" not in case(her2=POSITIVE, measured=mutated).facts
    assert "ERBB2-mutant" in case(her2=LOW, measured=mutated).facts
    refused = sort_regimens(case(her2=POSITIVE, measured=mutated, line="2L"), REGIMENS)[1]
    reasons = {reason for item in refused for reason in item.reasons}
    assert "needs ERBB2-mutant" not in reasons
