"""One regimen on one tumour, followed closely: volume, diameters and readouts week by week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from erbium.core.result import NOTICE, plain, version
from erbium.core.twins import Array
from erbium.core.units import DAYS_PER_MONTH, HOURS_PER_DAY
from erbium.knowledge.schema.regimen import Regimen
from erbium.model.compose import clone_name
from erbium.pharmacology import find_interactions
from erbium.tumour.course import CELL_CM3, Course, mean_volume, seeding_volume
from erbium.tumour.dose_control import DoseControl
from erbium.tumour.endpoints import Endpoints, endpoints_of
from erbium.tumour.recist import NAMES, Recist, sum_of_diameters

if TYPE_CHECKING:
    import pandas as pd

    from erbium.tumour.tumour import Tumour

WEEK_DAYS = 7.0
#: Scans every six weeks.
WEEKS_PER_VISIT = 6
#: Readouts of the main clone that are followed.
FOLLOWED = (
    "pHER2", "pHER3", "pERK", "pAKT_S473", "pS6", "pRB", "cyclin_D1", "p27", "HER3_total", "surface_HER2",
    "ER_output", "apoptosis", "Ki67", "payload", "growth_rate",
)  # fmt: skip
#: Readouts of the whole patient that are followed.
FOLLOWED_PATIENT = ("serum_HER2", "ANC")


@dataclass(frozen=True)
class Treatment:
    """What a regimen does to the twins of a tumour, week by week; twins are followed past progression.

    Attributes
    ----------
    time_days
        Weekly times, shape (times,).
    volume, diameters
        cm3 and mm, shape (times, count).
    readouts
        Readouts of the main clone, each of shape (times, count).
    course
        The same, as scored at the visits.
    endpoints
        Endpoints of the setting.
    warnings
        What must be said of this regimen and its doses, beside what the engine says.
    forced
        Rules against this regimen that were overridden: ``{"rule": ..., "reason": ...}``.
    """

    tumour: Tumour
    regimen: Regimen
    time_days: Array
    volume: Array
    diameters: Array
    readouts: dict[str, Array]
    readout_units: dict[str, str]
    course: Course
    endpoints: Endpoints
    warnings: tuple[str, ...] = ()
    forced: tuple[dict[str, str], ...] = ()

    def json(self) -> dict[str, Any]:
        """Return the treatment as JSON-safe data, schema ``erbium.simulate/1``."""
        tumour, course, values = self.tumour, self.course, self.endpoints.values
        baseline = np.maximum(course.diameters[0], 1e-9)
        nadir = 100.0 * (course.diameters.min(axis=0) / baseline - 1.0)
        metastatic = tumour.setting == "metastatic"
        body = {
            "schema": "erbium.simulate/1",
            "version": version(),
            "seed": tumour.twins.seed,
            "knowledge_hash": tumour.knowledge.hash,
            "knowledge_date": tumour.knowledge.date,
            "notice": NOTICE,
            "warnings": list(dict.fromkeys([*self.warnings, *tumour.kernel.warnings])),
            "forced": [dict(item) for item in self.forced],
            "regimen": self.regimen.id,
            "name": self.regimen.name,
            "interactions": [
                one.json() for one in find_interactions(self.regimen.drug_ids, tumour.knowledge.drugs)
            ],
            "case": tumour.profile.id,
            "setting": tumour.setting,
            "engine": {
                "backend": tumour.kernel.backend.name,
                "precision": tumour.kernel.precision,
                "twins": tumour.twins.count,
                "parameter_draws": tumour.twins.parameter_draws,
                "marker_draws": tumour.twins.marker_draws,
                "states": len(tumour.network.species),
                "clones": tumour.network.clones,
            },
            "time_days": self.time_days,
            "volume": _band(self.volume, "cm^3"),
            "sum_of_diameters": _band(self.diameters, "mm"),
            "readouts": {name: _band(v, self.readout_units[name]) for name, v in self.readouts.items()},
            "doses": dose_changes(course),
            "best_response": {NAMES[code]: float((course.best == code).mean()) for code in NAMES},
            "endpoints": [{"name": name, **value.json()} for name, value in values.items()],
            "response_rate": values["ORR"].json() if metastatic else None,
            "pfs_months": values["PFS_median"].json() if metastatic else None,
            "pfs_12m": self.endpoints.json("PFS_12m") if metastatic else None,
            "rmst_months": values["rmst"].json() if metastatic else None,
            "not_reached": values["PFS_median"].not_reached if metastatic else None,
            "twins": [
                {
                    "parameter_draw": int(tumour.twins.draw[i]),
                    "marker_draw": int(i % tumour.twins.marker_draws),
                    "best_response": NAMES[int(course.best[i])],
                    "progression_days": course.progression_days[i],
                    "nadir_percent": nadir[i],
                }
                for i in range(tumour.twins.count)
            ],
            "events": [
                {
                    "time_days": course.progression_days[i],
                    "twin": int(i),
                    "kind": "new_lesion" if course.new_lesion[i] else "progression",
                }
                for i in np.flatnonzero(~np.isnan(course.progression_days))
            ],
        }
        return dict(plain(body))

    def table(self) -> pd.DataFrame:
        """Return one row per week: volume, sum of diameters and readouts, median with 5-95 % band."""
        import pandas as pd

        columns: dict[str, Any] = {"time_days": self.time_days}
        shown = {"volume_cm3": self.volume, "sum_of_diameters_mm": self.diameters, **self.readouts}
        for name, values in shown.items():
            low, median, high = np.quantile(values, [0.05, 0.5, 0.95], axis=1)
            columns |= {f"{name}_median": median, f"{name}_low": low, f"{name}_high": high}
        return pd.DataFrame(columns)

    def why(self) -> str:
        """Return what the drugs do to the main clone at the first visit, in words."""
        of = f"{self.regimen.name} on {self.tumour.profile.id}"
        lines = [f"{of}: median of the main clone, before -> after 6 weeks"]
        for name, values in self.readouts.items():
            before = float(np.median(values[0]))
            after = float(np.median(values[min(WEEKS_PER_VISIT, len(values) - 1)]))
            lines.append(f"  {name}: {before:.3g} -> {after:.3g} {self.readout_units[name]}")
        return "\n".join(lines)

    def cite(self) -> list[dict[str, Any]]:
        """Return the sources of the regimen and of its drugs."""
        knowledge = self.tumour.knowledge
        ids = {e.source for use in self.regimen.uses for e in use.evidence}
        for drug in self.regimen.drug_ids:
            ids |= {number.source for number in knowledge.drugs[drug].numbers().values() if number.source}
        found = [knowledge.sources[name] for name in sorted(ids) if name in knowledge.sources]
        return [
            {"id": s.id, "text": s.cite(), "doi": s.doi, "pmid": s.pmid, "nct": s.nct, "status": s.status}
            for s in found
        ]


def dose_changes(course: Course) -> dict[str, Any] | None:
    """Return what low neutrophils did to the doses, mean and 5-95 % of the twins, and who stopped a drug.

    None if all doses were given as planned. Stops at or after progression do not count.
    """
    rows = {
        "delay_weeks": (course.delay_weeks, "week"),
        "left_out": (course.left_out, "1"),
        "dose_share": (course.dose_share, "1"),
    }
    before = np.nan_to_num(course.progression_days, nan=np.inf)
    stopped = float((course.stopped_day < before).mean()) if course.stopped_day.size else 0.0
    low_counts = course.delay_weeks.any() or course.left_out.any() or (course.dose_share < 1.0).any()
    if not low_counts and stopped == 0.0:
        return None
    found: dict[str, Any] = {"stopped_for_toxicity": {"share": stopped, "unit": "1"}}
    for name, (values, unit) in rows.items():
        low, high = np.quantile(values, [0.05, 0.95])
        found[name] = {"mean": float(values.mean()), "low": float(low), "high": float(high), "unit": unit}
    return found


def treat(tumour: Tumour, regimen: Regimen, days: float, *, steps_per_day: int = 12) -> Treatment:
    """Return `tumour` under `regimen` for `days`, recorded week by week."""
    arm = tumour.arm(regimen)
    kernel, network = tumour.kernel, tumour.network
    weeks = max(int(days // WEEK_DAYS), 1)
    clones = [network.species_index[clone_name(c, "volume")] for c in range(1, network.clones + 1)]
    dying = [network.species_index[clone_name(c, "dying")] for c in range(1, network.clones + 1)]
    wanted = [clone_name(1, name) for name in FOLLOWED] + list(FOLLOWED_PATIENT)
    states = arm.states.astype(float)
    start = states[:, clones + dying].sum(axis=1)
    recist = Recist(sum_of_diameters(start, arm.lesions), arm.lesions, arm.detection_mm, arm.scars)
    progression = np.full(tumour.twins.count, np.nan)
    new_lesion = np.zeros(tumour.twins.count, dtype=bool)
    hazard = np.zeros(tumour.twins.count)
    seeding = seeding_volume(kernel, states, arm.parameters)
    everyone = np.arange(tumour.twins.count)
    times, volumes, live, rows = (
        [0.0],
        [start],
        [states[:, clones]],
        [_read(kernel, states, arm.parameters, wanted)],
    )
    first_visit = states
    held = np.broadcast_to(np.array(arm.held, dtype=bool)[:, None], arm.amounts.shape)
    control = DoseControl(arm.rules, arm.amounts, held, arm.stops)
    for week in range(1, weeks + 1):
        begin, end = (w * WEEK_DAYS * HOURS_PER_DAY for w in (week - 1, week))
        control.stop(everyone, begin / HOURS_PER_DAY)
        rules, amounts, _ = control.week(everyone, rows[-1]["ANC"], begin, end)
        result = kernel.advance(
            states, arm.parameters, begin, end, rules, amounts, steps_per_day=steps_per_day
        )
        states = result.states.astype(float)
        cells = states[:, clones]
        cells[cells < CELL_CM3] = 0.0
        states[:, clones] = cells
        before, seeding = seeding, seeding_volume(kernel, states, arm.parameters)
        hazard += arm.new_lesion_rate * mean_volume(before, seeding) * WEEK_DAYS / DAYS_PER_MONTH
        times.append(week * WEEK_DAYS)
        volumes.append(states[:, clones + dying].sum(axis=1))
        live.append(cells)
        rows.append(_read(kernel, states, arm.parameters, wanted))
        if week == WEEKS_PER_VISIT:
            first_visit = states
        if week % WEEKS_PER_VISIT == 0 or week == weeks:
            new: NDArray[np.bool_] = hazard >= arm.new_lesion_threshold
            hit = recist.visit(volumes[-1], new, everyone)
            fresh = hit & np.isnan(progression)
            progression[fresh] = times[-1]
            new_lesion[fresh] = new[fresh]
    volume = np.array(volumes)
    course = Course(
        name=regimen.id,
        visit_days=np.array(times),
        volume=volume,
        live=np.array(live),
        lesions=arm.lesions,
        progression_days=progression,
        best=np.maximum(recist.best, 0),
        first_visit=first_visit,
        new_lesion=new_lesion,
        end_states=states,
        delay_weeks=control.delay_weeks,
        dose_share=control.scale,
        left_out=control.left_out,
        stopped_day=control.stopped_day,
        scar=arm.scars,
    )
    names = [*FOLLOWED, *FOLLOWED_PATIENT]
    return Treatment(
        tumour=tumour,
        regimen=regimen,
        time_days=course.visit_days,
        volume=volume,
        diameters=course.diameters,
        readouts={n: np.array([row[w] for row in rows]) for n, w in zip(names, wanted, strict=True)},
        readout_units={n: network.readout_units[w] for n, w in zip(names, wanted, strict=True)},
        course=course,
        endpoints=endpoints_of(tumour.setting, course, tumour.twins, times[-1]),
        warnings=(*arm.warnings, *_never_given(tumour, regimen, days)),
    )


def _never_given(tumour: Tumour, regimen: Regimen, days: float) -> list[str]:
    """Return which drugs start only after what is simulated."""
    drugs = tumour.knowledge.drugs
    return [
        f"{drugs[item.drug].name} starts after {item.starts}, not in the {days:g} days simulated"
        for item in regimen.drugs
        if not item.times_h(days * HOURS_PER_DAY)
    ]


def _read(kernel: Any, states: Array, parameters: Array, names: list[str]) -> dict[str, Array]:
    found: dict[str, Array] = kernel.compute_readouts(states, parameters, names)
    return found


def _band(values: Array, unit: str) -> dict[str, Any]:
    low, median, high = np.quantile(values, [0.05, 0.5, 0.95], axis=1)
    return {"unit": unit, "median": median, "low": low, "high": high}
