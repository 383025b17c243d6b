"""Reasons, cautions and gaps in words, on hand-made results."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from erbium.advise.run import Simulated, visit_grid
from erbium.advise.words import (
    Shift,
    caution_texts,
    cautions_of,
    interactions_of,
    missing_tests,
    spread_of,
)
from erbium.core.twins import Array, Twins
from erbium.knowledge.catalogue import load_drugs, load_regimens, resolve_regimen
from erbium.profile import Profile
from erbium.tumour import Tumour
from erbium.tumour.endpoints import Endpoints
from erbium.tumour.presence import Mask, Presence
from tests.patients import patient

TWINS = Twins(1, 4, 5)
REGIMENS = load_regimens()


def endpoints(score: Array, name: str = "rmst") -> Endpoints:
    return Endpoints({}, score, name, "months" if name == "rmst" else "fraction")


def simulated(score: Array, name: str = "rmst") -> Simulated:
    return cast(Simulated, SimpleNamespace(endpoints=endpoints(score, name)))


def presence(present: Mask | None = None, *, name: str = "PTEN loss", status: str = "sampled") -> Presence:
    shown = np.ones(20, dtype=bool) if present is None else np.asarray(present, dtype=bool)
    mechanism = SimpleNamespace(id=name.split(maxsplit=1)[0].lower(), name=name, test="a stain")
    return Presence(cast(Any, mechanism), cast(Any, status), shown, np.ones(20))


def shift(base: float, other: float, *, rank: int | None = 1, name: str = "rmst") -> Shift:
    return Shift(presence(), simulated(np.full(20, other), name), simulated(np.full(20, base), name), rank)


def test_a_better_course_without_the_mechanism() -> None:
    text = shift(6.0, 12.0, rank=2).text(4)
    assert (
        text
        == "without PTEN loss: better (mean progression-free time 6.0 months -> 12.0 months; rank 4 -> 2)"
    )


def test_a_worse_one() -> None:
    assert shift(12.0, 6.0).text(1).startswith("without PTEN loss: worse (")
    assert shift(12.0, 6.0).change == pytest.approx(-6.0)


def test_a_small_one_is_called_little() -> None:
    assert "little change" in shift(10.0, 10.4).text(1)
    assert "better" in shift(10.0, 10.6).text(1)


def test_rates_are_told_in_percent() -> None:
    assert "pCR 20 % -> 60 %" in shift(0.2, 0.6, name="pCR").text(1)


def test_a_shift_as_json() -> None:
    found = shift(6.0, 12.0, rank=2).json(4)
    assert found["effect"] == {"endpoint": "rmst", "with": 6.0, "without": 12.0, "unit": "months"}
    assert (found["mechanism"], found["rank_without"]) == ("pten", 2)


@pytest.mark.parametrize(
    ("regimen", "person", "expected"),
    [
        ("tdxd", {"comorbidities": ["interstitial lung disease"]}, "lung disease is reported"),
        ("tdxd", {"lvef": 40}, "LVEF is 40 %"),
        ("alpelisib_tdm1", {"comorbidities": ["Diabetes type 2"]}, "diabetes is reported"),
    ],
)
def test_a_patient_s_own_risk_comes_first(regimen: str, person: dict[str, Any], expected: str) -> None:
    assert cautions_of(REGIMENS[regimen], patient(person=person))[0].startswith(expected)
    assert not cautions_of(REGIMENS[regimen], patient())[0].startswith(expected)


def test_a_healthy_heart_is_no_caution() -> None:
    assert not [c for c in cautions_of(REGIMENS["tdxd"], patient(person={"lvef": 50})) if "LVEF is" in c]


@pytest.mark.parametrize("name", sorted(REGIMENS))
def test_every_caution_has_words(name: str) -> None:
    texts = caution_texts()
    assert cautions_of(REGIMENS[name], patient()) == [texts[item] for item in REGIMENS[name].cautions]
    assert not [text for text in texts.values() if "_" in text]


def tumour(profile: Profile, *presences: Presence) -> Tumour:
    found = SimpleNamespace(presences={p.mechanism.id: p for p in presences}, profile=profile)
    return cast(Tumour, found)


def test_the_test_that_would_tell_most_comes_first() -> None:
    with_it = np.arange(20) % 2 == 0
    half = np.arange(20) % 4 < 2
    score = np.where(with_it, 4.0, 12.0)
    case = tumour(patient(), presence(half, name="FGFR1 gain"), presence(with_it, name="PTEN loss"))
    found = missing_tests(case, [simulated(score)], ["T-DM1"])
    assert found[0]["marker"] == "PTEN loss"
    assert found[0]["why"] == "drawn in 50 % of the twins; test: a stain"
    assert found[0]["change"] == "if present, less from T-DM1 (12.0 months -> 4.0 months)"
    assert found[0]["importance"] == pytest.approx(2 / 3)


def test_a_test_that_would_change_the_choice_says_so() -> None:
    with_it = np.arange(20) % 2 == 0
    first, second = simulated(np.where(with_it, 2.0, 12.0)), simulated(np.full(20, 8.0))
    found = missing_tests(tumour(patient(), presence(with_it)), [first, second], ["A", "B"])
    assert found[0]["change"].endswith("best simulated option changes to B")
    assert found[0]["importance"] > 1.0


def test_a_mechanism_in_few_twins_is_still_listed_as_not_tested() -> None:
    few = np.arange(20) < 3
    found = missing_tests(tumour(patient(), presence(few)), [simulated(np.ones(20))], ["A"])
    (entry,) = [item for item in found if item["marker"].startswith("PTEN")]
    assert entry == {"marker": "PTEN protein", "why": "unknown", "change": "", "importance": 0.0}


def test_what_was_measured_is_not_asked_for() -> None:
    known = tumour(patient(protein={"pten": "lost"}), presence(status="measured"))
    found = missing_tests(known, [simulated(np.ones(20))], ["A"])
    assert not [item for item in found if item["marker"].startswith("PTEN")]


def spread(score: Array, *presences: Presence) -> dict[str, float]:
    return spread_of(tumour(patient(), *presences), endpoints(score), TWINS)


def test_a_spread_between_parameter_draws_belongs_to_parameters() -> None:
    found = spread(np.repeat([1.0, 5.0, 9.0, 13.0], 5))
    assert found["parameters"] == pytest.approx(1.0)


def test_a_spread_that_a_marker_explains_belongs_to_markers() -> None:
    with_it = np.arange(20) % 5 < 2
    found = spread(np.where(with_it, 2.0, 10.0), presence(with_it))
    assert found["markers"] > 0.9
    assert found["parameters"] == pytest.approx(0.0, abs=1e-9)


def test_what_nothing_explains_is_chance() -> None:
    found = spread(np.tile([1.0, 7.0, 3.0, 9.0, 5.0], 4))
    assert found == pytest.approx({"parameters": 0.0, "markers": 0.0, "chance": 1.0})
    assert spread(np.ones(20)) == {"parameters": 0.0, "markers": 0.0, "chance": 0.0}


@pytest.mark.parametrize(
    ("horizon", "expected"),
    [(30.0, [30.0]), (42.0, [42.0]), (84.0, [42.0, 84.0]), (100.0, [42.0, 84.0, 100.0])],
)
def test_visits_are_six_weeks_apart_and_end_at_the_horizon(horizon: float, expected: list[float]) -> None:
    assert visit_grid(horizon) == expected


def test_an_interaction_is_a_caution() -> None:
    drugs = load_drugs()
    together = resolve_regimen("everolimus + tucatinib", REGIMENS, drugs)
    (said,) = interactions_of(together, drugs)
    assert said == "interaction, everolimus: clearance 0.18-fold, exposure 5.7-fold, by tucatinib (CYP3A)"
    assert interactions_of(REGIMENS["tdxd_pertuzumab"], drugs) == []
