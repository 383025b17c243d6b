"""The scoreboard as a document in Markdown, from its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NONE = "–"
NOTE = (
    "Error is the mean distance of predicted and published log hazard ratio over one primary comparison a "
    "trial. Skill is 1 less that error over the error of the best constant: above 0 the model knows more "
    "than a constant does; its interval is the 5th to 95th percentile of a bootstrap over trials. Nearly "
    "every published ratio is below 1, so that direction proves nothing and a constant lies inside most "
    "intervals; what the constants score stands beside. Predictive intervals hold the spread over parameter "
    "draws and the chance of the published trial's patients (from its own interval); their mean width, in "
    "units of the log ratio, belongs to their coverage: wide intervals cover everything."
)
IN_TURN = (
    "Left out in turn: every trial of the joint fit as the fit without all its rows predicts it "
    "(docs/fits/population.md), beside the trials that no fit has seen; constants are those of all other "
    "trials. Of a left-out trial response, median times and the primary comparison are predicted; subgroups "
    "are not. The middles of the priors come from an earlier fit that had seen some tested arms (decision "
    "17)."
)
CONTRASTS = (
    "Contrast of a subgroup with its complement, or with all patients where that is not published: log "
    "hazard ratio, or difference of differences of a rate in percentage points."
)
_LINES = (
    ("log hazard ratio, mean error", "log_hr_error"),
    ("skill against the best constant", "log_hr_skill"),
    ("Spearman of log hazard ratios", "log_hr_spearman"),
    ("hazard ratio inside the published interval", "hr_inside_ci"),
    ("null and negative comparisons right", "null_comparisons_right"),
    ("ORR inside the published interval", "orr_inside_ci"),
    ("pCR inside the published interval", "pcr_inside_ci"),
    ("median PFS within 30 %", "median_pfs_within_30pct"),
    ("subgroup contrasts with the right sign", "subgroup_right"),
    ("CRPS skill of log hazard ratios", "crps_skill"),
    ("90 % intervals of log hazard ratios cover", "coverage_90"),
    ("50 % intervals of log hazard ratios cover", "coverage_50"),
    ("90 % intervals of ORR, pCR and medians cover", "figures_coverage_90"),
)
_ORIGIN = ("version", "date", "run", "seed", "knowledge_hash", "parameters_hash")


def scoreboard_markdown(board: Mapping[str, Any]) -> str:
    """Return the document of a scoreboard.

    Parameters
    ----------
    board
        The dict of `Scoreboard.json()`.
    """
    totals = board["totals"]
    sides = [("in sample", totals["in_sample"]), ("out of sample", totals["out_of_sample"])]
    in_turn = board.get("sensitivity", {}).get("left_out_in_turn")
    if in_turn:
        sides.append(("left out in turn", in_turn["out_of_sample"]))
    origin = [f"{key.replace('_', ' ')} {board[key]}" for key in _ORIGIN if board.get(key) is not None]
    lines = ["# Virtual trials against published ones", ""]
    lines += [f"{'; '.join(origin)}.", ""] if origin else []
    lines += [NOTE, "", "## Totals", ""]
    lines += _table(
        ("", *(words for words, _ in sides)),
        [("trials", *(total["trials"] for _, total in sides))]
        + [(word, *(_cell(total[key]) for _, total in sides)) for word, key in _LINES],
    )
    lines += ["", IN_TURN] if in_turn else []
    for title, total in sides:
        lines += ["", f"## Constants, {title}", ""]
        lines += _table(
            ("constant", "mean error", "Spearman", "inside the interval", "null right"),
            [
                (
                    item["constant"], _cell(item["log_hr_error"]), _cell(item["log_hr_spearman"]),
                    _cell(item["hr_inside_ci"]), _cell(item["null_comparisons_right"]),
                )
                for item in total["baselines"]
            ],
        )  # fmt: skip
    lines += ["", "## Comparisons", ""]
    lines += _table(
        ("trial", "comparison", "endpoint", "sample", "published", "predicted (90 %)", "inside", "expected"),
        [
            (
                row["trial"] + (" *" if row["primary"] else ""), f"{row['arm']} v {row['versus']}",
                row["endpoint"], "in" if row["in_sample"] else "out", _ratio(row["published"]),
                _ratio(row["predicted"]), _yes(row["inside_ci"]), row["expected"] or NONE,
            )
            for row in board["rows"]
        ],
    )  # fmt: skip
    lines += ["", "\\* the trial's primary comparison."]
    if board["figures"]:
        lines += ["", "## Figures of arms", ""]
        lines += _table(
            ("trial", "arm", "figure", "sample", "published", "predicted", "inside"),
            [
                (
                    row["trial"], row["arm"], row["endpoint"].replace("_", " "),
                    "in" if row["in_sample"] else "out", _figure(row["published"], row["unit"]),
                    "not reached" if row["predicted"]["not_reached"]
                    else _figure(row["predicted"], row["unit"]), _yes(row["inside_ci"]),
                )
                for row in board["figures"]
            ],
        )  # fmt: skip
    if board["subgroups"]:
        lines += ["", "## Subgroups", "", CONTRASTS, ""]
        lines += _table(
            ("trial", "comparison", "endpoint", "subgroup", "sample", "published", "predicted", "right"),
            [
                (
                    row["trial"], f"{row['arm']} v {row['versus']}", row["endpoint"], row["subgroup"],
                    "in" if row["in_sample"] else "out", _contrast(row, "published"),
                    _contrast(row, "predicted"), _yes(row["right"]),
                )
                for row in board["subgroups"]
            ],
        )  # fmt: skip
    if board["warnings"]:
        lines += ["", "## Left out", "", *(f"- {text}" for text in board["warnings"])]
    return "\n".join(lines) + "\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    def line(cells: Sequence[Any]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    return [line(heads), "|" + "---|" * len(heads), *map(line, rows)]


def _cell(value: Any) -> str:
    if value is None:
        return NONE
    if isinstance(value, Mapping) and "of" in value:
        if value["fraction"] is None:
            return "0 of 0"
        text = f"{100 * value['fraction']:.0f} % ({value['count']} of {value['of']})"
        width = value.get("mean_width")
        return text if width is None else f"{text}, width {width:.2f}"
    if isinstance(value, Mapping):
        if value["value"] is None:
            return NONE
        ends = "" if value["low"] is None else f" ({_number(value['low'])} to {_number(value['high'])})"
        return f"{_number(value['value'])}{ends}, best constant: {value['best_constant']}"
    return _number(value)


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _ratio(item: Mapping[str, Any]) -> str:
    if item["hr"] is None:
        return NONE
    ends = "" if item["low"] is None else f" ({item['low']:.2f}–{item['high']:.2f})"
    return f"{item['hr']:.2f}{ends}"


def _figure(item: Mapping[str, Any], unit: str) -> str:
    if item["value"] is None:
        return NONE
    scale, digits, sign = (100.0, 0, " %") if unit == "fraction" else (1.0, 1, "")
    ends = ""
    if item.get("low") is not None and item.get("high") is not None:
        ends = f" ({scale * item['low']:.{digits}f}–{scale * item['high']:.{digits}f})"
    return f"{scale * item['value']:.{digits}f}{sign}{ends}"


def _contrast(row: Mapping[str, Any], key: str) -> str:
    if row[key] is None:
        return NONE
    return _number(row[key]) if row["kind"] == "ratio" else f"{100 * row[key]:+.0f}".replace("-", "−")


def _yes(value: bool | None) -> str:
    return NONE if value is None else "yes" if value else "no"
