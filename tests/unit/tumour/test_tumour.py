"""Twins of one patient's tumour, on the shipped network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from erbium.core.errors import DataError, UnknownName
from erbium.knowledge.catalogue import resolve_regimen
from erbium.tumour import Course, Tumour, run_arms
from erbium.tumour.earlier_lines import CYTOTOXIC
from erbium.tumour.fitted import of_fit
from erbium.tumour.presence import holds
from erbium.tumour.recist import sum_of_diameters
from tests.patients import patient

pytestmark = pytest.mark.needs_compiler

VISITS = (42.0, 84.0)


def tumour(*, seed: int = 1, draws: int = 4, markers: int = 3, **blocks: Any) -> Tumour:
    return Tumour.from_profile(patient(**blocks), seed=seed, parameter_draws=draws, marker_draws=markers)


@pytest.fixture(scope="module")
def plain() -> Tumour:
    return tumour()


@pytest.fixture(scope="module")
def lost() -> Tumour:
    return tumour(protein={"pten": "lost"})


def column(of: Tumour, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return of.parameters[:, of.network.parameter_index[name]]


def test_the_same_seed_gives_the_same_twins(plain: Tumour) -> None:
    assert plain.parameters.tobytes() == tumour().parameters.tobytes()
    assert plain.drug_free.tobytes() == tumour().drug_free.tobytes()
    assert plain.parameters.tobytes() != tumour(seed=2).parameters.tobytes()


def test_every_twin_is_possible(plain: Tumour) -> None:
    assert plain.parameters.shape == (12, len(plain.network.parameters))
    assert np.isfinite(plain.parameters).all()
    assert (plain.parameters >= 0.0).all()
    assert np.isfinite(plain.drug_free).all()
    assert (plain.drug_free >= 0.0).all()


def test_metastatic_disease_grows_faster_with_every_earlier_line() -> None:
    first, third = (tumour(disease={"setting": "metastatic", "line": line}) for line in (1, 3))
    fold = of_fit(first.twins, "growth_per_line")
    np.testing.assert_allclose(first.doubling_days / third.doubling_days, fold**2)
    assert (fold > 1.0).any()
    early = tumour(disease={"setting": "neoadjuvant", "stage": "II"})
    assert not early.earlier_lines


def test_the_clones_double_in_the_time_drawn_at_the_size_found(plain: Tumour) -> None:
    states = plain.drug_free
    slopes = plain.kernel.derivative(states, plain.parameters)
    for k in (1, 2):
        at = plain.network.species_index[f"c{k}.volume"]
        rates = slopes[:, at] / states[:, at]
        assert np.log(2.0) / rates / 24.0 == pytest.approx(plain.doubling_days, rel=0.01)


def test_even_a_large_tumour_can_still_double() -> None:
    large = tumour(disease={"setting": "metastatic", "sum_of_diameters_mm": 400.0})
    at = large.network.species_index["c1.volume"]
    assert (large.kernel.derivative(large.drug_free, large.parameters)[:, at] > 0.0).all()
    assert (large.capacity >= 2.0 * large.start_volume * (1.0 - 1e-12)).all()


def test_clones_start_with_their_share(plain: Tumour) -> None:
    for k, clone in enumerate(plain.clones, start=1):
        volume = plain.drug_free[:, plain.network.species_index[f"c{k}.volume"]]
        assert volume == pytest.approx(plain.start_volume * clone.fraction, rel=1e-6)


def test_the_minor_clone_tolerates_more(plain: Tumour) -> None:
    for name in CYTOTOXIC:
        factor = plain.clones[-1].scales[name]
        assert (factor >= 1.0).all()
        assert (factor > 1.0).any()
        assert column(plain, f"c2.{name}") == pytest.approx(factor * column(plain, f"c1.{name}"))


def test_a_stated_size_is_kept() -> None:
    measured = tumour(disease={"setting": "metastatic", "line": 1, "sum_of_diameters_mm": 55, "n_lesions": 3})
    assert (measured.start_diameters == 55.0).all()
    assert (measured.lesions == 3.0).all()
    assert sum_of_diameters(measured.start_volume, measured.lesions) == pytest.approx(np.full(12, 55.0))


def test_no_lesion_is_larger_than_any_seen() -> None:
    large = tumour(disease={"setting": "metastatic", "line": 1, "sum_of_diameters_mm": 200})
    assert (large.start_diameters / large.lesions <= 60.0).all()


def test_only_a_share_carries_micrometastases_after_surgery() -> None:
    adjuvant = tumour(draws=20, markers=20, disease={"setting": "adjuvant"})
    share = (adjuvant.start_volume > 0.0).mean()
    assert 0.1 < share < 0.45
    assert adjuvant.start_volume.max() < 0.5  # a relapse


def test_what_was_measured_is_in_every_twin(lost: Tumour, plain: Tumour) -> None:
    assert lost.presences["pten_loss"].fraction == 1.0
    assert 0.0 < plain.presences["pten_loss"].fraction < 1.0
    # Where evidence contradicts itself, a share of the draws follows the weaker side; never the typical one.
    held = holds(lost.presences["pten_loss"].mechanism, lost.twins)
    assert held[lost.twins.draw == 0].all()
    usual = np.median(column(plain, "c1.PTEN_abundance"))
    assert column(lost, "c1.PTEN_abundance")[held].max() < 0.3 * usual


def test_switching_a_mechanism_off_gives_the_wild_type_twin(lost: Tumour) -> None:
    normal = tumour(protein={"pten": "normal"})
    off = lost.without("pten_loss")
    assert np.array_equal(off.parameters, normal.parameters)
    assert not np.array_equal(off.parameters, lost.parameters)
    assert np.array_equal(off.doubling_days, lost.doubling_days)


def test_target_lesions_are_long_enough_to_be_one_and_were_seen() -> None:
    first_line = {"setting": "metastatic", "line": 1}
    small = tumour(draws=10, markers=20, disease={**first_line, "sum_of_diameters_mm": 24})
    assert small.lesions.max() == 2.0
    tiny = tumour(disease={**first_line, "sum_of_diameters_mm": 9, "n_lesions": 3})
    assert (tiny.arm(resolve_regimen("tdxd")).detection_mm < 3.0).all()


def test_relevant_mechanisms_are_listed_measured_first(lost: Tumour) -> None:
    found = lost.relevant_mechanisms()
    assert found[0].mechanism.id == "pten_loss"
    shares = [presence.fraction for presence in found[1:]]
    assert shares == sorted(shares, reverse=True)
    assert "pten_loss" not in {p.mechanism.id for p in lost.without("pten_loss").relevant_mechanisms()}


def test_a_brain_metastasis_sees_less_of_an_antibody(plain: Tumour) -> None:
    regimen = resolve_regimen("tucatinib_trastuzumab_capecitabine")
    body, brain = plain.arm(regimen), plain.at("brain").arm(regimen)
    at = plain.network.parameter_index["unbound_antibody_IV"]
    assert (brain.parameters[:, at] < body.parameters[:, at]).all()
    assert np.array_equal(body.amounts, brain.amounts)
    assert np.array_equal(body.states, brain.states)


def test_an_arm_changes_only_what_its_drugs_say(plain: Tumour) -> None:
    arm = plain.arm(resolve_regimen("trastuzumab"))
    names = np.array(plain.network.parameters)
    changed = set(names[(arm.parameters != plain.parameters).any(axis=0)])
    assert changed
    assert all("antibody_IV" in name for name in changed)


def test_an_arm_that_cannot_be_simulated_says_so(plain: Tumour) -> None:
    with pytest.raises(DataError, match="cannot be simulated together"):
        plain.arm(resolve_regimen("trastuzumab + margetuximab"))


def test_new_lesions_belong_to_metastatic_disease(plain: Tumour) -> None:
    regimen = resolve_regimen("trastuzumab")
    assert (plain.arm(regimen).new_lesion_rate > 0.0).all()
    early = tumour(disease={"setting": "neoadjuvant"})
    assert (early.arm(regimen).new_lesion_rate == 0.0).all()


def test_arms_do_not_influence_each_other_in_the_shipped_network(plain: Tumour) -> None:
    arms = [
        plain.arm(resolve_regimen(name))
        for name in ("tdxd", "trastuzumab_fulvestrant", "tucatinib_trastuzumab_capecitabine")
    ]

    def key(course: Course) -> tuple[bytes, ...]:
        return tuple(
            np.ascontiguousarray(part).tobytes()
            for part in (course.volume, course.live, course.progression_days, course.best, course.end_states)
        )

    together = run_arms(plain.kernel, arms, VISITS)
    for course, arm in zip(together, arms, strict=True):
        (alone,) = run_arms(plain.kernel, [arm], VISITS)
        assert key(course) == key(alone)


def test_more_earlier_lines_are_harder_to_treat() -> None:
    first, third = (
        tumour(disease={"setting": "metastatic", "line": line}, draws=5, markers=4) for line in (1, 3)
    )
    assert len(third.earlier_lines) == 2
    for given in ("antimitotic_tolerance", "tubulin_payload_tolerance"):
        assert (column(third, f"c1.{given}") > column(first, f"c1.{given}")).all()
    for other in ("antimetabolite_tolerance", "genotoxic_payload_tolerance", "cytotoxic_tolerance"):
        np.testing.assert_array_equal(column(third, f"c1.{other}"), column(first, f"c1.{other}"))
    assert (third.clones[-1].fraction >= first.clones[-1].fraction).all()
    assert third.presences["pten_loss"].fraction >= first.presences["pten_loss"].fraction


def test_clones_carry_their_own_mechanisms() -> None:
    two = tumour(
        protein={"pten": "normal"},
        clones=[
            {"name": "a", "fraction": 0.7},
            {"name": "b", "fraction": 0.3, "mechanisms": ["pten_loss"]},
        ],
    )
    assert len(two.clones) == 3
    from erbium.tumour.parameter_table import ParameterTable

    table = ParameterTable(two).matrix()
    a, b, minor = (table[:, two.network.parameter_index[f"c{k}.PTEN_abundance"]] for k in (1, 2, 3))
    held = holds(two.knowledge.mechanisms["pten_loss"], two.twins)
    assert (b < 0.3 * a)[held].all()
    assert np.array_equal(b[~held], a[~held])
    assert np.array_equal(a, minor)


def test_a_clone_with_a_mechanism_nobody_knows() -> None:
    with pytest.raises(UnknownName, match='"pten_los"') as caught:
        tumour(clones=[{"name": "a", "fraction": 1.0, "mechanisms": ["pten_los"]}])
    assert caught.value.nearest == "pten_loss"


def test_reported_heterogeneity_adds_a_clone() -> None:
    mixed = tumour(her2={"ihc": "3+", "heterogeneity_percent": 30})
    assert [clone.name for clone in mixed.clones] == ["main", "HER2-negative", "minor"]
    assert mixed.network.clones == 3
