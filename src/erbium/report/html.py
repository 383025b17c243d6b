"""The answer as one self-contained page: no script, no outside file, every text escaped."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from erbium.report import bars, evidence, numbers, plots, sections, toxicity, view
from erbium.report.citations import references
from erbium.report.files import write_whole
from erbium.report.front import front
from erbium.report.pathway import pathway_svg

if TYPE_CHECKING:
    from jinja2 import Environment

DRAWN = 8  # options with a card of their own
NOTICE = "No substitute for a tumour board."


@functools.cache
def environment() -> Environment:
    """Return the templates of this package; every text is escaped."""
    from jinja2 import ChainableUndefined, PackageLoader
    from jinja2 import Environment as NewEnvironment
    from markupsafe import Markup

    found = NewEnvironment(
        loader=PackageLoader("erbium.report", "templates"),
        autoescape=True,
        # An answer of an older version lacks keys; a report with a gap is better than none.
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["percent"] = numbers.percent
    found.filters["decimal"] = numbers.decimal
    found.filters["unbroken"] = _unbroken
    # Marks pictures that this package drew, with their texts escaped, as ready to stand in the page.
    found.filters["picture"] = Markup
    return found


def _unbroken(text: str) -> str:
    """Return ranks that no line break parts: a word joiner on either side of every dash."""
    return text.replace("–", "\u2060–\u2060")


def advice_html(
    advice: Mapping[str, Any],
    *,
    combined: Mapping[str, Any] | None = None,
    made: str | None = None,
    paper: bool = False,
) -> str:
    """Return the report of an answer as one HTML file.

    Parameters
    ----------
    advice
        The dict of `Advice.json()`.
    combined
        The answer of `erbium combine` for the same case, shown on the front pages.
    made
        Date to print as that of the report.
    paper
        Lay out for the PDF writer.
    """
    options = advice.get("options") or []
    chosen = list(options[:DRAWN])
    chosen += [option for option in options[DRAWN:] if option.get("resistance")]
    cited = references(advice.get("sources") or [])
    unit, ends = view.difference_axis(advice)
    mechanisms, absent = view.mechanism_rows(advice)
    return (
        environment()
        .get_template("advice.html.j2")
        .render(
            advice=advice,
            front=front(advice, combined),
            pfs=any(option.get("pfs_months") for option in options),
            made=made,
            paper=paper,
            notice=advice.get("notice") or NOTICE,
            columns=view.columns(advice),
            rate_axis=bars.axis(("0", "50", "100")),
            difference_unit=unit,
            difference_axis=bars.axis(ends),
            standard=view.option_rows(advice, "standard"),
            hypotheses=view.option_rows(advice, "hypothesis"),
            tiers=view.TIERS,
            levels=view.LEVELS,
            endpoints=view.ENDPOINTS,
            questions=view.open_questions(advice),
            past=sections.history(advice),
            depends=sections.dependence(advice),
            tests=sections.next_tests(advice),
            omission=sections.de_escalation(advice),
            cards=[card(advice, option) for option in chosen],
            resistance=view.resistance_map(advice),
            mechanisms=mechanisms,
            absent=absent,
            mechanism_state=view.mechanism_state,
            spread=bars.spread_bar(advice.get("spread") or {}),
            references=cited,
            number_of={item.id: item.number for item in cited},
        )
    )


def card(advice: Mapping[str, Any], option: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is shown of one option: figures, effects, drawings as SVG text, evidence, toxicity."""
    reference = advice.get("reference") or {}
    anchor = next(
        (item for item in advice.get("options") or [] if item.get("regimen") == reference.get("regimen")),
        None,
    )
    is_reference = option.get("regimen") == reference.get("regimen")
    course = option.get("course")
    other = None if is_reference or anchor is None else anchor.get("course")
    name = view.short_name(str(reference.get("name") or "reference"))
    readouts = option.get("readouts") or {}
    before = {key: entry.get("before") for key, entry in readouts.items()}
    on = {key: entry.get("on_treatment") for key, entry in readouts.items()}
    lesions = advice.get("mechanisms") or []
    title = f"HER2 network before and on {option.get('name')}"
    return {
        "option": option,
        "is_reference": is_reference,
        "figures": view.card_figures(option, is_reference=is_reference),
        "effects": view.effect_rows(option),
        "course": plots.course_svg(course, reference=other, reference_name=name) if course else "",
        "pathway": pathway_svg(before, on, lesions, option.get("drugs") or [], title) if readouts else "",
        "strip": bars.signal_strip(readouts),
        "sides": evidence.sides(option),
        "conflict": evidence.conflict_words(option),
        "untested": evidence.untested_words(option),
        "overlaps": toxicity.overlap_lines(option.get("toxicity") or {}),
        "toxicity": toxicity.rows(option.get("toxicity") or {}),
        "also": toxicity.also_words(option.get("toxicity") or {}),
        "treatment": toxicity.treatment_lines(option.get("toxicity") or {}),
    }


def treatment_html(treatment: Mapping[str, Any]) -> str:
    """Return the page of one simulated treatment, the dict of `Treatment.json()`."""
    readouts = treatment.get("readouts") or {}
    before = {key: next(iter(series.get("median") or []), None) for key, series in readouts.items()}
    on = {key: plots.at_day(treatment, key, 28.0) for key in readouts}
    drugs = treatment.get("drugs") or str(treatment.get("name") or "").split(" + ")
    middle, interval = numbers.months(treatment.get("pfs_months"))
    return (
        environment()
        .get_template("treatment.html.j2")
        .render(
            treatment=treatment,
            notice=treatment.get("notice") or NOTICE,
            figure=plots.figure_svg(plots.treatment_figure(treatment)),
            pathway=pathway_svg(before, on, treatment.get("mechanisms") or [], drugs, "HER2 network")
            if readouts
            else "",
            months=middle,
            months_range=interval,
            range_of=numbers.share_range,
        )
    )


def write_html(path: str | Path, page: str) -> Path:
    """Write a page, whole or not at all."""
    return write_whole(path, page)
