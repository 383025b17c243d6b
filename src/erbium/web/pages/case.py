"""The page Case: load or write a profile, see what it says as you type, and ask."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from pydantic import ValidationError

from erbium.core.errors import ErbiumError
from erbium.profile import profile_from, to_toml
from erbium.web.api import Work
from erbium.web.asked import LARGEST_FILE, ActivityRequest, ImportRequest, as_request
from erbium.web.case import example_text, examples, validation_of
from erbium.web.models import LIMITS, LONGEST_TEXT, AdviseRequest, ProfileInput, Validation
from erbium.web.pages import entry_forms, fields
from erbium.web.pages.case_import import taken_in
from erbium.web.pages.entry_lists import spoken
from erbium.web.pages.parts import aria, badge, choice, empty, error_box, field, message, wrong_values
from erbium.web.pages.still import still

START = "her2_positive_pik3ca"
#: By then a browser has drawn this page, s.
DRAWN_S = 3.0
_TWINS = 50
_SEVERAL = 2


def layout(work: Work, _given: dict[str, str]) -> list[Any]:
    """Return the page."""
    asked = as_request(ActivityRequest.model_validate({"example": START}))
    work.quick.warm("activity", asked, later_s=DRAWN_S)
    known = [{"label": one["name"].replace("_", " "), "value": one["name"]} for one in examples()]
    return [
        html.H1("Case"),
        html.P("Load an example or a file of your own, change it, and ask which treatments are left."),
        html.Div(
            [
                html.Section(
                    [_load(known), _taken_in(), _fields(), entry_forms.forms(), _text()],
                    **aria(label="profile"),
                ),
                html.Section(
                    [_ask(), html.Div(id="case-check")],
                    className="held beside-forms",
                    **aria(label="what the profile says"),
                ),
            ],
            className="two",
        ),
    ]


def _load(known: list[dict[str, str]]) -> html.Div:
    pick = choice("case-example", known, None, placeholder="choose an example", clearable=False)
    upload = dcc.Upload(
        html.Button("Open a file", className="secondary"),
        id="case-upload",
        max_size=LARGEST_FILE,
        multiple=False,
    )
    kinds = (
        "A profile (TOML or JSON), a Phenopacket, an mCODE bundle, a VCF, a MAF, or a table (CSV, TSV, XLSX)"
    )
    return html.Div(
        [
            html.Div(
                [
                    field("Example", pick, "case-example"),
                    html.Div([html.Div("File", className="label"), upload]),
                ],
                className="row end",
            ),
            html.P(f"{kinds}, of at most {LARGEST_FILE // 1000} kB.", className="small muted"),
            _too_large(),
        ]
    )


def _too_large() -> html.Div:
    """Return where upload.js says that a file is too large."""
    told: dict[str, Any] = {
        "data-limit": str(LARGEST_FILE),
        "data-hint": "Cut the file to this patient, or read it with erbium profile import.",
    }
    return html.Div(id="case-upload-too-large", className="message error", role="alert", hidden=True, **told)


def _taken_in() -> html.Div:
    """Return where is told what a file of another program held, and a patient of several is named."""
    name = dcc.Input(id="case-sample", type="text", list="case-samples", debounce=0.8, maxLength=120)
    words = "Patient, sample or specimen of the file"
    return html.Div(
        [
            html.Datalist(id="case-samples"),
            html.Div(field(words, name, "case-sample"), id="case-sample-field", hidden=True),
            html.Div(id="case-taken-in", **aria(live="polite")),
        ]
    )


def _fields() -> html.Div:
    groups: dict[str, list[Any]] = {}
    for place, one in enumerate(fields.FIELDS):
        name = {"case-field": str(place)}
        control: Any
        if one.words:
            control = choice(name, one.words, placeholder=one.without)
        else:
            control = dcc.Input(id=name, type="number", debounce=0.4, step="any", placeholder=one.without)
        groups.setdefault(one.group, []).append(field(one.label, control, name, one.unit))
    return html.Div(
        [
            html.Fieldset([html.Legend(title), html.Div(parts, className="grid")])
            for title, parts in groups.items()
        ]
    )


def _text() -> html.Details:
    area = dcc.Textarea(id="case-text", className="code", spellCheck=False, rows=26)
    return html.Details(
        [html.Summary("The whole profile, as text"), html.Label("Profile (TOML)", htmlFor="case-text"), area],
        id="case-details",
    )


def _ask() -> html.Div:
    twins = dcc.Input(
        id="case-twins", type="number", min=2, max=LIMITS.twins, step=1, value=_TWINS, debounce=True
    )
    explain = dcc.Input(id="case-explain", type="number", min=0, max=20, step=1, value=4, debounce=True)
    return html.Div(
        [
            html.Div(
                [
                    field("Digital twins", twins, "case-twins"),
                    field("Options to explain", explain, "case-explain"),
                    html.Button("Which treatments are left?", id="case-ask", className="primary"),
                ],
                className="row end",
            ),
            html.Div(id="case-said", **aria(live="assertive")),
        ],
        className="card",
    )


def register(app: Dash, work: Work) -> None:
    """Let the page work."""
    entry_forms.register(app)

    @app.callback(
        Output("case-text", "value"),
        Output({"case-field": ALL}, "value"),
        Output("case-said", "children", allow_duplicate=True),
        Output("case-taken-in", "children"),
        Output("case-sample-field", "hidden"),
        Output("case-samples", "children"),
        Input("case-example", "value"),
        Input("case-upload", "contents"),
        Input("case-sample", "value"),
        Input("case-text", "value"),
        Input({"case-field": ALL}, "value"),
        State("case-upload", "filename"),
        State("case-kept", "data"),
        prevent_initial_call="initial_duplicate",
    )
    def edit(
        example: str | None,
        sent: str | None,
        sample: str | None,
        text: str | None,
        values: list[Any],
        name: str | None,
        kept: Any,
    ) -> tuple[Any, ...]:
        cause = ctx.triggered_id
        told: tuple[Any, ...] = (no_update, no_update, no_update)
        same = [no_update] * len(values)
        try:
            if cause == "case-example" and example:
                text, told = example_text(example), (None, True, [])
            elif cause in ("case-upload", "case-sample") and sent:
                chosen = sample or None if cause == "case-sample" else None
                text, told = _uploaded(work, sent, name or "", chosen)
            elif isinstance(cause, dict):
                # All of them: a second field may have changed before the answer to the first was there.
                for place, value in enumerate(values):
                    text = fields.write(text or "", place, value)
                return text, same, None, *told
            elif cause != "case-text":
                text = kept or example_text(START)
        except ErbiumError as error:
            if cause == "case-upload":  # perhaps it only has to be said which of several is meant
                told = (None, error.json().get("key") != "sample", [])
            return no_update, same, error_box(error), *told
        shown = fields.read(text or "")
        changed = [no_update if old == new else new for old, new in zip(values, shown, strict=True)]
        return no_update if cause == "case-text" else text, changed, None, *told

    @app.callback(
        Output("case-check", "children"),
        Output("case-kept", "data"),
        Output("case-ask", "disabled"),
        Input("case-text", "value"),
    )
    def check(text: str | None) -> tuple[Any, Any, bool]:
        if not text:
            return empty("No profile yet."), no_update, True
        if len(text) > LONGEST_TEXT:
            return _too_long(), no_update, True
        found = validation_of(ProfileInput(profile=None, text=text, example=None))
        return still(_told(found)), text, not found.valid

    @app.callback(
        Output("url", "pathname"),
        Output("url", "search"),
        Output("case-said", "children"),
        Input("case-ask", "n_clicks"),
        State("case-text", "value"),
        State("case-twins", "value"),
        State("case-explain", "value"),
        prevent_initial_call=True,
    )
    def ask(clicks: int | None, text: str | None, twins: Any, explain: Any) -> tuple[Any, Any, Any]:
        if not clicks:
            return no_update, no_update, no_update
        try:
            asked = AdviseRequest.model_validate({"text": text, "twins": twins, "explain": explain})
            job = work.advise(asked)
        except ErbiumError as error:
            return no_update, no_update, error_box(error)
        except ValidationError as error:
            return no_update, no_update, wrong_values(error)
        return "/options", f"?job={job.id}", None


def _too_long() -> html.Div:
    return message(
        "error", html.P(f"This is longer than {LONGEST_TEXT:,} letters, the most that is read."), role="alert"
    )


def _uploaded(work: Work, sent: str, name: str, sample: str | None) -> tuple[str, tuple[Any, ...]]:
    """Return the profile of a file that was sent as text, and what is told of it; the name is never kept."""
    content = sent.partition(",")[2]
    text = _own(content, name)
    if text is not None:
        return text, (None, True, [])
    asked = ImportRequest(name=name[:200], content=content, sample=sample)
    found = work.quick.ask("import", as_request(asked))
    samples = no_update if sample else [html.Option(value=name) for name in found["ids"]]
    hidden = no_update if sample else len(found["ids"]) < _SEVERAL
    return found["profiles"][0]["text"], (still(taken_in(found)), hidden, samples)


def _own(content: str, name: str) -> str | None:
    """Return the text of a profile of our own; None for a file of another program."""
    try:
        text = base64.b64decode(content, validate=True).decode("utf-8-sig")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if name.casefold().endswith(".toml") or text.lstrip().startswith("schema"):
        return text
    if not text.lstrip().startswith("{"):
        return None
    try:
        data = json.loads(text)
        own = isinstance(data, dict) and str(data.get("schema", "")).startswith("erbium.")
        return to_toml(profile_from(data)) if own else None
    except (ValueError, RecursionError):
        return None


def _told(found: Validation) -> list[Any]:
    """Return what a profile says in words."""
    if not found.valid:
        rows = [
            html.Li(
                [
                    html.Code(fault.key or "profile"),
                    html.B(f" {name}:") if (name := spoken(fault.key)) else "",
                    f" {fault.message}",
                    html.Span(f" Expected {fault.expected}." if fault.expected else ""),
                    html.Span(f" Did you mean “{fault.nearest}”?" if fault.nearest else ""),
                ]
            )
            for fault in found.errors
        ]
        title = f"{len(rows)} {'thing is' if len(rows) == 1 else 'things are'} wrong"
        return [message("error", html.H2(title), html.Ul(rows), role="alert")]
    her2 = found.her2
    assert her2 is not None
    parts: list[Any] = [
        html.H2(["HER2 status ", badge(her2.label, her2.status)]),
        html.P([html.B("Rule applied. "), her2.rule]),
    ]
    if her2.inputs:
        inputs = ", ".join(
            f"{_WORDS.get(key, key)} {value:g}"
            if isinstance(value, float)
            else f"{_WORDS.get(key, key)} {value}"
            for key, value in her2.inputs.items()
        )
        parts.append(html.P([html.B("From "), inputs, "."]))
    parts += [html.P(note) for note in her2.notes]
    if her2.disagreement:
        parts.append(message("note", html.P(her2.disagreement)))
    if her2.missing:
        parts.append(html.P([html.B("Would make it firmer: "), ", ".join(her2.missing), "."]))
    facts = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in found.facts.items()]
    cards = [
        html.Div(parts, className="card her2"),
        html.Div([html.H2("What is known"), html.Dl(facts, className="pairs")], className="card"),
    ]
    gaps = [
        html.Li(
            [
                one.marker,
                html.Span(" not tested" if one.status == "not_tested" else " unknown", className="muted"),
            ]
        )
        for one in found.not_tested
    ]
    if gaps:
        cards.append(
            html.Div(
                [html.H2("Not tested is not negative"), html.Ul(gaps, className="columns")], className="card"
            )
        )
    cards += [message("note", html.P(text)) for text in (*found.warnings, *found.not_modelled)]
    return cards


_WORDS = {
    "ihc": "IHC",
    "ihc_percent": "IHC % of cells",
    "ish": "ISH",
    "ish_ratio": "HER2/CEP17 ratio",
    "copies": "HER2 copies",
    "cep17": "CEP17",
}
