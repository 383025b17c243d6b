"""Readouts of a course: before treatment and at the first visit, medians over the twins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from erbium.core.twins import Array
from erbium.model.compose import clone_name
from erbium.tumour import Course, Tumour

#: Readouts of the main clone that a report shows.
SHOWN = (
    "pHER2", "pHER3", "pEGFR", "pERK", "pAKT_S473", "pS6", "pTSC2", "p4EBP1", "PIP3", "nuclear_FOXO", "pRB",
    "cyclin_D1", "p27", "HER3_total", "surface_HER2", "p95_ratio", "ER_output", "apoptosis", "Ki67",
    "payload", "pMET", "igf1r_signal", "pSRC", "nuclear_NFkB", "pJNK", "p53", "PDL1",
)  # fmt: skip

#: The signal in short: receptor, the two arms below it, and entry into the cycle.
_SIGNAL = ("pHER2", "pERK", "pAKT_S473", "pRB")


def before_and_on(tumour: Tumour, course: Course, parameters: Array) -> dict[str, dict[str, Any]]:
    """Return the median of each readout before treatment and at the first visit.

    Parameters
    ----------
    parameters
        Parameters of the arm, drugs included, shape (count, parameters).
    """
    kernel = tumour.kernel
    names = [clone_name(1, name) for name in SHOWN]
    before = kernel.compute_readouts(tumour.drug_free, tumour.parameters, names)
    on = kernel.compute_readouts(course.first_visit, parameters, names)
    units = tumour.network.readout_units
    return {
        name: {
            "before": float(np.median(before[full])),
            "on_treatment": float(np.median(on[full])),
            "unit": units[full],
        }
        for name, full in zip(SHOWN, names, strict=True)
    }


def signal_in_words(readouts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what the regimen does to the signal of the main clone, from :func:`before_and_on`."""
    said = [
        f"{name} {_short(readouts[name]['before'])} -> {_short(readouts[name]['on_treatment'])}"
        for name in _SIGNAL
    ]
    return "signal before treatment -> at the first visit, median twin: " + ", ".join(said)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10.0 else f"{value:.2g}"


def course_json(course: Course) -> dict[str, Any]:
    """Return volume and sum of diameters over the visits, with 5th and 95th percentile of the twins."""

    def band(values: Array, unit: str) -> dict[str, Any]:
        low, median, high = np.quantile(values, [0.05, 0.5, 0.95], axis=1)
        return {"unit": unit, "median": median.tolist(), "low": low.tolist(), "high": high.tolist()}

    return {
        "time_days": course.visit_days.tolist(),
        "volume": band(course.volume, "cm^3"),
        "sum_of_diameters": band(course.diameters, "mm"),
        "note": "twins leave at progression; their last size is kept",
    }
