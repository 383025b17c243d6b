"""Files are small, named for what they hold, and say what that is."""

from __future__ import annotations

import ast

from tests.architecture.source import FILES, name, packages, tree

LIMIT = 400
EMPTY_WORDS = {"util", "utils", "misc", "common", "helper", "helpers", "stuff", "lib", "base2"}


def test_no_file_reaches_the_limit() -> None:
    lengths = {name(file): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    long = {file: length for file, length in lengths.items() if length >= LIMIT}
    assert not long, f"split along a concept (under {LIMIT} lines a file): {long}"


def test_no_empty_names() -> None:
    vague = [name(file) for file in FILES if EMPTY_WORDS & {file.stem, *file.stem.split("_")}]
    numbered = [name(file) for file in FILES if file.stem.endswith(("_2", "_3", "_new", "_old"))]
    assert not vague + numbered, "name the file for the concept it holds"


def test_every_folder_is_a_package() -> None:
    bare = [name(folder) for folder in packages() if not (folder / "__init__.py").is_file()]
    assert not bare, "add an __init__.py with a docstring"


def test_every_module_has_a_docstring() -> None:
    silent = [name(file) for file in FILES if not ast.get_docstring(tree(file))]
    assert not silent, "say in the first line what the file holds"
