"""What is approved where: recorded, refused or not recorded, and never guessed."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from erbium.advise.eligibility import case_for, eligibility
from erbium.advise.history import undecided_of
from erbium.advise.region import approval_json, not_authorised
from erbium.advise.rules import elsewhere, sort_regimens
from erbium.knowledge import load_knowledge
from erbium.knowledge.schema.drug import Approval
from erbium.knowledge.schema.risk import Risk
from erbium.profile import Profile
from erbium.tumour import Tumour
from tests.patients import patient

KNOWN = load_knowledge()
DENIED = KNOWN.regimens["margetuximab_capecitabine"]


def at(region: str | None, **blocks: object) -> Profile:
    return patient(preferences={"region": region} if region else {}, **blocks)


def states(regimen: str, region: str | None, setting: str = "metastatic") -> dict[str, str]:
    found = approval_json(KNOWN.regimens[regimen], at(region), setting, KNOWN)
    return {drug["drug"]: drug["state"] for drug in found["drugs"]}


def test_a_recorded_denial_refuses_with_region_source_and_status() -> None:
    (broken,) = not_authorised(DENIED, at("EMA"), KNOWN)
    assert (broken.rule, broken.fact, broken.status) == ("region", "region EMA", "secondary")
    assert broken.source in KNOWN.sources
    profile = at("EMA", disease={"setting": "metastatic", "line": 3})
    tumour = Tumour.from_profile(profile, parameter_draws=1, marker_draws=1)
    refused = {item.regimen.id: item for item in sort_regimens(case_for(tumour), KNOWN.regimens)[1]}
    assert [rule.rule for rule in refused[DENIED.id].rules] == ["region"]


@pytest.mark.parametrize("region", ["FDA", "NMPA", "other", None])
def test_silence_of_the_records_refuses_nothing(region: str | None) -> None:
    assert not not_authorised(DENIED, at(region), KNOWN)


def test_states_of_an_approval() -> None:
    assert states("tdxd", "EMA") == {"trastuzumab_deruxtecan": "recorded"}
    assert states("neratinib", "EMA") == {"neratinib": "other setting"}
    assert states("tdxd", "NMPA") == {"trastuzumab_deruxtecan": "not recorded"}
    assert states("margetuximab_capecitabine", "EMA")["margetuximab"] == "not approved"
    assert states("tdxd", None) == {}


def test_a_named_regimen_is_remarked_on_and_not_ruled_out() -> None:
    tumour = Tumour.from_profile(at("EMA"), parameter_draws=1, marker_draws=1)
    found = eligibility(tumour, DENIED)
    assert not found.ruled_out
    assert any("not approved in the European Union" in text for text in found.remarks)


def test_every_refusal_names_rule_and_fact() -> None:
    blocks = {
        "person": {"lvef": 31, "comorbidities": ["pregnancy, week 20"]},
        "receptors": {"er_percent": 0, "pr_percent": 0},
    }
    tumour = Tumour.from_profile(patient(**blocks), parameter_draws=1, marker_draws=1)
    for item in sort_regimens(case_for(tumour), KNOWN.regimens)[1]:
        assert item.rules
        assert all(rule.rule and rule.fact and rule.reason for rule in item.rules), item.regimen.id
    facts = {rule.fact for rule in eligibility(tumour, KNOWN.regimens["tdxd"]).broken}
    assert facts == {"LVEF 31 %", "pregnancy, week 20"}


def test_an_earlier_toxicity_is_a_fact_with_its_treatment() -> None:
    earlier = {"regimen": "T-DXd", "reason_ended": "toxicity", "toxicities": ["ILD grade 2"]}
    tumour = Tumour.from_profile(patient(prior_therapies=[earlier]), parameter_draws=1, marker_draws=1)
    (broken,) = eligibility(tumour, KNOWN.regimens["tdxd"]).broken
    assert (broken.rule, broken.fact) == ("ILD", "ILD grade 2 under T-DXd")


def test_what_was_not_reported_leaves_a_rule_undecided_and_counts_against_nothing() -> None:
    regimens = [KNOWN.regimens["tdxd"], KNOWN.regimens["capecitabine"]]

    def rules(profile: Profile) -> list[str]:
        return [one.rule for one in undecided_of(regimens, profile, KNOWN.drugs)]

    assert rules(patient()) == ["LVEF_unknown", "DPYD_unknown"]
    assert rules(patient(person={"lvef": 60, "comorbidities": ["partial DPD deficiency"]})) == []
    assert rules(patient(person={"lvef": 60}, sequencing={"genes": ["DPYD"]})) == []
    tumour = Tumour.from_profile(patient(), parameter_draws=1, marker_draws=1)
    assert not eligibility(tumour, KNOWN.regimens["thp_docetaxel"]).remarks


@pytest.mark.parametrize(
    ("person", "brain", "regimen", "said"),
    [
        ({"lvef": 60}, "active", "trastuzumab_vinorelbine", "active brain metastases"),
        ({"lvef": 60}, "active", "tucatinib_trastuzumab_capecitabine", None),
        ({"lvef": 60}, "stable", "trastuzumab_vinorelbine", None),
        ({"lvef": 60}, "leptomeningeal", "tdxd", "leptomeningeal"),
        ({"lvef": 60, "ecog": 3}, "none", "capecitabine", "ECOG 3"),
        ({"lvef": 60, "comorbidities": ["polyneuropathy"]}, "none", "tdm1", "peripheral neuropathy"),
        ({"lvef": 60, "comorbidities": ["chronic heart failure"]}, "none", "tdxd", "heart failure is"),
    ],
)
def test_further_states_are_said_first(
    person: dict[str, object], brain: str, regimen: str, said: str | None
) -> None:
    profile = patient(person=person, disease={"setting": "metastatic", "line": 3, "brain_metastases": brain})
    tumour = Tumour.from_profile(profile, parameter_draws=1, marker_draws=1)
    remarks = "; ".join(eligibility(tumour, KNOWN.regimens[regimen]).remarks)
    if said is None:
        assert "brain" not in remarks
    else:
        assert said in remarks


def test_the_rest_of_the_catalogue_is_counted_by_rule() -> None:
    tumour = Tumour.from_profile(patient(), parameter_draws=1, marker_draws=1)
    case = case_for(tumour)
    found = elsewhere(case, KNOWN.regimens.values())
    offered, refused = sort_regimens(case, KNOWN.regimens)
    assert sum(map(len, found.values())) + len(offered) + len(refused) == len(KNOWN.regimens)
    assert "residual_tdm1" in found["setting"]


def test_a_denial_has_no_year_and_what_is_unknown_blocks_nothing() -> None:
    with pytest.raises(ValidationError, match="has a year"):
        Approval(region="EU", granted=False, year=2020, setting="metastatic", text="x", source="x")
    with pytest.raises(ValidationError, match="rules nothing out"):
        Risk(caution="cardiac", lvef_unknown=True, blocks=True, text="x", source="x", status="unverified")
