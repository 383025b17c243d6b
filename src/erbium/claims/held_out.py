"""Ids that are not looked at while tuning, the record of their first run, and samples by hash."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from erbium.claims.outcomes import Report, totals
from erbium.core.errors import DataError
from erbium.core.result import version
from erbium.core.toml_files import read_toml
from erbium.knowledge.parameters import data_folder

T = TypeVar("T")

#: One id of so many is held out.
ONE_OF = 5


def is_held_out(name: str) -> bool:
    """Return whether an id is one that is not looked at while tuning.

    One that was looked at after all (``held_out/seen.toml``) is held out no longer.
    """
    return zlib.crc32(name.encode()) % ONE_OF == 0 and name not in seen()


@functools.cache
def seen() -> Mapping[str, str]:
    """Return the ids that were held out until someone looked, each with the date and the reason."""
    file = data_folder() / "held_out" / "seen.toml"
    found: dict[str, str] = read_toml(file)["seen"]
    return found


def sample_of(items: Mapping[str, T], count: int) -> dict[str, T]:
    """Return `count` items, the same on every machine, in the order in which they stood."""
    chosen = set(sorted(items, key=lambda name: (zlib.crc32(f"sample {name}".encode()), name))[:count])
    return {name: item for name, item in items.items() if name in chosen}


def record_file() -> Path:
    """Return where the first run is recorded."""
    return data_folder() / "held_out" / "first_run.toml"


def refuse_second_run(file: Path | None = None) -> None:
    """Raise DataError if the first run is recorded already."""
    place = file or record_file()
    if place.exists():
        raise DataError("the first run is recorded already.", file=place, expected="no such file")


def record_first_run(report: Report, file: Path | None = None) -> Path:
    """Write the first result of the held-out ids, once.

    Raises
    ------
    DataError
        There is a record already: a first run happens once.
    """
    refuse_second_run(file)
    place = file or record_file()
    held = [item for item in report.claims if is_held_out(item.id)]
    counts = totals(held)
    lines = [
        "# The held-out claims at their first run; written once, by `erbium claims held-out --record`.",
        f'date = "{dt.datetime.now(dt.UTC).date().isoformat()}"',
        f'version = "{version()}"',
        f"members = {report.members}",
        f"seed = {report.seed}",
        "",
        "[totals]",
        *(f"{name} = {number}" for name, number in counts.items()),
        "",
        "[status]",
        *(f'{item.id} = "{item.status}"' for item in held),
    ]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place


def recorded(file: Path | None = None) -> dict[str, Any] | None:
    """Return the record of the first run, or None before it."""
    place = file or record_file()
    return tomllib.loads(place.read_text(encoding="utf-8")) if place.exists() else None
