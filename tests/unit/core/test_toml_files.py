"""Faults of a TOML file name the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from erbium.core.errors import DataError
from erbium.core.toml_files import read_toml
from erbium.knowledge.tables import load_numbers


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "some.toml"
    file.write_text("[one]\nvalue = 2.5\n", encoding="utf-8")
    assert read_toml(file) == {"one": {"value": 2.5}}


@pytest.mark.parametrize("content", [b"x = = 3\n", b"x = '\xff'\n"])
def test_what_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"settings\.toml: not a TOML file"):
        read_toml(file)
    with pytest.raises(DataError, match=r"settings\.toml: not a TOML file"):
        load_numbers("settings", tmp_path)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent\.toml: no such file"):
        read_toml(tmp_path / "absent.toml")
