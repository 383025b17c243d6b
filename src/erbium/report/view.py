"""What the page shows, worked out from the answer, so that the template only lays out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from erbium.report import bars, numbers
from erbium.report.palette import PAPER, diverging, text_on
from erbium.report.pathway_marks import SHORT_NAMES

TIERS = {
    "I": "approved, or the trial-proven standard, in this setting and line",
    "II": "randomised evidence in this setting and line",
    "III": "smaller or indirect clinical evidence",
    "IV": "no clinical evidence in this setting: simulation or laboratory only",
}
LEVELS = {
    "A1": "approved or guideline standard in this setting",
    "A2": "randomised trial in this setting",
    "B": "smaller trial or trial in another line",
    "C": "case level, or strong in another tumour",
    "D": "preclinical",
    "E": "simulation or inference only",
}
ENDPOINTS = {
    "ORR": "response rate",
    "CBR": "clinical benefit rate",
    "PFS_12m": "12-month PFS",
    "PFS_median": "median PFS",
    "rmst": "restricted mean PFS",
    "depth": "depth of response",
    "pCR": "pCR rate",
    "iDFS_24m": "24-month iDFS",
    "cure": "expected cure",
    "CNS_ORR": "response in the brain",
}
_PERCENT = "fraction"


def endpoint(option: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """Return the endpoint of an option by name, or None."""
    return next((item for item in option.get("endpoints") or [] if item.get("name") == name), None)


def spans(ranks: Sequence[int]) -> str:
    """Return ranks as short text: ``1, 2, 3, 7`` is ``1-3, 7``."""
    groups: list[list[int]] = []
    for rank in sorted(ranks):
        if groups and rank == groups[-1][-1] + 1:
            groups[-1].append(rank)
        else:
            groups.append([rank])
    return ", ".join(str(g[0]) if len(g) == 1 else f"{g[0]}\u2013{g[-1]}" for g in groups)


def open_questions(advice: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the questions on which the literature disagrees, with what each answer would change."""
    found = []
    for item in advice.get("open_questions") or []:
        outcomes = [
            {
                "name": outcome["name"],
                "label": ENDPOINTS.get(outcome["endpoint"], outcome["endpoint"]),
                "means": [_mean(value, outcome["unit"]) for value in outcome["means"]],
            }
            for outcome in (item.get("outcomes") or [])[:6]
        ]
        found.append({"question": item["question"], "choices": item["choices"], "outcomes": outcomes})
    return found


def _mean(value: float | None, unit: str) -> str:
    if value is None:
        return "not drawn"
    return f"{100 * value:.0f} %" if unit == "fraction" else f"{value:.1f} {unit}"


def columns(advice: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (endpoint, heading) of the bar columns of the options table, by what the answer holds."""
    options = advice.get("options") or []
    wanted = [
        ("ORR", "Response rate, %"),
        ("PFS_12m", "PFS at 12 months, %"),
        ("pCR", "pCR, %"),
        ("iDFS_24m", "iDFS at 24 months, %"),
    ]
    held = [(name, heading) for name, heading in wanted if any(rate(option, name) for option in options)]
    return held[:2]


def rate(option: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """Return a rate of an option, from its own key or from its endpoints."""
    key = {"ORR": "response_rate", "PFS_12m": "pfs_12m"}.get(name)
    entry = (option.get(key) if key else None) or endpoint(option, name)
    return entry if entry and numbers.finite(entry.get("median")) is not None else None


def option_rows(advice: Mapping[str, Any], list_: str) -> list[dict[str, Any]]:
    """Return the rows of the standard or of the hypothesis table."""
    options = advice.get("options") or []
    reference = (advice.get("reference") or {}).get("regimen")
    anchor = next((option for option in options if option.get("regimen") == reference), None)
    limit = difference_limit(options)
    rows = []
    for option in options:
        if (option.get("list") == "hypothesis") != (list_ == "hypothesis"):
            continue
        versus = option.get("versus_reference") or {}
        difference = versus.get("difference")
        is_reference = option.get("regimen") == reference
        middle, interval = numbers.months(option.get("pfs_months"))
        cells = []
        for name, _ in columns(advice):
            entry = rate(option, name)
            other = rate(anchor, name) if anchor else None
            bar = bars.interval_bar(entry, reference=numbers.finite((other or {}).get("median")))
            cells.append(
                {
                    "median": numbers.percent((entry or {}).get("median")),
                    "range": numbers.share_range(entry),
                    "bar": bar,
                }
            )
        rows.append(
            {
                "option": option,
                "is_reference": is_reference,
                "cells": cells,
                "months": middle,
                "months_range": interval,
                "difference": None if is_reference or not difference else difference_words(difference),
                "difference_bar": ""
                if is_reference or not difference
                else bars.difference_bar(difference, limit),
                "p_better": None if is_reference else numbers.probability(versus.get("p_better")),
                "ties": spans(option.get("tie_with") or []),
                "caution": next(iter(option.get("cautions") or []), ""),
            }
        )
    return rows


def difference_limit(options: Sequence[Mapping[str, Any]]) -> float:
    """Return a round end of the scale that holds every difference."""
    ends = [
        abs(value)
        for option in options
        for key in ("low", "median", "high")
        if (
            value := numbers.finite(((option.get("versus_reference") or {}).get("difference") or {}).get(key))
        )
        is not None
    ]
    largest = max(ends, default=1.0)
    steps = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 24.0, 48.0)
    return next((step for step in steps if step >= largest), largest)


def difference_axis(advice: Mapping[str, Any]) -> tuple[str, tuple[str, str, str]]:
    """Return the unit of the differences and the labels of their scale."""
    options = advice.get("options") or []
    entry: Mapping[str, Any] = next(
        (found for option in options if (found := (option.get("versus_reference") or {}).get("difference"))),
        {},
    )
    limit = difference_limit(options)
    fraction = entry.get("unit") == _PERCENT
    end = f"{100 * limit:.0f}" if fraction else f"{limit:g}"
    return "points" if fraction else str(entry.get("unit") or ""), (f"−{end}", "0", f"+{end}")


def difference_words(difference: Mapping[str, Any]) -> dict[str, str]:
    """Return the difference and its interval as text."""
    if difference.get("unit") == _PERCENT:
        low, middle, high = (
            numbers.percent(difference.get(key), signed=True) for key in ("low", "median", "high")
        )
    else:
        low, middle, high = (
            numbers.decimal(difference.get(key), signed=True) for key in ("low", "median", "high")
        )
    return {"median": middle, "range": f"{low} to {high}"}


def short_name(name: str) -> str:
    """Return a regimen name with the long conjugate names shortened."""
    for long, short in SHORT_NAMES.items():
        name = name.replace(long.replace("_", " "), short)
    return name


def resistance_map(advice: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the heat map: what each mechanism does to each explained option (with minus without)."""
    explained = [option for option in advice.get("options") or [] if option.get("resistance")]
    if not explained:
        return None
    effects: dict[tuple[str, int], Mapping[str, Any]] = {}
    names: dict[str, str] = {}
    for place, option in enumerate(explained):
        for item in option["resistance"]:
            names.setdefault(item["mechanism"], item.get("name") or item["mechanism"])
            effects[item["mechanism"], place] = item
    values = {key: _effect(item) for key, item in effects.items()}
    scale = max((abs(value) for value in values.values() if value is not None), default=0.0) or 1.0
    first: Mapping[str, Any] = next(iter(effects.values()))["effect"]
    fraction = first.get("unit") == _PERCENT
    states = {item["id"]: item for item in advice.get("mechanisms") or []}
    rows = []
    for mechanism, name in names.items():
        cells = []
        for place in range(len(explained)):
            value = values.get((mechanism, place))
            fill = PAPER if value is None else diverging(-value / scale)
            words = (
                ""
                if value is None
                else numbers.percent(value, signed=True)
                if fraction
                else numbers.decimal(value, signed=True)
            )
            title = str((effects.get((mechanism, place)) or {}).get("text") or "")
            cells.append({"fill": fill, "ink": text_on(fill), "words": words, "title": title})
        rows.append({"name": name, "state": mechanism_state(states.get(mechanism)), "cells": cells})
    heads = [
        {"rank": option.get("rank"), "name": short_name(str(option.get("name")))} for option in explained
    ]
    endpoint_name = ENDPOINTS.get(str(first.get("endpoint")), str(first.get("endpoint")))
    unit = "percentage points" if fraction else str(first.get("unit") or "")
    end = f"{100 * scale:.0f}" if fraction else f"{scale:.1f}"
    stops = [diverging(step / 10 - 1.0) for step in range(21)]
    return {"heads": heads, "rows": rows, "endpoint": endpoint_name, "unit": unit, "end": end, "stops": stops}


def _effect(item: Mapping[str, Any]) -> float | None:
    effect = item.get("effect") or {}
    present, absent = numbers.finite(effect.get("with")), numbers.finite(effect.get("without"))
    return None if present is None or absent is None else present - absent


def mechanism_state(mechanism: Mapping[str, Any] | None) -> str:
    """Return "measured" or the share of twins that carry a mechanism."""
    if mechanism is None:
        return ""
    if mechanism.get("present") == "sampled":
        return f"in {numbers.percent(mechanism.get('fraction'))} % of twins"
    return str(mechanism.get("present") or "")


def card_figures(option: Mapping[str, Any], *, is_reference: bool) -> list[dict[str, str]]:
    """Return the headline numbers of an option as label, value and interval."""
    found = []
    for name, label in (
        ("ORR", "response rate"),
        ("PFS_12m", "PFS at 12 months"),
        ("pCR", "pCR rate"),
        ("iDFS_24m", "iDFS at 24 months"),
        ("CNS_ORR", "response in the brain"),
    ):
        entry = rate(option, name)
        if entry:
            found.append(
                {
                    "label": label,
                    "value": f"{numbers.percent(entry['median'])} %",
                    "range": f"({numbers.share_range(entry)})",
                }
            )
    if option.get("pfs_months"):
        middle, interval = numbers.months(option["pfs_months"])
        found.append(
            {"label": "median PFS, months", "value": middle, "range": f"({interval})" if interval else ""}
        )
    versus = option.get("versus_reference") or {}
    if not is_reference and versus.get("difference"):
        words = difference_words(versus["difference"])
        label = (
            f"{ENDPOINTS.get(str(versus.get('endpoint')), versus.get('endpoint'))}, difference from reference"
        )
        found.append({"label": label, "value": words["median"], "range": f"({words['range']})"})
        found.append(
            {"label": "P(better)", "value": numbers.probability(versus.get("p_better")), "range": ""}
        )
    return found


def effect_rows(option: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the counterfactuals of an option, the largest first."""
    rows = []
    for item in option.get("resistance") or []:
        effect = item.get("effect") or {}
        fraction = effect.get("unit") == _PERCENT
        value = _effect(item)
        without = effect.get("without")
        rows.append(
            {
                "name": item.get("name") or item.get("mechanism"),
                "rank_without": item.get("rank_without"),
                "endpoint": ENDPOINTS.get(str(effect.get("endpoint")), str(effect.get("endpoint") or "")),
                "without": f"{numbers.percent(without)} %" if fraction else numbers.decimal(without),
                "change": numbers.percent(value, signed=True)
                if fraction
                else numbers.decimal(value, signed=True),
                "size": abs(value or 0.0),
            }
        )
    return sorted(rows, key=lambda row: -float(row["size"]))


def mechanism_rows(advice: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], list[str]]:
    """Return the mechanisms of the twins, measured ones first, and the names of those that are absent."""
    everything = advice.get("mechanisms") or []
    held = [item for item in everything if item.get("present") != "absent"]
    held.sort(
        key=lambda item: (item.get("present") == "sampled", -(numbers.finite(item.get("fraction")) or 0.0))
    )
    return held, [str(item.get("name")) for item in everything if item.get("present") == "absent"]
