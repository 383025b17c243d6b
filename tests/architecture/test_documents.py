"""The documents agree with the code and with each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
PARTS = ["Status", "Context", "Decision", "Reasons", "Consequences"]


def text(file: str) -> str:
    """Return the text of a file of the project root."""
    return (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    local = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert not [link for link in local if not (page.parent / link).exists()]


def test_version_is_one() -> None:
    version = PROJECT["version"]
    assert re.search(rf"^version: {re.escape(version)}$", text("CITATION.cff"), re.MULTILINE)
    assert f"## {version}" in text("CHANGELOG.md")


def test_the_documents_name_only_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = {target for page in PAGES for target in re.findall(r"`make ([a-z]+)", page.read_text("utf-8"))}
    assert named <= targets, named - targets


def test_records_are_numbered_and_complete() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))
    for record in RECORDS:
        body = record.read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", body, re.MULTILINE) == PARTS, record.name
        assert f"({record.name})" in (record.parent / "README.md").read_text(encoding="utf-8"), record.name


def test_libraries_are_pinned() -> None:
    def key(name: str) -> str:
        return re.sub(r"[-_.]+", "-", name).lower()

    lines = [line for line in text("constraints.txt").splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.+-]+", line) for line in lines)
    pinned = {key(line.split("==")[0]) for line in lines}
    extras = PROJECT["optional-dependencies"]
    wanted = [
        *PROJECT["dependencies"],
        *(need for extra in ("models", "scale", "bench", "web", "dev") for need in extras[extra]),
    ]
    names = {key(re.split(r"[<>=!~ \[;]", need)[0]) for need in wanted}
    assert not names - pinned
