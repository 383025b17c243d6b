"""`erbium claims` on files in the making, and what it says to mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.claim_texts import HEAD, PTEN


def test_a_file_in_the_making_is_checked(erbium: Any, tmp_path: Path) -> None:
    file = tmp_path / "toy.toml"
    file.write_text(HEAD + PTEN, encoding="utf-8")
    assert erbium("claims", "validate", file).exit_code == 0
    file.write_text(HEAD + PTEN.replace("pAKT_S473", "pAKT_S47"), encoding="utf-8")
    spoiled = erbium("claims", "validate", file, "--json")
    assert spoiled.exit_code == 2
    (error,) = json.loads(spoiled.stdout)["errors"]
    assert error["nearest"] == "pAKT_S473"
    assert error["key"] == "S1-001.expect[0].readout"


def test_an_unknown_system_is_named_with_the_nearest(erbium: Any) -> None:
    for arguments in (("check", "--system", "no-such-system"), ("list", "--system", "no-such-system")):
        result = erbium("claims", *arguments)
        assert result.exit_code == 2
        assert 'no system "no-such-system"' in result.stderr


def test_a_report_of_an_unknown_kind_is_refused_before_any_work(erbium: Any, tmp_path: Path) -> None:
    result = erbium("claims", "check", "--report", tmp_path / "claims.htm")
    assert result.exit_code == 2
    assert ".html" in result.stderr


def test_the_list_is_json(erbium: Any) -> None:
    listed = json.loads(erbium("claims", "list", "--json").stdout)
    assert listed["schema"] == "erbium.claims_list/1"
