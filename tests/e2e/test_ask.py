"""The main job as a user calls it, on few twins and few regimens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.needs_compiler

SMALL = [
    "--twins",
    "4",
    "--regimen",
    "tdxd",
    "--regimen",
    "trastuzumab + vinorelbine",
    "--horizon",
    "6 months",
]
OPTION_KEYS = {
    "rank", "tier", "tie_with", "regimen", "endpoints", "response_rate", "pfs_months", "versus_reference",
    "reasons", "cautions", "toxicity", "evidence", "evidence_for", "evidence_against", "conflict",
}  # fmt: skip


def test_advise_on_the_screen(erbium: Any, case: Path) -> None:
    result = erbium("advise", case, *SMALL)
    assert result.exit_code == 0, result.output
    assert "HER2-positive" in result.stdout
    assert "T-DXd" in result.stdout
    assert "Research software" in result.stdout


def test_advise_as_json_is_the_contract_and_nothing_else(erbium: Any, case: Path) -> None:
    result = erbium("advise", case, *SMALL, "--json", "--seed", "3")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["schema"] == "erbium.advise/1"
    assert found["seed"] == 3
    assert {
        "version",
        "knowledge_hash",
        "warnings",
        "her2_status",
        "not_tested",
        "outside_support",
    } <= found.keys()
    assert [option["rank"] for option in found["options"]] == list(range(1, len(found["options"]) + 1))
    assert all(option.keys() >= OPTION_KEYS for option in found["options"])
    assert {"tdxd", "trastuzumab_vinorelbine"} <= {option["regimen"] for option in found["options"]}


def test_same_seed_same_bytes(erbium: Any, case: Path) -> None:
    first, second = (erbium("advise", case, *SMALL, "--json").stdout for _ in range(2))
    assert first == second


def test_advise_writes_each_kind_of_file(erbium: Any, case: Path) -> None:
    for suffix, start in (("html", "<!doctype html"), ("json", "{"), ("csv", "rank,")):
        out = case.parent / "new" / f"report.{suffix}"
        result = erbium("advise", case, *SMALL, "-o", out)
        assert result.exit_code == 0, result.output
        assert f"{out}" in result.stdout
        assert out.read_text(encoding="utf-8").lower().startswith(start)
    assert len(list((case.parent / "new").iterdir())) == 3


def test_the_page_needs_nothing_from_outside(erbium: Any, case: Path) -> None:
    out = case.with_name("report.html")
    assert erbium("advise", case, *SMALL, "-o", out).exit_code == 0
    page = out.read_text(encoding="utf-8")
    assert "<script" not in page
    assert 'src="http' not in page
    assert "@import" not in page


@pytest.mark.parametrize(
    ("suffix", "start"),
    [("png", b"\x89PNG"), ("svg", b"<svg"), ("csv", b"time_days"), ("json", b"{"), ("html", b"<!")],
)
def test_simulate(erbium: Any, case: Path, suffix: str, start: bytes) -> None:
    out = case.with_name(f"course.{suffix}")
    result = erbium(
        "simulate", case, "-r", "T-DXd", "--twins", "4", "--until", "4 months", "-o", out, "--json"
    )
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert {"time_days", "volume", "sum_of_diameters", "readouts", "best_response"} <= found.keys()
    assert found["volume"]["unit"] == "cm^3"
    assert len(found["time_days"]) == len(found["volume"]["median"])
    assert out.read_bytes().startswith(start)


def test_cohort_finishes_the_good_and_lists_the_bad(erbium: Any, case: Path) -> None:
    pytest.importorskip("pyarrow")
    import pandas as pd

    text = case.read_text(encoding="utf-8")
    case.with_name("bad.toml").write_text(text.replace("age = 54", "age = 540"), encoding="utf-8")
    out = case.parent / "answers.parquet"
    result = erbium("cohort", case.parent, "--twins", "2", "-r", "tdxd", "-o", out)
    assert result.exit_code == 4, result.output
    assert "person.age" in result.stderr
    assert "Traceback" not in result.output
    frame = pd.read_parquet(out)
    assert list(frame["sample"]) == ["case"]


def test_cohort_with_nothing_good_writes_nothing(erbium: Any, tmp_path: Path) -> None:
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "bad.toml").write_text("x = 1\n", encoding="utf-8")
    result = erbium("cohort", folder, "-o", tmp_path / "out.csv")
    assert result.exit_code == 2, result.output
    assert sorted(file.name for file in tmp_path.iterdir()) == ["profiles"]


def test_the_numpy_kernel_is_said_aloud(erbium: Any, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from erbium.cli import ask

    monkeypatch.setattr(ask, "TWINS_WITHOUT_C", 1)
    arguments = ["simulate", case, "-r", "tdxd", "--backend", "numpy", "--until", "1 month", "--json"]
    result = erbium(*arguments)
    assert result.exit_code == 0, result.output
    assert "NumPy" in result.stderr
    assert any("NumPy" in text for text in json.loads(result.stdout)["warnings"])


def test_interrupting_leaves_nothing_behind(case: Path) -> None:
    source = Path(__file__).parents[2] / "src"
    command = [
        sys.executable,
        "-m",
        "erbium",
        "advise",
        str(case),
        "--twins",
        "2000",
        "-o",
        str(case.with_name("r.html")),
    ]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(source)},
        # A shell's background job ignores SIGINT, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as running:
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=120)
    assert running.returncode == 130, errors
    assert "interrupted" in errors
    assert "Traceback" not in errors
    assert [file.name for file in case.parent.iterdir()] == ["case.toml"]
