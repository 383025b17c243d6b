"""The scoreboard as a page: the totals and tables of the scores, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from erbium.trial.scoreboard.selection import AFTER_SURGERY
from erbium.trial.scoring import scoreboard_markdown

_TOTALS = "## Totals"
_DASH = "–"
_SIDES = {"in_sample": "in sample", "out_of_sample": "out of sample"}
_VARIANTS = {
    "only_fitted_in_sample": "trials only printed beside a fit counted out of sample",
    "only_fitted_arms_in_sample": "in sample only fitted arms, and comparisons whose tested arm is fitted",
    "left_out_in_turn": "trials of the joint fit predicted by the fit without them, out of sample",
    "same_endpoint": "hazard ratios whose published endpoint is the simulated one",
}


def scoreboard_page(board: Mapping[str, Any], figure: str | None = None, said: Sequence[str] = ()) -> str:
    """Return the page of a scoreboard in Markdown.

    Parameters
    ----------
    board
        The scoreboard as JSON.
    figure
        Name of the figure that stands beside the page.
    said
        What is known of the parameters since the last scoring run.
    """
    head, _, rest = scoreboard_markdown(board).partition(_TOTALS)
    lines = [head.rstrip(), ""]
    lines += [f"{_how(board)} {' '.join(f'{text[0].upper()}{text[1:]}.' for text in said)}".rstrip(), ""]
    lines += [board["notice"], ""]
    if figure:
        lines += [f"![Published against predicted figures of trials]({figure})", ""]
    lines += [_TOTALS + rest.rstrip(), ""]
    for part in (_sensitivity, _rates, _claims, _beside, _awaited, _trials, _not_run):
        found = list(part(board))
        if found:
            lines += [*found, ""]
    return "\n".join(lines).rstrip() + "\n"


def _how(board: Mapping[str, Any]) -> str:
    draws = board["draws"]
    spread = f"spread over {draws} draws of what all tumours share" if draws > 1 else "one draw, no spread"
    return (
        f"{board['patients']} virtual patients a trial, {AFTER_SURGERY} times as many after surgery, "
        f"{spread}. "
        "In sample is every trial of which a figure stands in a calibration file, fitted or only printed "
        "beside a fit; a trial is all its rows, data cuts and curves. One published report of "
        "each figure counts: the first, with the endpoint that is simulated where "
        f"there is one. Overall survival is not scored. Earlier lines are {board['earlier_lines']}."
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    def line(cells: Sequence[Any]) -> str:
        return (
            "| " + " | ".join(str(_DASH if c in (None, "") else c).replace("|", "\\|") for c in cells) + " |"
        )

    return [line(heads), "|" + "---|" * len(heads), *map(line, rows)]


def _share(value: Mapping[str, Any]) -> str:
    if value["fraction"] is None:
        return "0 of 0"
    return f"{100 * value['fraction']:.0f} % ({value['count']} of {value['of']})"


def _number(value: float | None, digits: int = 2) -> str:
    return _DASH if value is None else f"{value:.{digits}f}".replace("-", "−")


def _sensitivity(board: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## The same totals, otherwise counted", "")
    rows = []
    for name, words in _VARIANTS.items():
        for side, total in board["sensitivity"][name].items():
            skill = total["log_hr_skill"]
            rows.append(
                (words, _SIDES[side], total["primary_comparisons"], _number(skill["value"]),
                 _number(total["log_hr_spearman"]), _share(total["hr_inside_ci"]),
                 _share(total["orr_inside_ci"]), _share(total["median_pfs_within_30pct"]))
            )  # fmt: skip
    heads = (
        "counted",
        "side",
        "primary",
        "skill",
        "Spearman",
        "HR inside",
        "ORR inside",
        "median PFS within 30 %",
    )
    yield from _table(heads, rows)


def _rates(board: Mapping[str, Any]) -> Iterator[str]:
    rates = board["rates"]
    if not rates["rows"]:
        return
    yield from ("## Comparisons by shares of patients", "")
    yield "Differences in percentage points; the predicted interval is that of a trial of the published size."
    yield "Definitions of pCR are kept apart; what is simulated is the breast without invasive tumour."
    yield ""
    rows = [
        (
            row["name"] + (" *" if row["primary"] else ""), f"{row['arm']} v {row['versus']}",
            f"{row['endpoint']}{', ' + row['definition'] if row['definition'] else ''}",
            "in" if row["in_sample"] else "out", _points(row["published"]), _points(row["predicted"]),
            _yes(row["inside_ci"]), row["expected"],
        )
        for row in rates["rows"]
    ]  # fmt: skip
    heads = (
        "trial",
        "comparison",
        "endpoint",
        "sample",
        "published",
        "predicted (95 %)",
        "inside",
        "expected",
    )
    yield from _table(heads, rows)
    yield ""
    for side, total in rates["totals"].items():
        yield (
            f"- {_SIDES[side]}: inside {_share(total['inside_ci'])}; null and negative right "
            f"{_share(total['null_comparisons_right'])}; direction right {_share(total['right_direction'])}"
        )
        for name, share in total["pcr_inside_ci_by_definition"].items():
            yield f"  - arms inside, {name}: {_share(share)}"


def _points(item: Mapping[str, Any]) -> str:
    if item["value"] is None:
        return _DASH
    ends = "" if item["low"] is None else f" ({100 * item['low']:+.0f} to {100 * item['high']:+.0f})"
    return f"{100 * item['value']:+.0f}{ends}".replace("-", "−")


def _yes(value: bool | None) -> str:
    return _DASH if value is None else "yes" if value else "no"


def _claims(board: Mapping[str, Any]) -> Iterator[str]:
    claims = board["claims"]
    yield from ("## Claims that are numbers of trials", "")
    yield "Scored only here, with the parameters of this run: the exact interval of the patients behind a"
    yield "number (rates: Clopper and Pearson; medians: exponential times) must hold the simulated figure."
    yield ""
    for side, total in claims["totals"].items():
        without = f"{total['not_judged']} without a verdict"
        yield f"- {_SIDES[side]}: {_share(total['numbers_right'])} right, {without}"
    if claims["rows"]:
        yield ""
        rows = [
            (row["claim"], row["trial"], row["arm"] or "all arms", row["endpoint"], row["subgroup"],
             _SIDES[row["side"]], _figure(row["published"], row["unit"]),
             _figure({"value": row["simulated"]}, row["unit"]), _yes(row["right"]))
            for row in claims["rows"]
        ]  # fmt: skip
        heads = ("claim", "trial", "arm", "endpoint", "patients", "side", "published", "simulated", "right")
        yield from _table(heads, rows)
    if claims["aside"]:
        yield from ("", "Set aside:", "")
        for item in claims["aside"]:
            keys = f" ({', '.join(item['published'])})" if item["published"] else ""
            yield f"- {item['claim']}{keys}: {item['reason']}"


def _figure(item: Mapping[str, Any], unit: str) -> str:
    if item["value"] is None:
        return "not reached" if item.get("not_reached") else _DASH
    scale, digits, sign = {"fraction": (100.0, 0, " %"), "months": (1.0, 1, ""), "ratio": (1.0, 2, "")}[unit]
    ends = ""
    if item.get("low") is not None and item.get("high") is not None:
        ends = f" ({scale * item['low']:.{digits}f}–{scale * item['high']:.{digits}f})"
    return f"{scale * item['value']:.{digits}f}{sign}{ends}"


def _beside(board: Mapping[str, Any]) -> Iterator[str]:
    figures = [row for row in board["beside"]["figures"] if row["simulated"] is not None]
    ratios = board["beside"]["rows"]
    if not figures and not ratios:
        return
    yield from ("## Reported too, not counted", "")
    yield from ("Later data cuts, other readers of the scans, other endpoints, and figures of subgroups.", "")
    rows: list[Sequence[Any]] = [
        (row["name"], f"{row['arm']} v {row['versus']}", f"{row['endpoint']} HR", row["year"],
         row["definition"], _ratio(row["published"]), _number(row["predicted"]["hr"]), row["flag"])
        for row in ratios
    ]  # fmt: skip
    rows += [
        (row["name"], row["arm"], row["endpoint"].replace("_", " "), row["year"],
         row["subgroup"] or row["review"], _figure(row["published"], row["unit"]),
         _figure(row["predicted"], row["unit"]), row["flag"])
        for row in figures
    ]  # fmt: skip
    yield from _table(
        ("trial", "arm", "figure", "year", "patients or reader", "published", "simulated", "note"), rows
    )


def _ratio(item: Mapping[str, Any]) -> str:
    ends = "" if item["low"] is None else f" ({item['low']:.2f}–{item['high']:.2f})"
    return f"{item['hr']:.2f}{ends}"


def _awaited(board: Mapping[str, Any]) -> Iterator[str]:
    if not board["awaited"]:
        return
    yield from ("## Predicted, without a published result", "")
    rows = [
        (row["name"], row["nct"], f"{row['arm']} v {row['versus']}", row["endpoint"],
         row["measure"].replace("_", " "),
         f"{_number(row['value'])} ({_number(row['low'])} to {_number(row['high'])})")
        for row in board["awaited"]
    ]  # fmt: skip
    yield from _table(("trial", "registry", "comparison", "endpoint", "measure", "predicted"), rows)


def _trials(board: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## Sides", "")
    yield from _table(
        ("trial", "setting", "why"), [(row["name"], row["setting"], row["why"]) for row in board["trials"]]
    )


def _not_run(board: Mapping[str, Any]) -> Iterator[str]:
    if not board["not_run"]:
        return
    yield from ("## Not run", "")
    yield from (f"- {row['trial']}: {row['why']}" for row in board["not_run"])
