"""Clones: shares, the minor one every tumour has, reported and stated ones."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.errors import DataError, UnknownName
from erbium.core.twins import Twins
from erbium.profile import Profile
from erbium.profile.schema import Clone as StatedClone
from erbium.profile.schema import Meta
from erbium.tumour.clones import Clone, check_mechanisms, clones_of, minor_clone, tolerated, variation
from erbium.tumour.earlier_lines import CYTOTOXIC, EarlierLine
from tests.patients import patient

TWINS = Twins(1, 20, 10)
ONES = np.ones(TWINS.count)
MAIN = Clone("main", "as profiled", ONES, 1000.0 * ONES, 0.1 * ONES)


TAXANE = EarlierLine(frozenset({"antimitotic_tolerance"}), blocked_her2=True)


def clones(profile: Profile, lines_before: int = 0) -> list[Clone]:
    return clones_of(profile, TWINS, MAIN, 20.0 * ONES, 0.9 * ONES, [TAXANE] * lines_before)


def stated(*parts: dict[str, object]) -> Profile:
    """Return a profile with clones that the reader of files would refuse."""
    return Profile(meta=Meta(id="x"), clones=tuple(StatedClone.model_validate(part) for part in parts))


HETEROGENEOUS = patient(her2={"ihc": "3+", "heterogeneity_percent": 30})
STATED = patient(
    clones=[
        {"name": "a", "fraction": 0.6, "her2_ihc": "3+"},
        {"name": "b", "fraction": 0.4, "her2_ihc": "1+", "mechanisms": ["pten_loss"]},
    ]
)


@pytest.mark.parametrize("profile", [patient(), HETEROGENEOUS, STATED])
@pytest.mark.parametrize("lines_before", [0, 3])
def test_shares_sum_to_one(profile: Profile, lines_before: int) -> None:
    found = clones(profile, lines_before)
    assert sum(clone.fraction for clone in found) == pytest.approx(ONES)
    assert all((clone.fraction > 0.0).all() and (clone.fraction <= 1.0).all() for clone in found)


def test_every_tumour_has_a_minor_clone() -> None:
    main, minor = clones(patient())
    assert (main.name, minor.name) == ("main", "minor")
    assert (minor.fraction < main.fraction).all()
    assert (minor.her2 <= main.her2).all()
    assert (minor.bypass > main.bypass).all()
    assert np.median(minor.scales["CCNE1_dosage"]) > 1.0 > np.median(minor.scales["ER_abundance"])
    typical = minor.fraction[TWINS.draw == 0]
    assert np.median(typical) == pytest.approx(variation("minor_fraction"), rel=0.5)


def test_a_minor_clone_tolerates_some_classes_or_all() -> None:
    twins = Twins(1, 1, 4000)
    flat = np.full(twins.count, 1.0)
    scales = minor_clone(twins, Clone("main", "", flat, flat, flat)).scales
    raised = np.array([scales[name] > 1.0 for name in CYTOTOXIC])
    np.testing.assert_array_equal(raised, np.array([tolerated(twins)[name] for name in CYTOTOXIC]))
    everything, each = variation("minor_tolerant_to_all"), variation("minor_tolerant_to_class")
    assert raised.mean(axis=1) == pytest.approx(everything + (1.0 - everything) * each, abs=0.03)
    assert raised.all(axis=0).mean() == pytest.approx(everything, abs=0.03)
    assert (~raised.any(axis=0)).any()


def test_a_line_selects_a_minor_clone_that_tolerates_what_was_given() -> None:
    fresh, later = (minor_clone(TWINS, MAIN, [TAXANE] * lines).fraction for lines in (0, 2))
    held = tolerated(TWINS)["antimitotic_tolerance"]
    np.testing.assert_array_equal(later[~held], fresh[~held])
    assert (later[held] >= fresh[held]).all()
    open_ended = held & (later < variation("minor_most"))
    fold = later[open_ended] / fresh[open_ended]
    assert (fold > 1.0).all()


def test_drugs_that_kill_no_cell_of_it_select_no_minor_clone() -> None:
    antibody = EarlierLine(blocked_her2=True)
    fresh, later = (minor_clone(TWINS, MAIN, lines).fraction for lines in ((), [antibody]))
    np.testing.assert_array_equal(later, fresh)


def test_the_minor_clone_stays_minor() -> None:
    assert (minor_clone(TWINS, MAIN, [TAXANE] * 9).fraction <= 0.3).all()


def test_reported_heterogeneity_is_a_clone_without_amplification() -> None:
    main, negative, minor = clones(HETEROGENEOUS)
    assert negative.fraction == pytest.approx(0.3 * (1.0 - minor.fraction))
    assert main.fraction == pytest.approx(0.7 * (1.0 - minor.fraction))
    assert (negative.her2 == 20.0).all()
    assert (negative.bypass == 0.9).all()
    assert (main.her2 == 1000.0).all()


def test_no_heterogeneity_is_no_clone() -> None:
    assert len(clones(patient(her2={"ihc": "3+", "heterogeneity_percent": 0}))) == 2


def test_stated_clones_keep_their_shares_and_mechanisms() -> None:
    a, b, minor = clones(STATED)
    assert a.fraction == pytest.approx(0.6 * (1.0 - minor.fraction))
    assert (a.name, b.name) == ("a", "b")
    assert b.mechanisms == ("pten_loss",)
    assert (a.her2 == 1000.0).all()
    assert (b.her2 == 20.0).all()


def test_few_copies_make_a_stated_clone_negative() -> None:
    low, high = (
        clones(patient(clones=[{"name": "a", "fraction": 1.0, "her2_copies": copies}]))[0]
        for copies in (3.0, 12.0)
    )
    assert (low.her2 == 20.0).all()
    assert (high.her2 == 1000.0).all()


def test_too_many_clones() -> None:
    four = [{"name": name, "fraction": 0.25} for name in "abcd"]
    with pytest.raises(DataError, match="4 clones") as caught:
        clones(stated(*four))
    assert caught.value.expected == "at most 3 clones"


def test_shares_that_do_not_sum_to_one() -> None:
    with pytest.raises(DataError, match=r"add up to 0\.7"):
        clones(stated({"name": "a", "fraction": 0.4}, {"name": "b", "fraction": 0.3}))


def test_a_rounding_error_in_the_shares_is_mended() -> None:
    found = clones(stated({"name": "a", "fraction": 0.5}, {"name": "b", "fraction": 0.51}))
    assert sum(clone.fraction for clone in found) == pytest.approx(ONES)


def test_a_mechanism_nobody_knows_is_named() -> None:
    check_mechanisms(STATED, {"pten_loss"})
    with pytest.raises(UnknownName, match='no mechanism "pten_loss"') as caught:
        check_mechanisms(STATED, {"pten_losss"})
    assert caught.value.nearest == "pten_losss"
    assert caught.value.key == "clones.b.mechanisms"
