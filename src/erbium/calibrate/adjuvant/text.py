"""The fit of living deposits on paper."""

from __future__ import annotations

import datetime as dt

from erbium.calibrate.adjuvant.fit import NUMBERS, AdjuvantFit
from erbium.calibrate.adjuvant.library import CELLS
from erbium.calibrate.report import FLAT

WORDS = {
    "cells": "clonogenic cells of the living deposits, median",
    "spread": "SD over patients of their decimal logarithm",
    "doubling": "drug-free doubling time in days, median",
    "node_positive": "share of node-positive patients with living deposits",
    "node_negative": "share of node-negative patients with living deposits",
    "reach": "how well drugs reach deposits (0 as measurable tumours, 1 as a dish)",
}


def text_of(fit: AdjuvantFit) -> str:
    """Return the fit as Markdown."""
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    lines = [
        "# Living deposits after surgery: the documented fit",
        "",
        "Who relapses after surgery carries living deposits. How many patients do, how many cells they have,",
        "how fast they grow, and how well drugs and effector cells reach them was fitted to control arms and",
        "to a trial of one arm; what reaches a deposit is one number for all drugs. All other figures are",
        "predicted. Second tumours and deaths without relapse come at a rate of their own",
        "(`conduct/trials.toml`).",
        "",
        fit.note,
        "",
        f"- date {today}, seed {fit.seed}",
        f"- {fit.patients} deposits of every size and pace, weighted; effective number {fit.effective:.0f}",
        f"- data: `knowledge/data/calibration/adjuvant.toml`, SHA-256 `{fit.data_hash[:16]}`",
        "- to repeat: `erbium calibrate adjuvant`",
        "",
        "| number | value | 5th to 95th percentile | moved, SD of the prior | SD left | |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for name in NUMBERS:
        step, left = fit.moved[name]
        lines.append(
            f"| {WORDS[name]} | {fit.values[name]:.3g} | {fit.low[name]:.3g} to {fit.high[name]:.3g} | "
            f"{step:+.2f} | {left:.2f} | {'flat' if left > FLAT else ''} |"
        )
    low, middle, high = fit.diameters
    lines += [
        "",
        f"Deposits of more than {10.0 ** CELLS[1]:.1g} cells are cut off: they would be seen. What is left,",
        f"as one sphere, has a diameter of {middle:.2g} mm (5th to 95th percentile {low:.2g} to {high:.2g}):",
        "that stands in `tumour/settings.toml`, as assumed, since the fit leaves it nearly free.",
        "",
        "| role | trial | arm | figure | node positive, % | published, % free | simulated |",
        "|---|---|---|---|--:|--:|--:|",
    ]
    for item, value in zip(fit.figures, fit.simulated, strict=True):
        lines.append(
            f"| {item.role} | {item.trial} | {item.arm} | {item.endpoint} | {100 * item.positive:.0f} | "
            f"{100 * item.share:.1f} | {100 * value:.1f} |"
        )
    return "\n".join(lines) + "\n"
