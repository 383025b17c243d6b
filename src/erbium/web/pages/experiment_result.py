"""What an experiment gave: its figure, its numbers with intervals, its dishes and sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from dash import html

from erbium.report.experiment_table import reading_table
from erbium.report.numbers import general, percent
from erbium.web.api import Work
from erbium.web.pages import follow
from erbium.web.pages.drug_words import drug_name
from erbium.web.pages.matrix_result import COLOURS, matrices, matrices_in_words
from erbium.web.pages.parts import empty, message, picture, table


def result(work: Work, job: str, found: Mapping[str, Any]) -> list[Any]:
    """Return the result of an experiment.

    Parameters
    ----------
    found
        The dict of `ExperimentResult.json()`.
    """
    head = html.Div(
        [
            html.H2(f"{found['name']}: {found['members']} draws, seed {found['seed']}"),
            follow.downloads(job),
        ],
        className="row between",
    )
    figure = work.store.part(job, "figure")
    parts: list[Any] = [head]
    parts += [message("note", html.P(text)) for text in found["warnings"]]
    if figure:
        caption = html.Figcaption(COLOURS) if found["matrix"] else None
        drawn = picture(figure, _in_words(found), _size(found))
        parts.append(html.Figure([drawn, caption], className="paper"))
    else:
        parts.append(empty("There is no picture of this experiment."))
    parts += [*_metrics(found), *matrices(found), *_readings(found), *_about(work, job, found)]
    return parts


def _size(found: Mapping[str, Any]) -> str:
    """Return how wide the figure may be: pictures of many panels have all the room."""
    panels = {row["readout"] for row in found["results"]}
    few = not found["matrix"] and (found["dose_response"] or len(panels) < 3)
    return "picture middle" if few else "picture wide"


def _in_words(found: Mapping[str, Any]) -> str:
    """Return what the figure shows, for those who do not see it."""
    doses = found["dose_response"]
    if found["matrix"]:
        return matrices_in_words(found)
    if doses:
        told = [
            ", ".join(
                [one["arm"], *(f"{name} {_interval(one['metrics'][name])} nM" for name in ("IC50", "GR50"))]
            )
            for one in doses
        ]
        drug = drug_name(doses[0]["drug"])
        return f"Living cells and growth-rate inhibition against the dose of {drug}. {'; '.join(told)}"
    readouts = ", ".join(dict.fromkeys(row["readout"] for row in found["results"]))
    arms = ", ".join(arm["name"] for arm in found["arms"])
    return f"{readouts} over time in {arms}; the table below has the numbers."


def _interval(value: Mapping[str, Any]) -> str:
    """Return "12.4 (9 to 20)", and what was not reached."""
    missed = value.get("not_reached") or 0.0
    if value["value"] is None:
        return "not reached" if missed else "–"
    high = "not reached" if value["high"] is None and missed else general(value["high"])
    return f"{general(value['value'])} ({general(value['low'])} to {high})"


def _metrics(found: Mapping[str, Any]) -> list[Any]:
    rows = []
    for one in found["dose_response"]:
        told = one["metrics"]
        missed = f"{percent(told['IC50']['not_reached'])} % / {percent(told['GR50']['not_reached'])} %"
        rows.append(
            [
                one["arm"],
                *(_interval(told[name]) for name in ("IC50", "GR50", "GR_max", "GR_AOC", "E_max")),
                missed,
                _interval(one["untreated"]) if "untreated" in one else "–",
            ]
        )
    if not rows:
        return []
    heads = [
        "Cells", "IC50, nM", "GR50, nM", "GR at the highest dose", "Area over the GR curve",
        "Living cells at the highest dose, of untreated", "IC50 / GR50 not reached in",
        "Untreated cells, of those at 0 h",
    ]  # fmt: skip
    words = (
        "Median (5th to 95th percentile over the draws). IC50: half the cells of the untreated; GR50: half "
        "the growth rate; GR is 1 without effect, 0 without growth, below 0 where cells die."
    )
    return _told("Half effects", table(heads, rows, "metrics of the dose-response", "named"), words)


def _readings(found: Mapping[str, Any]) -> list[Any]:
    heads, rows = reading_table(found)
    if not rows:
        return []
    body = [
        [row[name].replace("_", " ") if name in ("readout", "arm") else row[name] for name in heads]
        for row in rows
    ]
    words = (
        "Median (5th to 95th percentile over the draws), at some of the times; the CSV has all. "
        "Unit 1: relative."
    )
    return _told("Readings", table(heads, body, "readings", "named"), words)


def _told(title: str, numbers: html.Div, words: str) -> list[Any]:
    """Return a table under its title, with how it is read beneath."""
    return [html.H3(title), numbers, html.P(words, className="small muted")]


def _about(work: Work, job: str, found: Mapping[str, Any]) -> list[Any]:
    arms = [html.Li([html.B(arm["name"]), f": {arm['condition']}"]) for arm in found["arms"]]
    sources = [html.Li(f"{one['text']} ({one['status']})") for one in found["sources"]]
    asked = work.store.request(job)
    text = asked.get("text") or tomlkit.dumps(asked.get("experiment") or {})
    parts = [
        html.Details([html.Summary("Dishes"), html.Ul(arms)]),
        html.Details(
            [html.Summary("As a file, for erbium experiment run"), html.Pre(text, className="code")]
        ),
    ]
    if sources:
        parts.append(
            html.Details([html.Summary(f"{len(sources)} sources of the drugs' numbers"), html.Ul(sources)])
        )
    return parts
