"""Module files hold literals and loops over declared tuples, and nothing cleverer."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from erbium.knowledge.parameters import load_parameters
from erbium.model import modules as package
from erbium.model.build import load_modules

FILES = sorted(file for file in Path(package.__path__[0]).glob("*.py") if file.stem != "__init__")
CLASSES = {"Species", "Reaction", "Rule", "Total", "Readout", "Module"}
METHODS = {"lower", "upper"}
EXPRESSIONS = (
    ast.Constant,
    ast.Tuple,
    ast.Starred,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.GeneratorExp,
    ast.comprehension,
    ast.Name,
    ast.Call,
    ast.keyword,
    ast.Attribute,
    ast.expr_context,
)


def faults(source: str) -> list[str]:
    """Return what a module file may not contain."""
    tree = ast.parse(source)
    declared: set[str] = set()
    found = []
    for number, statement in enumerate(tree.body):
        if number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        if isinstance(statement, ast.ImportFrom):
            names = {alias.name for alias in statement.names}
            if statement.module != "erbium.model.reaction" or not names <= CLASSES:
                found.append(f"line {statement.lineno}: import of anything but the words of a module")
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            found += in_expression(statement.value, declared)
            (target,) = statement.targets
            if isinstance(target, ast.Name) and target.id.isupper():
                declared.add(target.id)
            else:
                found.append(f"line {statement.lineno}: a name that is not a constant")
        else:
            found.append(f"line {statement.lineno}: {type(statement).__name__}")
    return found


def in_expression(value: ast.expr, declared: set[str]) -> list[str]:
    """Return what an expression of a module file may not contain."""
    found = []
    for node in ast.walk(value):
        if not isinstance(node, EXPRESSIONS):
            found.append(f"{type(node).__name__} near line {getattr(node, 'lineno', '?')}")
        elif isinstance(node, ast.comprehension):
            if not (isinstance(node.iter, ast.Name) and node.iter.id in declared):
                found.append(f"line {node.iter.lineno}: a loop over something not declared above")
        elif isinstance(node, ast.Call):
            called = node.func
            plain = isinstance(called, ast.Name) and called.id in CLASSES | {"tuple"}
            method = isinstance(called, ast.Attribute) and called.attr in METHODS
            if not plain and not method:
                found.append(f"line {node.lineno}: a call of {ast.unparse(called)}")
    return found


def test_there_are_modules() -> None:
    assert len(FILES) >= 9


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_module_is_literal(file: Path) -> None:
    assert faults(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "from erbium.core import units",
        "X = 1 if True else 2",
        "X = [n for n in range(3)]",
        "X = tuple(n for n in range(3))",
        "X = open('f')",
        "X = 1 + 2",
        "def f(): pass",
        "for i in (1, 2): pass",
        "x = 1",
        "X = {}",
        "X = 'a'.join(('b', 'c'))",
    ],
)
def test_cleverness_is_refused(source: str) -> None:
    assert faults(source)


def test_ids_are_file_names_and_numbers_have_the_same_stem() -> None:
    ids = [module.id for module in load_modules()]
    assert ids == [file.stem for file in FILES]
    assert set(load_parameters()) <= set(ids)


def test_species_rules_and_reactions_are_described() -> None:
    nameless = [
        f"{module.id}.{species.id}"
        for module in load_modules()
        for species in module.species
        if not species.description
    ]
    assert nameless == []
