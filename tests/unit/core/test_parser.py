"""The parser: precedence, functions, and messages that show the place."""

from __future__ import annotations

import pytest

from erbium.core.errors import ModelError
from erbium.core.expression import evaluate, text
from erbium.core.parser import parse


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("8 / 4 / 2", 1),
        ("8 - 4 - 2", 2),
        ("2^3^2", 512),
        ("-2^2", -4),
        ("2^-1", 0.5),
        ("-2 * -3", 6),
        ("2 - -3", 5),
        ("+4", 4),
        ("1.5e-3 * 2E3", 3),
        (".5 + 5.", 5.5),
        ("min(2, 3) + max(2, 3)", 5),
        ("hill(2, 2, 4)", 0.5),
        ("mm(3, 1)", 0.75),
        ("log(exp(2))", 2),
        ("sqrt(16)", 4),
    ],
)
def test_values(source: str, value: float) -> None:
    assert float(evaluate(parse(source), {})) == pytest.approx(value)


def test_names_may_have_dots_and_underscores() -> None:
    assert parse("c1.HER2 * k_shed").names == {"c1.HER2", "k_shed"}


def test_functions_are_written_out() -> None:
    assert text(parse("hill(A, K, 2)")) == text(parse("A * A / (K * K + A * A)"))
    assert parse("mm(A, K)") is parse("A / (K + A)")


def test_a_function_name_alone_is_a_name() -> None:
    assert parse("hill * 2").names == {"hill"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("k * ", ['unexpected "end of text"', "position 4"]),
        ("k * (A + B", ['expected ")"', "the end"]),
        ("k A", ['unexpected "A"', "position 3"]),
        ("k $ A", ["unexpected character '$'", "position 3"]),
        ("hill(A, K)", ["hill takes 3 arguments, not 2"]),
        ("", ['unexpected "end of text"']),
        ("* 2", ['unexpected "*"']),
        ("A)", ['unexpected ")"']),
    ],
)
def test_faults_show_the_place(source: str, words: list[str]) -> None:
    with pytest.raises(ModelError) as caught:
        parse(source)
    for word in words:
        assert word in str(caught.value)


def test_an_unknown_function_gets_the_nearest() -> None:
    with pytest.raises(ModelError, match=r'no function "hil"') as caught:
        parse("hil(A, K, 2)")
    assert caught.value.nearest == "hill"


@pytest.mark.parametrize(
    "source", ["__import__('os')", "A.__class__()", "[1]", "A; B", "lambda: 1", "A == B"]
)
def test_nothing_but_arithmetic(source: str) -> None:
    with pytest.raises(ModelError):
        parse(source)
