"""The two pages at the front: the case in one line, the options, why, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from erbium.report import bars, evidence, numbers, plots, sections, view
from erbium.report.pathway import pathway_svg

#: What fits on the two pages; the rest is counted, and stands in full behind them.
MOST_OPTIONS, MOST_HYPOTHESES, ARGUED, MOST_ITEMS, MOST_RULES, MOST_SETS = 11, 3, 3, 2, 6, 4
_LINES = {"1L": "first line", "2L": "second line", "3L+": "third line or later"}
#: With so few options what follows begins on the first page.
SHORT = 5
_WORDS = 190
#: A caution that this many options begin with is said once; how far down the list of each is looked.
_SHARED, _LEADING_CAUTIONS = 3, 3


def front(advice: Mapping[str, Any], combined: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what the two pages say.

    Parameters
    ----------
    advice
        The dict of `Advice.json()`.
    combined
        The answer of a search for combinations for the same case; None if none was given.
    """
    standard = view.option_rows(advice, "standard")
    hypotheses = view.option_rows(advice, "hypothesis")
    rows = [_row(row) for row in [*standard[:MOST_OPTIONS], *hypotheses[:MOST_HYPOTHESES]]]
    shared = _shared_cautions(rows)
    said = [item["text"] for item in shared]
    options = advice.get("options") or []
    leading = next(iter(options), None)
    return {
        "case": case_line(advice),
        "situation": situation(advice),
        "untested": untested(advice),
        "undecided": [str(item.get("reason")) for item in advice.get("undecided") or []],
        "rows": rows,
        "more": len(standard) + len(hypotheses) - len(rows),
        "shared": shared,
        "short": len(rows) <= SHORT,
        "columns": [heading for _, heading in view.columns(advice)],
        "refused": refusals(advice),
        "elsewhere": _elsewhere(advice),
        "arguments": [_argument(option, said) for option in options[:ARGUED]],
        "leading": view.short_name(str((leading or {}).get("name") or "")),
        "course": _course(advice, leading),
        "pathway": _pathway(advice, leading),
        "tests": sections.next_tests(advice),
        "past": sections.history(advice),
        "depends": sections.dependence(advice),
        "combined": combinations(combined) if combined else None,
        "outside": [_cut(str(text), 230) for text in (advice.get("outside_support") or [])[:4]],
        "outside_more": max(len(advice.get("outside_support") or []) - 4, 0),
        "left_out": sections.de_escalation(advice),
    }


def case_line(advice: Mapping[str, Any]) -> str:
    """Return the case in one line."""
    her2 = advice.get("her2_status") or {}
    inputs = her2.get("inputs") or {}
    names = (("ihc", "IHC {}"), ("ish_ratio", "ratio {}"), ("copies", "{} copies per cell"))
    told = [text.format(inputs[key]) for key, text in names if inputs.get(key) not in (None, "")]
    label = str(her2.get("label") or her2.get("status") or "HER2 status unknown")
    parts = [label + (f" ({', '.join(told)})" if told else "")]
    summary = (advice.get("case") or {}).get("summary") or []
    left_out = ("Setting", "HER2", "Inferred")
    for item in summary:
        name = str(item.get("label"))
        if name in left_out or item.get("status") in ("not_tested", "unknown"):
            continue
        words = {"Person": "{}", "Receptors": "{}", "Proteins": "{}"}.get(name, name.lower() + " {}")
        parts.append(words.format(item.get("value")))
    return "; ".join(parts)


def situation(advice: Mapping[str, Any]) -> str:
    """Return setting, line and region in words."""
    setting = str(advice.get("setting") or "setting unknown")
    words = {"residual": "residual disease after neoadjuvant treatment"}.get(setting, setting + " disease")
    line = _LINES.get(str(advice.get("line")), "")
    region = advice.get("region")
    told = f"region {region}" if region else "no region given"
    return ", ".join(part for part in (words[:1].upper() + words[1:], line, told) if part)


def untested(advice: Mapping[str, Any]) -> list[str]:
    """Return the markers without a result, without what was drawn with less weight."""
    found = [str(item.get("marker")) for item in advice.get("not_tested") or []]
    return [name for name in found if name != "Others"]


def refusals(advice: Mapping[str, Any]) -> dict[str, Any]:
    """Return the refused regimens by rule and fact; what the disease does not need comes last."""
    groups: dict[tuple[str, str], list[str]] = {}
    for item in advice.get("not_allowed") or []:
        name = view.short_name(str(item.get("name") or item.get("regimen")))
        rules = item.get("rules") or [{"reason": "; ".join(item.get("reasons") or []), "fact": ""}]
        reason = "; ".join(str(rule.get("reason")) for rule in rules)
        facts = dict.fromkeys(str(rule["fact"]) for rule in rules if rule.get("fact"))
        groups.setdefault((reason, "; ".join(facts)), []).append(name)
    ordered = sorted(groups.items(), key=lambda entry: entry[0][0].startswith("needs "))
    shown = [
        {
            "reason": reason,
            "fact": "" if fact and fact in reason else fact,
            "names": ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else ""),
        }
        for (reason, fact), names in ordered[:MOST_RULES]
    ]
    return {"shown": shown, "more": sum(len(names) for _, names in ordered[MOST_RULES:])}


def approval_words(option: Mapping[str, Any]) -> str:
    """Return what is recorded of the approval of an option's drugs in the region, in short."""
    found = option.get("approval") or {}
    if not found.get("name"):
        return ""
    states: dict[str, list[str]] = {}
    for drug in found.get("drugs") or []:
        states.setdefault(str(drug["state"]), []).append(view.short_name(str(drug["name"])))
    if set(states) == {"recorded"}:
        return "each drug is approved in this setting (this use not checked)"
    words = {"other setting": "for another setting"}
    told = [f"{', '.join(states[key])} {words.get(key, key)}" for key in states if key != "recorded"]
    return "approval of " + "; ".join(told) if told else ""


def combinations(combined: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first sets of a search for combinations, those on the front first."""
    sets = sorted(
        combined.get("sets") or [],
        key=lambda item: (not item.get("on_front"), -(numbers.finite(item["benefit"].get("median")) or 0.0)),
    )
    benefit, searched = combined.get("benefit") or {}, combined.get("searched") or {}
    rows = []
    for item in sets[:MOST_SETS]:
        value = item["benefit"]
        synergy = ((item.get("synergy") or {}).get("tumour") or {}).get("verdict")
        closes = dict.fromkeys(str(part["escape"]) for part in item.get("closes") or [])
        rows.append(
            {
                "name": view.short_name(str(item["name"])),
                "benefit": f"{numbers.decimal(value.get('median'))} "
                f"({numbers.decimal(value.get('low'))} to {numbers.decimal(value.get('high'))})",
                "burden": numbers.decimal((item.get("burden") or {}).get("severe_events"), 2)
                + ("?" if (item.get("burden") or {}).get("rates_unknown") else ""),
                "synergy": synergy or "not run",
                "closes": ", ".join(list(closes)[:2]) or "none told",
                "listed": bool(item.get("listed")),
            }
        )
    return {
        "rows": rows,
        "what": f"{benefit.get('name')} than under {benefit.get('against')}",
        "unit": benefit.get("unit"),
        "searched": f"{searched.get('screened')} sets screened, {searched.get('courses')} run as courses",
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    option = row["option"]
    return {
        **row,
        "name": view.short_name(str(option.get("name"))),
        "hypothesis": option.get("list") == "hypothesis",
        "level": option.get("evidence_level") or "–",
        "in_favour": len(option.get("evidence_for") or []),
        "against": len(option.get("evidence_against") or []),
        "balance": bars.balance_bar(option),
        "conflict": numbers.decimal(option.get("conflict"), 2) if option.get("conflict") is not None else "",
        "approval": approval_words(option),
    }


def _shared_cautions(rows: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the cautions with which several options begin, said once; each row gets its own first one."""
    held: dict[str, list[int]] = {}
    for row in rows:
        for text in (row["option"].get("cautions") or [])[:_LEADING_CAUTIONS]:
            held.setdefault(str(text), []).append(int(row["option"].get("rank") or 0))
    leading = {str(next(iter(row["option"].get("cautions") or []), "")) for row in rows}
    shared = {text: ranks for text, ranks in held.items() if len(ranks) >= _SHARED and text in leading}
    for row in rows:
        own = [str(text) for text in row["option"].get("cautions") or [] if str(text) not in shared]
        row["own_caution"] = _cut(own[0], 80) if own else ""
    return [{"text": text, "ranks": f"options {view.spans(ranks)}"} for text, ranks in shared.items()]


def _elsewhere(advice: Mapping[str, Any]) -> str:
    found = advice.get("elsewhere") or {}
    words = {"setting": "for another setting", "line": "for another line"}
    return " and ".join(f"{len(ids)} {words.get(rule, rule)}" for rule, ids in found.items())


def _argument(option: Mapping[str, Any], shared: Sequence[str]) -> dict[str, Any]:
    own = [str(text) for text in option.get("cautions") or [] if str(text) not in shared]
    sides = {side["title"]: side for side in evidence.sides(option)}
    told = {}
    for title in ("For", "Against"):
        side = sides.get(title)
        claims = {item["claim"]: item for item in reversed(side["items"])} if side else {}
        items = list(claims.values())[::-1][:MOST_ITEMS]
        told[title] = {
            "items": [
                {
                    "level": item["level"],
                    "text": _cut(_words(item), _WORDS),
                    "source": _cut(item["source"], 60),
                    "status": item["status"],
                }
                for item in items
            ],
            "more": (side["count"] if side else 0) - len(items),
        }
    reasons = [str(text) for text in option.get("reasons") or [] if not str(text).startswith("signal ")]
    return {
        "rank": option.get("rank"),
        "name": view.short_name(str(option.get("name"))),
        "tier": option.get("tier"),
        "favour": told["For"],
        "against": told["Against"],
        "simulated": [_cut(text, _WORDS) for text in reasons[:2]],
        "cautions": [_cut(text, 120) for text in own[:2]],
    }


def _words(item: Mapping[str, str]) -> str:
    """Return claim and result of a published item, with endpoints as words."""
    return f"{item['claim']} {item['result'].replace('median_', 'median ')}".strip()


def _course(advice: Mapping[str, Any], leading: Mapping[str, Any] | None) -> str:
    sizes = ((leading or {}).get("course") or {}).get("sum_of_diameters") or {}
    if leading is None or not any(value for value in sizes.get("median") or []):
        return ""
    options: Sequence[Mapping[str, Any]] = advice.get("options") or []
    reference = (advice.get("reference") or {}).get("regimen")
    if leading.get("regimen") == reference:
        other = next((option for option in options[1:] if option.get("course")), None)
    else:
        other = next((option for option in options if option.get("regimen") == reference), None)
    name = view.short_name(str((other or {}).get("name") or ""))
    return plots.course_svg(
        leading["course"], reference=(other or {}).get("course"), reference_name=name or "reference"
    )


def _pathway(advice: Mapping[str, Any], leading: Mapping[str, Any] | None) -> str:
    readouts = (leading or {}).get("readouts") or {}
    if leading is None or not readouts:
        return ""
    before = {key: entry.get("before") for key, entry in readouts.items()}
    on = {key: entry.get("on_treatment") for key, entry in readouts.items()}
    title = f"HER2 network before and on {leading.get('name')}"
    return pathway_svg(before, on, advice.get("mechanisms") or [], leading.get("drugs") or [], title)


def _cut(text: str, most: int) -> str:
    """Return a text that is short enough, cut between words; the whole of it stands behind the front."""
    if len(text) <= most:
        return text
    return text[: most - 2].rsplit(" ", 1)[0].rstrip(",;:") + " …"
