"""The forms of specimens, earlier treatments with what was followed, and clones on the page Case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from erbium.knowledge import load_knowledge
from erbium.web.pages import entries
from erbium.web.pages.entry_lists import BY_KEY, LISTS, Entries, Part, Value
from erbium.web.pages.parts import aria, choice, field

Found = dict[str, dict[entries.Place, list[Value]]]
_NAMES = "regimen-names"
_TITLE = "Specimens, earlier treatments and clones"
_TOP = "top"
_BROAD = ("regimen", "mechanisms")


def forms() -> html.Details:
    """Return the part of the page that holds the forms."""
    names = sorted({one.name for one in load_knowledge().regimens.values()}, key=str.casefold)
    return html.Details(
        [
            html.Summary(_TITLE, id="case-entries-title"),
            html.Datalist([html.Option(value=name) for name in names], id=_NAMES),
            dcc.Store(id="case-changes"),
            dcc.Store(id="case-changes-written", data=0),
            html.Div(id="case-entries"),
        ],
        id="case-entries-details",
    )


def _list(one: Entries, found: Found, above: entries.Place = ()) -> html.Fieldset:
    places = [place for place in found[one.key] if place[:-1] == above]
    blocks: list[Any] = [_entry(one, place, found) for place in places]
    if not places:
        blocks = [html.P("None.", className="muted")]
    if not (one.single and places):
        name = {"entry-add": one.key, "in": _text(above) or _TOP}
        more: dict[str, Any] = aria(label=f"Add a {one.one}{_of(one, above)}") if above else {}
        blocks.append(html.Button(f"Add a {one.one}", id=name, className="secondary", **more))
    return html.Fieldset([html.Legend(one.title), *blocks])


def _entry(one: Entries, place: entries.Place, found: Found) -> html.Div:
    title, above = one.called(place[-1]), place[:-1]
    parts = []
    for part, value in zip(one.parts, found[one.key][place], strict=True):
        name = {"entry": one.key, "at": _text(place), "part": part.key}
        control = field(part.label, _control(part, name, value), name, part.unit)
        broad = part.kind in _BROAD or bool(part.said)
        parts.append(html.Div(control, className="broad") if broad else control)
    name_of_it = f"{title}{_of(one, above)}"
    gone = html.Button(
        "Remove",
        id={"entry-remove": one.key, "at": _text(place)},
        className="link",
        **aria(label=f"Remove {name_of_it[0].lower()}{name_of_it[1:]}"),
    )
    inner = [_list(other, found, place) for other in LISTS if other.under == one.key]
    mark: dict[str, Any] = {"data-list": f"{one.key} {_text(above) or _TOP}"}
    return html.Div(
        [html.Div([html.B(title), gone], className="row between"), html.Div(parts, className="grid"), *inner],
        className="entry",
        role="group",
        **aria(label=name_of_it),
        **mark,
    )


def _of(one: Entries, above: entries.Place) -> str:
    """Return which entry holds a list, for those who do not see where it stands."""
    return f" of {BY_KEY[one.under].called(above[-1]).lower()}" if one.under else ""


def _text(place: entries.Place) -> str:
    return "-".join(str(at) for at in place)


def _place(text: str) -> entries.Place:
    return () if text == _TOP else tuple(int(at) for at in text.split("-"))


def _control(part: Part, name: dict[str, str], value: Any) -> Any:
    if part.kind == "mechanisms":
        return choice(name, _mechanisms(value), value, multi=True, placeholder="not stated")
    if part.words:
        said = part.said or part.words
        words = [{"label": text, "value": word} for word, text in zip(part.words, said, strict=True)]
        return choice(name, words, value, placeholder="not stated")
    if part.kind in ("number", "whole"):
        step = 1 if part.kind == "whole" else "any"
        return dcc.Input(
            id=name, type="number", value=value, debounce=True, step=step, placeholder="not stated"
        )
    more: dict[str, Any] = {"list": _NAMES} if part.kind == "regimen" else {}
    return dcc.Input(
        id=name, type="text", value=value, debounce=True, maxLength=200, placeholder="not stated", **more
    )


def _mechanisms(value: Value) -> list[dict[str, str]]:
    """Return the mechanisms by name; what the text names beyond them stands as it is written."""
    known = load_knowledge().mechanisms
    offered = [{"label": one.name, "value": name} for name, one in known.items()]
    more = [name for name in value if name not in known] if isinstance(value, list) else []
    return [
        *sorted(offered, key=lambda one: one["label"].casefold()),
        *({"label": f"{name} (unknown)", "value": name} for name in more),
    ]


def _counted(found: Found) -> str:
    """Return how many there are of each; of what an entry holds only if there is some."""
    counts = [(len(found[one.key]), one.one) for one in LISTS if found[one.key] or not one.under]
    return ", ".join(f"{count} {one}{'s' if count != 1 else ''}" for count, one in counts)


def register(app: Dash) -> None:
    """Let the forms work.

    What is done in them waits in the browser, numbered, until it has been written into the text. The forms
    show the text with what waits.
    """

    @app.callback(
        Output("case-entries", "children"),
        Output("case-entries-title", "children"),
        Input("case-text", "value"),
        State({"entry": ALL, "at": ALL, "part": ALL}, "value"),
        State({"entry": ALL, "at": ALL, "part": ALL}, "id"),
        State("case-entries", "children"),
        State("case-changes", "data"),
        State("case-changes-written", "data"),
    )
    def show(
        text: str | None, values: list[Any], names: list[dict[str, str]], there: Any, kept: Any, done: Any
    ) -> tuple[Any, Any]:
        found = entries.read(changed(text or "", kept, done))
        title = f"{_TITLE} ({_counted(found)})"
        if there and _standing(values, names) == _flat(found):
            return no_update, title
        return [_list(one, found) for one in LISTS if not one.under], title

    in_browser: Any = app.clientside_callback
    in_browser(
        ClientsideFunction("entries", "keep"),
        Output("case-changes", "data"),
        Input({"entry": ALL, "at": ALL, "part": ALL}, "value"),
        Input({"entry-add": ALL, "in": ALL}, "n_clicks"),
        Input({"entry-remove": ALL, "at": ALL}, "n_clicks"),
        State("case-changes", "data"),
        State("case-changes-written", "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("case-text", "value", allow_duplicate=True),
        Output("case-changes-written", "data"),
        Input("case-changes", "data"),
        State("case-changes-written", "data"),
        State("case-text", "value"),
        prevent_initial_call=True,
    )
    def write(kept: Any, done: Any, text: str | None) -> tuple[Any, Any]:
        new = changed(text or "", kept, done)
        last = max((one["number"] for one in kept or []), default=done)
        return new if new != (text or "") else no_update, last


def changed(text: str, kept: Sequence[Mapping[str, Any]] | None, done: int | None) -> str:
    """Return a text with the changes that wait, those with a number above `done`, in their order."""
    for one in kept or ():
        name = one["id"]
        if one["number"] <= (done or 0):
            continue
        if "entry-add" in name:
            text = entries.add(text, name["entry-add"], _place(name["in"]))
        elif "entry-remove" in name:
            text = entries.remove(text, name["entry-remove"], _place(name["at"]))
        else:
            place = _place(name["at"])
            text = entries.write(text, name["entry"], place, name["part"], _given(one["value"]))
    return text


def _given(value: Any) -> Any:
    """Return a value, None for an empty field; nought is a value."""
    return None if value in ("", []) else value


def _standing(values: list[Any], names: list[dict[str, str]]) -> dict[tuple[str, str, str], Any]:
    return {
        (name["entry"], name["at"], name["part"]): _given(value)
        for name, value in zip(names, values, strict=True)
    }


def _flat(found: Found) -> dict[tuple[str, str, str], Any]:
    return {
        (one.key, _text(place), part.key): _given(value)
        for one in LISTS
        for place, row in found[one.key].items()
        for part, value in zip(one.parts, row, strict=True)
    }
