"""What a package offers is what its `__all__` says, and `import erbium` stays light."""

from __future__ import annotations

import importlib
import subprocess
import sys
from types import ModuleType

import pytest

from tests.architecture.source import PACKAGE, packages

NAMES = [".".join(("erbium", *folder.relative_to(PACKAGE).parts)) for folder in packages()]
HEAVY = [
    "dash",
    "fastapi",
    "libsbml",
    "lifelines",
    "matplotlib",
    "networkx",
    "pandas",
    "pint",
    "roadrunner",
    "typer",
]


def own(package: ModuleType, name: str) -> bool:
    """Whether a name of the package is one of ours and not a module or something imported for use."""
    value = getattr(package, name)
    return not isinstance(value, ModuleType) and str(getattr(value, "__module__", "")).startswith("erbium")


def test_the_public_face() -> None:
    erbium = importlib.import_module("erbium")
    face = set(erbium.__all__)
    assert len(erbium.__all__) == len(face), "a name is listed twice"
    missing = sorted(name for name in face if not hasattr(erbium, name))
    assert not missing, "listed in __all__ and not there"
    offered = {name for name in dir(erbium) if not name.startswith("_") and own(erbium, name)}
    assert not offered - face, "offered and not listed in __all__"


@pytest.mark.parametrize("name", NAMES)
def test_all_is_what_the_package_offers(name: str) -> None:
    package = importlib.import_module(name)
    offered = {key for key in vars(package) if not key.startswith("_") and own(package, key)}
    listed = set(getattr(package, "__all__", ()))
    assert not offered - listed, "add to __all__"
    assert not [key for key in listed if not hasattr(package, key)], "listed in __all__ and not there"


def test_import_loads_no_heavy_library() -> None:
    program = f"import sys, erbium; print([name for name in {HEAVY} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]", "import it inside the function that uses it"
