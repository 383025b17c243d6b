"""erbium population from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest


def test_sample_writes_patients_and_says_how_they_compare(erbium: Any, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    out, plot = tmp_path / "deep" / "patients.parquet", tmp_path / "patients.png"
    run = ("population", "sample", "HER2-positive metastatic", "-n", 300, "--line", 2, "--seed", 4)
    result = erbium(*run, "-o", out, "--plots", plot, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["schema"] == "erbium.population_sample/1"
    assert (told["patients"], told["seed"], told["line"]) == (300, 4, 2)
    assert told["effective_sample"]["value"] == 300
    assert {row["what"] for row in told["published"]} >= {"er = true", "p95 = true"}
    table = pd.read_parquet(out)
    assert table["patient"].tolist() == list(range(300))
    assert plot.read_bytes().startswith(b"\x89PNG")
    csv = tmp_path / "patients.csv"
    assert erbium(*run, "-o", csv).exit_code == 0
    pd.testing.assert_frame_equal(pd.read_csv(csv), table, check_dtype=False, rtol=1e-12)


def test_a_new_population_can_be_sampled_as_it_stands(erbium: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert erbium("population", "new", file).exit_code == 0
    result = erbium("population", "sample", file, "-n", 20)
    assert result.exit_code == 0, result.output
    assert "20 patients" in result.stdout
    assert erbium("population", "new", file).exit_code == 2


def test_list_and_show(erbium: Any) -> None:
    rows = json.loads(erbium("population", "list", "--json").stdout)["populations"]
    assert {"her2_positive_metastatic", "her2_low_metastatic"} <= {row["id"] for row in rows}
    shown = erbium("population", "show", "her2_low_metastatic").stdout
    assert "HR-positive" in shown or "hr = true: 0.89" in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sample", "her2_positive_metastatik"], 'Did you mean "her2_positive_metastatic"'),
        (["sample", "nowhere.toml"], "does not exist"),
        (["sample", "her2_positive_early", "--line", "2"], "--line"),
        (["sample", "her2_positive_early", "-o", "patients.xlsx"], ".parquet, .csv"),
        (["sample", "her2_positive_early", "--plots", "patients.csv"], "--plots"),
        (["show", "nothing_like_it"], 'no population "nothing_like_it"'),
    ],
)
def test_wrong_input_is_one_message(erbium: Any, arguments: list[str], told: str) -> None:
    result = erbium("population", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""


def test_an_eligibility_that_nobody_meets(erbium: Any, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    erbium("population", "new", file)
    text = file.read_text(encoding="utf-8").replace("at_least = 30.0", "at_least = 300.0")
    file.write_text(text, encoding="utf-8")
    result = erbium("population", "sample", file, "-n", 20, "-o", tmp_path / "patients.csv")
    assert result.exit_code == 2
    assert "albumin_g_L at least 300" in result.stderr
    assert sorted(item.name for item in tmp_path.iterdir()) == ["mine.toml"]


def test_the_schema_is_printed(erbium: Any) -> None:
    schema = json.loads(erbium("schema", "population").stdout)
    assert {"eligibility", "shares", "acts", "profile"} <= set(schema["properties"])
