"""What rules a regimen out that was asked for by name, and what is only said of it."""

from __future__ import annotations

from typing import Any

import pytest

from erbium.advise import advise, simulate
from erbium.advise.eligibility import Eligibility, eligibility, needed_classes
from erbium.core.errors import Contraindicated
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.regimen import Regimen
from erbium.profile import Profile
from erbium.tumour import Tumour
from tests.patients import patient

KNOWN = load_knowledge()
ZERO = {"her2": {"ihc": "0"}}
LOW = {"her2": {"ihc": "1+"}}
SMALL: dict[str, Any] = {"twins": 2, "seed": 1}


def of(regimen: str | Regimen, profile: Profile) -> Eligibility:
    chosen = regimen if isinstance(regimen, Regimen) else resolve_regimen(regimen)
    return eligibility(Tumour.from_profile(profile, parameter_draws=1, marker_draws=1), chosen)


def rules(regimen: str, **blocks: Any) -> list[str]:
    return [item["rule"] for item in of(regimen, patient(**blocks)).ruled_out]


def ill(*comorbidities: str) -> dict[str, Any]:
    return {"person": {"comorbidities": list(comorbidities)}}


def dpyd(zygosity: str | None = None, **more: Any) -> dict[str, Any]:
    variant = {"gene": "DPYD", "cdna": "c.1905+1G>A", "effect": "loss", "origin": "germline"}
    return {"variants": [variant | ({"zygosity": zygosity} if zygosity else {}) | more]}


@pytest.mark.parametrize(
    ("regimen", "blocks", "expected"),
    [
        ("tdxd", {}, []),
        ("thp_docetaxel", {"person": {"lvef": 35}}, ["cardiac"]),
        ("thp_docetaxel", {"person": {"lvef": 45}}, []),
        ("capecitabine", {"person": {"lvef": 35}}, []),
        ("thp_docetaxel", ill("pregnant, week 14"), ["pregnancy"]),
        ("lapatinib_letrozole", ill("pregnancy"), ["pregnancy"]),
        ("docetaxel", ill("pregnancy"), []),
        ("thp_docetaxel", ill("not pregnant"), []),
        ("capecitabine", dpyd("homozygous"), ["DPYD_deficiency"]),
        ("capecitabine", dpyd("heterozygous"), []),
        ("capecitabine", dpyd("homozygous", origin="somatic"), []),
        ("capecitabine", dpyd("homozygous", effect="vus"), []),
        ("capecitabine", ill("DPD deficiency"), ["DPYD_deficiency"]),
        ("capecitabine", ill("partial DPD deficiency"), []),
        ("capecitabine", ill("no DPD deficiency"), []),
        ("lapatinib_capecitabine", dpyd("homozygous"), ["DPYD_deficiency"]),
        ("tdm1", dpyd("homozygous"), []),
        ("tdxd", ZERO, ["HER2_class"]),
        ("tdxd", LOW, []),
        ("trastuzumab", LOW, ["HER2_class"]),
        ("trastuzumab + pertuzumab", ZERO, ["HER2_class", "HER2_class"]),
        ("zanidatamab", ZERO, ["HER2_class"]),
        ("zanidatamab", LOW, []),
        ("afatinib", ZERO, []),
        ("capecitabine", ZERO, []),
        ("tdxd", {"her2": {"ihc": "2+"}}, []),
    ],
)
def test_hard_rules(regimen: str, blocks: dict[str, Any], expected: list[str]) -> None:
    assert rules(regimen, **blocks) == expected


def test_two_variants_are_both_copies() -> None:
    second = {"gene": "DPYD", "protein": "p.D949V", "effect": "loss", "origin": "germline"}
    assert rules("capecitabine", variants=[*dpyd("heterozygous")["variants"], second]) == ["DPYD_deficiency"]


def test_a_regimen_of_a_user_needs_no_cautions_to_be_ruled_out() -> None:
    bare = resolve_regimen("tdxd").model_copy(update={"id": "mine", "cautions": (), "uses": ()})
    assert [item["rule"] for item in of(bare, patient(person={"lvef": 35})).ruled_out] == ["cardiac"]


@pytest.mark.parametrize(
    ("regimen", "blocks", "said"),
    [
        ("residual_tdm1", {}, "no listed use in the metastatic setting, 1L"),
        ("neratinib + T-DXd", {}, "no listed use in the metastatic setting, 1L"),
        ("alpelisib_trastuzumab_pertuzumab", {}, "needs PIK3CA-mutant, which was not tested"),
        ("tdxd", {"preferences": {"not_available": ["trastuzumab_deruxtecan"]}}, "is not available here"),
        ("capecitabine", dpyd("heterozygous"), "partial DPD deficiency"),
        ("docetaxel", ill("pregnancy"), "no chemotherapy in the first three months"),
        ("zanidatamab", {"her2": {"ihc": "2+"}}, "HER2 status is not settled"),
        (
            "tdm1",
            {"prior_therapies": [{"regimen": "tdm1", "reason_ended": "progression"}]},
            "the tumour progressed on trastuzumab emtansine",
        ),
    ],
)
def test_what_is_only_said(regimen: str, blocks: dict[str, Any], said: str) -> None:
    found = of(regimen, patient(**blocks))
    assert not found.ruled_out
    assert any(said in text for text in found.remarks), found.remarks


def test_a_regimen_with_a_use_here_needs_no_words() -> None:
    found = of("thp_docetaxel", patient())
    assert (found.ruled_out, found.remarks, found.warnings) == ((), (), [])


def test_a_rule_that_forbids_is_not_said_again_as_a_risk() -> None:
    found = of("thp_docetaxel", patient(person={"lvef": 35}))
    assert len(found.ruled_out) == 1
    assert not [text for text in found.remarks if "LVEF" in text]


def test_every_drug_in_the_catalogue_fits_where_it_is_listed() -> None:
    for regimen in KNOWN.regimens.values():
        for use in regimen.uses:
            for name in regimen.drug_ids:
                needed = needed_classes(KNOWN.drugs[name], KNOWN)
                assert not needed or use.her2_class in needed, regimen.id


def test_the_error_names_regimen_patient_and_every_rule() -> None:
    profile = patient(person={"lvef": 30, "comorbidities": ["pregnancy"]})
    with pytest.raises(Contraindicated) as caught:
        simulate(profile, "tdxd", **SMALL)
    text, error = str(caught.value), caught.value.json()
    assert "trastuzumab deruxtecan is ruled out for case-001: LVEF is 30 %" in text
    assert "pregnancy: " in text
    assert "--force" in text
    assert (error["kind"], caught.value.exit_code) == ("contraindicated", 2)
    assert [item["rule"] for item in error["reasons"]] == ["cardiac", "pregnancy"]


def test_what_is_forced_is_recorded() -> None:
    profile = patient(person={"lvef": 35})
    body = simulate(profile, "tdxd", until="2 months", force=True, **SMALL).json()
    assert [item["rule"] for item in body["forced"]] == ["cardiac"]
    assert body["warnings"][0].startswith("trastuzumab deruxtecan is ruled out and was forced: LVEF is 35 %")
    plain = simulate(patient(person={"lvef": 60}), "tdxd", until="2 months", force=True, **SMALL).json()
    assert plain["forced"] == []
    assert plain["volume"] == body["volume"]


def test_advice_leaves_out_what_is_ruled_out_unless_forced() -> None:
    profile = patient(person={"lvef": 35})
    asked: dict[str, Any] = {"regimens": ["tdxd", "capecitabine"], "horizon": "2 months", "explain": 0}
    body = advise(profile, **asked, **SMALL).json()
    assert [option["regimen"] for option in body["options"]] == ["capecitabine"]
    assert body["not_allowed"][0]["regimen"] == "tdxd"
    assert any("trastuzumab deruxtecan is ruled out" in text for text in body["warnings"])
    assert body["forced"] == []
    forced = advise(profile, force=True, **asked, **SMALL).json()
    assert {option["regimen"] for option in forced["options"]} == {"tdxd", "capecitabine"}
    assert [(item["regimen"], item["rule"]) for item in forced["forced"]] == [("tdxd", "cardiac")]
    with pytest.raises(Contraindicated):
        advise(profile, regimens=["tdxd"], horizon="2 months", **SMALL)
