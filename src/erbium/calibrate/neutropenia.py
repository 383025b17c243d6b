"""Neutropenia: one slope per drug without a published model, from its rate of grade 3 or 4."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from erbium.core.twins import Array
from erbium.core.units import HOURS_PER_DAY
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.parameters import data_folder
from erbium.pharmacology.registry import kind_of
from erbium.profile import profile_from
from erbium.tumour import Tumour
from erbium.tumour.arm import Arm

#: Counts of grade 3 and 4, 10^9 per litre.
GRADE_3, GRADE_4 = 1.0, 0.5
#: Bounds of the logarithm (base 10) of the factor on a slope.
BOUNDS = (-4.0, 4.0)
RECORD_H = 12.0


@dataclass(frozen=True)
class NeutropeniaRow:
    """One published arm beside its simulation: shares in per cent, nadir in 10^9 per litre."""

    drug: str
    regimen: str
    role: str
    trial: str
    severe: float
    days: float
    grade_4: float = np.nan
    slope: float = np.nan
    simulated: float = np.nan
    simulated_grade_4: float = np.nan
    nadir: float = np.nan


@dataclass(frozen=True)
class NeutropeniaFit:
    """Result of the fit; `rows` hold the slope of each drug, 1/nM."""

    rows: tuple[NeutropeniaRow, ...]
    seed: int
    patients: int
    data_hash: str

    def text(self) -> str:
        """Return the fit as Markdown."""
        today = dt.datetime.now(tz=dt.UTC).date().isoformat()
        lines = [
            "# Neutropenia: the documented fit",
            "",
            "How much of the division of neutrophil precursors a drug takes per nM in plasma. Where a model",
            "of neutrophil counts is published its slope is taken and the rate is predicted; otherwise the",
            "slope is set so that patients without delays and reductions have the published share of grade 3",
            "or 4. A count that trials report as an adverse event is not that of every blood sample:",
            "docetaxel at 75 mg/m2 lowers most patients below 1.0 for some days; half of them are reported.",
            "",
            f"- date {today}, seed {self.seed}, {self.patients} virtual patients",
            f"- data: `knowledge/data/calibration/neutropenia.toml`, SHA-256 `{self.data_hash[:16]}`",
            "- to repeat: `erbium calibrate neutropenia`",
            "",
            (
                "| role | drug | trial | slope, 1/nM | grade 3 or 4, published | simulated "
                "| grade 4, published | simulated | nadir, 10^9/L |"
            ),
            "|---|---|---|--:|--:|--:|--:|--:|--:|",
        ]
        lines += [
            f"| {r.role} | {r.drug} | {r.trial} | {r.slope:.3g} | {r.severe:g} | {r.simulated:.0f} | "
            f"{'' if np.isnan(r.grade_4) else f'{r.grade_4:g}'} | {r.simulated_grade_4:.0f} | {r.nadir:.2f} |"
            for r in self.rows
        ]
        return "\n".join(lines) + "\n"


def fit_neutropenia(*, seed: int = 1, patients: int = 400) -> NeutropeniaFit:
    """Return the slopes that give the fitted drugs their published rates, and all arms under them.

    Parameters
    ----------
    seed, patients
        Seed, and number of unselected patients with HER2-positive metastatic disease.
    """
    raw = (data_folder() / "calibration" / "neutropenia.toml").read_bytes()
    profile = profile_from(
        {"schema": "erbium.profile/1", "meta": {"id": "unselected"}, "her2": {"status": "positive"},
         "disease": {"setting": "metastatic", "line": 1}}
    )  # fmt: skip
    tumour = Tumour.from_profile(profile, seed=seed, parameter_draws=20, marker_draws=-(-patients // 20))
    rows = [_row(tumour, NeutropeniaRow(**arm)) for arm in tomllib.loads(raw.decode())["arm"]]
    return NeutropeniaFit(tuple(rows), seed, tumour.twins.count, hashlib.sha256(raw).hexdigest())


def _row(tumour: Tumour, row: NeutropeniaRow) -> NeutropeniaRow:
    arm = tumour.arm(resolve_regimen(row.regimen))
    drug = tumour.knowledge.drugs[row.drug]
    number = drug.pharmacology.myelosuppression
    assert number is not None
    columns = [
        tumour.network.parameter_index[f"slope_{slot}"] for slot in kind_of(drug.drug_class).slot_for(drug)
    ]
    factor = 1.0
    if row.role == "fitted":
        factor = 10.0 ** float(
            brentq(
                lambda x: _share(_lowest(tumour, arm, columns, 10.0**x, row.days), GRADE_3) - row.severe,
                *BOUNDS,
                xtol=0.004,
            )
        )
    lowest = _lowest(tumour, arm, columns, factor, row.days)
    return replace(
        row,
        slope=number.to("1/nM") * factor,
        simulated=_share(lowest, GRADE_3),
        simulated_grade_4=_share(lowest, GRADE_4),
        nadir=float(np.median(lowest)),
    )


def _lowest(tumour: Tumour, arm: Arm, columns: list[int], factor: float, days: float) -> Array:
    """Return the lowest count of each patient without delays, 10^9 per litre, shape (patients,)."""
    parameters = arm.parameters.copy()
    parameters[:, columns] *= factor
    out = tumour.kernel.advance(
        arm.states, parameters, 0.0, days * HOURS_PER_DAY, list(arm.rules), arm.amounts, RECORD_H,
        record_species=["neutrophils"],
    )  # fmt: skip
    assert out.record is not None
    baseline = parameters[:, tumour.network.parameter_index["neutrophil_baseline"]]
    return np.asarray((out.record[:, :, 0] * baseline).min(axis=0), dtype=float)


def _share(lowest: Array, below: float) -> float:
    return 100.0 * float(np.mean(lowest < below))
