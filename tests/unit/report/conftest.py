"""The synthetic answer and course, as fixtures; each test may change its own copy."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def _module() -> ModuleType:
    specification = importlib.util.spec_from_file_location(
        "report_fixture", Path(__file__).with_name("fixture.py")
    )
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def advice() -> dict[str, Any]:
    """A made-up answer."""
    found: dict[str, Any] = _module().advice()
    return found


@pytest.fixture
def treatment() -> dict[str, Any]:
    """A made-up simulated treatment."""
    found: dict[str, Any] = _module().treatment()
    return found
