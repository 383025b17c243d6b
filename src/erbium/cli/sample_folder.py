"""One profile file per sample of a study, all of them or none."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from erbium.cli.output import check_folder
from erbium.core.errors import DataError


def write_samples(
    source: Path, out: Path, columns: Path | None, form: str
) -> tuple[int, list[dict[str, Any]]]:
    """Write the samples of a study and return how many, and the samples that are wrong.

    The folder appears when every sample has been tried; one that holds anything is refused.
    """
    from erbium.profile import read_cbioportal, to_json, to_toml

    names: set[str] = set()
    failures: list[dict[str, Any]] = []
    with new_folder(out) as work:
        for sample, profile in read_cbioportal(source, columns=columns):
            if isinstance(profile, DataError):
                failures.append({"sample": sample, **profile.json(), "message": str(profile)})
                continue
            name = file_name(sample, names)
            text = to_toml(profile) if form == "toml" else to_json(profile)
            (work / f"{name}.{form}").write_text(text, encoding="utf-8")
    return len(names), failures


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Yield a work folder that becomes `out` at the end, if anything was written to it.

    Raises
    ------
    DataError
        `out` holds anything, or cannot be made.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        reason = "the folder is not empty." if out.is_dir() else "is a file."
        raise DataError(reason, file=out, key="--out", expected="a new or an empty folder")
    check_folder(out.parent)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    try:
        yield work
        if any(work.iterdir()):
            if out.exists():
                out.rmdir()
            work.chmod(out.parent.stat().st_mode & 0o777)  # mkdtemp makes private folders
            work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def file_name(sample: str, taken: set[str]) -> str:
    """Return the sample's id as the name of a file that nothing else has; a path is never made of it."""
    base = re.sub(r"[^A-Za-z0-9._-]+", "_", sample).lstrip(".") or "sample"
    name, number = base, 2
    while name.casefold() in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name.casefold())
    return name
