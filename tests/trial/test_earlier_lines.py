"""Earlier lines that are simulated: each fails, selects, and leaves its patients to the trial."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from erbium.core.errors import DataError
from erbium.knowledge.trials import trial_file
from erbium.population import sample_block
from erbium.trial import Study, run_trial
from erbium.trial.earlier_lines import LONGEST_DAYS, VISIT_DAYS, Pretreated, through_lines
from erbium.tumour import Tumour
from erbium.tumour.untreated import before_any_line
from tests.trial_files import NEOADJUVANT, write

pytestmark = pytest.mark.needs_compiler

STUDY = Study.read(trial_file("her2climb")).with_lines_simulated()


@pytest.fixture(scope="module")
def tumour() -> Tumour:
    return sample_block(STUDY.population, seed=2, block=0, size=40).tumour


@pytest.fixture(scope="module")
def pretreated(tumour: Tumour) -> Pretreated:
    return through_lines(tumour, STUDY.lines)


def volumes(tumour: Tumour, states: np.ndarray) -> np.ndarray:
    index = tumour.network.species_index
    return states[:, [at for name, at in index.items() if name.endswith((".volume", ".dying"))]]


def test_the_lines_are_those_of_the_trial_or_the_usual_ones(tmp_path: Path) -> None:
    assert [line.id for line in STUDY.lines] == ["thp_docetaxel", "tdm1"]
    told = Study.read(write(tmp_path, ("line = 2", 'line = 2\nbefore = ["capecitabine"]')))
    assert [line.id for line in told.with_lines_simulated().lines] == ["capecitabine"]
    low = Study.read(trial_file("destiny_breast04")).with_lines_simulated()
    assert [line.id for line in low.lines][:1] == ["paclitaxel"]


def test_before_any_line_nothing_that_lines_leave_is_there(tumour: Tumour) -> None:
    first = before_any_line(tumour)
    assert len(tumour.earlier_lines) == 2
    assert first.earlier_lines == ()
    assert (first.clones[0].bypass <= tumour.clones[0].bypass).all()
    assert (first.clones[0].bypass < tumour.clones[0].bypass).any()
    assert (first.clones[-1].fraction <= tumour.clones[-1].fraction).all()
    assert (first.doubling_days > tumour.doubling_days).all()
    assert first.presences.keys() == tumour.presences.keys()


def test_every_line_fails_at_a_scan(pretreated: Pretreated) -> None:
    days = pretreated.line_days
    assert days.shape == (2, len(pretreated.rows))
    assert 0 < len(pretreated.rows) < 40
    assert (days % VISIT_DAYS == 0.0).all()
    assert days.min() >= VISIT_DAYS
    assert days.max() <= LONGEST_DAYS


def test_lines_select_and_the_size_is_the_one_drawn(pretreated: Pretreated) -> None:
    first, rows = pretreated.tumour, pretreated.rows
    total = volumes(first, pretreated.states).sum(axis=1)
    np.testing.assert_allclose(total, first.start_volume[rows], rtol=1e-4)
    index = first.network.species_index
    for name in ("c1.selected_antimitotic", "c1.selected_tubulin_payload", "c1.selected_drive"):
        gained = pretreated.states[:, index[name]]
        assert (gained >= 0.0).all(), name
        assert np.median(gained) > 0.05, name
    never = pretreated.states[:, index["c1.selected_antimetabolite"]]
    assert np.abs(never).max() < 1e-6


def test_a_run_keeps_its_size_and_says_how_it_came_about() -> None:
    found = run_trial(STUDY, 30, seed=3)
    assert len(found.patients) == 30
    told = found.json()
    assert told["earlier_lines"] == {"how": "simulated", "regimens": ["thp_docetaxel", "tdm1"]}
    assert any("earlier lines are simulated" in text for text in told["warnings"])
    assert found.identity["earlier_lines"] == ["thp_docetaxel", "tdm1"]


def test_an_induction_follows_the_lines(tmp_path: Path) -> None:
    changes = (
        ("line = 2", "line = 3"),
        (
            'primary = "PFS"',
            'primary = "PFS"\n[design.induction]\nregimen = "th_docetaxel"\nduration = "9 weeks"',
        ),
    )
    study = Study.read(write(tmp_path, *changes)).with_lines_simulated()
    found = run_trial(study, 20, seed=2)
    assert len(found.patients) == 20
    assert found.patients["arm"].value_counts().to_dict() == {"T-DXd": 13, "T-DM1": 7}
    first = found.sizes[found.sizes["day"] == 0.0].set_index("patient")["mm"]
    assert np.allclose(first, found.patients.set_index("patient")["baseline_mm"])


def test_a_run_as_calibrated_has_the_identity_it_always_had() -> None:
    found = run_trial(Study.read(trial_file("her2climb")), 10, seed=3)
    assert "earlier_lines" not in found.identity
    assert found.json()["earlier_lines"] == {"how": "counted", "regimens": []}


@pytest.mark.parametrize("change", [(("line = 2", "line = 1"),), NEOADJUVANT])
def test_without_earlier_lines_there_is_nothing_to_simulate(
    tmp_path: Path, change: tuple[tuple[str, str], ...]
) -> None:
    study = Study.read(write(tmp_path, *change))
    with pytest.raises(DataError, match="no earlier lines") as found:
        study.with_lines_simulated()
    assert found.value.key == "population.line"


def test_lines_that_never_fail_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erbium.trial.earlier_lines.TOO_FEW", 2.0)
    study = Study.read(write(tmp_path, ("line = 2", 'line = 2\nbefore = ["tdxd"]'))).with_lines_simulated()
    monkeypatch.setattr("erbium.trial.earlier_lines.LONGEST_DAYS", VISIT_DAYS)
    with pytest.raises(DataError, match="progress in 1 earlier line") as found:
        run_trial(study, 250, seed=2)
    assert found.value.key == "population.before"
