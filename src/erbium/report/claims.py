"""The claims as a page and as a document: totals, each claim with its effect, and why some fail."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from erbium.report import bars, numbers
from erbium.report.html import environment
from erbium.report.palette import BLUE, MUTED, PURPLE, VERMILION

#: Status, heading and colour, in the order in which they are shown; marks tell them apart without colour.
STATUSES = (
    ("reproduced", "reproduced", "✓"),
    ("not_reproduced", "not reproduced", "✗"),
    ("contested", "contested", "◇"),
    ("vacuous", "vacuous", "○"),
    ("awaiting_calibration", "awaiting calibration", "…"),
    ("not_executable", "not executable", "–"),
    ("duplicate", "duplicate", "="),
)
_COLOURS = {"reproduced": BLUE, "not_reproduced": VERMILION, "contested": PURPLE}
#: The bars end at a tenth and ten times.
LIMIT = math.log(10.0)
NOTE = (
    "Effects are medians over the members of the ensemble with the 5th and 95th percentile: the ratio of "
    "what is tested to what it is held against, or of neighbours in an order. A claim is reproduced if the "
    "effect is beyond its floor (10 % unless sourced) in the stated direction and its 90 % interval is off "
    "zero; it is vacuous if it is still seen once its mediating edge is cut. Executable is what was run and "
    "is counted: reproduced, not reproduced and contested."
)


def claims_html(report: Mapping[str, Any]) -> str:
    """Return the claims as one self-contained HTML page, from the dict of `Report.json()`."""
    systems: dict[str, list[dict[str, Any]]] = {}
    for claim in report["claims"]:
        systems.setdefault(claim["system"], []).append(_row(claim))
    return (
        environment()
        .get_template("claims.html.j2")
        .render(
            report=report,
            note=NOTE,
            statuses=STATUSES,
            marks={name: mark for name, _, mark in STATUSES},
            words={name: word for name, word, _ in STATUSES},
            systems=systems,
            axis=bars.axis(("÷ 10", "1", "× 10")),
            share=reproduced_share,
            specificity=[_row(item) for item in report.get("specificity_checks") or []],
        )
    )


def claims_markdown(report: Mapping[str, Any]) -> str:
    """Return the claims as a Markdown document, from the dict of `Report.json()`."""
    totals, held, near = report["totals"], report["specificity"], report["hops"]
    lines = [
        "# Claims of the reviews, as checks",
        "",
        _origin(report),
        "",
        NOTE,
        "",
        "## Totals",
        "",
        *_table(
            ("status", "claims"),
            [("executable", totals["executable"])] + [(word, totals[name]) for name, word, _ in STATUSES],
        ),
        "",
        f"Specificity: {held['held']} of {held['of']} checks hold.",
        "",
        _distance(near),
    ]
    for heading, key in (("By kind", "by_kind"), ("By system", "by_system")):
        lines += ["", f"## {heading}", "", *_table(_HEADS, _counts(report[key]))]
    chosen = {name: [c for c in report["claims"] if c["status"] == name] for name, _, _ in STATUSES}
    lines += ["", "## Not reproduced", ""]
    lines += (
        _table(
            ("id", "system", "kind", "claim", "effect", "why"),
            [_line(claim) for claim in chosen["not_reproduced"]],
        )
        if chosen["not_reproduced"]
        else ["None."]
    )
    if chosen["vacuous"]:
        lines += ["", "## Vacuous", ""]
        lines += _table(
            ("id", "system", "kind", "claim", "effect", "why"), [_line(c) for c in chosen["vacuous"]]
        )
    if chosen["contested"]:
        lines += ["", "## Contested: every alternative, none gated", ""]
        rows = [
            (
                claim["id"],
                claim["statement"],
                seen["label"],
                "seen" if seen["holds"] else "not seen",
                _effect(seen),
            )
            for claim in chosen["contested"]
            for seen in claim.get("alternatives") or []
        ]
        lines += _table(("id", "claim", "alternative", "result", "effect"), rows)
    failed = [item for item in report.get("specificity_checks") or [] if item["status"] != "reproduced"]
    if failed:
        lines += ["", "## Specificity checks that do not hold", ""]
        lines += _table(
            ("id", "what must not move", "effect", "why"),
            [(i["id"], i["statement"], _effect(i), i["reason"]) for i in failed],
        )
    if chosen["not_executable"]:
        lines += ["", "## Not executable", ""]
        lines += _table(
            ("id", "system", "claim", "reason"),
            [(c["id"], c["system"], c["statement"], c["reason"]) for c in chosen["not_executable"]],
        )
    return "\n".join(lines) + "\n"


def _origin(report: Mapping[str, Any]) -> str:
    return (
        f"Written by `erbium claims check --report docs/claims.md` (version {report['version']}, "
        f"{report['members']} members, seed {report['seed']}); do not edit by hand."
    )


def _distance(near: Mapping[str, int]) -> str:
    return (
        f"Species between handle and readout: {near['hops_0_1']} claims with 0 or 1, "
        f"{near['hops_2_or_more']} with more."
    )


def effect_in_words(entry: Mapping[str, Any]) -> str:
    """Return an effect as "× 1.43 (1.29–1.54)", or as a difference where there is no ratio."""
    values = [numbers.finite(entry.get(key)) for key in ("effect", "low", "high")]
    if any(value is None for value in values):
        return numbers.NONE
    if entry.get("scale") == "difference":
        middle, low, high = (numbers.decimal(value, 2, signed=True) for value in values)
        return f"{middle} of the larger ({low} to {high})"
    middle, low, high = (numbers.general(math.exp(min(value or 0.0, 600.0))) for value in values)
    return f"× {middle} ({low}–{high})"


_HEADS = ("", "executable", "reproduced", "share", *(word for _, word, _ in STATUSES[1:]))


def _counts(groups: Mapping[str, Mapping[str, int]]) -> list[tuple[Any, ...]]:
    return [
        (
            name,
            counts["executable"],
            counts["reproduced"],
            reproduced_share(counts),
            *(counts.get(status, 0) for status, _, _ in STATUSES[1:]),
        )
        for name, counts in groups.items()
    ]


def reproduced_share(counts: Mapping[str, int]) -> str:
    """Return the share of claims that are gated (reproduced or not) which is reproduced, in percent."""
    gated = counts["reproduced"] + counts["not_reproduced"]
    return f"{100.0 * counts['reproduced'] / gated:.0f} %" if gated else numbers.NONE


def _effect(entry: Mapping[str, Any]) -> str:
    return effect_in_words(entry)


def _line(claim: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        claim["id"], claim["system"], claim["kind"], claim["statement"], _effect(claim), claim["reason"],
    )  # fmt: skip


def _row(claim: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page shows of a claim."""
    ready = {"median": claim.get("effect"), "low": claim.get("low"), "high": claim.get("high")}
    drawn = numbers.finite(claim.get("effect")) is not None
    colour = _COLOURS.get(str(claim["status"]), MUTED)
    return {
        **claim,
        "bar": bars.effect_bar(ready, LIMIT, colour) if drawn else "",
        "words": effect_in_words(claim),
        "answers": [{**item, "words": effect_in_words(item)} for item in claim.get("alternatives") or []],
    }


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return a Markdown table; a cell is one line, with its bars escaped."""
    text = [[_cell(value) for value in row] for row in rows]
    return [
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(row)} |" for row in text),
    ]


def _cell(value: Any) -> str:
    plain = numbers.NONE if value in (None, "") else str(value)
    return " ".join(plain.split()).replace("|", "\\|").replace("<", "&lt;")
