"""Write the numbers of a joint fit to published arms into the shipped files, then review the difference.

``python -m tests.fits.take_over REPORT [ENSEMBLE_FOLDER]`` reads the report that ``erbium calibrate
population -o`` wrote (``population.md``, ``modalities.md``) and the draws of ``--ensemble``; the page of
its name in ``docs/fits`` becomes that report.
"""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from erbium.knowledge.ensemble import TUMOUR_NUMBERS
from erbium.knowledge.parameters import data_folder

PAGES = Path(__file__).parents[2] / "docs/fits"
NOT_NARROWED = "; where the joint fit to published arms has it, which narrows it little (SD left "
_ROW = re.compile(
    r"^\| `(?P<name>\w+)` \| number \| .* \| (?P<low>\S+) – \S+ – (?P<high>\S+) \| (?P<mode>\S+) \| .* \| "
    r"(?P<left>\S+) \| (?P<kind>fitted|assumed).*\|$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Found:
    """What a fit says of one number: mode, 5th and 95th percentile, and how far it was narrowed."""

    name: str
    mode: str
    low: str
    high: str
    left: str
    kind: str


def numbers_of(report: str) -> list[Found]:
    """Return the numbers in the table of a report."""
    return [
        Found(row["name"], row["mode"], row["low"], row["high"], row["left"], row["kind"])
        for row in _ROW.finditer(report)
    ]


def rewritten(line: str, found: Found, page: str) -> str:
    """Return the line of a parameter file with what the fit found; unit and note stay."""
    unit = re.search(r'unit = "([^"]*)"', line)
    note = re.search(r'note = "([^"]*)"', line)
    if unit is None or note is None:
        raise ValueError(f"{found.name}: no unit or no note in {line!r}")
    said = note[1].split(NOT_NARROWED)[0]
    if found.kind == "assumed":
        said += f"{NOT_NARROWED}{found.left})"
    key = line.split(" = ", 1)[0]
    value = f'value = {found.mode}, unit = "{unit[1]}", kind = "{found.kind}"'
    source = f'source = "docs/fits/{page}", status = "derived", low = {found.low}, high = {found.high}'
    return f'{key} = {{ {value}, {source}, note = "{said}" }}'


def put(found: Found, folder: Path, page: str) -> Path:
    """Rewrite the one line that holds a number; return its file."""
    name, files = found.name, sorted(folder.glob("parameters/*.toml"))
    if name in TUMOUR_NUMBERS:
        file, name = TUMOUR_NUMBERS[name]
        files = [folder / f"{file}.toml"]
    for place in files:
        lines = place.read_text(encoding="utf-8").splitlines()
        at = [i for i, line in enumerate(lines) if line.startswith(f"{name} = ")]
        if at:
            lines[at[0]] = rewritten(lines[at[0]], found, page)
            place.write_text("\n".join(lines) + "\n", encoding="utf-8")
            return place
    raise ValueError(f"no file holds {name}")


def take_over(report: Path, ensemble: Path | None = None) -> list[str]:
    """Write numbers, draws and report, and return what was written."""
    written = []
    for row in numbers_of(report.read_text(encoding="utf-8")):
        place = put(row, data_folder(), report.name)
        written.append(f"{row.name} = {row.mode} ({row.kind}) in {place.name}")
    if ensemble is not None:
        for file in ensemble.glob(f"{report.stem}*"):  # draws, and the numbers without each trial
            shutil.copyfile(file, data_folder() / "ensemble" / file.name)
    shutil.copyfile(report, PAGES / report.name)
    return written


if __name__ == "__main__":
    sys.stdout.write("\n".join(take_over(*map(Path, sys.argv[1:3]))) + "\n")
