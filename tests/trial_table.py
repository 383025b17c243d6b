"""How a row of the table of published outcomes must stand in a trial file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from erbium.core.units import DAYS_PER_MONTH
from erbium.knowledge.schema.trial import Trial

Row = Mapping[str, str]
#: Endpoint of the table to endpoint and start of the definition in a file.
ENDPOINTS = {
    "mPFS": ("median_PFS", ""), "mPFS_investigator": ("median_PFS", "investigator"),
    "mTTP": ("median_TTP", ""), "mOS": ("median_OS", ""), "mDOR": ("median_DOR", ""),
    "mean_PFS": ("mean_PFS", "restricted"), "ORR_investigator": ("ORR", "investigator"),
    "PD_best_response": ("PD", "best response"), "pCR_breast": ("pCR", "in the breast"),
    "pCR_total_ypT0isypN0": ("pCR", "ypT0/is ypN0"), "pCR_ypT0ypN0": ("pCR", "ypT0 ypN0"),
    "pCR_total": ("pCR", "total"), "pCR": ("pCR", "definition not confirmed"),
}  # fmt: skip
#: Survival endpoint whose hazard ratio stands in the row of a figure, where the name does not say it.
RATIOS = {"mPFS": "PFS", "mPFS_investigator": "PFS", "mTTP": "TTP", "mOS": "OS", "RFS_HR": "DFS"}
LUMINAL = ("luminal A", "luminal B")
OTHER = ("HER2-enriched", "basal-like", "normal-like")
#: Subgroup of the table to the criterion in a file.
SUBGROUPS: Mapping[str, Mapping[str, Any]] = {
    "PIK3CA_wt": {"attribute": "PIK3CA_mutated", "equals": False},
    "PIK3CA_mut": {"attribute": "PIK3CA_mutated", "equals": True},
    "ER_neg": {"attribute": "er", "equals": False}, "ER_pos": {"attribute": "er", "equals": True},
    "node_neg": {"attribute": "node_positive", "equals": False},
    "node_pos": {"attribute": "node_positive", "equals": True},
    "HR_neg": {"attribute": "hr", "equals": False}, "HR_pos": {"attribute": "hr", "equals": True},
    "HER2_IHC3+": {"attribute": "her2_ihc", "among": ("3+",)},
    "HER2_IHC2+": {"attribute": "her2_ihc", "among": ("2+",)},
    "FCGR3A_158FF": {"attribute": "fcgr3a", "equals": "FF"},
    "FCGR3A_158VF": {"attribute": "fcgr3a", "equals": "VF"},
    "FCGR3A_158VV": {"attribute": "fcgr3a", "equals": "VV"},
    "FCGR3A_158V_carrier": {"attribute": "fcgr3a", "among": ("VV", "VF")},
    "PDL1_pos": {"attribute": "pdl1_positive", "equals": True},
    "PDL1_neg": {"attribute": "pdl1_positive", "equals": False},
    "PAM50_HER2E": {"attribute": "pam50", "equals": "HER2-enriched"},
    "PAM50_nonHER2E": {"attribute": "pam50", "among": (*LUMINAL, "basal-like", "normal-like")},
}  # fmt: skip
#: Subgroups that are all the patients of the file that holds them.
WHOLE = ("all", "paclitaxel_stratum", "HER2_pos", "HER2_low", "prior_trastuzumab", "trastuzumab_naive")
#: Start of the source of a figure that does not come from the table.
RECOMPUTED = "recomputed from the reconstructed curve"


#: Sources of figures that were read beside the table.
BESIDE = (
    "Clin Cancer Res 2021;27(21):5818, abstract", "PMID 31157583, abstract", "PMID 24657003, abstract",
    "SOPHIA by Fc receptor genotype, read in an OncLive interview",
    "Lin J Clin Oncol 2020, DOI 10.1200/JCO.20.00775", "abstract 293P (52 per cent lower risk)",
    "Gianni Lancet Oncol 2016, read in a report (Cancer Therapy Advisor)",
)  # fmt: skip


@dataclass(frozen=True)
class Stored:
    """One half of a row as it stands in a file: a figure, or a ratio."""

    kind: str
    arm: str
    endpoint: str
    definition: str
    numbers: tuple[float | None, float | None, float | None]
    unit: str | None
    n: int | None
    subgroup: Any
    year: int | None
    source: str
    status: str


def read_table(facts: Path) -> list[Row]:
    """Return the rows of the table of published outcomes."""
    with (facts / "clinical" / "trials.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float | None:
    """Return a cell as a number, or nothing."""
    return float(text) if text.strip() else None


def stored(trial: Trial) -> Iterator[Stored]:
    """Yield each half row of a file."""
    for one in trial.published:
        yield Stored(
            "figure", one.arm, one.endpoint, one.definition or "", (one.value, one.low, one.high), one.unit,
            one.n, one.subgroup, one.year, one.source, one.status,
        )  # fmt: skip
    for ratio in trial.published_ratio:
        yield Stored(
            "ratio", ratio.arm, ratio.endpoint, ratio.definition or "",
            (ratio.hazard_ratio, ratio.low, ratio.high), None, ratio.n, ratio.subgroup, ratio.year,
            ratio.source, ratio.status,
        )  # fmt: skip
    for kept in (*trial.published_prognostic, *trial.note_row):
        group = getattr(kept, "subgroup", None) or getattr(kept, "marker", "all")
        rest = (kept.n, group, kept.year, kept.source, kept.status)
        if kept.value is not None or kept.hazard_ratio is None:
            figure = (kept.value, kept.low, kept.high)
            yield Stored("kept figure", kept.arm, kept.endpoint, "", figure, kept.unit, *rest)
        if kept.hazard_ratio is not None:
            figure = (kept.hazard_ratio, kept.ratio_low, kept.ratio_high)
            yield Stored("kept ratio", kept.arm, kept.endpoint, "", figure, None, *rest)


def matches(row: Row, half: str, entry: Stored, trial: Trial) -> bool:
    """Return whether an entry of a file is this half ("figure" or "ratio") of a row."""
    same = (
        entry.kind.removeprefix("kept ") == half
        and entry.year == int(row["year"])
        and entry.source == row["source"]
        and entry.status == row["verified"]
        and entry.n == number(row["n"])
    )
    if not same:
        return False
    names = ("value", "ci_low", "ci_high") if half == "figure" else ("comparator_hr", "hr_low", "hr_high")
    numbers = [number(row[name]) for name in names]
    unit = {"pct": "percent", "": None}.get(row["unit"], row["unit"]) if half == "figure" else None
    if entry.kind.startswith("kept"):
        unit = unit if numbers[0] is not None else None
        group = entry.subgroup in (row["biomarker_subgroup"], row["arm_regimen"])
        given = (entry.arm, entry.endpoint, list(entry.numbers), entry.unit)
        return group and given == (row["arm_regimen"], row["endpoint"], numbers, unit)
    if unit == "weeks":
        unit = "months"
        numbers = [None if x is None else round(x * 7.0 / DAYS_PER_MONTH, 4) for x in numbers]
    return (
        list(entry.numbers) == numbers
        and entry.unit == unit
        and _same_endpoint(row, half, entry)
        and row["arm_regimen"] in labels(trial, entry.arm)
        and _same_patients(row["biomarker_subgroup"], entry, trial)
    )


def labels(trial: Trial, name: str) -> list[str]:
    """Return what the table calls an arm."""
    arm = next(arm for arm in trial.arm if arm.name == name)
    return (arm.label or "").split(" / ")


def _same_endpoint(row: Row, half: str, entry: Stored) -> bool:
    of = row["endpoint"]
    if half == "figure":
        endpoint, definition = ENDPOINTS.get(of, (of, ""))
        return entry.endpoint == endpoint and entry.definition.startswith(definition)
    return entry.endpoint == RATIOS.get(of, re.sub(r"(_HR.*|_\d+[my])$", "", of))


def _same_patients(subgroup: str, entry: Stored, trial: Trial) -> bool:
    said = entry.subgroup.plain() if entry.subgroup else None
    criterion = SUBGROUPS.get(subgroup)
    if said is not None or criterion is None:
        return said == criterion and (said is not None or subgroup in WHOLE)
    return criterion in [item.plain() for item in trial.population.eligibility]
