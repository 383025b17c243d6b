"""Parts that all pages are made of: pictures, tables, messages, fields with their labels."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from pydantic import ValidationError

from erbium.core.errors import ErbiumError

Content = Any


def picture(svg: str, words: str, css: str = "picture") -> html.Img:
    """Return a drawing of this package as an image, with words for those who do not see it."""
    data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return html.Img(src=f"data:image/svg+xml;base64,{data}", alt=words, className=css)


def table(
    heads: Sequence[Content], rows: Sequence[Sequence[Content]], caption: str, css: str = ""
) -> html.Div:
    """Return a table whose first column names its rows."""
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in heads]))
    body = html.Tbody(
        [html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell) for cell in row[1:])]) for row in rows]
    )
    parts = [html.Caption(caption, className="hidden"), head, body]
    return html.Div(
        html.Table(parts, className=css),
        className="scroll",
        tabIndex=0,
        role="region",
        **aria(label=caption),
    )


def aria(**words: str) -> dict[str, Any]:
    """Return properties for screen readers: `aria(label="pages")` is `aria-label`."""
    return {f"aria-{key}": value for key, value in words.items()}


def field(label: str, control: Content, name: str | dict[str, str], unit: str = "") -> html.Div:
    """Return a control under its label."""
    words: Content = [label, html.Span(f" {unit}", className="unit")] if unit else label
    identity = _text(name)
    return html.Div(
        [html.Label(words, htmlFor=identity, id=f"label-of-{identity}"), control], className="field"
    )


def _text(name: str | dict[str, str]) -> str:
    """Return the id of an element as Dash writes it into the page."""
    if isinstance(name, str):
        return name
    return "{" + ",".join(f'"{key}":"{name[key]}"' for key in sorted(name)) + "}"


def choice(name: str | dict[str, str], words: Sequence[Any], value: Any = None, **more: Any) -> dcc.Dropdown:
    """Return a list to choose from."""
    return dcc.Dropdown(list(words), value, id=name, **more)


def message(css: str, *content: Content, role: str = "status") -> html.Div:
    """Return a message: css is "error", "note" or "empty"."""
    return html.Div(list(content), className=f"message {css}", role=role)


def error_box(error: ErbiumError) -> html.Div:
    """Return what is wrong, one line for each fault."""
    faults = error.each
    # An option of the command line is named like the field of the page, without its dashes.
    texts = [str(fault).removeprefix("--") for fault in faults]
    if len(texts) == 1:
        return message("error", html.P(texts[0]), role="alert")
    return message("error", html.Ul([html.Li(text) for text in texts]), role="alert")


def wrong_values(error: ValidationError) -> html.Div:
    """Return which values of a request cannot be."""
    faults = [html.P(f"{fault['loc'][-1]}: {fault['msg']}") for fault in error.errors()]
    return message("error", *faults, role="alert")


def empty(text: str) -> html.Div:
    """Return what stands where there is nothing to show."""
    return message("empty", html.P(text))


def badge(text: str, css: str = "") -> html.Span:
    """Return a short word in a box."""
    return html.Span(text, className=f"badge {css}".strip())
