"""Donor-out: nothing leaks, baselines are what they say, scores know when nothing is shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from erbium.calibrate.cells.donor_out import Pair, baselines, carried, deal, split
from erbium.calibrate.cells.observations import Course, Observation, Observations
from erbium.calibrate.cells.reliability import rescaled
from erbium.calibrate.cells.scores import Contrast, bootstrap, error_contrasts, within_drug
from erbium.core.twins import Array
from tests.unit.calibrate.cells.tables import grid, response


def test_no_drug_row_of_the_donor_is_left_and_its_signals_stay() -> None:
    signal = Observation(
        "blots", "a1", "a", Course("a1", "starved"), "log_fold", "pERK", 0.1, 1.0, 0.2
    )  # fmt: skip
    twins = (response("a", "x", 0.9, line="a1"), response("a", "x", 0.8, line="a2"))
    table = Observations((*grid(("b", "c")).rows, *twins, signal))
    for donors in [*((d,) for d in table.donors), ("a", "c")]:
        training, held = split(table, donors)
        assert not [r for r in training.rows if r.drug and r.donor in donors]
        assert {r.donor for r in held.rows} == set(donors)
        assert len(training) + len(held) == len(table)
    training, held = split(table, ("a",))
    assert signal in training.rows
    assert {r.line for r in held.rows} == {"a1", "a2"}, "lines of one patient go together"


def test_every_donor_is_left_out_once() -> None:
    donors = tuple("abcdefghij")
    folds = deal(donors, 4, 1)
    assert sorted(d for fold in folds for d in fold) == list(donors)
    assert {len(fold) for fold in folds} == {2, 3}
    assert deal(donors, 4, 2) != folds
    assert len(deal(donors, 99, 1)) == len(donors)


def test_baselines_use_training_donors_only() -> None:
    table = Observations(
        (
            response("a", "x", 9.0), response("b", "x", 1.0), response("c", "x", 2.0),
            response("a", "y", 7.0), response("b", "y", 3.0), response("c", "y", 5.0),
            response("a", "only", 1.0),
        )
    )  # fmt: skip
    predicted: dict[tuple[str, ...], Array] = {
        (d,): np.zeros(len(table.drugs_of((d,)))) for d in table.donors
    }
    pairs = {(p.donor, p.drug): p for p in baselines(table, predicted, predicted)}
    assert pairs["a", "x"].drug_mean == pytest.approx(1.5)
    assert pairs["a", "x"].oracle == pytest.approx(1.5 + (7.0 - 4.0)), (
        "drug mean and the other drug's surplus"
    )
    assert ("a", "only") not in pairs


def test_lines_of_a_donor_are_averaged() -> None:
    table = Observations(
        (response("a", "x", 1.0, "a1"), response("a", "x", 3.0, "a2"), response("b", "x", 0.0))
    )
    said, trusted = np.array([2.0, 4.0, 0.0]), np.array([1.0, 2.0, 0.0])
    pairs = {p.donor: p for p in baselines(table, {("a", "b"): said}, {("a", "b"): trusted})}
    assert (pairs["a"].observed, pairs["a"].predicted, pairs["a"].rescaled) == (2.0, 3.0, 1.5)


def test_the_potency_of_a_drug_is_learnt_from_the_others() -> None:
    table = grid(tuple("abcdef"))
    seen, held = split(table, ("a",))
    residuals = np.array([0.5 if row.drug == "x" else 0.0 for row in seen.rows])
    added = carried(seen, held, residuals)
    by_drug = {row.drug: value for row, value in zip(held.rows, added, strict=True)}
    assert by_drug["x"] > 0.3 > by_drug["y"]


def pairs_of(model_error: float, rival_error: float, seed: int = 0) -> list[Pair]:
    generator = np.random.default_rng(seed)
    found = []
    for k in range(12):
        for drug in ("x", "y"):
            truth = float(generator.normal())
            one, other = generator.normal(size=2)
            found.append(
                Pair(str(k), "set", "GR_AOC", drug, truth, truth + model_error * one,
                     truth + rival_error * other, truth + rival_error * other,
                     truth + model_error * one)
            )  # fmt: skip
    return found


def test_a_better_model_is_shown_and_an_equal_one_is_not() -> None:
    assert error_contrasts(pairs_of(0.1, 1.0), 1)[0].verdict == "better"
    assert error_contrasts(pairs_of(1.0, 0.1), 1)[0].verdict == "worse"
    equal = [replace(p, drug_mean=p.predicted) for p in pairs_of(0.5, 0.5)]
    assert error_contrasts(equal, 1)[0].verdict == "not shown"
    assert Contrast("n", 1.0, 1.0, -0.1, 0.1, 2, 2).verdict == "not shown"


def test_ranks_are_taken_within_each_drug() -> None:
    found = pairs_of(0.0, 1.0)
    assert within_drug(found, lambda p: p.predicted) == pytest.approx(1.0)
    shifted = lambda p: p.predicted + (100.0 if p.drug == "x" else 0.0)  # noqa: E731
    assert within_drug(found, shifted) == pytest.approx(1.0)
    assert within_drug(found, lambda p: -p.predicted) == pytest.approx(-1.0)
    assert within_drug(found, lambda _p: 0.0) == 0.0


def test_the_bootstrap_draws_donors() -> None:
    found = pairs_of(0.1, 1.0)
    low, high = bootstrap(found, lambda some: float(len({p.donor for p in some})), 1, 200)
    assert 4 <= low <= high < 12


def test_rescaling_keeps_what_holds_and_drops_what_does_not() -> None:
    """Drug x is predicted with twice its spread, drug y not at all."""
    generator = np.random.default_rng(3)
    rows, said = [], []
    for k in range(40):
        for drug in ("x", "y"):
            guess = float(generator.normal())
            truth = 5.0 + 0.5 * guess if drug == "x" else -3.0 + 0.5 * float(generator.normal())
            rows.append(response(str(k), drug, truth))
            said.append(guess)
    table, predicted = Observations(tuple(rows)), np.array(said)
    held = table.mask(lambda row: row.donor == "0")
    seen, left = split(table, ("0",))
    found = rescaled(seen, left, predicted[~held], predicted[held])
    x, y = predicted[held]
    assert 0.3 < (found[0] - 5.0) / x < 0.5, "towards the mean of its drug, leaning on the other drug"
    assert abs(found[1] + 3.0) < 0.3 * abs(y)
    alone = rescaled(seen.where(lambda row: row.drug == "x"), left, predicted[~held][::2], predicted[held])
    assert alone[1] == y, "a drug that nobody else was given keeps its prediction"
