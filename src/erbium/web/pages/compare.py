"""Two or three options of an answer side by side: figures, reasons, evidence, toxicity, courses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import Dash, Input, Output, State, html

from erbium.core.errors import ErbiumError
from erbium.report import toxicity, view
from erbium.report.evidence import conflict_words, sides
from erbium.report.numbers import NONE
from erbium.report.palette import BLUE, GREEN, INK, LINE, MUTED, VERMILION
from erbium.report.plots import DAYS_PER_MONTH, figure_style, figure_svg, new_figure
from erbium.web.pages.parts import aria, badge, choice, empty, error_box, field, message, picture, table
from erbium.web.pages.still import still

#: How many are compared at least and at most.
FEWEST, MOST = 2, 3
_SHOWN_ITEMS, _SHOWN_REASONS, _SHOWN_RATES = 3, 4, 6
_LOOKS = ((BLUE, "-"), (VERMILION, (0, (5, 2))), (GREEN, (0, (1.5, 1.5))))
Option = Mapping[str, Any]


def chooser(advice: Mapping[str, Any]) -> list[Any]:
    """Return the choice of what is compared; nothing where there is only one option."""
    options = advice.get("options") or []
    if len(options) < FEWEST:
        return []
    words = [{"label": f"{one['rank']}. {one['name']}", "value": one["regimen"]} for one in options]
    first = [one["regimen"] for one in options[:FEWEST]]
    pick = choice("compared", words, first, multi=True, placeholder="choose two or three", maxHeight=320)
    return [
        html.H2("Side by side"),
        html.Div(field(f"Options ({FEWEST} or {MOST})", pick, "compared"), className="row"),
        html.Div(id="compared-table", **aria(live="polite")),
    ]


def register(app: Dash, done: str, answer_of: Callable[[str], Mapping[str, Any]]) -> None:
    """Let the comparison work; `done` is the id of the store that holds the finished job."""

    @app.callback(Output("compared-table", "children"), Input("compared", "value"), State(done, "data"))
    def compare(chosen: Sequence[str] | None, job: str | None) -> Any:
        if not job:
            return None
        try:
            advice = answer_of(job)
        except ErbiumError as error:
            return error_box(error)
        wanted = [one for one in advice["options"] if one["regimen"] in (chosen or [])]
        if len(wanted) < FEWEST:
            return empty("Choose two or three options.")
        if len(wanted) > MOST:
            return message("error", html.P(f"{len(wanted)} are chosen. Expected two or three."), role="alert")
        return still(beside(advice, wanted))


def beside(advice: Mapping[str, Any], options: Sequence[Option]) -> list[Any]:
    """Return options as the columns of a table, and their courses on one axis."""
    reference = (advice.get("reference") or {}).get("regimen")
    rows: list[list[Any]] = [["Tier of evidence", *(badge(str(one["tier"]), "tier") for one in options)]]
    figures = [view.card_figures(one, is_reference=one["regimen"] == reference) for one in options]
    for label in dict.fromkeys(entry["label"] for column in figures for entry in column):
        found = [next((e for e in column if e["label"] == label), None) for column in figures]
        rows.append([_capital(label), *(_figure(entry) for entry in found)])
    rows.append(["Why", *(_listed(one.get("reasons") or [], _SHOWN_REASONS) for one in options)])
    both = [{side["title"]: side for side in sides(one)} for one in options]
    rows += [
        [f"Evidence: {title.lower()}", *(_items(column.get(title)) for column in both)]
        for title in dict.fromkeys(name for column in both for name in column)
    ]
    if any(conflict_words(one) for one in options):
        rows.append(["Conflict", *(conflict_words(one) or "–" for one in options)])
    rows.append(["Published toxicity, severe (any grade)", *(_toxicity(one) for one in options)])
    rows.append(["Cautions", *(_listed(one.get("cautions") or [], _SHOWN_REASONS) for one in options)])
    heads = ["", *(f"{one['rank']}. {one['name']}" for one in options)]
    parts: list[Any] = [table(heads, rows, "options side by side", "beside")]
    if all(one.get("course") for one in options):
        words = "; ".join(f"{one['name']}: {_course_words(one)}" for one in options)
        caption = (
            "Sum of diameters of the median twin with 5–95 % of the twins; who progresses keeps the last size"
        )
        drawn = picture(courses_svg(options), words, "picture wide")
        parts.insert(0, html.Figure([drawn, html.Figcaption(caption)]))
    return parts


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figure(entry: Mapping[str, str] | None) -> Any:
    return "–" if entry is None else html.Span([html.B(entry["value"]), f" {entry['range']}"])


def _listed(texts: Sequence[Any], most: int) -> Any:
    if not texts:
        return "–"
    rows = [html.Li(str(text)) for text in texts[:most]]
    more = [html.Li(f"and {len(texts) - most} more", className="muted")] if len(texts) > most else []
    return html.Ul([*rows, *more])


def _items(side: Mapping[str, Any] | None) -> Any:
    if side is None or not side["count"]:
        return "–"
    rows = [
        html.Li([badge(str(one["level"]), "tier"), f" {one['claim']} ", html.B(one["result"])])
        for one in side["items"][:_SHOWN_ITEMS]
    ]
    left = side["count"] - len(rows)
    more = [html.Li(f"and {left} more", className="muted")] if left > 0 else []
    return html.Div(
        [
            html.Div(f"{side['count']} item{'s' if side['count'] != 1 else ''}"),
            html.Ul([*rows, *more], className="bare"),
        ]
    )


def _toxicity(option: Option) -> Any:
    found = option.get("toxicity") or {}
    rows = [row for row in toxicity.rows(found) if row["caution"]]
    known = [row for row in rows if (row["severe"], row["any_grade"]) != (NONE, NONE)]
    texts = [f"{row['caution']}: {row['severe']} ({row['any_grade']})" for row in known]
    return _listed(texts, _SHOWN_RATES)


def _course_words(option: Option) -> str:
    sizes = [value for value in option["course"]["sum_of_diameters"]["median"] if value is not None]
    return f"{sizes[0]:.0f} mm at the start, smallest {min(sizes):.0f} mm, {sizes[-1]:.0f} mm at the end"


def courses_svg(options: Sequence[Option]) -> str:
    """Return the courses of some options on one axis as SVG text."""
    with figure_style():
        figure = new_figure(9.0, 3.2)
        axes = figure.subplots()
        for option, (colour, line) in zip(options, _LOOKS, strict=False):
            course = option["course"]
            months = [day / DAYS_PER_MONTH for day in course["time_days"]]
            series = course["sum_of_diameters"]
            axes.fill_between(months, series["low"], series["high"], color=colour, alpha=0.10, lw=0)
            axes.plot(
                months, series["median"], color=colour, ls=line, lw=1.9, label=view.short_name(option["name"])
            )
            axes.set_xlim(0.0, months[-1])
        axes.axhline(0.0, color=LINE, lw=0.8, zorder=0)
        axes.set_ylim(bottom=0.0)
        axes.set_xlabel("months on treatment", color=INK)
        axes.set_ylabel("sum of diameters, mm", color=INK)
        axes.legend(
            frameon=False, fontsize=8.5, labelcolor=MUTED, loc="upper left", bbox_to_anchor=(1.0, 1.0)
        )
        return figure_svg(figure)
