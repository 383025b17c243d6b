"""One claim, opened: what is said, the experiment behind it, what must be seen and what was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from erbium.report.claims import effect_in_words
from erbium.report.numbers import percent
from erbium.web.pages.claim_words import MEANINGS, status_badge
from erbium.web.pages.parts import badge, empty, message, table


def one_claim(found: Mapping[str, Any]) -> list[Any]:
    """Return all that is known of a claim, the dict of `erbium.web.claims.claim`."""
    facts = [
        ("Source", found["source"]),
        ("System", str(found["system"]).replace("-", " ")),
        ("Kind", str(found["kind"]).replace("-", " ")),
        ("Said of", "HER2-positive cells in general" if found["general"] else "the cells of the experiment"),
        ("Held out", "yes, not looked at while tuning" if found["held_out"] else "no"),
    ]
    if found["hops"] is not None:
        facts.append(("Species between handle and readout", str(found["hops"])))
    strip = html.Dl([html.Div([html.Dt(key), html.Dd(value)]) for key, value in facts], className="strip")
    verdict = html.P([status_badge(found["status"]), f" {MEANINGS.get(found['status'], '')}"])
    parts: list[Any] = [
        html.Div([html.H2(found["statement"]), verdict, strip], className="card"),
    ]
    parts += [
        message("note", html.P([html.B("Why. "), str(text)]))
        for text in dict.fromkeys(filter(None, (found["why_not_executable"], found["reason"])))
    ]
    if found["duplicate_of"]:
        link = html.A(found["duplicate_of"], href=f"/claims?id={found['duplicate_of']}")
        parts.append(html.P(["The same is said by ", link, ", which is run."]))
    if found["note"]:
        parts.append(html.P([html.B("Note. "), found["note"]]))
    return [*parts, *_experiment(found), *_seen(found)]


def _experiment(found: Mapping[str, Any]) -> list[Any]:
    title = html.H2("The experiment behind it")
    if not found["arms"]:
        return [title, empty("There is none: this claim is not asked of the model.")]
    rows = [[name.replace("_", " "), words] for name, words in found["arms"].items()]
    parts: list[Any] = [title, table(["Arm", "What is simulated"], rows, "arms of the experiment", "named")]
    if found["cut"]:
        held = ", ".join(f"{name} = {value:g}" for name, value in found["cut"].items())
        parts.append(
            html.P(
                f"Counter-check: with {held} in all arms it must no longer be seen.", className="small muted"
            )
        )
    return parts


def _seen(found: Mapping[str, Any]) -> list[Any]:
    if not found["expected"]:
        return []
    run = found["run"]
    when = f"Seen in the run of {run['date']} ({run['members']} draws, seed {run['seed']})"
    title = html.H2("What must be seen, and what was")
    if not found["seen"]:
        rows = [html.Li(text) for text in found["expected"]]
        return [title, html.Ul(rows), empty("It was not run in the last full run.")]
    return [title, seen_table(found["seen"], when), html.P(_HOW, className="small muted")]


_HOW = (
    "Effects are medians over the draws with the 5th and 95th percentile: the ratio of what is tested to "
    "what it is held against, or of neighbours in an order."
)


def seen_table(seen: Sequence[Mapping[str, Any]], when: str) -> html.Div:
    """Return what must be seen beside what was seen."""
    rows = [
        [
            one["expected"],
            effect_in_words(one),
            badge("seen", "for") if one["holds"] else badge("not seen", "against"),
            f"{percent(one['members'])} %",
        ]
        for one in seen
    ]
    return table(
        ["Must be seen", f"{when}: effect", "", "Draws that show it"], rows, "what must be seen and what was"
    )


def run_now(result: Mapping[str, Any]) -> list[Any]:
    """Return what a check of one claim, just run, saw."""
    parts: list[Any] = []
    for name, found in result["checked"].items():
        parts.append(html.H3([f"{name} as it is now ", status_badge(found["status"])]))
        if found["reason"]:
            parts.append(message("note", html.P([html.B("Why. "), found["reason"]])))
        when = f"Seen now ({result['members']} draws, seed {result['seed']})"
        parts.append(seen_table(found["seen"], when))
    return parts
