"""What the patient's own history and state say against a regimen."""

from __future__ import annotations

from typing import Any

import pytest

from erbium.advise import advise
from erbium.advise.history import failed_drugs, repeats_failure, risks_of
from erbium.knowledge import load_knowledge
from tests.patients import patient

KNOWLEDGE = load_knowledge()
REGIMENS = KNOWLEDGE.regimens


def earlier(regimen: str, ended: str = "progression", **more: Any) -> dict[str, Any]:
    return {"regimen": regimen, "setting": "metastatic", "reason_ended": ended, **more}


def test_only_what_ended_in_progression_has_failed() -> None:
    profile = patient(
        prior_therapies=[
            earlier("trastuzumab + docetaxel"),
            earlier("T-DM1", "toxicity"),
            earlier("lapatinib + capecitabine", "toxicity", best_response="PD"),
        ]
    )
    failed = {"trastuzumab", "docetaxel", "lapatinib", "capecitabine"}
    assert failed_drugs(profile, KNOWLEDGE) == failed


def test_an_unknown_treatment_is_passed_over() -> None:
    profile = patient(prior_therapies=[earlier("some trial drug"), earlier("neratinib")])
    assert failed_drugs(profile, KNOWLEDGE) == {"neratinib"}


@pytest.mark.parametrize(
    ("regimen", "failed", "expected"),
    [
        ("trastuzumab_capecitabine", {"trastuzumab"}, None),
        ("neratinib_fulvestrant_trastuzumab", {"fulvestrant", "palbociclib"}, None),
        ("trastuzumab", {"trastuzumab"}, "progressed on trastuzumab"),
        ("tdxd_pertuzumab", {"trastuzumab_deruxtecan"}, "progressed on trastuzumab deruxtecan"),
        ("th_docetaxel", {"docetaxel", "trastuzumab"}, "progressed on trastuzumab + docetaxel"),
    ],
)
def test_something_new_is_needed(regimen: str, failed: set[str], expected: str | None) -> None:
    assert repeats_failure(REGIMENS[regimen], frozenset(failed), KNOWLEDGE.drugs) == expected


@pytest.mark.parametrize(
    ("regimen", "blocks", "person", "said"),
    [
        ("thp_docetaxel", True, {"lvef": 35}, "LVEF is 35 %"),
        ("thp_docetaxel", True, {"lvef": 45}, None),
        ("thp_docetaxel", False, {"lvef": 45}, "LVEF is 45 %"),
        ("lapatinib_letrozole", False, {"menopausal": "pre"}, "not postmenopausal"),
        ("lapatinib_letrozole", False, {"menopausal": "post"}, None),
        ("trastuzumab_fulvestrant", False, {"menopausal": "pre"}, None),
    ],
)
def test_the_state_of_the_patient(
    regimen: str, blocks: bool, person: dict[str, Any], said: str | None
) -> None:
    found = risks_of(REGIMENS[regimen], patient(person=person), blocks=blocks)
    assert found[0].startswith(said) if said else not found, found


def test_a_lung_disease_under_treatment_rules_the_conjugate_out() -> None:
    profile = patient(prior_therapies=[earlier("T-DXd", "toxicity", toxicities=["ILD grade 2"])])
    assert risks_of(REGIMENS["tdxd"], profile, blocks=True)
    assert not risks_of(REGIMENS["lapatinib_capecitabine"], profile, blocks=True)


def test_a_mild_toxicity_is_no_lung_disease() -> None:
    profile = patient(prior_therapies=[earlier("T-DXd", "toxicity", toxicities=["mild nausea"])])
    assert not risks_of(REGIMENS["tdxd"], profile, blocks=True)


def test_what_failed_is_not_offered_and_says_why() -> None:
    profile = patient(
        her2={"ihc": "3+"},
        disease={"setting": "metastatic", "line": 3},
        prior_therapies=[earlier("trastuzumab + pertuzumab + docetaxel"), earlier("T-DXd")],
    )
    answer = advise(profile, twins=2, horizon="2 months", explain=0).json()
    offered = {option["regimen"] for option in answer["options"]}
    refused = {item["regimen"]: item["reasons"] for item in answer["not_allowed"]}
    assert "tdxd" not in offered
    assert refused["tdxd"] == ["progressed on trastuzumab deruxtecan"]
    assert "tucatinib_trastuzumab_capecitabine" in offered
