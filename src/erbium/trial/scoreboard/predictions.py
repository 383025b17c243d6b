"""Predictions of comparisons that have no published result, written down before there is one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError
from erbium.core.files import write_whole
from erbium.core.result import plain
from erbium.trial.scoreboard.run import TrialScoreboard

SCHEMA = "erbium.predictions/1"


def write_predictions(board: TrialScoreboard, folder: Path) -> Path | None:
    """Write the predictions of a scoreboard and return the file; None where every comparison has a result.

    A file of the day that says something else is kept and the new one is numbered: what was predicted
    once can be audited later.

    Raises
    ------
    DataError
        `folder` is a file.
    """
    if not board.awaited:
        return None
    if folder.exists() and not folder.is_dir():
        raise DataError("is a file.", file=folder, key="--predictions", expected="a folder")
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(plain(predictions(board)), indent=2, ensure_ascii=False) + "\n"
    day = board.setting.date.isoformat()
    number = 1
    while True:
        file = folder / (f"{day}.json" if number == 1 else f"{day}-{number}.json")
        if not file.exists():
            return write_whole(file, text)
        if file.read_text(encoding="utf-8") == text:
            return file
        number += 1


def predictions(board: TrialScoreboard) -> dict[str, Any]:
    """Return what is predicted, with seed and hashes."""
    how = board.setting
    return {
        "schema": SCHEMA,
        "date": how.date.isoformat(),
        "seed": how.seed,
        "patients": how.patients,
        "draws": how.draws,
        "hashes": how.frozen.json(),
        "predictions": board.awaited,
    }
