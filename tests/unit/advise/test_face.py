"""`erbium.advise` is a package and a function, whatever was imported first."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "first",
    ["er.Advice", "er.simulate", "er.advise", "import erbium.advise", "from erbium.advise import cohort"],
)
def test_it_can_be_called(first: str) -> None:
    code = f"import erbium as er\n{first}\nassert callable(er.advise), er.advise\nassert er.cohort"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, done.stderr
