"""Parts of a page that no callback changes, handed to the browser as one piece of escaped markup.

Each element of a page that the framework knows costs it milliseconds; a table of a few hundred cells
would hold the browser for many seconds. The script `still.js` puts the markup in its place.
"""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component
from markupsafe import Markup, escape

_NAMES = {"className": "class", "htmlFor": "for", "tabIndex": "tabindex", "colSpan": "colspan"}
_KNOWN = {"id", "role", "scope", "href", "src", "alt", "value", "max", "target", "download", "type", "open"}
_EMPTY = {"img", "hr", "br"}


def still(*content: Any, css: str = "") -> html.Div:
    """Return content that stays as it is; only elements of `dash.html` may stand in it."""
    held: dict[str, Any] = {"data-html": str(markup(list(content)))}
    return html.Div(className=f"still {css}".strip(), **held)


def markup(content: Any) -> Markup:
    """Return elements, text, lists of both, or nothing, as markup with every text escaped.

    Raises
    ------
    TypeError
        An element or property that cannot stand in markup.
    """
    if content is None:
        return Markup()
    if isinstance(content, list | tuple):
        return Markup().join(markup(part) for part in content)
    if not isinstance(content, Component):
        return escape(str(content))
    if content._namespace != "dash_html_components":
        raise TypeError(f"{type(content).__name__} cannot stand still.")
    tag = type(content).__name__.lower()
    described: Any = content.to_plotly_json
    attributes = Markup().join(
        Markup(' {}="{}"').format(_name(key), value)
        for key, value in described()["props"].items()
        if key != "children" and value is not None
    )
    start = Markup("<{}{}>").format(Markup(tag), attributes)
    if tag in _EMPTY:
        return start
    return start + markup(getattr(content, "children", None)) + Markup("</{}>").format(Markup(tag))


def _name(key: str) -> Markup:
    if key in _NAMES:
        return Markup(_NAMES[key])
    if key in _KNOWN or key.startswith(("aria-", "data-")):
        return Markup(key)
    raise TypeError(f"the property {key} cannot stand in markup.")
