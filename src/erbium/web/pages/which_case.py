"""The choice of a case on pages that ask about one: the case that is open, or a shipped example."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, html

from erbium.web.case import examples, validation_of
from erbium.web.models import ProfileInput
from erbium.web.pages.parts import aria, badge, choice, empty, field, message

#: Value of the choice that stands for the case that is open on the page Case.
OPEN = "\N{BULLET} open"


def case_field(name: str, label: str = "Case", **more: Any) -> html.Div:
    """Return the choice under its label; `name`-about says in words what was chosen."""
    words = [{"label": "the case that is open", "value": OPEN}]
    words += [{"label": one["name"].replace("_", " "), "value": one["name"]} for one in examples()]
    return field(label, choice(name, words, placeholder="choose a case", **more), name)


def about(name: str) -> html.Div:
    """Return where a page says which case was chosen."""
    return html.Div(id=f"{name}-about", **aria(live="polite"))


def given(chosen: str | None, kept: str | None) -> dict[str, Any] | None:
    """Return the chosen case as the API takes it; None where there is none."""
    if chosen == OPEN:
        return {"text": kept} if kept else None
    return {"example": chosen} if chosen else None


def register(app: Dash, name: str, *, begin: bool = True) -> None:
    """Let the choice work; it begins with the case that is open, if there is one and it is to begin."""
    if begin:

        @app.callback(Output(name, "value"), Input("case-kept", "data"), State(name, "value"))
        def start(kept: str | None, chosen: str | None) -> str | None:
            return chosen or (OPEN if kept else None)

    @app.callback(Output(f"{name}-about", "children"), Input(name, "value"), Input("case-kept", "data"))
    def tell(chosen: str | None, kept: str | None) -> Any:
        if not chosen:
            return None
        case = given(chosen, kept)
        if case is None:
            return empty("No case is open: load one on the page Case, or choose an example here.")
        found = validation_of(ProfileInput.model_validate(case))
        if not found.valid or found.her2 is None:
            return message("error", html.P("This case has faults; the page Case tells them."), role="alert")
        facts = "; ".join(f"{key} {value}" for key, value in list(found.facts.items())[:5])
        return html.P(
            [
                html.B(found.id),
                " ",
                badge(found.her2.label, found.her2.status),
                html.Span(f" {facts}", className="muted"),
            ],
            className="small",
        )
