"""From text to expression: names, numbers, ``+ - * / ^`` and a closed list of functions."""

from __future__ import annotations

import re
from functools import cache
from typing import NoReturn

from erbium.core import expression as ex
from erbium.core.errors import ModelError, nearest

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_.]*)|(?P<symbol>[-+*/^(),]))"
)
_BINARY = {"+": (1, 2, "add"), "-": (1, 2, "sub"), "*": (3, 4, "mul"), "/": (3, 4, "div"), "^": (6, 5, "pow")}
_UNARY_MINUS = 4


@cache
def parse(text: str) -> ex.Expr:
    """Return the expression written in `text`.

    Raises
    ------
    ModelError
        The text is not an expression; the message shows where.

    Examples
    --------
    >>> from erbium.core.expression import evaluate
    >>> float(evaluate(parse("k * hill(x, 2, 2)"), {"k": 10.0, "x": 2.0}))
    5.0
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        position = 0
        stripped = text.rstrip()
        while position < len(stripped):
            match = _TOKEN.match(stripped, position)
            if not match:
                position = len(stripped) - len(stripped[position:].lstrip())
                self.fail(f"unexpected character {stripped[position]!r}", position)
            kind = match.lastgroup or ""
            self.tokens.append((kind, match.group(kind), match.start(kind)))
            position = match.end()
        self.tokens.append(("end", "", len(stripped)))
        self.at = 0

    def fail(self, what: str, position: int) -> NoReturn:
        raise ModelError(
            f'{what} at position {position + 1} of "{self.text}".',
            expected="an expression such as k * A / (K + A)",
        )

    def take(self, symbol: str) -> None:
        _, found, position = self.tokens[self.at]
        if found != symbol:
            self.fail(f'expected "{symbol}", found "{found or "the end"}"', position)
        self.at += 1

    def whole(self) -> ex.Expr:
        node = self.binary(0)
        kind, found, position = self.tokens[self.at]
        if kind != "end":
            self.fail(f'unexpected "{found}"', position)
        return node

    def binary(self, floor: int) -> ex.Expr:
        left = self.unary()
        while True:
            symbol = self.tokens[self.at][1]
            if symbol not in _BINARY or self.tokens[self.at][0] != "symbol":
                return left
            rank, right_rank, op = _BINARY[symbol]
            if rank < floor:
                return left
            self.at += 1
            left = ex.build(op, (left, self.binary(right_rank)))

    def unary(self) -> ex.Expr:
        kind, found, position = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return ex.number(float(found))
        if kind == "name":
            return self.function(found, position) if self.tokens[self.at][1] == "(" else ex.name(found)
        if found == "-":
            return ex.neg(self.binary(_UNARY_MINUS))
        if found == "+":
            return self.binary(_UNARY_MINUS)
        if found == "(":
            node = self.binary(0)
            self.take(")")
            return node
        return self.fail(f'unexpected "{found or "end of text"}"', position)

    def function(self, word: str, position: int) -> ex.Expr:
        if word not in ex.FUNCTIONS:
            raise ModelError(
                f'no function "{word}" in "{self.text}".',
                expected=f"one of {', '.join(ex.FUNCTIONS)}",
                nearest=nearest(word, ex.FUNCTIONS),
            )
        count, make = ex.FUNCTIONS[word]
        self.take("(")
        args = [self.binary(0)]
        while self.tokens[self.at][1] == ",":
            self.at += 1
            args.append(self.binary(0))
        self.take(")")
        if len(args) != count:
            self.fail(f"{word} takes {count} arguments, not {len(args)},", position)
        return make(*args)
