"""The import contracts of pyproject.toml hold, and they bite."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT

PROGRAM = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts on the package in `folder`/src."""
    start = f"import sys; sys.path.insert(0, {str(folder / 'src')!r}); {PROGRAM}"
    return subprocess.run(
        [sys.executable, "-I", "-c", start, "--config", str(folder / "pyproject.toml"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_contracts_hold() -> None:
    ran = lint(ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("file", "statement", "contract"),
    [
        ("core/planted.py", "import erbium.advise", "Layers point downwards"),
        ("model/planted.py", "import erbium.profile", "Layers point downwards"),
        ("nowhere/__init__.py", "", "Layers point downwards"),
        ("tumour/planted.py", "import matplotlib", "Heavy libraries stay at the edge"),
    ],
)
def test_contracts_bite(tmp_path: Path, file: str, statement: str, contract: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(
        PACKAGE, tmp_path / "src" / "erbium", ignore=shutil.ignore_patterns("__pycache__", "data")
    )
    planted = tmp_path / "src" / "erbium" / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f'"""Planted."""\n{statement}\n', encoding="utf-8")
    ran = lint(tmp_path)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert any(line.startswith(contract) and "BROKEN" in line for line in ran.stdout.splitlines()), ran.stdout
