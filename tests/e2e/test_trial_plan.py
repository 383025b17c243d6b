"""`erbium trial plan` and the published curves of a report, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.trial_files import write


def test_a_plan_by_hand(erbium: Any, tmp_path: Path) -> None:
    arguments = ("trial", "plan", "--hazard-ratio", 0.7, "--control-median", 10, "--follow-up", 12)
    shown = erbium(*arguments)
    assert shown.exit_code == 0, shown.output
    assert "247 events" in shown.stdout
    body = json.loads(erbium(*arguments, "--json", "--patients", 300).stdout)
    assert body["schema"] == "erbium.trial_plan/1"
    assert {"version", "seed", "knowledge_hash", "warnings", "effect", "needed", "planned", "powers"} <= set(
        body
    )
    assert body["needed"]["events"] == 247
    assert body["trial"] is None
    file = tmp_path / "plan.csv"
    assert erbium(*arguments, "-o", file).exit_code == 0
    assert file.read_text(encoding="utf-8").startswith("patients,events,power")


@pytest.mark.needs_compiler
def test_a_plan_from_a_trial_file(erbium: Any, tmp_path: Path) -> None:
    arguments = ("trial", "plan", write(tmp_path), "--simulated", 60, "--seed", 2, "--json")
    body = json.loads(erbium(*arguments, "--enrich", "er").stdout)
    assert body["simulated"] == {"patients": 60, "draws": 1, "seed": 2}
    assert body["planned"]["patients"] == 24
    assert body["share"] == pytest.approx(2 / 3)
    assert body["effect"]["arm"] == "T-DXd"
    assert 0.0 < body["effect"]["event_share"] < 1.0
    assert [row["selected"] for row in body["enrichment"]["rows"]] == ["everyone", "yes", "no"]


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ((), "--hazard-ratio"),
        (("--hazard-ratio", 0.7), "--control-median"),
        (("--hazard-ratio", 0.7, "--enrich", "er"), "--enrich"),
        (("--hazard-ratio", 0.7, "--event-share", 0.5, "--patients", 2), "--patients"),
        (("--rate", 0.5), "--control-rate"),
        (("--rate", 0.5, "--control-rate", 0.5), "--rate"),
        (("cleopatra", "--rate", 0.5), None),
    ],
)
def test_what_cannot_be_planned_is_one_message(
    erbium: Any, arguments: tuple[Any, ...], key: str | None
) -> None:
    if key is None:
        # Told before anything is simulated.
        key = "--rate"
    result = erbium("trial", "plan", *arguments, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["key"] == key
    assert "Traceback" not in result.output


def test_a_folder_without_curves_is_named_before_the_run(erbium: Any, tmp_path: Path) -> None:
    result = erbium("trial", "run", "cleopatra", "--curves", tmp_path, "-o", tmp_path / "out", "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["key"] == "--curves"
    assert error["file"] == str(tmp_path / "MANIFEST.csv")
    assert not (tmp_path / "out").exists()


@pytest.mark.needs_compiler
def test_published_curves_stand_in_the_report(erbium: Any, tmp_path: Path) -> None:
    folder = tmp_path / "curves"
    folder.mkdir()
    (folder / "MANIFEST.csv").write_text(
        "file,arm,n,time_unit,endpoint\nx.csv,T-DM1,2,months,PFS\n", encoding="utf-8"
    )
    (folder / "x.csv").write_text("time,event,arm\n2,1,T-DM1\n4,0,T-DM1\n", encoding="utf-8")
    file = write(tmp_path, ('name = "SMALL"', 'name = "SMALL"\nkm_files = ["x.csv"]'))
    result = erbium("trial", "run", file, "-n", 12, "-o", tmp_path / "out", "--curves", folder)
    assert result.exit_code == 0, result.output
    assert "(exploratory)" in result.stdout
    page = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert "T-DM1, published (dashed; reconstructed from the figure, n = 2): median 2.0 months" in page
    assert "Overall survival (exploratory)" in page
