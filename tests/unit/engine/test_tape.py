"""The tape shares parts, sorts what depends on parameters only, and ignores process history."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from erbium.core.errors import UnknownName
from erbium.core.parser import parse
from erbium.engine.tape import Depends, Tape


def test_shared_parts_appear_once() -> None:
    tape = Tape({"A": 0}, {"k": 0})
    slots = tape.add_all([parse("k * A / (1 + A)"), parse("2 * (k * A) / (A + 1)")])
    operations = [tape.slots[s].op for s in tape.needed(slots, Depends.STATES)]
    assert operations.count("inv") == 1
    assert operations.count("add") == 1


def test_operations_on_parameters_are_prepared() -> None:
    tape = Tape({"A": 0}, {"k": 0, "n": 1})
    slot = tape.add(parse("A * exp(k / n) ^ n"))
    prepared = tape.prepared([slot])
    assert [tape.slots[s].op for s in tape.needed([slot], Depends.STATES)] == ["mul"]
    assert "exp" in [tape.slots[s].op for s in prepared]


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UnknownName, match=r"no species or parameter \"B\""):
        Tape({"A": 0}, {}).add(parse("A * B"))


def test_the_tape_does_not_depend_on_what_was_built_before(root: Path) -> None:
    script = (
        "import sys; from erbium.core import expression as ex\n"
        "for name in sys.argv[1:]: ex.name(name)\n"
        "from tests.networks import receptor_network\n"
        "from erbium.engine.system import System\n"
        "print(System.of(receptor_network()).tape.slots)"
    )
    before = (["AKT", "kA", "R"], ["R", "kA", "AKT"])
    runs = [
        subprocess.run(
            [sys.executable, "-c", script, *names],
            cwd=root,
            env={"PYTHONPATH": f"{root / 'src'}:{root}"},
            capture_output=True,
            text=True,
            check=True,
        )
        for names in before
    ]
    assert runs[0].stdout == runs[1].stdout
