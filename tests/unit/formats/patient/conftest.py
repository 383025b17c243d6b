"""Files of other programs, written as short as they can be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from erbium.formats.patient import Imported, import_profiles
from tests.architecture.source import ROOT

EXAMPLES = ROOT / "examples" / "profiles_in"

Read = Callable[..., Imported]


@pytest.fixture
def examples() -> Path:
    """The folder of example files."""
    return EXAMPLES


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Import a document or text as the only patient of a file."""

    def importer(content: Any, name: str = "file.json", **options: Any) -> Imported:
        file = tmp_path / name
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        (imported,) = import_profiles(file, **options).imported
        return imported

    return importer


@pytest.fixture
def bundle() -> Callable[..., dict[str, Any]]:
    """A bundle of resources, with a patient in front."""

    def build(*resources: dict[str, Any], **patient: Any) -> dict[str, Any]:
        person = {"resourceType": "Patient", "id": "p1", **patient}
        return {"resourceType": "Bundle", "entry": [{"resource": entry} for entry in (person, *resources)]}

    return build
