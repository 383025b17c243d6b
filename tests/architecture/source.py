"""The source files under test, parsed once."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "erbium"
FILES = sorted(PACKAGE.rglob("*.py"))


@functools.cache
def tree(file: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def packages() -> list[Path]:
    """Return every folder of the package that holds Python files."""
    return sorted({file.parent for file in FILES})


def name(file: Path) -> str:
    """Return the path as it is shown in a message."""
    return file.relative_to(ROOT).as_posix()


def calls(file: Path) -> Iterator[tuple[str, int]]:
    """Yield the bare name and the line of each call of a plain function."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node.lineno
