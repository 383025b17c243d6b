"""What earlier lines selected for: what was given counts, not how many lines there were."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from erbium.advise.past.lines import lines_of
from erbium.advise.past.twins_then import profile_before
from erbium.core.twins import Twins
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.usual_lines import usual_line
from erbium.model import build_network
from erbium.pharmacology.registry import kind_of
from erbium.tumour import Tumour
from erbium.tumour.earlier_lines import (
    CYTOTOXIC,
    EarlierLine,
    lines_given,
    times_selected,
    unknown_drugs,
)
from tests.patients import patient

KNOWN = load_knowledge()
TAXANE, TUBULIN, GENOTOXIC = (
    "antimitotic_tolerance",
    "tubulin_payload_tolerance",
    "genotoxic_payload_tolerance",
)


def lines(line: int, *prior: Mapping[str, object], positive: bool = True) -> tuple[EarlierLine, ...]:
    profile = patient(disease={"setting": "metastatic", "line": line}, prior_therapies=list(prior))
    return lines_given(profile, KNOWN, positive)


@pytest.mark.parametrize(
    ("regimen", "tolerances", "blocked"),
    [
        ("th_docetaxel", {TAXANE}, True),
        ("capecitabine", {"antimetabolite_tolerance"}, False),
        ("doxorubicin", {"dna_damage_tolerance"}, False),
        ("tdm1", {TUBULIN}, True),
        ("tdxd", {GENOTOXIC}, True),
        ("alpelisib_tdm1", {TUBULIN, "pi3k_mtor_tolerance"}, True),
        ("capivasertib", {"pi3k_mtor_tolerance"}, False),
        ("palbociclib_trastuzumab_letrozole", {"cdk_tolerance", "endocrine_tolerance"}, True),
        ("tucatinib", set(), True),
        ("selumetinib", set(), False),
    ],
)
def test_a_line_selects_for_what_was_given(regimen: str, tolerances: set[str], blocked: bool) -> None:
    found = EarlierLine.of([resolve_regimen(regimen)], KNOWN)
    assert found == EarlierLine(frozenset(tolerances), blocked)


def test_every_tolerance_that_a_drug_selects_is_a_parameter_of_every_clone() -> None:
    network = build_network(2)
    found = {kind_of(drug.drug_class).selects(drug) for drug in KNOWN.drugs.values()} - {None}
    assert found > set(CYTOTOXIC)
    for name in found:
        assert {f"c1.{name}", f"c2.{name}"} <= network.parameter_index.keys()


def test_lines_that_are_not_stated_are_the_usual_ones() -> None:
    assert lines(1) == ()
    assert [sorted(line.tolerances) for line in lines(3)] == [[TAXANE], [TUBULIN]]
    assert [sorted(line.tolerances) for line in lines(3, positive=False)] == [
        [TAXANE],
        ["antimetabolite_tolerance"],
    ]
    assert not any(line.blocked_her2 for line in lines(3, positive=False))
    assert len(lines(9)) == 8


def test_stated_lines_stand_where_they_were_given() -> None:
    second = {"regimen": "tdxd", "setting": "metastatic", "line": 2}
    first, then = lines(3, second)
    assert first.tolerances == {TAXANE}
    assert then.tolerances == {GENOTOXIC}


def test_treatments_of_one_line_count_once() -> None:
    induction = {"regimen": "th_docetaxel", "setting": "metastatic", "line": 1}
    maintenance = {"regimen": "trastuzumab + letrozole", "setting": "metastatic", "line": 1}
    (line,) = lines(2, induction, maintenance)
    assert line.tolerances == {TAXANE, "endocrine_tolerance"}


def test_treatment_around_surgery_is_no_line() -> None:
    adjuvant = {"regimen": "capecitabine", "setting": "adjuvant"}
    assert [line.tolerances for line in lines(2, adjuvant)] == [{TAXANE}]


def test_what_erbium_does_not_know_selects_for_nothing() -> None:
    unknown = {"regimen": "thermal baths", "setting": "metastatic", "line": 1}
    assert lines(2, unknown) == (EarlierLine(),)


@pytest.mark.parametrize(
    "given", [{"drugs": ["docetaxel", "denosumab"]}, {"regimen": "docetaxel + denosumab"}]
)
def test_a_drug_beside_one_that_erbium_does_not_know_counts(given: dict[str, object]) -> None:
    (line,) = lines(2, {**given, "setting": "metastatic", "line": 1})
    assert line.tolerances == {TAXANE}


def test_stated_lines_count_where_the_next_line_is_not_stated() -> None:
    prior = [{"regimen": name, "setting": "metastatic"} for name in ("docetaxel", "tdm1")]
    profile = patient(disease={"setting": "metastatic"}, prior_therapies=prior)
    found = lines_given(profile, KNOWN, True)
    assert [sorted(line.tolerances) for line in found] == [[TAXANE], [TUBULIN]]


def test_maintenance_makes_no_line_that_was_not_given() -> None:
    """Induction and maintenance are line 1, T-DXd is line 2: no usual T-DM1 in between."""
    prior = [
        {"regimen": "th_docetaxel", "setting": "metastatic", "line": 1, "best_response": "PR"},
        {"regimen": "trastuzumab", "setting": "metastatic", "line": 1, "best_response": "SD"},
        {"regimen": "tdxd", "setting": "metastatic", "line": 2, "best_response": "PR"},
    ]
    profile = patient(disease={"setting": "metastatic", "line": 3}, prior_therapies=prior)
    assert [line.lines_before for line in lines_of(profile, KNOWN)] == [0, 0, 1]
    then = profile_before(profile, lines_of(profile, KNOWN)[2])
    assert [sorted(line.tolerances) for line in lines_given(then, KNOWN, True)] == [[TAXANE]]


def test_a_class_given_twice_is_selected_twice() -> None:
    given = [{"drugs": [drug], "setting": "metastatic"} for drug in ("paclitaxel", "vinorelbine")]
    assert times_selected(lines(3, *given)) == {TAXANE: 2}


@pytest.mark.needs_compiler
def test_the_same_number_of_lines_of_other_drugs_is_another_tumour() -> None:
    def table(regimen: str) -> dict[str, np.ndarray]:
        prior = {"regimen": regimen, "setting": "metastatic", "line": 1}
        profile = patient(disease={"setting": "metastatic", "line": 2}, prior_therapies=[prior])
        tumour = Tumour.from_profile(profile, twins=Twins(1, 3, 4))
        index = tumour.network.parameter_index
        return {name: tumour.parameters[:, index[f"c1.{name}"]] for name in (*CYTOTOXIC, "bypass_drive")}

    taxane, conjugate = table("docetaxel"), table("tdxd")
    assert (taxane[TAXANE] > conjugate[TAXANE]).all()
    assert (taxane[GENOTOXIC] < conjugate[GENOTOXIC]).all()
    assert (taxane["bypass_drive"] < conjugate["bypass_drive"]).all()
    np.testing.assert_array_equal(taxane[TUBULIN], conjugate[TUBULIN])


def test_what_an_earlier_line_names_and_nobody_knows_is_told() -> None:
    prior = [
        {"regimen": "trastuzumab + wonderfumab", "setting": "metastatic"},
        {"regimen": "tdm1", "line": 2},
    ]
    profile = patient(disease={"setting": "metastatic", "line": 3}, prior_therapies=prior)
    assert unknown_drugs(profile, KNOWN) == ["wonderfumab"]
    tumour = Tumour.from_profile(profile, seed=1, parameter_draws=1, marker_draws=1, knowledge=KNOWN)
    assert [text for text in tumour.warnings if "wonderfumab" in text]
    assert unknown_drugs(patient(disease={"setting": "metastatic", "line": 3}), KNOWN) == []


def test_usual_lines_are_regimens_and_the_last_repeats() -> None:
    for positive in (True, False):
        found = [usual_line(number, positive, KNOWN).id for number in range(9)]
        assert len(set(found)) == 3
        assert set(found[2:]) == {found[2]}
