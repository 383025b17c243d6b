"""The documented fit: arms, what a factor does, and that the fit never worsens."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from erbium.calibrate import BackboneFit, fit_backbone, fit_report
from erbium.calibrate.backbone import (
    FREE,
    Contrast,
    Population,
    Row,
    _against,
    _residuals,
    median_months,
    read_arms,
    read_contrasts,
    simulate,
    smooth_response,
)
from erbium.calibrate.population.changed import columns
from erbium.knowledge.catalogue import load_regimens, resolve_regimen
from erbium.tumour.course import Course
from erbium.tumour.recist import volume_of

MONTH = 30.4375
ARMS, HASH = read_arms()


def course(progression_days: list[float], depth: list[float] | None = None) -> Course:
    n = len(progression_days)
    days = np.arange(0.0, 505.0, 42.0)
    sizes = np.full((len(days), n), 50.0)
    sizes[1:] *= 1.0 - np.array(depth or [0.0] * n)
    return Course(
        name="x",
        visit_days=days,
        volume=volume_of(sizes, 1.0),
        live=volume_of(sizes, 1.0)[..., None],
        lesions=np.ones(n),
        progression_days=np.array(progression_days),
        best=np.ones(n, dtype=np.int64),
        first_visit=np.zeros((n, 1)),
        new_lesion=np.zeros(n, dtype=bool),
        end_states=np.zeros((n, 1)),
    )


def test_every_arm_is_a_regimen_with_possible_results() -> None:
    known = load_regimens()
    for arm in ARMS:
        assert resolve_regimen(arm.regimen, known).drugs
        assert arm.line in (1, 2, 3)
        assert 0.0 < arm.response < 100.0
        assert 0.0 < arm.median_pfs < 60.0
    assert {arm.role for arm in ARMS} == {"backbone", "control", "anchor", "predicted"}
    assert len({(arm.regimen, arm.line) for arm in ARMS}) == len(ARMS)
    assert len(HASH) == 64


def test_every_free_number_is_a_factor_above_one() -> None:
    assert all(bound > 1.0 for bound in FREE.values())


def test_the_median_lies_between_the_visits_that_frame_it() -> None:
    # Half are free at visit 2 (84 d), a quarter at visit 3 (126 d): the half is reached at 84 d.
    found = median_months(course([84.0, 84.0, 126.0, 168.0]))
    assert found == pytest.approx(84.0 / MONTH)
    # Three quarters at 42 d, a quarter at 84 d: half way between.
    assert median_months(course([42.0, 84.0, 84.0, 126.0])) == pytest.approx(63.0 / MONTH)


def test_a_median_not_reached_is_extrapolated_from_who_progressed() -> None:
    nan = float("nan")
    found = median_months(course([42.0, nan, nan, nan]))
    assert found == pytest.approx(504.0 * np.log(2.0) / -np.log(0.75) / MONTH)
    assert median_months(course([nan] * 4)) > 100.0


def test_the_smooth_rate_counts_a_shrinkage_of_thirty_percent_as_half() -> None:
    nan = float("nan")
    assert smooth_response(course([nan], [0.3])) == pytest.approx(0.5)
    assert smooth_response(course([nan], [0.6])) > 0.99
    assert smooth_response(course([nan], [0.0])) < 0.01
    assert smooth_response(course([42.0], [0.6])) == 0.0


def test_residuals_vanish_where_the_simulation_equals_the_trial() -> None:
    row = Row("x", 1, "anchor", "t", 40.0, 8.0, "any", 40.0, 8.0, 0.4)
    assert _residuals([row]) == pytest.approx([0.0, 0.0])
    better = replace(row, smooth_response=0.6, simulated_pfs=8.0 * np.exp(0.2))
    response, pfs = _residuals([better])
    assert response > 0.0
    assert pfs == pytest.approx(1.0)
    assert _residuals([replace(better, role="predicted")]).size == 0


@pytest.fixture(scope="module")
def population() -> Population:
    return Population(2, "any", 1, 8)


@pytest.mark.needs_compiler
class TestPopulation:
    """Virtual patients under changed constants."""

    def test_factors_of_one_change_nothing(self, population: Population) -> None:
        arm, plain = population.arm("tdm1", {}), population.tumour.arm(resolve_regimen("tdm1"))
        assert arm.parameters == pytest.approx(plain.parameters, rel=1e-9)
        assert arm.states == pytest.approx(plain.states, rel=1e-9)

    def test_a_factor_reaches_its_number_in_every_clone(self, population: Population) -> None:
        plain = population.arm("docetaxel", {})
        harder = population.arm("docetaxel", {"in_vivo_tubulin": 1.5})
        changed = np.flatnonzero((harder.parameters != plain.parameters).any(axis=0))
        assert sorted(changed) == sorted(columns(population.tumour, "in_vivo_tubulin"))
        assert len(changed) == population.tumour.network.clones
        assert harder.parameters[:, changed] == pytest.approx(1.5 * plain.parameters[:, changed])

    def test_slower_doubling_is_slower_growth(self, population: Population) -> None:
        plain, slow = (population.arm("tdm1", {"doubling": factor}) for factor in (1.0, 2.0))
        pace = columns(population.tumour, "k_growth")
        assert (slow.parameters[:, pace] < plain.parameters[:, pace]).all()

    def test_another_death_rate_keeps_the_drug_free_growth(self, population: Population) -> None:
        tumour, name = population.tumour, "c1.signal_growth_rate"
        factors = {"k_signal_death": 0.4}
        tables = [population.arm("tdm1", f).parameters for f in ({}, factors)]
        plain, changed = (
            tumour.kernel.compute_readouts(tumour.drug_free, table, [name])[name] for table in tables
        )
        assert changed == pytest.approx(plain, rel=0.02)

    def test_a_larger_minor_clone_leaves_the_tumour_as_large(self, population: Population) -> None:
        plain, more = (population.arm("tdm1", {"minor_fraction": factor}) for factor in (1.0, 5.0))
        network = population.tumour.network
        at = [network.species_index[f"c{k}.volume"] for k in range(1, network.clones + 1)]
        assert more.states[:, at].sum(axis=1) == pytest.approx(plain.states[:, at].sum(axis=1))
        total = plain.states[:, at].sum(axis=1)
        wanted = np.minimum(5.0 * plain.states[:, at[-1]], 0.3 * total)
        assert more.states[:, at[-1]] == pytest.approx(wanted)
        assert (wanted < 0.3 * total).any()

    def test_access_has_a_top(self, population: Population) -> None:
        arm = population.arm("trastuzumab", {"antibody_access": 10.0})
        assert (arm.parameters[:, columns(population.tumour, "antibody_access")] == 1.0).all()

    def test_stronger_killing_is_a_longer_time(self, population: Population) -> None:
        row = next(arm for arm in ARMS if arm.line == 2 and arm.regimen == "capecitabine")
        weak, strong = (
            simulate([row], {(2, "any"): population}, {"k_kill_antimetabolite": factor})[0]
            for factor in (0.2, 5.0)
        )
        assert strong.simulated_pfs > weak.simulated_pfs
        assert strong.smooth_response > weak.smooth_response


@pytest.fixture(scope="module")
def fit() -> BackboneFit:
    return fit_backbone(seed=1, patients=6, iterations=1, free={"doubling": 2.5})


@pytest.mark.needs_compiler
def test_the_fit_does_not_worsen_and_can_be_repeated(fit: BackboneFit) -> None:
    before = fit_backbone(seed=1, patients=6, iterations=0, free={"doubling": 2.5})
    assert before.factors == {"doubling": 1.0}
    assert fit.cost <= before.cost
    assert 1 / 2.5 <= fit.factors["doubling"] <= 2.5
    again = fit_backbone(seed=1, patients=6, iterations=1, free={"doubling": 2.5})
    assert (again.factors, again.cost) == (fit.factors, fit.cost)
    assert fit.data_hash == HASH


@pytest.mark.needs_compiler
def test_predicted_arms_are_printed_and_not_fitted(fit: BackboneFit) -> None:
    assert {(row.regimen, row.line) for row in fit.rows} == {(row.regimen, row.line) for row in ARMS}
    assert all(np.isfinite(row.simulated_pfs) for row in fit.rows)


@pytest.mark.needs_compiler
def test_the_report_shows_every_number_and_arm(fit: BackboneFit) -> None:
    whole = replace(
        fit,
        factors=dict.fromkeys(FREE, 1.5),
        profile={name: (1.0, 0.1 if name == "doubling" else 2.0) for name in FREE},
    )
    text = fit_report(whole, {"doubling": 60.0}, patients=6)
    for name in FREE:
        assert f"| {name} |" in text
    assert text.count("flat: the arms say little") == len(FREE) - 1
    assert all(f"| {row.regimen} | {row.trial} |" in text for row in fit.rows)
    assert HASH[:16] in text


def test_arms_of_one_trial_are_held_against_each_other() -> None:
    known = {(row.regimen, row.line) for row in ARMS if row.role != "predicted" and row.er == "any"}
    contrasts = read_contrasts()
    assert {(c.test, c.line) for c in contrasts} <= known
    assert {(c.against, c.line) for c in contrasts} <= known
    one = Contrast("a", "b", 1, "t", 2.0)
    rows = [
        Row(name, 1, "anchor", "t", 40.0, 8.0, "any", 40.0, months, 0.4)
        for name, months in (("a", 9.0), ("b", 3.0))
    ]
    assert one.simulated(rows) == pytest.approx(3.0)
    assert float(_against(rows, [one])[0]) > 0.0
    assert float(_against(rows, [replace(one, ratio=3.0)])[0]) == pytest.approx(0.0)
