"""The page of a trial: what its virtual patients showed, beside what was published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from erbium.knowledge.schema.trial import Trial
from erbium.report.files import write_whole
from erbium.report.html import NOTICE, environment
from erbium.report.numbers import decimal, percent
from erbium.report.plots import figure_svg
from erbium.report.trial_curves import survival_figure
from erbium.report.trial_forest import forest_of, forest_plot
from erbium.report.trial_marks import TIMES, interval, ratio_words, short, value
from erbium.report.trial_response import spider_figure, waterfall_figure
from erbium.report.trial_rows import cited, comparison_rows, figure_rows, subgroup_rows
from erbium.trial.further import limits_of
from erbium.trial.result import LINES_SIMULATED
from erbium.trial.statistics import Estimate, Summary
from erbium.trial.statistics.beside import ratio_pairs
from erbium.trial.statistics.endpoint import times_of

if TYPE_CHECKING:
    import pandas as pd

#: How the keys of an origin are written.
_ORIGIN = {
    "version": "Version",
    "seed": "Seed",
    "knowledge_hash": "Knowledge hash (sha256)",
    "trial_hash": "Trial file (sha256)",
    "population_hash": "Population (sha256)",
    "parameters_hash": "Calibrated parameters (sha256)",
    "results_hash": "Patients (sha256)",
}
ALWAYS = (
    "Progression is found at scans of the sum of diameters and by new lesions; death without progression, "
    "performance status, the reader of the scans and the choice of patients by their physicians are not."
)


def write_report(
    trial: Trial,
    patients: pd.DataFrame,
    sizes: pd.DataFrame | None,
    summary: Summary,
    path: str | Path,
    *,
    origin: Mapping[str, Any] | None = None,
    published_curves: Mapping[str, pd.DataFrame] | None = None,
) -> Path:
    """Write the page of a trial, whole or not at all; see `trial_html` for the parameters."""
    page = trial_html(trial, patients, sizes, summary, origin=origin, published_curves=published_curves)
    return write_whole(path, page)


def trial_html(
    trial: Trial,
    patients: pd.DataFrame,
    sizes: pd.DataFrame | None,
    summary: Summary,
    *,
    origin: Mapping[str, Any] | None = None,
    published_curves: Mapping[str, pd.DataFrame] | None = None,
) -> str:
    """Return the page of a trial as one self-contained HTML file.

    Parameters
    ----------
    trial
        The trial.
    patients, sizes
        One row a patient, and their sums of diameters at visits (mm; None or empty without).
    summary
        `summarise(trial, patients)`.
    origin
        What made the results: seed, version, hashes; keys as in JSON.
    published_curves
        Reconstructed patients of the published curves, as `read_all_published` returns them.
    """
    sources = cited(trial)
    figures = figure_rows(trial, summary, sources)
    depth = _has_depth(patients)
    about = dict(origin or {})
    lines = about.pop("earlier_lines", ())
    if lines:
        about["earlier_lines"] = f"simulated: {', then '.join(lines)}"
    return (
        environment()
        .get_template("trial.html.j2")
        .render(
            trial=trial,
            notice=NOTICE,
            lead=lead(trial, summary),
            strip=[*_strip(trial, summary), *([("Earlier lines", "simulated")] if lines else [])],
            level=f"{100 * summary.level:g}",
            draws=summary.draws,
            arms=len(summary.arms),
            ratios=comparison_rows(trial, summary),
            figures=figures,
            groups=subgroup_rows(trial, summary, sources),
            derived=any("*" in item["interval"] for row in figures for item in row["published"]),
            curves=curves(trial, summary, published_curves or {}),
            forests=forests(trial, summary) if summary.subgroups else [],
            waterfall=waterfall(trial, patients),
            spider=figure_svg(spider_figure(trial, patients, sizes))
            if depth and sizes is not None and len(sizes)
            else "",
            warnings=[*([LINES_SIMULATED] if lines else []), *summary.warnings],
            gaps=[text for text in (trial.population.note, trial.note, *limits_of(trial), ALWAYS) if text],
            references=sources.list,
            origin=[(_ORIGIN.get(key, key.replace("_", " ")), text) for key, text in about.items()],
        )
    )


def lead(trial: Trial, summary: Summary) -> str:
    """Return what a trial showed in one or two sentences, with the published ratio."""
    start = f"{summary.n} virtual patients"
    pair = next((pair for pair in trial.comparison if pair.primary), next(iter(trial.comparison), None))
    if pair is None:
        arm = summary.arms[0]
        said = [
            f"{name} {value(figure)}{' %' if figure.unit == 'fraction' else ' months'}"
            f"{_within(interval(figure.low, figure.high, figure.unit))}"
            for name, figure in (
                ("response rate", arm.figures["orr"]),
                ("median PFS", arm.figures["median_pfs"]),
                ("pCR", arm.figures["pcr"]),
            )
            if figure.value is not None
        ]
        return f"{start} on {short(arm.name)}: {', '.join(said) or 'no figure'}."
    ratio = summary.ratio(pair.arm, pair.versus)
    if ratio is not None and ratio.hr is not None and trial.design.primary != "pCR":
        one, other = (summary.arm(name).figures["median_pfs"] for name in (pair.arm, pair.versus))
        hr, arms = ratio_words(ratio.hr, ratio.low, ratio.high), (short(pair.arm), short(pair.versus))
        text = (
            f"{start}: {ratio.endpoint} on {arms[0]} against {arms[1]} had a hazard ratio of {hr}, "
            f"median {_months(one)} against {_months(other)}."
        )
        for found in ratio_pairs(trial, summary):
            same = (found.arm, found.versus, found.subgroup) == (pair.arm, pair.versus, None)
            alike = times_of(found.endpoint, trial.setting) == times_of(ratio.endpoint, trial.setting)
            if same and alike and found.endpoint != "DOR":
                reported = found.reported
                return f"{text} Published: {ratio_words(reported.value, reported.low, reported.high)}."
        return text
    order: list[str] = [trial.design.primary, "pCR", "ORR"]
    for difference in sorted(
        (item for item in summary.differences if item.endpoint in order),
        key=lambda item: order.index(item.endpoint),
    ):
        if (difference.arm, difference.versus) == (pair.arm, pair.versus) and difference.value is not None:
            key = difference.endpoint.lower()
            rates = [summary.arm(name).figures[key].value for name in (pair.arm, pair.versus)]
            low, high = (percent(end, signed=True) for end in (difference.low, difference.high))
            return (
                f"{start}: {difference.endpoint} {percent(rates[0])} % on {short(pair.arm)} against "
                f"{percent(rates[1])} % on {short(pair.versus)}, a difference of "
                f"{percent(difference.value, signed=True)} percentage points ({low} to {high})."
            )
    reason = f": {ratio.note}" if ratio is not None and ratio.note else ""
    return f"{start}, {short(pair.arm)} against {short(pair.versus)}{reason or ': no figure to compare'}."


def _months(median: Estimate) -> str:
    return value(median) if median.not_reached else f"{value(median)} months"


def _within(ends: str) -> str:
    return f" ({ends})" if ends else ""


def _strip(trial: Trial, summary: Summary) -> list[tuple[str, str]]:
    design = trial.design
    out = [("Virtual patients", f"{summary.n}"), ("Enrolled or planned", f"{design.patients}")]
    if design.visits:
        out.append(("Scans", f"every {design.visits}"))
    out.append(("Follow-up", f"{decimal(design.follow_up_days / 30.4375, 0)} months"))
    out.append(("Primary endpoint", design.primary))
    if summary.draws > 1:
        out.append(("Parameter draws", str(summary.draws)))
    if design.induction is not None:
        out.append(("Randomised after", f"{design.induction.duration} without progression"))
    return out


def curves(trial: Trial, summary: Summary, published: Mapping[str, pd.DataFrame]) -> list[tuple[str, str]]:
    """Return the Kaplan-Meier curves of a trial, each with its title, as SVG text."""
    name = next((ratio.endpoint for ratio in summary.ratios if ratio.endpoint != "OS"), "PFS")
    out = []
    for times, title in (
        ("pfs", f"Patients {TIMES.get(name, 'without event')}"),
        ("os", "Overall survival (exploratory)"),
        ("cns_pfs", "Patients with brain metastases without progression in the brain"),
        ("idfs", "Patients free of invasive disease since surgery"),
    ):
        if any(getattr(arm, times) is not None for arm in summary.arms):
            shown = published.get(times)
            out.append((title, figure_svg(survival_figure(trial, summary, times=times, published=shown))))
    return out


def _has_depth(patients: pd.DataFrame) -> bool:
    return "nadir_percent" in patients and bool(patients["nadir_percent"].notna().any())


def waterfall(trial: Trial, patients: pd.DataFrame) -> str:
    """Return the deepest change of each patient as SVG text; empty where no scan was scored."""
    return figure_svg(waterfall_figure(trial, patients)) if _has_depth(patients) else ""


def forests(trial: Trial, summary: Summary) -> list[tuple[str, str]]:
    """Return the effect of each comparison in all patients and subgroups, with its title, as SVG text."""
    out = []
    for arm, versus in dict.fromkeys((pair.arm, pair.versus) for pair in trial.comparison):
        forest = forest_of(trial, summary, arm, versus)
        if forest is not None:
            what = "Subgroups" if summary.subgroups else "All patients"
            title = f"{what}: {short(arm)} against {short(versus)}"
            out.append((title, figure_svg(forest_plot(summary, forest))))
    return out
