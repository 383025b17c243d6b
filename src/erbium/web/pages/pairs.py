"""Pairs of agents as a table of coloured cells, each with its number: benefit, what each adds, synergy."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from erbium.report.numbers import finite
from erbium.web.pages.combination import shown as figure
from erbium.web.pages.parts import aria, empty

#: Most agents beside each other; of more those of most pairs that were run are shown.
MOST = 16
#: Steps of the colours, as in the style sheet: `.seq-0` to `.seq-6`, `.div-0` to `.div-8` about the middle.
SEQUENTIAL, DIVERGING = 6, 8


@dataclass(frozen=True)
class Measure:
    """What a cell tells of a pair.

    Attributes
    ----------
    label, unit
        Its name and unit.
    about
        What it means.
    signed
        Whether 0 is the middle of the colours, and both sides have a meaning.
    digits
        Decimals that are shown.
    """

    label: str
    unit: str
    about: str
    signed: bool
    digits: int = 1


MEASURES: Mapping[str, Measure] = {
    "benefit": Measure(
        "Benefit",
        "log10 cells",
        "Living cells fewer after 24 weeks, median; on the diagonal an agent alone.",
        False,
    ),
    "adds": Measure(
        "Gain over the better part",
        "log10 cells",
        "Mean benefit of the pair less that of the better of its agents.",
        True,
    ),
    "tumour": Measure(
        "Synergy in the tumour",
        "log10 cells",
        "Median effect beyond independent action (Bliss), of the explained pairs.",
        True,
        2,
    ),
    "dish": Measure(
        "Synergy in a dish",
        "share of cells",
        "Median effect beyond independent action (Bliss) in cells of the case, of the explained pairs.",
        True,
        2,
    ),
}


def heat_map(found: Mapping[str, Any], measure: str) -> list[Any]:
    """Return the pairs of a search under one measure, the best pairs first.

    Parameters
    ----------
    found
        The dict of `Combination.json()`.
    """
    told = MEASURES[measure]
    names = agents_of(found)
    values = _values(found, measure)
    shown = [name for name in _ordered(found) if name in names][:MOST]
    known = {key: value for key, value in values.items() if key <= set(shown)}
    if not any(len(key) == 2 for key in known):
        return [empty("No pair was run under this measure.")]
    most = max(abs(value) for value in known.values()) or 1.0
    ranks = {frozenset(_ids(one)): one["rank"] for one in found["sets"]}
    head = [html.Td(""), *(html.Th(html.Span(names[name]), scope="col") for name in shown)]
    rows = [
        html.Tr(
            [
                html.Th(names[row], scope="row"),
                *(_cell(frozenset({row, column}), known, ranks, told, most, names) for column in shown),
            ]
        )
        for row in shown
    ]
    left_out = len(names) - len(shown)
    more = f" The {len(shown)} agents of {len(names)} with most pairs that were run." if left_out > 0 else ""
    words = f"{told.label}, {told.unit}, of each pair of agents"
    return [
        html.P(
            [html.B(f"{told.label}, {told.unit}. "), told.about, more, " A number that is underlined opens."]
        ),
        _legend(told, most),
        html.Div(
            html.Table(
                [html.Caption(words, className="hidden"), html.Thead(html.Tr(head)), html.Tbody(rows)],
                className="heat",
            ),
            className="scroll",
            tabIndex=0,
            role="region",
            **aria(label=words),
        ),
    ]


def _ids(one: Mapping[str, Any]) -> list[str]:
    return [agent if isinstance(agent, str) else str(agent["id"]) for agent in one["agents"]]


def agents_of(found: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the agents by id: those of single agents that were run, which are all."""
    return {_ids(one)[0]: str(one["name"]) for one in found["courses"] if len(one["agents"]) == 1} | {
        str(agent["id"]): str(agent["name"]) for one in found["sets"] for agent in one["agents"]
    }


def _ordered(found: Mapping[str, Any]) -> list[str]:
    """Return the agents, those given first, then those of most pairs that were run, the best pairs first."""
    given = [str(agent["id"]) for agent in found["given"]]
    paired = [name for one in found["courses"] if len(one["agents"]) == 2 for name in _ids(one)]
    alone = [name for one in found["courses"] if len(one["agents"]) == 1 for name in _ids(one)]
    pairs = Counter(paired)
    often = sorted(dict.fromkeys([*paired, *alone]), key=lambda name: -pairs[name])
    return list(dict.fromkeys([*given, *often]))


def _values(found: Mapping[str, Any], measure: str) -> dict[frozenset[str], float]:
    """Return the value of each pair, and of each agent alone where it has one."""
    out: dict[frozenset[str], float] = {}
    for one in found["sets"] if measure in ("tumour", "dish") else found["courses"]:
        if len(one["agents"]) > 2:
            continue
        value: Any = None
        if measure == "benefit":
            value = one["benefit"]["median"]
        elif measure == "adds":
            value = one["adds"] if len(one["agents"]) == 2 else None
        elif one["synergy"][measure] is not None:
            value = one["synergy"][measure]["excess"]["Bliss"]["median"]
        number = finite(value)
        if number is not None:
            out[frozenset(_ids(one))] = number
    return out


def _cell(
    pair: frozenset[str],
    values: Mapping[frozenset[str], float],
    ranks: Mapping[frozenset[str], int],
    told: Measure,
    most: float,
    names: Mapping[str, str],
) -> html.Td:
    alone = "alone" if len(pair) == 1 else ""
    value = values.get(pair)
    if value is None:
        return html.Td("" if alone else "·", className=f"none {alone}".strip())
    text = figure(value, told.digits, signed=told.signed)
    css = f"{step(value, most, signed=told.signed)} {alone}".strip()
    if pair not in ranks:
        return html.Td(text, className=css)
    opens: dict[str, Any] = {"data-open": str(ranks[pair])}
    label = f"{' + '.join(names[name] for name in sorted(pair))}: {text} {told.unit}; open"
    return html.Td(html.Button(text, className="link", **opens, **aria(label=label)), className=css)


def step(value: float, most: float, *, signed: bool) -> str:
    """Return the class of the colour of a value, full colour at `most`."""
    share = min(max(value / most, -1.0), 1.0)
    if signed:
        return f"div-{math.floor((share + 1.0) / 2.0 * DIVERGING + 0.5)}"
    return f"seq-{math.floor(max(share, 0.0) * SEQUENTIAL + 0.5)}"


def _legend(told: Measure, most: float) -> html.P:
    if told.signed:
        steps: Sequence[str] = [f"div-{k}" for k in range(DIVERGING + 1)]
        ends = figure(-most, told.digits), figure(most, told.digits, signed=True)
    else:
        steps = [f"seq-{k}" for k in range(SEQUENTIAL + 1)]
        ends = "0 or less", figure(most, told.digits)
    boxes = [html.Span("", className=f"box {css}") for css in steps]
    return html.P(
        [f"{ends[0]} ", *boxes, f" {ends[1]}", html.Span("   ·  not run", className="muted")],
        className="scale small",
    )
