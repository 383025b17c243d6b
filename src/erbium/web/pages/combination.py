"""One set of agents, opened: benefit, burden, synergy, the escapes it closes, and among what it was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from erbium.knowledge import load_knowledge
from erbium.report.numbers import decimal, finite
from erbium.web.pages.drug_words import class_words, drug_name
from erbium.web.pages.parts import aria, badge, empty, message, table

_PLACES = {"tumour": "In the tumour", "dish": "In a dish, cells of the case, 72 h"}
_CSS = {"synergistic": "for", "antagonistic": "against"}


def one_set(found: Mapping[str, Any], one: Mapping[str, Any]) -> html.Section:
    """Return all that a search says of a set.

    Parameters
    ----------
    found
        The dict of `Combination.json()`.
    one
        One of its sets.
    """
    marks = [badge("on the front", "reference")] if one["on_front"] else []
    title = html.H2([f"{one['rank']}. {one['name']} ", *marks], id="set-title", tabIndex=-1)
    kinds = "; ".join(f"{agent['name']}: {_kind(agent)}" for agent in one["agents"])
    parts: list[Any] = [title, html.P(kinds, className="muted"), _figures(found, one)]
    parts += _burden(one)
    parts += _synergy(one)
    parts += _closes(one)
    parts.append(html.P([html.B("Searched among. "), searched(found)]))
    if one["listed"]:
        parts.append(
            message(
                "note",
                html.P(f"Regimens of the catalogue with exactly these drugs: {', '.join(one['listed'])}."),
            )
        )
    else:
        parts.append(
            message("note", html.P("No regimen of the catalogue has exactly these drugs: a hypothesis."))
        )
    return html.Section(parts, className="card option", **aria(labelledby="set-title"))


def interval(value: Mapping[str, Any] | None, digits: int = 2, *, signed: bool = False) -> str:
    """Return "1.88 (0.33 to 2.58)", median with the 5th and 95th percentile."""
    if not value or value.get("median") is None:
        return "–"
    middle, low, high = (shown(value[key], digits, signed=signed) for key in ("median", "low", "high"))
    return f"{middle} ({low} to {high})"


def shown(value: Any, digits: int = 2, *, signed: bool = False) -> str:
    """Return a number with a fixed count of decimals; what rounds to zero has no sign."""
    number = finite(value)
    rounded = None if number is None else round(number, digits) + 0.0
    return decimal(rounded, digits, signed=signed and rounded != 0.0)


def escape_name(part: Mapping[str, Any]) -> str:
    """Return the name of an escape: that of the mechanism, or the rebounding node."""
    known = load_knowledge().mechanisms
    escape = str(part["escape"])
    if part["kind"] == "mechanism":
        return known[escape].name if escape in known else escape.replace("_", " ")
    return escape.replace("_", "-")


def searched(found: Mapping[str, Any]) -> str:
    """Return in words among what the sets were found."""
    counts = found["searched"]
    sizes = ", ".join(f"{count:,} of {size}" for size, count in counts["by_size"].items())
    text = f"{counts['screened']:,} sets screened ({sizes}), {counts['courses']:,} run as courses."
    if counts["one_place_twice"]:
        text += f" {counts['one_place_twice']:,} take one place twice and cannot be given together."
    if counts["no_steady_state"]:
        text += f" {counts['no_steady_state']:,} have no steady state in a twin."
    return text


def _kind(agent: Mapping[str, Any]) -> str:
    if agent["kind"] == "drug":
        return class_words(str(agent["class"]))
    return f"a node, {100 * agent['strength']:.0f} % inhibited without a drug"


def _figures(found: Mapping[str, Any], one: Mapping[str, Any]) -> html.Dl:
    benefit = found["benefit"]
    weeks = benefit["time_days"] / 7.0
    adds = "–" if one["adds"] is None else f"{decimal(one['adds'], 2)} {benefit['unit']}"
    rows = (
        (
            f"Benefit over {benefit['against']}, {weeks:.0f} weeks",
            f"{interval(one['benefit'])} {benefit['unit']}",
        ),
        ("Worst twin", f"{decimal(one['benefit']['worst'], 2)} {benefit['unit']}"),
        ("Screened: adapted growth less, 12 weeks", f"{interval(one['screened'])} {benefit['unit']}"),
        ("The least needed agent adds", adds),
    )
    return html.Dl(
        [html.Div([html.Dt(name), html.Dd(html.B(value))]) for name, value in rows], className="strip"
    )


def _burden(one: Mapping[str, Any]) -> list[Any]:
    burden = one["burden"]
    overlap = [
        f"{str(part['caution']).replace('_', ' ')} ({', '.join(map(drug_name, part['drugs']))})"
        for part in burden["overlapping"]
    ]
    rows = [
        ("Agents", str(burden["agents"])),
        ("Kinds of severe event expected in a patient", decimal(burden["severe_events"], 2)),
        ("Cautions that drugs share", "; ".join(overlap) or "none"),
    ]
    parts = [
        html.H3("Burden"),
        html.Dl([html.Div([html.Dt(name), html.Dd(value)]) for name, value in rows], className="strip"),
    ]
    if burden["rates_unknown"]:
        names = ", ".join(drug_name(str(name)) for name in burden["rates_unknown"])
        text = (
            f"No rate of severe events is published for {names}: counted like the median drug of the class."
        )
        parts.append(message("note", html.P(text)))
    elif burden["rates_assumed"]:
        told = "; ".join(
            f"{drug_name(part['drug'])}, {str(part['caution']).replace('_', ' ')}"
            for part in burden["rates_assumed"]
        )
        parts.append(
            html.P(f"Rates assumed, at the median of those published: {told}.", className="small muted")
        )
    return parts


def _synergy(one: Mapping[str, Any]) -> list[Any]:
    rows = []
    for key, words in _PLACES.items():
        found = one["synergy"][key]
        if found is None:
            continue
        day = f", day {found['time_days']:g}" if found.get("time_days") else ""
        excess = found["excess"]
        rows.append(
            [
                f"{words}{day}",
                badge(found["verdict"], _CSS.get(found["verdict"], "")),
                *(interval(excess.get(name), signed=True) for name in ("Bliss", "HSA", "Loewe")),
                f"{decimal(found['effect'], 2)} {found['unit']}",
            ]
        )
    title = html.H3("Synergy")
    if not rows:
        return [
            title,
            html.P("A single agent has none." if len(one["agents"]) == 1 else "Not worked out for this set."),
        ]
    heads = [
        "Where",
        "Verdict",
        "Beyond independent action (Bliss)",
        "Beyond the better agent",
        "Beyond dose additivity (Loewe)",
        "Effect of the set",
    ]
    words = (
        "Median and 5th to 95th percentile over the parameter draws, in the unit of the effect; synergistic "
        "only where the whole interval of the first lies above zero."
    )
    return [title, table(heads, rows, "synergy of the set"), html.P(words, className="small muted")]


def _closes(one: Mapping[str, Any]) -> list[Any]:
    rows = []
    for part in one["closes"]:
        name = escape_name(part)
        kind = "mechanism" if part["kind"] == "mechanism" else "rises under treatment"
        agent = next((a["name"] for a in one["agents"] if a["id"] == part["agent"]), part["agent"])
        rows.append([name, kind, agent, interval(part["worth"]), interval(part["closed"])])
    title = html.H3("Escapes it closes")
    if not rows:
        return [title, empty("None was found to be closed by an agent of this set.")]
    heads = [
        "Escape",
        "Kind",
        "Closed by",
        "Worth without that agent, log10 cells",
        "Of that closed, log10 cells",
    ]
    words = "An escape is worth as many cells as there would be fewer without it, on the same twins."
    return [title, table(heads, rows, "escapes that the set closes"), html.P(words, className="small muted")]
