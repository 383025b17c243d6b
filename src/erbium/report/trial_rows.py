"""The tables of a trial's page: comparisons and arms, simulated beside published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from erbium.knowledge.schema.trial import Trial
from erbium.report.citations import Reference, references
from erbium.report.numbers import NONE, decimal, general, percent
from erbium.report.trial_marks import arm_label, interval, ratio_words, short, value
from erbium.trial.statistics import Estimate, Summary
from erbium.trial.statistics.beside import FigurePair, Reported, figure_pairs, ratio_pairs
from erbium.trial.statistics.endpoint import figure_name, rate_of, times_of
from erbium.trial.statistics.whole import endpoint_of

BRAIN_FREE = "CNS-PFS"
#: Times with a name of their own whatever the primary endpoint is.
_OWN = {"os": "OS", "cns_pfs": BRAIN_FREE, "idfs": "iDFS from surgery"}
_NAMES = {
    "orr": "response rate (ORR), %",
    "cr": "complete response, %",
    "cbr": "clinical benefit (CBR), %",
    "pcr": "pathological complete response, %",
    "median_pfs": "median PFS, months",
    "median_os": "median OS, months (exploratory)",
    "median_dor": "median duration of response, months",
    "mean_pfs": "restricted mean PFS, months",
    "orr_ic": "response in the brain (ORR-IC), %",
    "median_cns_pfs": f"median {BRAIN_FREE}, months",
    "median_idfs": "median iDFS from surgery, months",
}
_DOI = re.compile(r"10\.\d{4,9}/[^\s;,]+")
_PMID = re.compile(r"PMID:?\s*(\d{1,9})")


@dataclass(frozen=True)
class Cited:
    """The sources of a trial's figures, numbered."""

    list: tuple[Reference, ...]
    number: Mapping[tuple[str, str], int]


def cited(trial: Trial) -> Cited:
    """Return every source of a published figure once, with its status."""
    rows = [*trial.published, *trial.published_ratio]
    keys = list(dict.fromkeys((row.source, row.status) for row in rows))
    sources = []
    for text, status in keys:
        doi, pmid = _DOI.search(text), _PMID.search(text)
        words = _PMID.sub("", _DOI.sub("", text)).replace("DOI", "").strip(" ;,.:")
        sources.append(
            {
                "id": "",
                "text": words,
                "status": status,
                "doi": doi[0].rstrip(".") if doi else None,
                "pmid": pmid[1] if pmid else None,
            }
        )
    return Cited(tuple(references(sources)), {key: place for place, key in enumerate(keys, start=1)})


def endpoint_words(trial: Trial, figure: str) -> str:
    """Return the name of a figure with its unit, with what the trial calls its times."""
    name = endpoint_of(trial)
    if found := rate_of(figure):
        kind = _OWN.get(found[0], name)
        return f"{kind} at {found[1]:g} months, %" + (" (exploratory)" if found[0] == "os" else "")
    return _NAMES[figure] if BRAIN_FREE in _NAMES[figure] else _NAMES[figure].replace("PFS", name)


def comparison_rows(trial: Trial, summary: Summary) -> list[dict[str, Any]]:
    """Return one row a hazard ratio or difference of rates, with the published ratio beside it."""
    published = {
        (pair.arm, pair.versus, times_of(pair.endpoint, trial.setting)): pair
        for pair in reversed(ratio_pairs(trial, summary))
        if pair.subgroup is None and pair.endpoint != "DOR"
    }
    rows = []
    for ratio in summary.ratios:
        pair = published.get((ratio.arm, ratio.versus, times_of(ratio.endpoint, trial.setting)))
        mean = interval(ratio.mean_low, ratio.mean_high, "months").replace(NONE, " to ")
        shown = f"{decimal(ratio.mean_difference, signed=True)} ({mean})" if mean else NONE
        until = f" within {decimal(ratio.until, 0)}" if mean and ratio.until else ""
        mark = " (exploratory)" if ratio.endpoint == "OS" else ""
        rows.append(
            {
                "endpoint": f"{_words(ratio.endpoint)}, hazard ratio{mark}",
                "pair": f"{short(ratio.arm)} v {short(ratio.versus)}",
                "simulated": ratio_words(ratio.hr, ratio.low, ratio.high),
                "spread": interval(ratio.model_low, ratio.model_high, "ratio", 2) or NONE,
                "published": ratio_words(pair.reported.value, pair.reported.low, pair.reported.high)
                if pair
                else NONE,
                "inside": pair.inside if pair else None,
                "mean": shown + until,
                "p": "< 0.001" if ratio.p is not None and ratio.p < 0.001 else general(ratio.p),
                "note": ratio.note,
            }
        )
    for item in summary.differences:
        if item.endpoint not in {"ORR", "pCR", "ORR_IC"}:
            continue
        low, high = (percent(end, signed=True) for end in (item.low, item.high))
        spread = [percent(end, signed=True) for end in (item.model_low, item.model_high)]
        rows.append(
            {
                "endpoint": f"{_words(item.endpoint)}, difference, %",
                "pair": f"{short(item.arm)} v {short(item.versus)}",
                "simulated": f"{percent(item.value, signed=True)} ({low} to {high})"
                if item.value is not None
                else NONE,
                "spread": " to ".join(spread) if item.model_low is not None else NONE,
                "published": _published_difference(trial, item.endpoint, item.arm, item.versus),
                "inside": None,
                "mean": NONE,
                "p": NONE,
                "note": "",
            }
        )
    return rows


def _words(endpoint: str) -> str:
    """Return an endpoint as papers write it: "CNS-PFS", "ORR-IC"."""
    return endpoint.replace("_", "-")


def _published_difference(trial: Trial, endpoint: str, arm: str, versus: str) -> str:
    rates = {
        row.arm: row.value
        for row in reversed(trial.published)
        if row.endpoint == endpoint and row.subgroup is None
    }
    if arm not in rates or versus not in rates:
        return NONE
    return percent((rates[arm] - rates[versus]) / 100.0, signed=True)


def figure_rows(trial: Trial, summary: Summary, sources: Cited) -> list[dict[str, Any]]:
    """Return one row a figure of each arm, with everything that was published of it."""
    published: dict[tuple[str, str], list[FigurePair]] = {}
    for pair in figure_pairs(trial, summary):
        name = figure_name(pair.endpoint, trial.setting)
        if pair.subgroup is None and name is not None:
            published.setdefault((pair.arm, name), []).append(pair)
    rows = []
    for arm in summary.arms:
        first = True
        for name, figure in arm.figures.items():
            beside = published.get((arm.name, name), [])
            absent = figure.value is None and not figure.not_reached
            if absent and not beside:
                continue
            rows.append(
                {
                    "arm": arm_label(trial, arm.name),
                    "n": arm.n,
                    "first": first,
                    "name": endpoint_words(trial, name),
                    "simulated": value(figure),
                    "interval": _bracketed(interval(figure.low, figure.high, figure.unit)),
                    "note": figure.note,
                    "spread": _spread(figure),
                    "published": [_reported(pair.reported, figure.unit, sources) for pair in beside],
                }
            )
            first = False
    return rows


def subgroup_rows(trial: Trial, summary: Summary, sources: Cited) -> list[dict[str, Any]]:
    """Return every published figure of an arm within a subgroup, with the simulated one."""
    rows = []
    for pair in figure_pairs(trial, summary):
        name, found = figure_name(pair.endpoint, trial.setting), pair.simulated
        if pair.subgroup is None or name is None:
            continue
        unit = "months" if name.startswith(("median", "mean")) else "fraction"
        ends = interval(found.low, found.high, unit) if found else ""
        rows.append(
            {
                "group": pair.group,
                "arm": short(pair.arm),
                "name": endpoint_words(trial, name),
                "simulated": value(found),
                "interval": _bracketed(ends),
                "published": _reported(pair.reported, unit, sources),
            }
        )
    return rows


def _spread(figure: Estimate) -> str:
    return interval(figure.model_low, figure.model_high, figure.unit) or NONE


def _bracketed(text: str) -> str:
    return f"({text})" if text else ""


def _reported(item: Reported, unit: str, sources: Cited) -> dict[str, Any]:
    star = "*" if item.derived else ""
    shown = Estimate(item.value, item.low, item.high, unit, item.n or 0)
    parts: Sequence[str | None] = (str(item.year) if item.year else None, item.definition)
    return {
        "value": value(shown) if unit == "months" else decimal(100.0 * item.value, 1),
        "interval": _bracketed(interval(item.low, item.high, unit)) + star,
        "origin": ", ".join(part for part in parts if part),
        "number": sources.number[(item.source, item.status)],
    }
