from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("dash")

from erbium.core.errors import DataError
from erbium.experiment.example import example_matrix
from erbium.knowledge import load_knowledge
from erbium.web.experiments import names, protocol_of
from erbium.web.pages import designed, designer
from erbium.web.pages.combination import interval, one_set
from erbium.web.pages.combinations import usual
from erbium.web.pages.matrix_result import matrices, matrices_in_words
from erbium.web.pages.pairs import MEASURES, heat_map, step
from erbium.web.pages.still import markup
from erbium.web.questions import ExperimentRequest

BURDEN = {"agents": 2, "severe_events": 0.5, "overlapping": [], "rates_unknown": ["b"], "rates_assumed": []}


def filled(**said: Any) -> dict[str, Any]:
    begin = designer.start()
    form = dict.fromkeys(designer.FIELDS) | {
        "design": designer.DOSES, "cells": [begin.line], "drug": begin.drug, "low": 1.0, "high": 100.0,
        "unit": "nM", "points": 3, "hours": 72, "readouts": ["viability"], "end": 24.0, "readings": 5,
    }  # fmt: skip
    return form | said


def protocol(form: dict[str, Any]) -> Any:
    return protocol_of(
        ExperimentRequest.model_validate(
            {"experiment": designed.experiment_of(form), "case": {"example": "her2_low_er_positive"}}
        )
    )


def test_a_filled_form_is_the_experiment_it_describes() -> None:
    found = protocol(filled(unit="umol/L", ligand="EGF", ligand_dose=2.0, effectors=1.0))
    assert found.series.concentrations == (1000.0, 10000.0, 100000.0)
    (arm,) = found.arms.values()
    assert arm.acute == (("EGF", 2.0),)
    assert arm.effectors == 1.0

    beside = protocol(filled(cells=["MCF7", designer.CASE_CELLS], beside="lapatinib", beside_dose=50.0))
    assert list(beside.arms) == [
        "MCF7",
        "MCF7 with lapatinib 50 nM",
        "cells of the case",
        "cells of the case with lapatinib 50 nM",
    ]
    assert beside.arms["cells of the case"].case
    assert [str(one) for one in beside.arms["cells of the case with lapatinib 50 nM"].exposures] == [
        "lapatinib 50 nM"
    ]


def test_a_time_course_has_its_treatments_alone_and_together() -> None:
    rows = {
        "drug_0": "lapatinib",
        "dose_0": 100.0,
        "drug_2": "everolimus",
        "dose_2": 20.0,
        "together": ["together"],
    }
    found = protocol(filled(design=designer.COURSE, **rows))
    assert list(found.arms) == ["untreated", "lapatinib 100 nM", "everolimus 20 nM", "together"]
    assert found.times == (0.0, 6.0, 12.0, 18.0, 24.0)
    assert len(found.arms["together"].exposures) == 2
    alone = protocol(filled(design=designer.COURSE, **rows | {"together": []}))
    assert "together" not in alone.arms


PAIR: dict[str, Any] = {
    "design": designer.PAIR, "pair_hours": 48.0,
    "pair_0": "lapatinib", "pair_low_0": 1.0, "pair_high_0": 100.0, "pair_points_0": 3,
    "pair_1": "everolimus", "pair_low_1": 0.1, "pair_high_1": 10.0, "pair_points_1": 2,
}  # fmt: skip


def test_two_drugs_are_a_matrix_of_their_concentrations() -> None:
    form = filled(cells=["MCF7", designer.CASE_CELLS], **PAIR)
    found = protocol(form)
    assert found.matrix.drugs == ("lapatinib", "everolimus")
    assert found.matrix.concentrations == ((0.0, 1.0, 10.0, 100.0), (0.0, 0.1, 10.0))
    assert found.matrix.time == 48.0
    assert found.matrix.arms == ("MCF7", "cells of the case")
    assert designed.dishes(form).endswith(
        "4 × 3 dishes, without either drug included, each for 2 kinds of cells: 24 of at most 800."
    )
    assert designed.dishes(filled(cells=[], **PAIR)) == "At most 800 dishes."
    many = filled(cells=[line["name"] for line in names()["lines"]][:15], **PAIR)
    with pytest.raises(DataError, match="Expected at most 800"):
        protocol(many | {"pair_points_0": 8, "pair_points_1": 8})


def test_a_knock_down_stands_beside_the_same_cells_or_alone_in_every_design() -> None:
    knocked = {"knock": ["PTEN_abundance", "MCL1_abundance"], "removed": 80.0}
    course = {"design": designer.COURSE, "drug_0": "lapatinib", "dose_0": 100.0}
    designs: list[dict[str, Any]] = [{}, PAIR, course]
    for design in designs:
        both = protocol(filled(cells=["MCF7"], knock_beside=["beside"], **design, **knocked))
        alone = protocol(filled(cells=["MCF7"], knock_beside=[], **design, **knocked))
        assert len(both.arms) == 2 * len(alone.arms)
        assert all(name.startswith("MCF7, PTEN+MCL1 −80%") for name in alone.arms)
        for name, arm in both.arms.items():
            wanted = {"PTEN_abundance": pytest.approx(0.2), "MCL1_abundance": pytest.approx(0.2)}
            assert dict(arm.scale) == (wanted if "−80%" in name else {})


def test_the_form_says_what_it_lacks() -> None:
    lacks = {
        "Choose both drugs.": {**PAIR, "pair_1": None},
        "Choose two different drugs.": {**PAIR, "pair_1": "lapatinib"},
        "To: give a number within the bounds of the field.": {**PAIR, "pair_high_1": None},
        "Share removed: give a number within the bounds of the field.": {"knock": ["NF1"], "removed": None},
        "Knock down: choose at most 3 genes together.": {"knock": list("abcd"), "removed": 90.0},
        "": PAIR,
    }
    for words, said in lacks.items():
        assert designed.lacking(filled(**said), None) == words


def test_synergy_is_told_with_intervals_and_a_drug_alone_has_none() -> None:
    def band(value: Any, less: Any, more: Any) -> dict[str, Any]:
        return {"value": value, "low": less, "high": more}

    bliss = [[0.0, 0.0], [0.0, -0.12]]
    matrix = {
        "arm": "<cells>", "drugs": ["lapatinib", "everolimus"], "time_h": 48.0,
        "concentrations_nM": [[0.0, 10.0], [0.0, 2.0]], "untreated": band(3.0, 2.5, 3.5),
        "relative_viability": band(*[[[1.0, 0.8], [0.7, 0.6]]] * 3),
        "excess": {"Bliss": {**band(bliss, [[0.0, 0.0], [0.0, -0.2]], [[0.0, 0.0], [0.0, 0.001]]),
                             "mean": band(-0.12, -0.2, 0.001)}},
    }  # fmt: skip
    text = str(markup(matrices({"matrix": [matrix]})))
    assert text.count("−0.12 (−0.20 to 0.00)") == 3  # the mean, the largest, and the pair itself
    assert "lapatinib 10 nM, everolimus 2 nM" in text
    assert text.count("<td>–</td>") == 3
    assert "living cells 3.00 (2.50 to 3.50) of those at 0 h" in text
    assert "<cells>" not in text
    assert 'open="open"' in text
    words = matrices_in_words({"matrix": [matrix]})
    assert "fewest living cells 0.60 of the untreated, at lapatinib 10 nM, everolimus 2 nM" in words
    assert matrices({"matrix": []}) == []


def test_the_form_begins_with_the_example_and_runs_as_it_stands() -> None:
    begin = designer.start()
    form = filled(low=begin.low, high=begin.high, points=begin.points, hours=begin.hours)
    assert protocol(form).series.drug == begin.drug
    assert [(one.drug, one.points) for one in begin.pair] == _shown_in_the_example()
    assert begin.removed == 90.0


def _shown_in_the_example() -> list[tuple[str, int]]:
    return [
        (drug, len(doses) if isinstance(doses, list) else doses["points"])
        for drug, doses in example_matrix()["drugs"].items()
    ]


def search(names: str) -> dict[str, Any]:
    def course(agents: tuple[str, ...], value: float) -> dict[str, Any]:
        return {
            "name": " + ".join(agents),
            "agents": list(agents),
            "benefit": {"median": value},
            "adds": value - 1.0,
        }

    pairs = [(a, b) for k, a in enumerate(names) for b in names[k + 1 :]]
    courses = [course(pair, 3.0 - k) for k, pair in enumerate(pairs)] + [course((a,), 0.5) for a in names]
    held = [{"id": a, "name": f"<{a}>", "kind": "drug", "class": "tki"} for a in pairs[0]]
    excess = {"median": 0.5, "low": 0.001, "high": 1.0}
    synergy = {"excess": {"Bliss": excess}, "verdict": "synergistic", "effect": 1.0, "unit": "log10 cells"}
    benefit = {"median": 3.0, "low": -0.001, "high": 4.0, "worst": 0.1}
    sets = [
        {
            "rank": 1, "name": "a + b", "agents": held, "benefit": benefit, "screened": benefit, "adds": None,
            "burden": BURDEN, "on_front": True, "listed": [], "synergy": {"tumour": synergy, "dish": None},
            "closes": [{"agent": "b", "kind": "rebound", "escape": "X_Y", "worth": excess, "closed": excess}],
        }
    ]  # fmt: skip
    counts = {
        "screened": 6,
        "courses": 6,
        "by_size": {"1": 3, "2": 3},
        "one_place_twice": 1,
        "no_steady_state": 0,
    }
    told = {"against": "no treatment", "unit": "log10 cells", "time_days": 168.0, "name": "fewer cells"}
    return {"sets": sets, "courses": courses, "given": [], "searched": counts, "benefit": told}


def test_pairs_are_coloured_by_their_value_and_open_where_they_are_explained() -> None:
    text = str(markup(heat_map(search("abc"), "benefit")))
    assert text.count('class="seq-6"') == 2  # the best pair stands in both halves
    assert text.count('data-open="1"') == 2
    assert text.count("alone") >= 3
    assert "&lt;a&gt;" in text
    assert "<a>" not in text
    synergy = str(markup(heat_map(search("abc"), "tumour")))
    assert synergy.count("div-8") >= 2
    assert synergy.count("·") >= 4
    assert "No pair was run" in str(markup(heat_map(search("abc"), "dish")))
    assert set(MEASURES) == {"benefit", "adds", "tumour", "dish"}


def test_only_so_many_agents_stand_beside_each_other() -> None:
    text = str(markup(heat_map(search("abcdefghijklmnopqrst"), "benefit")))
    assert text.count('scope="row"') == 16
    assert "16 agents of 20 with most pairs" in text


def test_colours_rise_with_the_value() -> None:
    assert [step(x, 2.0, signed=False) for x in (-1.0, 0.0, 1.0, 2.0)] == ["seq-0", "seq-0", "seq-3", "seq-6"]
    assert [step(x, 2.0, signed=True) for x in (-2.0, 0.0, 2.0)] == ["div-0", "div-4", "div-8"]


def test_an_opened_set_tells_benefit_burden_synergy_escapes_and_what_was_searched() -> None:
    found = search("abc")
    text = str(markup(one_set(found, found["sets"][0])))
    for said in (
        "3.00 (0.00 to 4.00) log10 cells", "synergistic", "+0.50 (0.00 to +1.00)", "X-Y", "6 sets screened",
        "1 take one place twice", "No rate of severe events is published for b", "hypothesis",
    ):  # fmt: skip
        assert said in text, said
    assert interval(None) == "–"


def test_a_small_search_begins_with_drugs_of_different_classes() -> None:
    drugs = load_knowledge().drugs
    classes = [drugs[name].drug_class for name in usual()]
    assert len(classes) == len(set(classes)) > 3
    assert json.dumps(usual())
