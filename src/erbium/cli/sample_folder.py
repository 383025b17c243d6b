"""One profile file per sample of a study, all of them or none."""

from __future__ import annotations

import re
import shutil
import tempfile
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

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        reason = "the folder is not empty." if out.is_dir() else "is a file."
        raise DataError(reason, file=out, key="--out", expected="a new or an empty folder")
    check_folder(out.parent)
    samples = read_cbioportal(source, columns=columns)
    names: set[str] = set()
    failures: list[dict[str, Any]] = []
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    try:
        for sample, profile in samples:
            if isinstance(profile, DataError):
                failures.append({"sample": sample, **profile.json(), "message": str(profile)})
                continue
            name = _file_name(sample, names)
            text = to_toml(profile) if form == "toml" else to_json(profile)
            (work / f"{name}.{form}").write_text(text, encoding="utf-8")
        if names:
            if out.exists():
                out.rmdir()
            work.chmod(out.parent.stat().st_mode & 0o777)  # mkdtemp makes private folders
            work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return len(names), failures


def _file_name(sample: str, taken: set[str]) -> str:
    """Return the sample's id as the name of a file that nothing else has; a path is never made of it."""
    base = re.sub(r"[^A-Za-z0-9._-]+", "_", sample).lstrip(".") or "sample"
    name, number = base, 2
    while name.casefold() in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name.casefold())
    return name
