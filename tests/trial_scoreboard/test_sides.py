"""Sides of the scoreboard: read from the files of the fits, exclusive, and a trial is all its rows."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from erbium.core.errors import UnknownName
from erbium.knowledge.parameters import data_folder
from erbium.knowledge.trials import load_trials
from erbium.trial.scoreboard import find_sides
from erbium.trial.scoreboard.sides import named

TRIALS = load_trials()


@pytest.mark.parametrize("file", ["population", "modalities"])
def test_every_trial_of_the_fits_in_use_is_in_sample(file: str) -> None:
    sides = find_sides()
    rows = tomllib.loads((data_folder() / "calibration" / f"{file}.toml").read_text(encoding="utf-8"))
    for row in rows["arm"]:
        found = named(row["trial"], TRIALS)
        assert found, row["trial"]
        assert all(sides.in_sample(trial) for trial in found), row["trial"]
    assert sides.arm_fitted("emilia", "lapatinib + capecitabine")
    assert not sides.arm_fitted("emilia", "T-DM1"), "the tested arm is predicted"
    assert not sides.in_sample("paloma_2")
    assert sides.words("paloma_2") == "out of sample"


def test_trials_that_share_a_label_or_a_number_stand_on_one_side() -> None:
    sides = find_sides()
    owners: dict[str, set[bool]] = {}
    for trial in TRIALS.values():
        for name in (*trial.names, trial.nct or trial.id):
            owners.setdefault(name.casefold(), set()).add(sides.in_sample(trial.id))
    assert all(len(found) == 1 for found in owners.values())
    assert any(sum(name in trial.names for trial in TRIALS.values()) > 1 for t in TRIALS.values()
               for name in t.names), "else this shows nothing"  # fmt: skip


def test_a_new_calibration_file_moves_its_trials_into_the_sample(tmp_path: Path) -> None:
    file = tmp_path / "population.toml"
    file.write_text('[[curve]]\ntrials = ["KATE2", "Burstein 2010"]\n', encoding="utf-8")
    sides = find_sides(TRIALS, tmp_path)
    inside = {trial for trial in TRIALS if sides.in_sample(trial)}
    assert inside == {"kate2", "burstein_2010_after_trastuzumab", "burstein_2010_trastuzumab_naive"}
    assert sides.fitted("kate2")
    file.write_text("in_use = false\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert not find_sides(TRIALS, tmp_path).seen, "the numbers that are scored do not come from this fit"


def test_only_the_named_arm_of_a_fitted_trial_is_fitted(tmp_path: Path) -> None:
    text = """
[errors]
trial = { value = 0.2 }
[[arm]]
trial = "kate2"
arm = "placebo"
[[contrast]]
trial = "EMILIA"
test = "tdm1"
against = "lapatinib_capecitabine"
[[arm]]
trial = "cleopatra"
regimen = "another"
"""
    (tmp_path / "population.toml").write_text(text, encoding="utf-8")
    sides = find_sides(TRIALS, tmp_path)
    assert sides.arm_fitted("kate2", "placebo")
    assert not sides.arm_fitted("kate2", "atezolizumab")
    assert sides.in_sample("kate2"), "a trial is all its rows"
    assert sides.arm_fitted("emilia", "T-DM1")
    assert sides.arm_fitted("cleopatra", "pertuzumab"), "where the arm cannot be told, all are"


def test_a_relative_of_a_fitted_trial_is_in_sample(tmp_path: Path) -> None:
    (tmp_path / "backbone.toml").write_text('[[arm]]\ntrial = "DS8201-A-J101, HER2-low"\n', encoding="utf-8")
    with pytest.raises(UnknownName):
        find_sides(TRIALS, tmp_path)
    text = '[[arm]]\ntrial = "ds8201_a_j101_her2_low"\n'
    (tmp_path / "backbone.toml").write_text(text, encoding="utf-8")
    sides = find_sides(TRIALS, tmp_path)
    assert sides.in_sample("ds8201_a_j101"), "one trial, two files"


def test_a_calibration_row_of_an_unknown_trial_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "backbone.toml").write_text('[[arm]]\ntrial = "CLEOPATRE"\n', encoding="utf-8")
    with pytest.raises(UnknownName, match="CLEOPATRA") as error:
        find_sides(TRIALS, tmp_path)
    assert error.value.file == str(tmp_path / "backbone.toml")


def test_a_label_means_no_trial_whose_name_only_contains_it() -> None:
    assert named("KATE2", TRIALS) == ["kate2"]
    assert named("KATE", TRIALS) == ["kate2"], "the words of a name are letters and digits apart"
    assert named("HERA", TRIALS) == ["hera"]
    assert named("HER2CLIMB", TRIALS) == ["her2climb"], "a name in full is not the beginning of another"
    assert named("", TRIALS) == []
