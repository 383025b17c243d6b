"""The answer in a terminal, by Rich: 100 columns, readable without colour and in a log file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from erbium.report import evidence, numbers, sections, toxicity, view
from erbium.report.plots import endpoint_words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDTH = 100
TOXICITIES = 5  # options whose toxicity is told


def _console(console: Console | None) -> Console:
    if console is not None:
        return console
    from rich.console import Console as NewConsole

    return NewConsole(highlight=False)


def _plain(value: object) -> Any:
    """Return a text in which nothing is markup."""
    from rich.text import Text

    return Text(str(value))


def knowledge_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()
) -> Table:
    """Return a plain table, for lists of drugs, regimens, mechanisms and parameters.

    Parameters
    ----------
    title, columns, rows
        What it says.
    right
        Names of the columns that hold numbers.
    """
    from rich import box
    from rich.table import Table as NewTable

    table = NewTable(
        title=title or None, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False
    )
    for name in columns:
        table.add_column(_plain(name), justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_plain("" if item is None else item) for item in row))
    return table


def _options_table(advice: Mapping[str, Any], list_: str) -> Table | None:
    from rich.table import Table as NewTable
    from rich.text import Text

    rows = view.option_rows(advice, list_)
    if not rows:
        return None
    held = view.columns(advice)
    unit, _ = view.difference_axis(advice)
    table = NewTable(
        box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold underline", expand=True
    )
    table.add_column("#", justify="right", width=3)
    table.add_column("=", width=7)
    table.add_column("regimen", ratio=1, min_width=16)
    table.add_column("tier", width=4)
    short = {"ORR": "ORR %", "PFS_12m": "PFS12 %", "pCR": "pCR %", "iDFS_24m": "iDFS24 %"}
    for name, _heading in held:
        table.add_column(short[name], justify="right", width=8)
    table.add_column("PFS, months", justify="right", width=14)
    table.add_column(f"diff., {unit}" if unit else "diff.", justify="right", width=14)
    table.add_column("P>", justify="right", width=6)
    for row in rows:
        option = row["option"]
        regimen = Text(view.short_name(str(option["name"])), style="bold" if row["is_reference"] else "")
        if row["is_reference"]:
            regimen.append("  [reference]", style="cyan")
        cells = [_interval(cell["median"], cell["range"]) for cell in row["cells"]]
        apart = _apart(row["difference"])
        months = _interval("n.r." if row["months"] == "not reached" else row["months"], row["months_range"])
        ties = row["ties"].replace(", ", " ")
        table.add_row(
            str(option["rank"]),
            ties,
            regimen,
            str(option["tier"]),
            *cells,
            months,
            apart,
            row["p_better"] or "",
        )
    return table


def _apart(difference: Mapping[str, str] | None) -> Any:
    return (
        _interval(difference["median"], difference["range"].replace(" to ", ".."))
        if difference
        else _plain("")
    )


def _interval(middle: str, interval: str) -> Any:
    from rich.text import Text

    words = Text(middle, style="bold")
    if interval:
        words.append(f" {interval}", style="not bold dim")
    return words


def advice_table(advice: Mapping[str, Any], console: Console | None = None) -> None:
    """Print an answer: notice, HER2 status, options, hypotheses, what was not tested.

    Parameters
    ----------
    advice
        The dict of `Advice.json()`.
    console
        Where to print; a new one on standard output if None.
    """
    from rich import box
    from rich.panel import Panel
    from rich.text import Text

    out = _console(console)
    width = min(out.width, WIDTH)
    case = advice.get("case") or {}
    line = f", line {advice['line']}" if advice.get("line") else ""
    out.print(Text(f"{case.get('id', '')}: {advice.get('setting', '')}{line}", style="bold"), width=width)
    her2 = advice.get("her2_status") or {}
    status = Text(str(her2.get("label") or her2.get("status") or "unknown"), style="bold")
    status.append(f"\n{her2.get('rule') or ''}", style="not bold")
    inputs = ", ".join(f"{key} {value}" for key, value in (her2.get("inputs") or {}).items())
    status.append(f"\n{inputs}" if inputs else "", style="not bold dim")
    for warning in her2.get("warnings") or her2.get("notes") or []:
        status.append(f"\n! {warning}", style="not bold yellow")
    out.print(Panel(status, title="HER2 status (ASCO/CAP)", title_align="left", box=box.ROUNDED, width=width))
    reference = advice.get("reference") or {}
    if reference:
        why = f" ({reference['why']})" if reference.get("why") else ""
        out.print(Text(f"Reference: {reference.get('name')}{why}"), width=width)
    standard = _options_table(advice, "standard")
    out.print(
        standard if standard else Text("No regimen of the catalogue is allowed for this case."), width=width
    )
    hypotheses = _options_table(advice, "hypothesis")
    if hypotheses:
        out.print(Text("Hypotheses: no clinical evidence in this setting", style="bold magenta"), width=width)
        out.print(hypotheses, width=width)
    endpoint = _endpoint(advice)
    out.print(
        Text(
            "Median and 5th-95th percentile over parameter draws. =: ranks it cannot be told apart from. "
            f"diff. and P>: {endpoint} against the reference on the same twins. n.r.: not reached.",
            style="dim",
        ),
        width=width,
    )
    _list(
        out,
        "Toxicity as published, any grade / grade 3 or more (*: not checked in its source)",
        _toxicities(advice),
        width,
    )
    _list(
        out, "Published evidence by this patient's markers (more: erbium evidence)", _evidence(advice), width
    )
    for title, lines in sections.terminal_sections(advice):
        _list(out, title, lines, width)
    _list(out, "Not tested", [_untested(item) for item in advice.get("not_tested") or []], width)
    _list(out, "Outside what Erbium supports", advice.get("outside_support") or [], width)
    _list(out, "Where the literature disagrees", _questions(advice), width)
    _list(out, "Not allowed", _refused(advice.get("not_allowed") or []), width)
    _list(out, "Warnings", advice.get("warnings") or [], width)
    dated = f"knowledge of {advice.get('knowledge_date')}"
    stamp = f"Erbium {advice.get('version')}, {dated}, seed {advice.get('seed')}"
    out.print(Text(f"\n{stamp}", style="dim"), width=width)
    out.print(
        Text(str(advice.get("notice") or "Research software, not a medical device."), style="bold"),
        width=width,
    )


def _endpoint(advice: Mapping[str, Any]) -> str:
    for option in advice.get("options") or []:
        found = (option.get("versus_reference") or {}).get("endpoint")
        if found:
            return endpoint_words(str(found))
    return "the endpoint"


def _toxicities(advice: Mapping[str, Any]) -> list[str]:
    """Return the published rates of the first options, and which cautions overlap."""
    lines = []
    for option in (advice.get("options") or [])[:TOXICITIES]:
        found = option.get("toxicity") or {}
        if not found.get("rates"):
            continue
        overlaps = toxicity.overlap_lines(found)
        more = f". Overlapping: {'; '.join(overlaps)}" if overlaps else ""
        lines.append(f"{view.short_name(str(option['name']))}: {toxicity.summary(found)}{more}")
    return lines


def _evidence(advice: Mapping[str, Any]) -> list[str]:
    """Return the best item on each side of the first options."""
    return [
        f"{view.short_name(str(option['name']))}, {evidence.conflict_words(option)}: {'; '.join(told)}"
        for option in (advice.get("options") or [])[:TOXICITIES]
        if (told := evidence.lines(option))
    ]


def _untested(item: Mapping[str, Any]) -> str:
    why = f" ({item['why']})" if item.get("why") else ""
    return f"{item.get('marker')}{why}: {item.get('change') or 'effect on the order unknown'}"


def _refused(items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the refused regimens, grouped by reason."""
    groups: dict[str, list[str]] = {}
    for item in items:
        reason = "; ".join(item.get("reasons") or [])
        groups.setdefault(reason, []).append(str(item.get("name") or item.get("regimen")))
    return [f"{reason}: {', '.join(names)}" for reason, names in groups.items()]


def _questions(advice: Mapping[str, Any]) -> list[str]:
    """Return the open questions that change an option of this case."""
    lines = []
    for item in view.open_questions(advice):
        if item["outcomes"]:
            first = item["outcomes"][0]
            answers = ", ".join(
                f"{choice['id'].replace('_', ' ')} {mean}"
                for choice, mean in zip(item["choices"], first["means"], strict=True)
            )
            lines.append(f"{item['question']} For {first['name']}, {first['label']}: {answers}")
    return lines


def _list(out: Console, title: str, lines: Sequence[str], width: int) -> None:
    from rich.padding import Padding
    from rich.text import Text

    if not lines:
        return
    out.print(Text(f"\n{title}", style="bold"), width=width)
    for line in lines:
        out.print(Padding(Text(f"- {line}"), (0, 0, 0, 1)), width=width)


def dose_lines(doses: Mapping[str, Any] | None) -> list[str]:
    """Return what low neutrophils and toxicity did to the doses, in words."""
    if not doses:
        return []
    delay, left_out, share = doses["delay_weeks"], doses["left_out"], doses["dose_share"]
    lines = []
    if delay["mean"] >= 0.05:
        lines.append(
            f"low neutrophils put cycles off by {delay['mean']:.1f} weeks in the mean "
            f"({delay['low']:.0f} to {delay['high']:.0f})"
        )
    if left_out["mean"] > 0:
        lines.append(
            f"{left_out['mean']:.1f} single doses are left out "
            f"({left_out['low']:.0f} to {left_out['high']:.0f})"
        )
    if share["mean"] < 1:
        lines.append(
            f"grade 4 reduces the dose to {100 * share['mean']:.0f} % in the mean "
            f"({100 * share['low']:.0f} to {100 * share['high']:.0f} %)"
        )
    stopped = doses["stopped_for_toxicity"]["share"]
    if stopped > 0:
        lines.append(f"{100 * stopped:.0f} % stop a drug for toxicity before progression, at published rates")
    return lines


def treatment_table(treatment: Mapping[str, Any], console: Console | None = None) -> None:
    """Print a simulated treatment, the dict of `Treatment.json()`: endpoints and signals."""
    from rich.text import Text

    out = _console(console)
    width = min(out.width, WIDTH)
    out.print(Text(str(treatment.get("name") or treatment.get("regimen") or ""), style="bold"), width=width)
    rows: list[tuple[str, str, str]] = []
    for key, label in (("response_rate", "response rate, %"), ("pfs_12m", "PFS at 12 months, %")):
        entry = treatment.get(key)
        if entry:
            rows.append((label, numbers.percent(entry.get("median")), numbers.share_range(entry)))
    for key, label in (("pfs_months", "median PFS, months"), ("rmst_months", "restricted mean PFS, months")):
        if treatment.get(key):
            rows.append((label, *numbers.months(treatment[key])))
    best = ", ".join(
        f"{name} {numbers.percent(share)}" for name, share in (treatment.get("best_response") or {}).items()
    )
    rows.append(("best response, %", best, ""))
    out.print(
        knowledge_table("", ("endpoint", "median", "5-95 %"), rows, right=("median", "5-95 %")), width=width
    )
    signals = []
    for key, series in (treatment.get("readouts") or {}).items():
        middle = [value for value in map(numbers.finite, series.get("median") or []) if value is not None]
        if middle:
            fold = numbers.NONE if middle[0] == 0 else f"×{middle[-1] / middle[0]:.2f}"
            ends = (numbers.general(middle[0]), numbers.general(min(middle)), numbers.general(middle[-1]))
            signals.append((key, *ends, fold, series.get("unit", "")))
    columns = ("readout", "before", "lowest", "at the end", "fold", "unit")
    if signals:
        out.print(knowledge_table("Signals, median twin", columns, signals, right=columns[1:5]), width=width)
    _list(out, "Doses", dose_lines(treatment.get("doses")), width)
    _list(out, "Interactions", [item["text"] for item in treatment.get("interactions") or []], width)
    _list(out, "Warnings", treatment.get("warnings") or [], width)
    notice = str(treatment.get("notice") or "Research software, not a medical device.")
    out.print(Text(f"\n{notice}", style="bold"), width=width)
