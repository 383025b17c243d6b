"""Earlier lines, dependence, the next test and what an agent adds: in words, for terminal and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from erbium.report import numbers
from erbium.report.view import ENDPOINTS, difference_words, short_name

#: Acquired mechanisms, tests and options that are told.
MOST_ACQUIRED, MOST_TESTS = 6, 6


def history(advice: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the earlier lines, observed beside simulated; None without any."""
    found = advice.get("history") or {}
    if not found.get("simulated"):
        return {"simulated": False, "why_not": found["why_not"]} if found.get("why_not") else None
    clone = found.get("tolerant_clone") or {}
    before, after = clone.get("before") or {}, clone.get("after") or {}
    return {
        "simulated": True,
        "summary": _history_words(found),
        "reproduced": found.get("reproduced"),
        "why_not": found.get("why_not") or [],
        "lines": [_line(line) for line in found.get("lines") or []],
        "acquired": [_acquired(row) for row in (found.get("acquired") or [])[:MOST_ACQUIRED]],
        "again": [_again(row) for row in found.get("again") or []],
        "clone": f"{numbers.percent(before.get('median'))} % -> {numbers.percent(after.get('median'))} % "
        f"({numbers.share_range(after)})",
        "nearest": [_nearest(row) for row in found.get("nearest") or []],
    }


def _history_words(found: Mapping[str, Any]) -> str:
    many = f"{found.get('pool')} twins were run through the earlier lines"
    if not found.get("reproduced"):
        return (
            f"History not reproduced: {many}, and {found.get('twins_that_repeat_it')} repeat what happened. "
            f"Errors are widened {numbers.decimal(found.get('errors_widened'))}-fold: read on with care."
        )
    words = f"{many} and weighed by what happened; {numbers.decimal(found.get('ess'), 0)} count in effect"
    if (numbers.finite(found.get("tempering")) or 1.0) < 1.0:
        words += (
            f" (errors widened {numbers.decimal(found.get('errors_widened'))}-fold: too few fit more closely)"
        )
    return words + "."


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    observed = line.get("observed") or {}
    months = numbers.finite(observed.get("months"))
    said = [str(observed["best_response"])] if observed.get("best_response") else []
    said += [f"{numbers.decimal(months)} months"] if months is not None else []
    said += [str(observed["reason_ended"])] if observed.get("reason_ended") else []
    out: dict[str, Any] = {
        "name": short_name(str(line.get("name"))),
        "observed": ", ".join(said) or "not stated",
    }
    for key, place in (("before", "before_weighing"), ("after", "simulated")):
        entry = line.get(place) or {}
        out[key] = _responses(entry.get("best_response") or {})
        if entry.get("months_to_progression"):
            out[key] += f"; {_span(entry['months_to_progression'])} months"
    out["markers"] = [
        f"{item['marker']} in week {item['week']:g}: observed x{item['observed_fold']:.2g}, "
        f"simulated x{item['simulated']['median']:.2g} ({item['simulated']['low']:.2g} to "
        f"{item['simulated']['high']:.2g})"
        for item in line.get("markers") or []
    ]
    return out


def _responses(shares: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {numbers.percent(share)} %" for name, share in shares.items())


def _span(entry: Mapping[str, Any]) -> str:
    """Return "8.3 (5.5 to n.r.)" of a time to progression."""
    ends = [
        "n.r." if numbers.finite(entry.get(key)) is None else numbers.decimal(entry.get(key))
        for key in ("median", "low", "high")
    ]
    return f"{ends[0]} ({ends[1]} to {ends[2]})"


def _acquired(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": str(row.get("name")),
        "before": f"{numbers.percent(row.get('before_treatment'))} %",
        "usual": f"{numbers.percent(row.get('after_treatment'))} %",
        "given": f"{numbers.percent(row.get('given_history'))} %",
        "cells": f"{numbers.percent(row.get('share_of_cells_before'))} % -> "
        f"{numbers.percent(row.get('share_of_cells_after'))} %",
    }


def _again(row: Mapping[str, Any]) -> str:
    then, now = (f"{numbers.percent(row.get(key))} %" for key in ("response_rate_then", "response_rate_now"))
    return (
        f"{short_name(str(row.get('name')))} given again: response {then} -> {now}; months without "
        f"progression {_span(row.get('months_then') or {})} -> {_span(row.get('months_now') or {})}"
    )


def _nearest(row: Mapping[str, Any]) -> str:
    lines = [
        f"{short_name(str(item.get('regimen')))} {item.get('best_response') or ''} "
        + (
            f"{numbers.decimal(item['months'])} months"
            if numbers.finite(item.get("months")) is not None
            else "no progression seen"
        )
        for item in row.get("lines") or []
    ]
    return f"twin {row.get('twin')}: {'; '.join(lines)}"


def dependence(advice: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the dependence call with its arms and the protein panel."""
    found = advice.get("dependence") or {}
    if not found:
        return None
    shares = found.get("probabilities") or {}
    call = str(found.get("call"))
    panel = found.get("panel") or {}
    markers = ", ".join(
        f"{item['marker']} {item['level'] or 'not tested'}" for item in panel.get("markers") or []
    )
    return {
        "call": "no single arm" if call == "none" else call,
        "probability": numbers.percent(found.get("probability")),
        "shares": ", ".join(f"{name} {numbers.percent(share)} %" for name, share in shares.items()),
        "arms": [
            {
                "name": arm["name"],
                "probability": numbers.percent(arm["probability"]),
                "share": numbers.finite(arm["probability"]) or 0.0,
                "lost": f"{numbers.percent(arm['growth_lost']['median'])} % "
                f"({numbers.share_range(arm['growth_lost'])})",
            }
            for arm in found.get("arms") or []
        ],
        "none": numbers.percent(shares.get("none")),
        "left": numbers.percent(found.get("output_left")),
        "panel": f"{panel.get('call') or 'no call'} ({panel.get('why')}): {markers}",
        "panel_source": f"{panel.get('statement')} ({panel.get('source')}, {panel.get('status')})",
    }


def next_tests(advice: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the tests that can change the order, and how many cannot."""
    found = advice.get("next_tests") or []
    if not found:
        return None
    telling = [row for row in found if row.get("informative")]
    others = [row for row in found if not row.get("informative")]
    return {
        "rows": [_test(row) for row in telling[:MOST_TESTS]],
        "others": ", ".join(str(row["marker"]) for row in others[:MOST_TESTS]),
        "more": max(len(others) - MOST_TESTS, 0),
    }


def _test(row: Mapping[str, Any]) -> dict[str, str]:
    gain = row["expected_gain"]
    value = (
        f"{numbers.percent(gain['value'], signed=True)} points"
        if gain["unit"] == "fraction"
        else f"{numbers.decimal(gain['value'], 2, signed=True)} {gain['unit']}"
    )
    changes = [
        f"{result['result']} ({numbers.percent(result['probability'])} %): "
        f"{short_name(str(result['first']['name']))} first"
        for result in row["results"]
        if result["first_changes"]
    ]
    return {
        "marker": str(row["marker"]),
        "test": str(row["test"]),
        "cost": str(row["cost"]),
        "changed": f"{numbers.percent(row['order_changed'])} %",
        "gain": value,
        "words": "; ".join(changes),
    }


def de_escalation(advice: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the first options lose without what was left out."""
    found = advice.get("de_escalation") or {}
    if not found:
        return None
    margin = found["margin"]
    fraction = margin["unit"] == "fraction"
    size = f"{numbers.percent(margin['value'])} points" if fraction else f"{margin['value']:.3g} months"
    size = size.replace("1 months", "1 month") if margin["value"] == 1.0 else size
    rows = []
    for row in found["options"]:
        words = difference_words(row["loss"])
        rows.append(
            {
                "name": short_name(str(row["name"])),
                "without": short_name(str(row["without"])),
                "loss": words["median"],
                "range": words["range"],
                "p": numbers.probability(row["p_within_margin"]),
                "verdict": str(row["verdict"]),
            }
        )
    return {
        "omitted": " and ".join(found["omitted"]),
        "endpoint": ENDPOINTS.get(str(found["endpoint"]), str(found["endpoint"])),
        "unit": "points" if fraction else "months",
        "margin": f"{size}, {margin['origin']}",
        "rows": rows,
    }


def history_lines(advice: Mapping[str, Any]) -> list[str]:
    """Return the earlier lines as the terminal tells them."""
    found = history(advice)
    if found is None:
        return []
    lines = [f"not simulated: {text}" for text in found["why_not"]]
    if not found["simulated"]:
        return lines
    told: list[str] = [found["summary"]]
    for line in found["lines"]:
        told.append(f"{line['name']}: observed {line['observed']}; simulated {line['after']}")
        told += line["markers"]
    told.append(f"share of the minor, drug-tolerant clone, median: {found['clone']}")
    told += [
        f"{row['name']}: in {row['usual']} of twins, {row['given']} given this history; "
        f"share of cells {row['cells']}"
        for row in found["acquired"]
    ]
    told += [*found["again"], *(f"nearest {text}" for text in found["nearest"])]
    return told + lines


def dependence_lines(advice: Mapping[str, Any]) -> list[str]:
    """Return the dependence call as the terminal tells it."""
    found = dependence(advice)
    if found is None:
        return []
    return [
        f"{found['call']} ({found['probability']} % of twins): {found['shares']}",
        f"proteins, as the literature reads them: {found['panel']}",
    ]


def test_lines(advice: Mapping[str, Any]) -> list[str]:
    """Return the next tests as the terminal tells them."""
    found = next_tests(advice)
    if found is None:
        return []
    told = [
        f"{row['marker']} ({row['test']}; cost {row['cost']}): changes the first option in {row['changed']}, "
        f"worth {row['gain']}; {row['words']}"
        for row in found["rows"]
    ]
    if not told:
        told = ["no single test would change the first option beyond the error of these twins"]
    more = f" and {found['more']} more" if found["more"] else ""
    return told + ([f"would not change it: {found['others']}{more}"] if found["others"] else [])


def omission_lines(advice: Mapping[str, Any]) -> list[str]:
    """Return what leaving an agent out costs, as the terminal tells it."""
    found = de_escalation(advice)
    if found is None:
        return []
    return [
        f"{row['name']} -> {row['without']}: loss {row['loss']} ({row['range']}) {found['unit']} of "
        f"{found['endpoint']}, P(within the margin of {found['margin']}) {row['p']}; {row['verdict']}"
        for row in found["rows"]
    ]


def terminal_sections(advice: Mapping[str, Any]) -> Sequence[tuple[str, list[str]]]:
    """Return title and lines of each section."""
    left_out = de_escalation(advice)
    return (
        (f"Without {left_out['omitted']}" if left_out else "", omission_lines(advice)),
        ("Earlier lines: observed and simulated", history_lines(advice)),
        ("What growth depends on, by virtual inhibition", dependence_lines(advice)),
        ("The next test", test_lines(advice)),
    )
