"""`erbium calibrate population` as a user calls it: its size, and what is wrong with its input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_the_plan_says_how_many_courses_it_takes(erbium: Any) -> None:
    result = erbium("calibrate", "population", "--plan", "--trial", "cleopatra", "--trial", "m77001")
    assert result.exit_code == 0
    assert "12288 courses" in result.stdout
    told = json.loads(
        erbium("calibrate", "population", "--plan", "--designs", 8, "--groups", 2, "--json").stdout
    )
    size = told["size"]
    assert told["schema"] == "erbium.calibrate-population-plan/1"
    assert size["library"] == 8 * 32 * size["treatments"]


def test_wrong_input_is_named(erbium: Any, tmp_path: Path) -> None:
    result = erbium("calibrate", "population", "--trial", "cleopatr", "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["nearest"] == "cleopatra"
    assert error["key"] == "--trial"
    file = tmp_path / "mine.toml"
    file.write_text('schema = "erbium.calibration/1"\nhorizn = 3\n', encoding="utf-8")
    result = erbium("calibrate", "population", "--file", file, "--plan")
    assert result.exit_code == 2
    assert 'unknown key "horizn"' in result.stderr
    assert "horizon" in result.stderr
    result = erbium("calibrate", "population", "--plan", "--designs", 4, "--groups", 3)
    assert result.exit_code == 2
    assert "--groups" in result.stderr
    result = erbium("calibrate", "population", "-o", tmp_path / "fit.pdf")
    assert result.exit_code == 2
    assert ".md" in result.stderr
