"""Published rates of toxicity in words: rows of a table, and lines of a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from erbium.report import numbers

#: Stands behind a rate that nobody read in its source.
UNCHECKED = "*"


def caution_name(caution: object) -> str:
    """Return a caution as it is read: "hand-foot syndrome" for ``hand_foot_syndrome``."""
    return str(caution).replace("hand_foot", "hand-foot").replace("_", " ")


def rate_words(rate: Mapping[str, Any] | None) -> str:
    """Return a share as text: "31 %", "0.8 %", "<1 %"; a dash where none was published."""
    share = numbers.finite((rate or {}).get("share"))
    if rate is None or share is None:
        return numbers.NONE
    value = 100.0 * share
    # Halves go up, as in the tables of papers; the small addition stands for the error of a binary number.
    text = str(int(value + 0.5 + 1e-9)) if value >= 9.95 else f"{value + 1e-9:.1f}".removesuffix(".0")
    return f"{'<' if rate.get('below') else ''}{text} %"


def arm_words(arm: Mapping[str, Any], *, names_drugs: bool) -> str:
    """Return trial, patients, and what differs from HER2-positive breast cancer.

    Parameters
    ----------
    names_drugs
        Whether the drugs are said, as they must be where they are not those of the regimen.
    """
    who = f"{arm.get('trial')} (n {arm.get('n')})"
    parts = [f"{arm.get('name')}: {who}" if names_drugs else who]
    parts += [str(part) for part in (arm.get("population"), arm.get("condition")) if part]
    return "; ".join(parts)


def overlap_lines(toxicity: Mapping[str, Any]) -> list[str]:
    """Return each caution that two or more drugs carry, with these drugs."""
    return [
        f"{caution_name(item['caution'])}: {_joined(item['drugs'])}"
        for item in toxicity.get("overlapping") or []
    ]


def rows(toxicity: Mapping[str, Any], part: str = "rates") -> list[dict[str, Any]]:
    """Return the rows of the table: one for each arm of a caution, one where no rate is known.

    Each has `caution` (empty where the row above has the same), `any_grade`, `severe`, `arm`,
    `detail`, and `sources` as (id, status) pairs.

    Parameters
    ----------
    part
        "rates" for the cautions of the regimen, "also" for what its arm reported beside them.
    """
    found: list[dict[str, Any]] = []
    for item in toxicity.get(part) or []:
        first = len(found)
        named = item.get("basis") == "drug"
        found.extend(_row(entry, named) for entry in item.get("arms") or [])
        if item.get("unknown"):
            found.append(_gap(item["unknown"]))
        if len(found) > first:
            found[first]["caution"] = caution_name(item["caution"])
    return found


def also_words(toxicity: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what an arm with the same drugs reported beside the cautions: arm, text, and source ids."""
    entries = [(item["caution"], entry) for item in toxicity.get("also") or [] for entry in item["arms"]]
    if not entries:
        return None
    rates = [_pair(caution_name(caution), entry) for caution, entry in entries]
    sources = [source for _, entry in entries for source, _ in _row(entry, False)["sources"]]
    return {
        "arm": arm_words(entries[0][1], names_drugs=False),
        "text": "; ".join(rates),
        "sources": list(dict.fromkeys(sources)),
    }


def treatment_lines(toxicity: Mapping[str, Any]) -> list[str]:
    """Return, for each arm with the same drugs, how long and how fully it was given."""
    lines = []
    for arm in toxicity.get("treatment") or []:
        parts = [f"median {arm['months']:g} months"] if arm.get("months") else []
        for key, words in (
            ("discontinued", "stopped"),
            ("reduced", "dose lowered"),
            ("interrupted", "paused"),
        ):
            if arm.get(key):
                parts.append(f"{words} {_noted(arm[key])}")
        for drug, rate in (arm.get("stopped") or {}).items():
            parts.append(f"{drug.replace('_', ' ')} stopped {rate_words(rate)}")
        if arm.get("lvef_fall"):
            parts.append(f"LVEF {_noted(arm['lvef_fall'])}")
        for drug, rate in (arm.get("relative_dose_intensity") or {}).items():
            parts.append(f"dose intensity of {drug.replace('_', ' ')} {rate_words(rate)}")
        lines.append(f"{arm_words(arm, names_drugs=False)}: {', '.join(parts)}")
    return lines


def summary(toxicity: Mapping[str, Any]) -> str:
    """Return the first rate of each caution on one line: any grade, then grade 3 or more, and the trial."""
    parts: list[str] = []
    where = ""
    gaps: list[str] = []
    for item in toxicity.get("rates") or []:
        name = caution_name(item["caution"])
        entries = item.get("arms") or []
        if not entries:
            gaps.append(name)
            continue
        first = entries[0]
        drug = f", {str(first['drug']).replace('_', ' ')}" if first.get("drug") else ""
        place = f" [{first['trial']}{drug}]"
        words = _pair(name, first)
        if place == where:
            parts[-1] = f"{parts[-1].removesuffix(place)}, {words}{place}"
        else:
            parts.append(f"{words}{place}")
        where = place
    if gaps:
        parts.append(f"no rate known: {', '.join(gaps)}")
    return "; ".join(parts)


def _pair(name: str, entry: Mapping[str, Any]) -> str:
    return f"{name} {_checked(entry.get('any_grade'))} / {_checked(entry.get('severe'))}"


def _checked(rate: Mapping[str, Any] | None) -> str:
    return rate_words(rate) + (UNCHECKED if (rate or {}).get("status") == "unverified" else "")


def _row(entry: Mapping[str, Any], names_drugs: bool) -> dict[str, Any]:
    rates = [rate for key in ("any_grade", "severe", "fatal", "discontinued") if (rate := entry.get(key))]
    severe = rate_words(entry.get("severe"))
    if entry.get("fatal"):
        severe += f", fatal {rate_words(entry['fatal'])}"
    stopped = entry.get("discontinued")
    detail = [
        entry.get("term"),
        entry.get("note"),
        f"stopped for it {rate_words(stopped)}" if stopped else None,
    ]
    return {
        "caution": "",
        "any_grade": rate_words(entry.get("any_grade")),
        "severe": severe,
        "arm": arm_words(entry, names_drugs=names_drugs),
        "detail": "; ".join(str(part) for part in detail if part),
        "sources": list(dict.fromkeys((str(rate["source"]), str(rate["status"])) for rate in rates)),
    }


def _gap(drugs: list[str]) -> dict[str, Any]:
    return {
        "caution": "",
        "any_grade": numbers.NONE,
        "severe": numbers.NONE,
        "arm": f"no published rate known for {_joined(drugs)}",
        "detail": "",
        "sources": [],
    }


def _noted(rate: Mapping[str, Any]) -> str:
    note = f" ({rate['note']})" if rate.get("note") else ""
    mark = "" if rate.get("status") in ("verified", "derived") else f" [{rate.get('status')}]"
    return f"{rate_words(rate)}{note}{mark}"


def _joined(drugs: list[str]) -> str:
    return ", ".join(drug.replace("_", " ") for drug in drugs)
