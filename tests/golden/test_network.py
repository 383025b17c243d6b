"""The composed network is the text that was reviewed."""

from __future__ import annotations

import difflib

import pytest

from tests.golden.texts import FOLDER, TEXTS

HOW = "If the change is meant, renew the text (python -m tests.golden.renew), review and commit it."
LINES = 60


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_is_the_reviewed_one(name: str) -> None:
    file = FOLDER / name
    if not file.exists():
        pytest.fail(f"there is no tests/golden/{name}. {HOW}")
    reviewed, made = file.read_text(encoding="utf-8"), TEXTS[name]()
    if made != reviewed:
        lines = list(
            difflib.unified_diff(
                reviewed.splitlines(), made.splitlines(), "reviewed", "made", n=0, lineterm=""
            )
        )
        more = [f"... {len(lines) - LINES} more lines"] if len(lines) > LINES else []
        pytest.fail("\n".join([f"tests/golden/{name} differs.", *lines[:LINES], *more, HOW]))
