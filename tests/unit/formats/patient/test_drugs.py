"""Drugs and reasons by their names: what is not understood in full is not guessed."""

from __future__ import annotations

import pytest

from erbium.formats.patient.drugs import drugs_named, reason_ended


@pytest.mark.parametrize(
    ("text", "drugs"),
    [
        ("trastuzumab 440 MG Injection", ["trastuzumab"]),
        ("10 ML trastuzumab 21 MG/ML Injection [Herceptin]", ["trastuzumab"]),
        ("trastuzumab deruxtecan 100 MG Injection", ["trastuzumab_deruxtecan"]),
        ("trastuzumab emtansine 160 MG Injection [Kadcyla]", ["trastuzumab_emtansine"]),
        ("ado-trastuzumab emtansine 160 mg powder for solution", ["trastuzumab_emtansine"]),
        ("Kadcyla (trastuzumab emtansine)", ["trastuzumab_emtansine"]),
        ("trastuzumab 440 mg Herceptin", ["trastuzumab"]),
        ("lapatinib 250 mg oral tablet, film-coated", ["lapatinib"]),
        ("trastuzumab 6 mg/kg q3w and paclitaxel 80 mg/m2 weekly", ["trastuzumab", "paclitaxel"]),
        ("T-DXd 5.4 mg/kg", ["trastuzumab_deruxtecan"]),
    ],
)
def test_a_dose_a_form_and_a_brand_change_no_drug(text: str, drugs: list[str]) -> None:
    assert list(drugs_named(text)) == drugs


@pytest.mark.parametrize(
    "text",
    [
        "Trastuzumab biosimilar study vs placebo",
        "trastuzumab newtoxin 100 MG Injection",
        "trastuzumab 440 MG then trastuzumab deruxtecan",
        "trastuzumab 100 MG Injection [Kadcyla]",
        "trastuzumab [deruxtecan-like]",
        "trastuzumab 120 MG/ML / hyaluronidase 2000 UNT/ML Injection",
        "doxorubicin hydrochloride 2 MG/ML liposomal suspension",
        "trastuzumab pertuzumab",
        "440 MG Injection",
        "",
    ],
)
def test_other_words_are_no_drug(text: str) -> None:
    assert drugs_named(text) == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("disease progression in the liver", "progression"),
        ("stopped for cardiotoxicity", "toxicity"),
        ("Treatment completed as planned", "completed"),
        ("patient declined further cycles", "choice"),
        ("no progression", None),
        ("completed without progression", None),
        ("No toxicity, completed", None),
        ("progression-free", None),
        ("treatment in progress", None),
        ("incomplete", None),
        ("decline in LVEF", None),
        ("progression and toxicity", None),
    ],
)
def test_reasons(text: str, reason: str | None) -> None:
    assert reason_ended(text) == reason
