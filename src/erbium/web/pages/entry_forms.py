"""The forms of specimens, earlier HER2 results and earlier treatments on the page Case."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from erbium.knowledge import load_knowledge
from erbium.web.pages import entries
from erbium.web.pages.parts import aria, choice, field

_NAMES = "regimen-names"


def forms() -> html.Details:
    """Return the part of the page that holds the forms."""
    names = sorted({one.name for one in load_knowledge().regimens.values()}, key=str.casefold)
    return html.Details(
        [
            html.Summary("Specimens and earlier treatments", id="case-entries-title"),
            html.Datalist([html.Option(value=name) for name in names], id=_NAMES),
            html.Div(id="case-entries", **aria(live="polite")),
        ],
        id="case-entries-details",
    )


def _list(one: entries.Entries, rows: list[list[entries.Value]]) -> html.Fieldset:
    blocks = [_entry(one, at, values) for at, values in enumerate(rows)]
    more = html.Button(f"Add a {one.one}", id={"entry-add": one.key}, className="secondary")
    nothing = [] if rows else [html.P("None.", className="muted")]
    return html.Fieldset([html.Legend(one.title), *nothing, *blocks, more])


def _entry(one: entries.Entries, at: int, values: list[entries.Value]) -> html.Div:
    title = f"{one.one.capitalize() if one.one[0].islower() else one.one} {at + 1}"
    parts = []
    for part, value in zip(one.parts, values, strict=True):
        name = {"entry": one.key, "at": str(at), "part": part.key}
        control = field(part.label, _control(part, name, value), name, part.unit)
        parts.append(html.Div(control, className="broad") if part.kind == "regimen" else control)
    gone = html.Button(
        "Remove",
        id={"entry-remove": one.key, "at": str(at)},
        className="link",
        **aria(label=f"Remove {title.lower()}"),
    )
    return html.Div(
        [html.Div([html.B(title), gone], className="row between"), html.Div(parts, className="grid")],
        className="entry",
        role="group",
        **aria(label=title),
    )


def _control(part: entries.Part, name: dict[str, str], value: entries.Value) -> Any:
    if part.words:
        return choice(name, part.words, value, placeholder="not stated")
    if part.kind in ("number", "whole"):
        step = 1 if part.kind == "whole" else "any"
        return dcc.Input(
            id=name, type="number", value=value, debounce=0.6, step=step, placeholder="not stated"
        )
    more: dict[str, Any] = {"list": _NAMES} if part.kind == "regimen" else {}
    return dcc.Input(
        id=name, type="text", value=value, debounce=0.8, maxLength=200, placeholder="not stated", **more
    )


def register(app: Dash) -> None:
    """Let the forms work."""

    @app.callback(
        Output("case-entries", "children"),
        Output("case-entries-title", "children"),
        Input("case-text", "value"),
        State({"entry": ALL, "at": ALL, "part": ALL}, "value"),
        State({"entry": ALL, "at": ALL, "part": ALL}, "id"),
        State("case-entries", "children"),
    )
    def show(text: str | None, values: list[Any], names: list[dict[str, str]], there: Any) -> tuple[Any, Any]:
        found = entries.read(text or "")
        counts = [(len(found[one.key]), one.one) for one in entries.LISTS]
        counted = [f"{count} {one}{'s' if count != 1 else ''}" for count, one in counts]
        title = f"Specimens and earlier treatments ({', '.join(counted)})"
        if there and _standing(values, names) == _flat(found):
            return no_update, title
        return [_list(one, found[one.key]) for one in entries.LISTS], title

    @app.callback(
        Output("case-text", "value", allow_duplicate=True),
        Input({"entry": ALL, "at": ALL, "part": ALL}, "value"),
        Input({"entry-add": ALL}, "n_clicks"),
        Input({"entry-remove": ALL, "at": ALL}, "n_clicks"),
        State({"entry": ALL, "at": ALL, "part": ALL}, "id"),
        State("case-text", "value"),
        prevent_initial_call=True,
    )
    def change(
        values: list[Any],
        _adds: list[Any],
        _removes: list[Any],
        names: list[dict[str, str]],
        text: str | None,
    ) -> Any:
        text, cause = text or "", ctx.triggered_id
        if not isinstance(cause, dict):
            return no_update
        clicked = bool(ctx.triggered[0]["value"])  # a button that only now appears was not clicked
        if "entry-add" in cause:
            return entries.add(text, cause["entry-add"]) if clicked else no_update
        if "entry-remove" in cause:
            return entries.remove(text, cause["entry-remove"], int(cause["at"])) if clicked else no_update
        changed = text
        for name, value in zip(names, values, strict=True):
            changed = entries.write(changed, name["entry"], int(name["at"]), name["part"], _given(value))
        return changed if changed != text else no_update


def _given(value: Any) -> Any:
    """Return a value, None for an empty field; nought is a value."""
    return None if value == "" else value


def _standing(values: list[Any], names: list[dict[str, str]]) -> dict[tuple[str, int, str], Any]:
    return {
        (name["entry"], int(name["at"]), name["part"]): _given(value)
        for name, value in zip(names, values, strict=True)
    }


def _flat(found: dict[str, list[list[entries.Value]]]) -> dict[tuple[str, int, str], Any]:
    return {
        (one.key, at, part.key): _given(value)
        for one in entries.LISTS
        for at, row in enumerate(found[one.key])
        for part, value in zip(one.parts, row, strict=True)
    }
