"""Reading a TOML file, with its name in every fault."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from erbium.core.errors import DataError


def read_toml(file: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises
    ------
    DataError
        The file cannot be read, or is not TOML; names the file.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise DataError(
            f"{why[0].lower()}{why[1:]}.", file=file, expected="a file that can be read"
        ) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"not a TOML file ({error}).", file=file) from error
