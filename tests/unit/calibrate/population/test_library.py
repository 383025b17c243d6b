"""The library and the whole calibration on few patients: resumed with the same bytes, damage is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from erbium.calibrate.population import Settings, fit_population, population_json, population_report
from erbium.calibrate.population.changed import change
from erbium.calibrate.population.coordinates import coordinates
from erbium.calibrate.population.courses import plan_courses
from erbium.calibrate.population.design import Design
from erbium.calibrate.population.fit import PopulationFit
from erbium.calibrate.population.library import Library
from erbium.calibrate.population.simulate import Group
from erbium.core.errors import DataError
from erbium.report.json_text import json_text
from erbium.tumour.clones import drawn_share, variation

TRIALS = ("cleopatra", "m77001")
SETTINGS = Settings(designs=6, patients=4, groups=2, refine=2, seed=3, draws=30, trials=TRIALS)


def library(folder: Path | None, designs: int = 6) -> Library:
    design = Design.read().only(TRIALS)
    return Library(plan_courses(design), coordinates(design), designs, 4, 2, 3, folder)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def fit(work: Path) -> PopulationFit:
    return fit_population(SETTINGS, work=work)


def folder_of(work: Path) -> Path:
    path = library(work).path
    assert path is not None
    return path


def test_the_whole_calibration_runs_and_says_what_it_did(fit: PopulationFit) -> None:
    text = population_report(fit)
    for title in (
        "Numbers",
        "Profiles",
        "Fitted figures",
        "Predicted figures",
        "Left out",
        "The mode, simulated",
    ):
        assert f"## {title}" in text
    assert "CLEOPATRA_3A.csv is not at hand" in text
    assert fit.library.hash[:16] in text
    top = text.split("\n")[2]
    assert top.startswith("**In use**")
    assert fit.library.identity["network"][:16] in top
    assert population_report(replace(fit, in_use=False)).split("\n")[2].startswith("**Not in use**")
    body = json.loads(json_text(population_json(fit)))
    assert body["in_use"] is True
    assert body["network_hash"] == fit.library.identity["network"]
    assert len(body["numbers"]) == len(fit.place)
    assert {item["name"] for item in body["left_out"] if item["kind"] == "trial"} <= set(TRIALS)
    predicted = [p for p in fit.predictions if p.role == "predicted"]
    assert {p.trial for p in predicted} <= set(TRIALS)
    assert all(p.low <= p.value <= p.high for p in fit.predictions)


def test_numbers_of_drugs_that_no_arm_holds_are_flat_and_assumed(fit: PopulationFit) -> None:
    at = [c.name for c in fit.place].index("exposure_pi3k_mtor")
    assert fit.profiles[at].max() < 1e-9
    assert not fit.posterior.fitted[at]


def test_numbers_an_arm_feels(fit: PopulationFit) -> None:
    felt, names = fit.library.felt(), [c.name for c in fit.library.numbers]
    arms = {arm.label: felt[arm.course] for arm in fit.library.courses.arms}
    assert not felt[:, names.index("exposure_pi3k_mtor")].any()
    assert felt[:, names.index("in_vivo_tubulin")].all()
    assert not arms["m77001: docetaxel"][names.index("in_vivo_fc")]
    assert arms["cleopatra: control"][names.index("in_vivo_fc")]


def test_a_run_that_was_ended_goes_on_with_the_same_bytes(work: Path, fit: PopulationFit) -> None:
    path = folder_of(work)
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    for name in ("design-00001", "design-00004", "patients-001"):
        (path / f"{name}.parquet").unlink()
    (path / "design-00002.sha256").unlink()
    again = fit_population(SETTINGS, work=work)
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    assert (again.posterior.draws == fit.posterior.draws).all()


def test_more_designs_keep_those_that_are_there(work: Path, fit: PopulationFit) -> None:
    assert library(work, designs=8).path == fit.library.path
    assert (library(work, designs=8).z[:6] == fit.library.z).all()


def test_damage_is_named(work: Path, fit: PopulationFit) -> None:
    file = folder_of(work) / "design-00003.parquet"
    content = file.read_bytes()
    file.write_bytes(content[:-9] + b"\0" * 9)
    with pytest.raises(DataError, match=r"design-00003.parquet: is damaged.*delete it"):
        fit.library.design(3)
    file.write_bytes(content)


def test_sizes_that_make_no_sense_are_refused() -> None:
    with pytest.raises(DataError, match="--designs: 2"):
        library(None, designs=2)
    design = Design.read().only(TRIALS)
    with pytest.raises(DataError, match="--groups: 5 groups for 6 designs"):
        Library(plan_courses(design), coordinates(design), 6, 4, 5, 3)


def test_factors_change_what_they_name() -> None:
    group = Group(plan_courses(Design.read().only(TRIALS)), 1, 0, 4)
    tumour, arm = group.patients(group.courses.courses[0].enrolment).tumour, group.arm(0)
    same = change(tumour, arm, {})
    np.testing.assert_allclose(same.parameters, arm.parameters, rtol=1e-6)
    names = tumour.network.parameter_index
    moved = change(tumour, arm, {"in_vivo_tubulin": 1.5, "antibody_access": 9.0, "lesion_detection_mm": 1.5})
    at = names["c1.in_vivo_tubulin"] if "c1.in_vivo_tubulin" in names else names["in_vivo_tubulin"]
    np.testing.assert_allclose(moved.parameters[:, at], 1.5 * arm.parameters[:, at])
    access = [k for name, k in names.items() if name.split(".")[-1] == "antibody_access"]
    assert moved.parameters[:, access].max() == 1.0
    np.testing.assert_allclose(moved.detection_mm, 1.5 * arm.detection_mm)
    minor = change(tumour, arm, {"minor_fraction": 2.0})
    species = tumour.network.species_index
    both = [species["c1.volume"], species["c2.volume"]]
    np.testing.assert_allclose(minor.states[:, both].sum(axis=1), arm.states[:, both].sum(axis=1), rtol=1e-6)
    assert (minor.states[:, both[1]] >= 0.999999 * arm.states[:, both[1]]).all()


def test_the_share_of_the_minor_clone_is_changed_as_it_was_drawn() -> None:
    """Where the most that it may take hides what was drawn, a tenth of that is not a tenth of the most."""
    group = Group(plan_courses(Design.read().only(TRIALS)), 1, 0, 16)
    tumour, arm = group.patients(group.courses.courses[0].enrolment).tumour, group.arm(0)
    both = [tumour.network.species_index[f"c{c}.volume"] for c in (1, 2)]
    drawn, most = drawn_share(tumour.twins, tumour.earlier_lines), variation("minor_most")
    for factor in (30.0, 3.0, 0.1):
        volumes = change(tumour, arm, {"minor_fraction": factor}).states[:, both]
        expected = np.minimum(factor * drawn, most)
        np.testing.assert_allclose(volumes[:, 1] / volumes.sum(axis=1), expected, rtol=1e-4)
    assert (30.0 * drawn > most).any()


def test_growth_quickens_with_the_lines_before() -> None:
    trials = ("cleopatra", "her2climb")
    courses = plan_courses(Design.read().only(trials))
    group = Group(courses, 1, 0, 4)
    lines = set()
    for index, course in enumerate(courses.courses):
        tumour, arm = group.patients(course.enrolment).tumour, group.arm(index)
        many = len(tumour.earlier_lines)
        faster, shorter = (
            change(tumour, arm, factors) for factors in ({"growth_per_line": 1.4}, {"doubling": 1.4**-many})
        )
        np.testing.assert_allclose(faster.parameters, shorter.parameters, rtol=1e-9)
        lines.add(many)
    assert 0 in lines
    assert max(lines) > 0


def test_a_limit_of_scans_is_felt_though_it_moves_no_size(fit: PopulationFit) -> None:
    names = [c.name for c in fit.library.numbers]
    assert fit.library.felt()[:, names.index("lesion_detection_mm")].all()
