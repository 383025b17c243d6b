"""Checks on cells: sums name the arms that there are, and a mistake says where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from erbium.core.errors import DataErrors
from erbium.knowledge.cell_checks import load_cell_checks, read_cell_checks

HEAD = 'system = "some"\n'
GOOD = """
[[checks]]
id = "cell-a"
statement = "PTEN loss raises AKT"
readout = "pAKT_S473"
time = "24 h"
base = { line = "SK-BR-3" }
more = { lost = 1.0 }
less = { kept = 1.1 }
[checks.arms]
kept = {}
lost = { mechanisms = { pten_loss = 1.0 } }
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "some.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def test_shipped_checks_read() -> None:
    assert {"cell-her2-1800-against-900", "cell-her2-normal-spared"} <= load_cell_checks().keys()


def test_a_check_has_whole_contexts(tmp_path: Path) -> None:
    check = read_cell_checks([write(tmp_path, GOOD)])["cell-a"]
    assert check.contexts()["lost"].line == "SK-BR-3"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("lost = 1.0 }\nless", "lots = 1.0 }\nless", "lots"),
        ("kept = 1.1", "lost = 1.1", "kept"),
        ('"24 h"', '"24"', "unit"),
        ('id = "cell-a"', 'id = "A"', "id"),
        ("more", "mroe", "more"),
    ],
)
def test_a_mistake_is_named_with_file_and_check(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(DataErrors) as caught:
        read_cell_checks([write(tmp_path, GOOD.replace(old, new, 1))])
    text = "\n".join(map(str, caught.value.errors))
    assert "some.toml" in text
    assert said in text


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(DataErrors, match="twice"):
        read_cell_checks([write(tmp_path, GOOD + GOOD)])
