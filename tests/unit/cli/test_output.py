"""Files are written whole or not at all, after checks that come before any work."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from erbium.cli.output import csv_text, target
from erbium.core.errors import DataError

SUFFIXES = (".json", ".csv")


def test_no_output_is_no_target() -> None:
    assert target(None, SUFFIXES) is None


def test_the_suffix_decides(tmp_path: Path) -> None:
    place = target(tmp_path / "A.JSON", SUFFIXES)
    assert place is not None
    assert place.suffix == ".json"


@pytest.mark.parametrize(("name", "near"), [("a.jsn", ".json"), ("a.xyz", None), ("a", None)])
def test_unknown_suffix(tmp_path: Path, name: str, near: str | None) -> None:
    with pytest.raises(DataError) as caught:
        target(tmp_path / name, SUFFIXES)
    assert caught.value.nearest == near
    assert caught.value.expected == "one of .json, .csv"


def test_folders_are_made_only_when_written(tmp_path: Path) -> None:
    place = target(tmp_path / "new" / "deep" / "a.json", SUFFIXES)
    assert place is not None
    assert not (tmp_path / "new").exists()
    place.write("text")
    assert (tmp_path / "new" / "deep" / "a.json").read_text(encoding="utf-8") == "text"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataError):
        target(tmp_path / "a.json", SUFFIXES)


def test_a_failure_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = target(tmp_path / "a.json", SUFFIXES)
    assert place is not None
    place.write("old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        place.write("new")
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]
    assert place.path.read_text(encoding="utf-8") == "old"


def test_csv_text() -> None:
    rows = [{"a": 1.5, "b": ["x", "y"]}, {"a": float("nan"), "c": {"k": None}}]
    assert csv_text(rows) == "a,b,c\n1.5,x; y,\n,,k: \n"
