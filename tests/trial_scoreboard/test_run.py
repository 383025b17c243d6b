"""A small scoreboard end to end: totals agree with the rows, sides are kept apart, a killed run goes on."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from erbium.core.errors import DataError, UnknownName
from erbium.report.scoreboard_page import scoreboard_page
from erbium.trial.scoreboard import Frozen, Setting, log_row, resumed, run_scoreboard, select
from erbium.trial.scoreboard.selection import published_patients, with_lines_simulated
from tests import synthetic_trial
from tests.trial_files import write

pytestmark = pytest.mark.needs_compiler
PUBLISHED = """
[[published_ratio]]
arm = "T-DXd"
versus = "T-DM1"
endpoint = "PFS"
hazard_ratio = 0.5
low = 0.2
high = 1.2
source = "made up"
status = "unverified"
[[published]]
arm = "T-DM1"
endpoint = "ORR"
value = 40.0
unit = "percent"
n = 50
source = "made up"
status = "unverified"
"""
LAST = 'versus = "T-DM1"\nprimary = true\n'
SETTING = Setting(20, 2, 3, Frozen("p", "n", "k"), dt.date(2026, 1, 2))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A trial with a result and one without."""
    folder = tmp_path_factory.mktemp("trials")
    return [
        str(write(folder, (LAST, f'{LAST}expected = "superior"\n{PUBLISHED}'), name="reported")),
        str(write(folder, name="planned")),
    ]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results") / "deep" / "down"


@pytest.fixture(scope="module")
def board(files: list[str], out: Path) -> Any:
    return run_scoreboard(select([*files, "vogel_2002"], patients=20, draws=2), SETTING, out=out)


def test_totals_agree_with_the_rows_and_sides_are_apart(board: Any) -> None:
    body = board.json()
    assert body["schema"] == "erbium.trial-scoreboard/1"
    assert {row["trial"]: row["side"] for row in body["trials"]} == {
        "reported": "out_of_sample", "planned": "out_of_sample", "vogel_2002": "in_sample",
    }  # fmt: skip
    for side, wanted in (("in_sample", True), ("out_of_sample", False)):
        total = body["totals"][side]
        ratios = [row for row in body["rows"] if row["in_sample"] == wanted]
        rates = [row for row in body["figures"] if row["in_sample"] == wanted and row["endpoint"] == "ORR"]
        known = [row["inside_ci"] for row in ratios if row["inside_ci"] is not None]
        assert total["hr_inside_ci"] == {
            "count": sum(known), "of": len(known),
            "fraction": sum(known) / len(known) if known else None,
        }  # fmt: skip
        assert total["orr_inside_ci"]["of"] == sum(row["inside_ci"] is not None for row in rates)
        assert total["primary_comparisons"] == len(ratios)
    assert body["totals"]["out_of_sample"]["primary_comparisons"] == 1
    assert body["totals"]["in_sample"]["orr_inside_ci"]["of"] >= 1
    assert len(body["totals"]["out_of_sample"]["baselines"]) == 3
    assert {row["claim"] for row in body["claims"]["rows"]} == {"S1-102", "S2-057"}
    assert "NaN" not in json.dumps(body)


def test_too_few_patients_are_said(board: Any) -> None:
    assert any("1 of 1 hazard ratios" in text for text in board.json()["warnings"])


def test_a_comparison_without_a_result_is_predicted(board: Any) -> None:
    (waiting,) = board.awaited
    assert waiting["trial"] == "planned"
    assert waiting["measure"] == "hazard_ratio"
    assert waiting["low"] < waiting["value"] < waiting["high"]


def test_a_killed_run_goes_on_and_ends_the_same(board: Any, files: list[str], out: Path) -> None:
    for name in ("00001.json", "00001.parquet"):
        (out / "planned" / "blocks" / name).unlink()
    again = run_scoreboard(select([*files, "vogel_2002"], patients=20, draws=2), SETTING, out=out)
    assert resumed(again.scored) == 5, "two blocks a trial, of which one was lost"
    assert again.json() == board.json()


def test_another_run_does_not_go_on_in_the_same_folder(files: list[str], out: Path, board: Any) -> None:
    other = Setting(20, 2, 4, SETTING.frozen, SETTING.date)
    with pytest.raises(DataError, match="another run"):
        run_scoreboard(select(files, patients=20, draws=2), other, out=out)


def test_the_line_of_the_log_has_the_headline(board: Any) -> None:
    row = log_row(board)
    assert row["trials"] == 3
    assert row["parameters"] == "p"
    assert row["hr_inside"] in {"0/1", "1/1"}
    assert row["skill"] is not None


def test_the_page_says_what_was_done(board: Any) -> None:
    text = scoreboard_page({**board.json(), "run": 7}, "figure.png", ["parameters changed since run 6"])
    for part in (
        "run 7", "seed 3", "20 virtual patients a trial, 5 times as many",
        "Parameters changed since run 6.", "figure.png",
        "## Totals", "## Constants, out of sample", "## Claims that are numbers of trials",
        "## Predicted, without a published result", "in sample: fitted in population",
    ):  # fmt: skip
        assert part in text
    widths = {line.count("|") for line in text.split("## Sides")[1].splitlines() if line.startswith("|")}
    assert len(widths) == 1


def test_what_cannot_be_run_is_refused(files: list[str], tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="cleopatra"):
        select(["cleopatre"], patients=20, draws=1)
    with pytest.raises(DataError, match="named twice"):
        select(["emilia", "EMILIA"], patients=20, draws=1)
    with pytest.raises(DataError, match="--patients"):
        select(["emilia"], patients=0, draws=1)
    with pytest.raises(DataError, match="left without patients"):
        select(["emilia"], patients=1, draws=1)
    with pytest.raises(DataError, match="no trial is named"):
        select([], named=True, patients=20, draws=1)
    place = tmp_path / "file"
    place.write_text("text", encoding="utf-8")
    with pytest.raises(DataError, match="is a file"):
        run_scoreboard(select(files, patients=20, draws=2), SETTING, out=place)


def test_the_estimate_grows_with_patients() -> None:
    chosen = select(["emilia", "neosphere"], patients=20, draws=1)
    assert chosen.seconds(2000) > chosen.seconds(20) > 0.0


def test_the_estimate_counts_lines_that_are_simulated() -> None:
    chosen = select(["emilia", "neosphere"], patients=20, draws=1)
    added = with_lines_simulated(chosen).seconds(300) - chosen.seconds(300)
    assert added == pytest.approx(
        chosen.seconds(300, chosen.studies[:1]) - chosen.seconds(0, chosen.studies[:1])
    )


def test_the_published_size_of_an_arm_is_its_figures_or_its_share() -> None:
    source = {"source": "made up", "status": "unverified"}
    figure = {"arm": "control", "endpoint": "ORR", "value": 40.0, "unit": "percent", "n": 390, **source}
    trial = synthetic_trial.trial(published=[figure])
    assert published_patients(trial, "control") == 390
    assert published_patients(trial, "tested") == 400


def test_earlier_lines_are_simulated_where_there_are_any() -> None:
    chosen = with_lines_simulated(select(["cleopatra", "emilia", "neosphere"], patients=20, draws=1))
    assert [len(study.lines) for study in chosen.studies] == [0, 1, 0]
