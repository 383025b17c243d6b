"""Published evidence for and against an option, in lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erbium.core.errors import UnknownName

#: Items of a side that are written out; the others are counted.
SHOWN = 4


def sides(option: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return both sides of an option: title, the first items in words, and how many more there are."""
    found = []
    for title, key in (("For", "evidence_for"), ("Against", "evidence_against")):
        items = option.get(key) or []
        if items:
            # Later reports of one study say the same again: the first stands for them.
            studies: dict[Any, Mapping[str, Any]] = {}
            for item in items:
                studies.setdefault(item.get("study") or item.get("id"), item)
            shown = [_shown(item) for item in list(studies.values())[:SHOWN]]
            rest = len(items) - len(shown)
            found.append({"title": title, "items": shown, "more": rest, "count": len(items)})
    return found


def conflict_words(option: Mapping[str, Any]) -> str:
    """Return the conflict index in words; empty where nothing was published on both sides."""
    if option.get("conflict") is None or not (option.get("evidence_for") or option.get("evidence_against")):
        return ""
    mark = ", contradicted" if option.get("contradicted") else ""
    level = option.get("evidence_level")
    told = f"level {level}" if level else "nothing speaks for it"
    return f"conflict {option['conflict']:.2f} (0 agreement, 1 an even split){mark}; {told}"


def untested_words(option: Mapping[str, Any]) -> str:
    """Return which untested markers the published items on the option ask for."""
    return ", ".join(_name(str(marker)) for marker in option.get("evidence_untested") or [])


def lines(option: Mapping[str, Any]) -> list[str]:
    """Return the evidence of an option as lines of text."""
    found = []
    for side in sides(option):
        best = side["items"][0]
        more = f" (+{side['count'] - 1})" if side["count"] > 1 else ""
        result = f" {best['result']}" if best["result"] else ""
        found.append(f"{side['title'].lower()}: {best['level']} {best['claim']}{result} [{best['id']}]{more}")
    return found


def _name(marker: str) -> str:
    # The knowledge is read late: the screen's help imports this module.
    from erbium.knowledge.evidence_tables import biomarker

    try:
        return biomarker(marker).name
    except UnknownName:
        return marker


def _shown(item: Mapping[str, Any]) -> dict[str, str]:
    because = str(item.get("because") or "")
    away = [] if item.get("same_setting", True) else [f"other setting: {item.get('setting')}"]
    away += ["class of drugs"] if item.get("relation") == "class" else []
    return {
        "id": str(item.get("id")),
        "level": str(item.get("level_here")),
        "claim": str(item.get("claim")),
        "result": str(item.get("result") or ""),
        "because": because,
        "away": "; ".join(away),
        "source": str(item.get("source") or ""),
        "status": str(item.get("status") or ""),
    }
