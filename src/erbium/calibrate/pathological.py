"""The documented fit of what pathology finds: one number, from one preoperative control arm."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from erbium.core.twins import Array
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.parameters import data_folder
from erbium.profile import profile_from
from erbium.tumour import Tumour, run_arms
from erbium.tumour.course import CELL_CM3
from erbium.tumour.surgery import surgery_day

#: Bounds of the logarithm (base 10) of the number of cells.
BOUNDS = (4.0, 11.0)


@dataclass(frozen=True)
class PathologicalRow:
    """One published preoperative arm beside its simulation, pCR in per cent."""

    regimen: str
    role: str
    trial: str
    pcr: float
    low: float = np.nan
    high: float = np.nan
    simulated: float = np.nan


@dataclass(frozen=True)
class PathologicalFit:
    """Result of the fit.

    Attributes
    ----------
    pcr_cells, low, high
        Surviving cells that pathology finds with probability 1 - 1/e, for the anchor's rate and for the
        ends of its published interval.
    rows
        Every arm with its simulation.
    seed, patients, data_hash
        What identifies the run.
    """

    pcr_cells: float
    low: float
    high: float
    rows: tuple[PathologicalRow, ...]
    seed: int
    patients: int
    data_hash: str

    def text(self) -> str:
        """Return the fit as Markdown."""
        today = dt.datetime.now(tz=dt.UTC).date().isoformat()
        lines = [
            "# Pathological complete response: the documented fit",
            "",
            "`pcr_cells` is what pathology leaves unseen. It is set so that unselected HER2-positive",
            "tumours under the anchor have its published rate; the other arms are predicted. It is an",
            "effective number, far more cells than a pathologist overlooks: it also carries what the model",
            "does not kill, such as clearance by T cells between the last dose and surgery.",
            "",
            f"- date {today}, seed {self.seed}, {self.patients} virtual patients",
            (
                f"- pcr_cells {self.pcr_cells:.2g}; at the ends of the anchor's 95 % interval "
                f"{self.low:.2g} and {self.high:.2g}"
            ),
            f"- data: `knowledge/data/calibration/pathological.toml`, SHA-256 `{self.data_hash[:16]}`",
            "- to repeat: `erbium calibrate pathological`",
            "",
            "| role | regimen | trial | pCR %, published | simulated |",
            "|---|---|---|--:|--:|",
        ]
        lines += [
            f"| {r.role} | {r.regimen} | {r.trial} | {r.pcr:g} | {r.simulated:.0f} |" for r in self.rows
        ]
        return "\n".join(lines) + "\n"


def response_rate(cells: Array, pcr_cells: float) -> float:
    """Return the expected rate in per cent when `cells` survive in each patient, shape (patients,)."""
    return 100.0 * float(np.exp(-cells / pcr_cells).mean())


def fit_pathological(*, seed: int = 1, patients: int = 200) -> PathologicalFit:
    """Return the number of unseen cells that gives the anchor its published rate, and all arms under it.

    Parameters
    ----------
    seed, patients
        Seed, and number of unselected HER2-positive patients.
    """
    raw = (data_folder() / "calibration" / "pathological.toml").read_bytes()
    rows = [
        PathologicalRow(
            arm["regimen"],
            arm["role"],
            arm["trial"],
            arm["pcr"],
            arm.get("low", np.nan),
            arm.get("high", np.nan),
        )
        for arm in tomllib.loads(raw.decode())["arm"]
    ]
    profile = profile_from(
        {"schema": "erbium.profile/1", "meta": {"id": "unselected"}, "her2": {"status": "positive"},
         "disease": {"setting": "neoadjuvant"}}
    )  # fmt: skip
    tumour = Tumour.from_profile(profile, seed=seed, parameter_draws=1, marker_draws=patients)
    cells = []
    for regimen in (resolve_regimen(row.regimen) for row in rows):
        (course,) = run_arms(tumour.kernel, [tumour.arm(regimen)], [surgery_day(regimen)])
        cells.append(course.live[-1].sum(axis=1) / CELL_CM3)
    anchor = next(k for k, row in enumerate(rows) if row.role == "anchor")

    def cells_for(rate: float) -> float:
        return float(10.0 ** brentq(lambda x: response_rate(cells[anchor], 10.0**x) - rate, *BOUNDS))

    found = cells_for(rows[anchor].pcr)
    return PathologicalFit(
        pcr_cells=found,
        low=cells_for(rows[anchor].low),
        high=cells_for(rows[anchor].high),
        rows=tuple(replace(r, simulated=response_rate(c, found)) for r, c in zip(rows, cells, strict=True)),
        seed=seed,
        patients=patients,
        data_hash=hashlib.sha256(raw).hexdigest(),
    )
