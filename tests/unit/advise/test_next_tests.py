"""The value of the next test, read from twins that are there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from erbium.advise.next_tests import candidates, carriers, next_tests
from erbium.core.twins import Array
from erbium.knowledge.advice_data import assay_of, load_assays
from erbium.knowledge.schema.advice import COSTS
from erbium.tumour import Tumour
from erbium.tumour.endpoints import Endpoints
from tests.patients import patient

NAMES = [{"regimen": "a", "name": "A"}, {"regimen": "b", "name": "B"}]


@pytest.fixture(scope="module")
def tumour() -> Tumour:
    return Tumour.from_profile(patient(), parameter_draws=20, marker_draws=10)


def scores(*values: Array) -> list[Endpoints]:
    return [Endpoints({}, np.asarray(value, dtype=float), "rmst", "months") for value in values]


def told(tumour: Tumour, *values: Array) -> dict[str, dict[str, Any]]:
    found = next_tests(tumour, ["I", "I"], scores(*values), NAMES)
    return {mechanism: row for row in found for mechanism in row["mechanisms"]}


def test_a_marker_that_turns_the_order_is_worth_its_test(tumour: Tumour) -> None:
    lost = carriers(tumour, "pten_loss")
    rows = told(tumour, np.where(lost, 0.0, 10.0), np.full(lost.size, 7.0))
    row = rows["pten_loss"]
    assert row["informative"]
    positive, negative = row["results"]
    assert positive["first"]["regimen"] == "b"
    assert not negative["first_changes"]
    assert row["order_changed"] == pytest.approx(positive["probability"])
    assert row["expected_gain"]["value"] == pytest.approx(positive["probability"] * positive["gain"])
    assert row["cost"] == "low"


def test_an_irrelevant_marker_changes_nothing(tumour: Tumour) -> None:
    count = tumour.twins.count
    rows = told(tumour, np.full(count, 9.0), np.full(count, 7.0))
    assert all(row["order_changed"] == 0.0 and not row["informative"] for row in rows.values())


def test_no_test_lifts_an_option_over_a_better_tier(tumour: Tumour) -> None:
    lost = carriers(tumour, "pten_loss")
    rows = next_tests(tumour, ["I", "II"], scores(np.where(lost, 4.0, 10.0), np.full(lost.size, 7.0)), NAMES)
    assert all(row["order_changed"] == 0.0 for row in rows)


def test_the_cheapest_informative_test_comes_first(tumour: Tumour) -> None:
    lost, mutated = carriers(tumour, "pten_loss"), carriers(tumour, "pik3ca_h1047r")
    rows = next_tests(
        tumour, ["I", "I"], scores(10.0 - 9.0 * lost - 9.0 * mutated, np.full(lost.size, 7.0)), NAMES
    )
    telling = [row for row in rows if row["informative"]]
    assert telling == rows[: len(telling)]
    costs = [COSTS.index(row["cost"]) for row in telling]
    assert costs == sorted(costs)
    assert {"pten_loss", "pik3ca_h1047r"} <= {name for row in telling for name in row["mechanisms"]}


def test_chance_among_few_carriers_is_no_change_of_order(tumour: Tumour) -> None:
    noise = np.random.default_rng(2).normal(size=(2, tumour.twins.count))
    found = next_tests(tumour, ["I", "I"], scores(5.0 + noise[0] + 0.05, 5.0 + noise[1]), NAMES)
    assert sum(row["order_changed"] > 0.0 for row in found) <= 2


def test_a_measured_marker_is_no_candidate() -> None:
    tested = Tumour.from_profile(patient(protein={"pten": "normal"}), parameter_draws=10, marker_draws=10)
    assert all("pten_loss" not in one.mechanisms for one in candidates(tested))


def test_one_assay_for_several_mechanisms_stands_once(tumour: Tumour) -> None:
    tests = [one.test for one in candidates(tumour)]
    assert len(tests) == len(set(tests))
    assert any(len(one.mechanisms) > 1 for one in candidates(tumour))


def test_what_only_a_minor_clone_carries_counts(tumour: Tumour) -> None:
    presence = tumour.presences["pten_loss"]
    everywhere = replace(presence, present=np.ones(tumour.twins.count, dtype=bool))
    clones = (*tumour.clones[:-1], replace(tumour.clones[-1], carried=(everywhere,)))
    assert carriers(replace(tumour, clones=clones), "pten_loss").all()


def test_every_kind_of_test_has_a_cost_and_the_first_fit_is_taken() -> None:
    assert assay_of("PTEN by immunohistochemistry: sequencing misses most losses").id == "ihc"
    assert assay_of("ESR1 in ctDNA").id == "sequencing"
    assert assay_of("something new").id == "other"
    assert all(assay.why for assay in load_assays())
