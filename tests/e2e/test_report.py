"""The report as a user asks for it: PDF, combinations beside it, and no patient in any log."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.needs_compiler

SMALL = ["--twins", "4", "--regimen", "tdxd", "--horizon", "6 months", "--no-history", "--explain", "1"]
SECRET = "pseudonym-7QX"


def combined(file: Path, **changes: Any) -> Path:
    body = {"schema": "erbium.combine/1", "case": SECRET, "knowledge_hash": "other", "sets": []}
    file.write_text(json.dumps({**body, **changes}), encoding="utf-8")
    return file


@pytest.fixture
def secret(case: Path) -> Path:
    text = case.read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if line.startswith("id = "))
    case.write_text(text.replace(old, f'id = "{SECRET}"'), encoding="utf-8")
    return case


def test_a_pdf_and_no_patient_in_any_log(
    erbium: Any, secret: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("weasyprint")
    caplog.set_level(logging.DEBUG)
    out = tmp_path / "report.pdf"
    result = erbium("advise", secret, *SMALL, "--out", out, "--combine", combined(tmp_path / "sets.json"))
    assert result.exit_code == 0, result.output
    assert out.read_bytes().startswith(b"%PDF")
    assert SECRET not in result.stderr
    assert not [record for record in caplog.records if SECRET in record.getMessage()]
    assert "searched with other knowledge" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": "erbium.advise/1"}, "is no answer of erbium combine"),
        ({"case": "somebody-else"}, "the search is of another case"),
    ],
)
def test_a_search_that_does_not_fit_is_refused(
    erbium: Any, secret: Path, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    file = combined(tmp_path / "sets.json", **changes)
    result = erbium("advise", secret, *SMALL, "--out", tmp_path / "r.html", "--combine", file)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "r.html").exists()


def test_a_search_that_is_not_there_or_has_no_report(erbium: Any, secret: Path, tmp_path: Path) -> None:
    missing = erbium(
        "advise", secret, *SMALL, "--out", tmp_path / "r.html", "--combine", tmp_path / "no.json"
    )
    assert (missing.exit_code, "does not exist" in missing.stderr) == (2, True)
    aimless = erbium("advise", secret, *SMALL, "--combine", combined(tmp_path / "sets.json"))
    assert (aimless.exit_code, "--out with .html or .pdf" in aimless.stderr) == (2, True)
