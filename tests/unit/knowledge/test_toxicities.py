"""The published rates of toxicity: how they are read, checked and looked up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from erbium.core.errors import DataError, DataErrors
from erbium.knowledge.catalogue import load_drugs, load_regimens, load_sources, resolve_regimen
from erbium.knowledge.schema.toxicity import Rate, ToxicityArm
from erbium.knowledge.toxicities import CAUTIONS, check_toxicities, load_toxicities
from erbium.knowledge.toxicity_rates import cited, own_arms, rates_of, same_drugs, toxicity_json

DRUGS = load_drugs()
WORDS: dict[str, str] = dict.fromkeys(map(str, CAUTIONS), "words")


def arm(**changes: Any) -> ToxicityArm:
    data: dict[str, Any] = {
        "id": "trial_arm",
        "drugs": ["neratinib"],
        "trial": "TRIAL",
        "source": "extenet",
        "status": "verified",
        "n": 134,
        "setting": "metastatic",
        "event": [{"caution": "diarrhoea", "any_grade": "80 %", "severe": "31 %"}],
    }
    return ToxicityArm.model_validate(data | changes)


def table(*arms: ToxicityArm) -> dict[str, ToxicityArm]:
    return {item.id: item for item in arms}


@pytest.mark.parametrize(
    ("published", "share", "bound"),
    [
        ("31 %", 0.31, False),
        ("0.8 %", 0.008, False),
        ("0 %", 0.0, False),
        ("41/134", 41 / 134, False),
        ("69/91 + 12/91", 81 / 91, False),
        ("13 % + 1 %", 0.14, False),
        ("<1 %", 0.01, True),
    ],
)
def test_a_rate_is_read_as_it_was_published(published: str, share: float, bound: bool) -> None:
    rate = Rate(published=published, source="extenet", status="verified")
    assert rate.share == pytest.approx(share)
    assert rate.is_bound is bound


@pytest.mark.parametrize(
    "bad", ["", "31", "about 31 %", "101 %", "5/4", "3/0", "60 % + 50 %", "2 % + <1 %", "-1 %"]
)
def test_what_is_no_share_is_refused(bad: str) -> None:
    with pytest.raises(ValidationError):
        Rate(published=bad, source="extenet", status="verified")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"any_grade": "20 %", "severe": "30 %"}, "exceeds any_grade"),
        ({"severe": "2 %", "fatal": "3 %"}, "exceeds severe"),
        ({"any_grade": "2 %", "fatal": "3 %"}, "exceeds any_grade"),
        ({"discontinued": "3 %"}, "at least one"),
        ({"severe": "41/130"}, "counts 130 patients, the arm has 134"),
        ({"severe": "3 %", "source": "No id"}, "pattern"),
    ],
)
def test_grades_contradict(event: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        arm(event=[{"caution": "diarrhoea"} | event])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"drugs": ["neratinib", "neratinib"]}, "listed twice"),
        ({"one_of": ["capecitabine"]}, "at least two"),
        ({"speaks_for": ["lapatinib"]}, "not a drug of this arm"),
        ({"relative_dose_intensity": {"lapatinib": "90 %"}}, "not a drug of this arm"),
        ({"lvef_fall": "3 %"}, "note that defines it"),
        ({"event": []}, "at least 1"),
        ({"event": [{"caution": "rash", "severe": "1 %"}] * 2}, "two rows"),
        ({"event": [{"caution": "sadness", "severe": "1 %"}]}, "Input should be"),
        ({"n": 0}, "greater than 0"),
    ],
)
def test_arms_contradict(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        arm(**changes)


def test_source_and_status_are_handed_down() -> None:
    found = arm(
        discontinued="17 %",
        event=[
            {"caution": "diarrhoea", "severe": "31 %"},
            {
                "caution": "rash",
                "status": "unverified",
                "any_grade": "9 %",
                "severe": {"published": "1 %", "source": "nala"},
            },
        ],
    )
    diarrhoea, rash = found.event
    assert found.discontinued is not None
    assert (found.discontinued.source, found.discontinued.status) == ("extenet", "verified")
    assert diarrhoea.severe is not None
    assert diarrhoea.severe.status == "verified"
    assert rash.any_grade is not None
    assert rash.severe is not None
    assert (rash.any_grade.source, rash.any_grade.status) == ("extenet", "unverified")
    assert (rash.severe.source, rash.severe.status) == ("nala", "unverified")


def test_dose_intensity_is_kept_by_drug() -> None:
    found = arm(relative_dose_intensity={"neratinib": "82 %"})
    assert dict(found.rates())["relative_dose_intensity.neratinib"].share == pytest.approx(0.82)


def test_a_wrong_file_is_named_with_its_key(tmp_path: Path) -> None:
    text = (
        'id = "wrong"\ndrugs = ["neratinib"]\ntrial = "T"\nsource = "nala"\nstatus = "verified"\nn = 10\n'
        'setting = "metastatic"\n[[event]]\ncaution = "rash"\nsevere = "lots"\n'
    )
    (tmp_path / "wrong.toml").write_text(text, encoding="utf-8")
    with pytest.raises((DataError, DataErrors), match=r"wrong\.toml, event\[0\]\.severe"):
        load_toxicities(tmp_path)


def test_ids_that_lead_nowhere_are_found() -> None:
    bad = arm(drugs=["neratinibb"], event=[{"caution": "rash", "severe": "1 %", "source": "nalaa"}])
    found = check_toxicities(table(bad), DRUGS, load_sources(), WORDS)
    assert [(error.key, error.nearest) for error in found] == [
        ("drugs[0]", "neratinib"),
        ("event[0].severe.source", "nala"),
    ]
    assert not check_toxicities(table(arm()), DRUGS, load_sources(), WORDS)


def test_a_caution_without_words_is_found() -> None:
    words = {name: text for name, text in WORDS.items() if name != "QT"}
    (error,) = check_toxicities({}, DRUGS, {}, words)
    assert (error.file, error.key) == ("cautions.toml", "QT")


def test_the_same_drugs_and_no_others() -> None:
    single = arm()
    mixed = arm(id="mixed", one_of=["capecitabine", "vinorelbine"])
    pair = resolve_regimen("neratinib + capecitabine")
    assert same_drugs(pair, [single, mixed]) == (mixed,)
    assert same_drugs(resolve_regimen("neratinib"), [single, mixed]) == (single,)
    assert not same_drugs(resolve_regimen("neratinib + capecitabine + vinorelbine"), [single, mixed])
    assert mixed.name == "neratinib + capecitabine or vinorelbine"


def test_the_setting_comes_first_then_the_patients_then_the_number() -> None:
    arms = [
        arm(id="adjuvant", setting="adjuvant", n=5000, event=[{"caution": "rash", "any_grade": "1 %"}]),
        arm(id="others", population="lung cancer", n=900, event=[{"caution": "rash", "any_grade": "1 %"}]),
        arm(id="small", n=40, event=[{"caution": "rash", "any_grade": "1 %"}]),
        arm(id="large", n=400, event=[{"caution": "rash", "any_grade": "1 %"}]),
    ]
    regimen = resolve_regimen("neratinib")
    assert [item.id for item in same_drugs(regimen, arms, ["metastatic"])] == [
        "large",
        "small",
        "others",
        "adjuvant",
    ]
    assert same_drugs(regimen, arms, ["adjuvant"])[0].id == "adjuvant"


def test_a_drug_s_own_arm_is_alone_before_it_is_spoken_for() -> None:
    alone = arm(id="alone", n=20)
    spoken = arm(id="spoken", drugs=["neratinib", "fulvestrant"], speaks_for=["neratinib"])
    silent = arm(id="silent", drugs=["neratinib", "letrozole"])
    assert [item.id for item in own_arms("neratinib", [silent, spoken, alone])] == ["alone", "spoken"]


def test_rates_of_an_untried_combination_come_from_each_drug() -> None:
    regimen = resolve_regimen("neratinib + lapatinib + letrozole")
    arms = table(arm())
    found = {item.caution: item for item in rates_of(regimen, DRUGS, arms)}
    assert found["diarrhoea"].drugs == ("neratinib", "lapatinib")
    assert [entry.drug for entry in found["diarrhoea"].entries] == ["neratinib"]
    assert (found["diarrhoea"].basis, found["diarrhoea"].unknown) == ("drug", ("lapatinib",))
    assert (found["bone_loss"].basis, found["bone_loss"].unknown) == ("none", ("letrozole",))


def test_the_arm_goes_before_the_single_drugs() -> None:
    both = arm(
        id="both",
        drugs=["lapatinib", "neratinib"],
        n=50,
        event=[{"caution": "diarrhoea", "any_grade": "90 %"}],
    )
    found = {
        item.caution: item
        for item in rates_of(resolve_regimen("neratinib + lapatinib"), DRUGS, table(arm(), both))
    }
    assert [entry.arm.id for entry in found["diarrhoea"].entries] == ["both"]
    assert (found["diarrhoea"].basis, found["diarrhoea"].unknown) == ("arm", ())


def test_arms_with_other_prophylaxis_are_all_shown() -> None:
    arms = table(
        arm(n=1000, condition="none"),
        arm(id="b", condition="loperamide", setting="adjuvant"),
        arm(
            id="c",
            condition="loperamide",
            setting="adjuvant",
            n=60,
            event=[{"caution": "diarrhoea", "severe": "8/60"}],
        ),
        arm(
            id="d",
            condition="escalation",
            setting="adjuvant",
            n=60,
            event=[{"caution": "diarrhoea", "severe": "8/60"}],
        ),
    )
    (diarrhoea,) = (
        item
        for item in rates_of(resolve_regimen("neratinib"), DRUGS, arms, ["metastatic"])
        if item.caution == "diarrhoea"
    )
    assert [entry.arm.condition for entry in diarrhoea.entries] == ["none", "loperamide", "escalation"]


def test_plain_data_hold_overlaps_gaps_and_sources() -> None:
    regimen = resolve_regimen("neratinib + lapatinib")
    found = toxicity_json(regimen, DRUGS, table(arm(source="nala", discontinued="3 %")))
    assert {"caution": "diarrhoea", "drugs": ["neratinib", "lapatinib"]} in found["overlapping"]
    assert all(len(item["drugs"]) > 1 for item in found["overlapping"])
    assert cited(found) == {"nala"}
    assert found["treatment"] == []


def test_what_else_the_arm_reported_is_told() -> None:
    events = [{"caution": "diarrhoea", "severe": "3 %"}, {"caution": "anaemia", "severe": "2 %"}]
    found = toxicity_json(resolve_regimen("neratinib"), DRUGS, table(arm(event=events, discontinued="9 %")))
    assert [item["caution"] for item in found["also"]] == ["anaemia"]
    assert found["treatment"][0]["discontinued"]["share"] == pytest.approx(0.09)
    assert found["rates"][0]["arms"][0]["any_grade"] is None


def test_every_shipped_regimen_has_an_answer_for_each_caution() -> None:
    arms = load_toxicities()
    for regimen in load_regimens().values():
        for item in rates_of(regimen, DRUGS, arms):
            assert bool(item.entries) == (item.basis != "none"), (regimen.id, item.caution)
            assert item.entries or item.unknown, (regimen.id, item.caution)
