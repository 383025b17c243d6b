"""The result of an experiment: numbers with intervals over the ensemble, reasons, sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.core.result import NOTICE, plain, version
from erbium.core.twins import Array
from erbium.experiment.contrast import compare
from erbium.experiment.names import VIABILITY, unit_of
from erbium.experiment.protocol import Protocol, has_readout
from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_drug
from erbium.model import build_network

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "erbium.experiment/1"
METRIC_UNITS = {"GR50": "nM", "GR_max": "1", "GR_AOC": "1", "IC50": "nM", "E_max": "1"}


@dataclass(frozen=True)
class DoseCurve:
    """Living cells of one arm over the doses of one drug, each of shape (doses, members).

    Attributes
    ----------
    viability, relative, gr
        Living cells over time 0, over the untreated, and growth-rate inhibition.
    metrics
        GR50, GR_max, GR_AOC, IC50 and E_max, each of shape (members,).
    """

    arm: str
    viability: Array
    relative: Array
    gr: Array
    metrics: Mapping[str, Array]

    @property
    def untreated(self) -> Array:
        """Living cells without the drug, over time 0, shape (members,)."""
        return np.asarray(self.viability[0] / self.relative[0])


@dataclass(frozen=True)
class DoseMatrix:
    """Living cells of one arm over the doses of two drugs, each of shape (rows, columns, members).

    Attributes
    ----------
    viability, relative
        Living cells over time 0, and over the untreated.
    excess
        Effect beyond each reference of no interaction.
    """

    arm: str
    viability: Array
    relative: Array
    excess: Mapping[str, Array]

    @property
    def untreated(self) -> Array:
        """Living cells without either drug, over time 0, shape (members,)."""
        return np.asarray(self.viability[0, 0])


@dataclass(frozen=True)
class ExperimentResult:
    """What an experiment gave.

    Attributes
    ----------
    values
        Readouts, shape (arms, times, readouts, members).
    """

    protocol: Protocol
    members: int
    seed: int
    values: Array
    curves: tuple[DoseCurve, ...]
    matrices: tuple[DoseMatrix, ...]
    warnings: tuple[str, ...]

    @cached_property
    def results(self) -> list[dict[str, Any]]:
        """One row per number: arm, readout, time, median, 5th and 95th percentile, unit."""
        return [*self._readings(), *self._dose_rows(), *self._matrix_rows()]

    @cached_property
    def comparisons(self) -> list[dict[str, Any]]:
        """One row per comparison, readout and time: ratio with its interval, and direction."""
        arms, names, times = list(self.protocol.arms), self.protocol.readouts, self.protocol.times
        rows = []
        for contrast in self.protocol.contrasts:
            test, against = (self.values[arms.index(name)] for name in (contrast.test, contrast.against))
            for name in contrast.readouts:
                for hours in contrast.times:
                    place = times.index(hours), names.index(name)
                    found = compare(test[place], against[place], contrast.floor)
                    rows.append({"name": contrast.name, "readout": name, "time_h": hours, **found})
        return rows

    def json(self) -> dict[str, Any]:
        """Return the result as JSON-safe data, schema ``erbium.experiment/1``."""
        knowledge = load_knowledge()
        body = {
            "schema": SCHEMA,
            "version": version(),
            "seed": self.seed,
            "knowledge_hash": knowledge.hash,
            "knowledge_date": knowledge.date,
            "notice": NOTICE,
            "warnings": list(self.warnings),
            "name": self.protocol.name,
            "question": self.protocol.question,
            "members": self.members,
            "arms": [
                {"name": name, "condition": str(arm), "drugs": [str(one) for one in arm.exposures]}
                for name, arm in self.protocol.arms.items()
            ],
            "results": self.results,
            "comparisons": self.comparisons,
            "dose_response": self._dose_json(),
            "matrix": self._matrix_json(),
            "sources": self.cite(),
        }
        return dict(plain(body))

    def table(self) -> pd.DataFrame:
        """Return one row per number, as in :attr:`results`."""
        import pandas as pd

        return pd.DataFrame(self.results)

    def why(self) -> str:
        """Return in words what the comparisons, doses and pairs say."""
        lines = [
            f"{row['readout']} at {row['time_h']:g} h, {row['name']}: "
            + (f"x {row['ratio']:.2f} ({row['low']:.2f} to {row['high']:.2f}), " if row["ratio"] else "")
            + row["direction"]
            for row in self.comparisons
        ]
        for curve in self.curves:
            gr50, low, high = _interval(curve.metrics["GR50"])
            drug = self.protocol.series.drug if self.protocol.series else ""
            said = f"{gr50:.3g} nM ({low:.3g} to {high:.3g})" if np.isfinite(gr50) else "not reached"
            lines.append(f"{drug} in {curve.arm}: GR50 {said}")
        for matrix in self.matrices:
            for name, excess in matrix.excess.items():
                mean, low, high = _interval(excess[1:, 1:].mean(axis=(0, 1)))
                lines.append(f"{matrix.arm}: mean {name} excess {mean:+.3f} ({low:+.3f} to {high:+.3f})")
        return "\n".join(lines)

    def cite(self) -> list[dict[str, Any]]:
        """Return the sources of the drugs that were used."""
        knowledge = load_knowledge()
        names = {exposure.drug for arm in self.protocol.arms.values() for exposure in arm.exposures}
        if self.protocol.series:
            names.add(self.protocol.series.drug)
        if self.protocol.matrix:
            names |= set(self.protocol.matrix.drugs)
        ids = {
            number.source
            for name in names
            for number in resolve_drug(name, knowledge.drugs).numbers().values()
            if number.source
        }
        found = [knowledge.sources[name] for name in sorted(ids) if name in knowledge.sources]
        return [
            {"id": s.id, "text": s.cite(), "doi": s.doi, "pmid": s.pmid, "nct": s.nct, "status": s.status}
            for s in found
        ]

    def _readings(self) -> Iterator[dict[str, Any]]:
        network = build_network(1)
        for (arm, condition), series in zip(self.protocol.arms.items(), self.values, strict=True):
            for place, name in enumerate(self.protocol.readouts):
                if not has_readout(condition, name):
                    continue
                unit = unit_of(network, name)
                for hours, values in zip(self.protocol.times, series[:, place], strict=True):
                    yield _row(arm, name, hours, values, unit)

    def _dose_rows(self) -> Iterator[dict[str, Any]]:
        series = self.protocol.series
        for curve in self.curves:
            assert series is not None
            for dose, living in zip(series.concentrations, curve.viability, strict=True):
                yield _row(f"{curve.arm} + {series.drug} {dose:g} nM", VIABILITY, series.time, living, "1")
            for name, values in curve.metrics.items():
                yield _row(f"{curve.arm} + {series.drug}", name, series.time, values, METRIC_UNITS[name])

    def _matrix_rows(self) -> Iterator[dict[str, Any]]:
        grid = self.protocol.matrix
        for matrix in self.matrices:
            assert grid is not None
            for i, (a, row) in enumerate(zip(grid.concentrations[0], matrix.viability, strict=True)):
                for j, (b, living) in enumerate(zip(grid.concentrations[1], row, strict=True)):
                    pair = f"{matrix.arm} + {grid.drugs[0]} {a:g} nM + {grid.drugs[1]} {b:g} nM"
                    yield _row(pair, VIABILITY, grid.time, living, "1")
                    if a > 0.0 and b > 0.0:  # a drug alone has no excess
                        for name, excess in matrix.excess.items():
                            yield _row(pair, f"{name}_excess", grid.time, excess[i, j], "1")

    def _dose_json(self) -> list[dict[str, Any]]:
        series = self.protocol.series
        if series is None:
            return []
        return [
            {
                "arm": curve.arm,
                "drug": series.drug,
                "time_h": series.time,
                "concentrations_nM": series.concentrations,
                "viability": _bands(curve.viability),
                "untreated": _band(curve.untreated),
                "relative_viability": _bands(curve.relative),
                "GR": _bands(curve.gr),
                "metrics": {
                    name: {
                        **_band(values),
                        "unit": METRIC_UNITS[name],
                        "not_reached": float(np.isposinf(values).mean()),
                    }
                    for name, values in curve.metrics.items()
                },
            }
            for curve in self.curves
        ]

    def _matrix_json(self) -> list[dict[str, Any]]:
        grid = self.protocol.matrix
        if grid is None:
            return []
        return [
            {
                "arm": matrix.arm,
                "drugs": grid.drugs,
                "time_h": grid.time,
                "concentrations_nM": grid.concentrations,
                "untreated": _band(matrix.untreated),
                "relative_viability": _bands(matrix.relative),
                "excess": {
                    name: {**_bands(values), "mean": _band(values[1:, 1:].mean(axis=(0, 1)))}
                    for name, values in matrix.excess.items()
                },
            }
            for matrix in self.matrices
        ]


def _row(arm: str, name: str, hours: float, values: Array, unit: str) -> dict[str, Any]:
    return {"arm": arm, "readout": name, "time_h": hours, **_band(values), "unit": unit}


def _band(values: Array) -> dict[str, float]:
    value, low, high = _interval(values)
    return {"value": value, "low": low, "high": high}


def _interval(values: Array) -> tuple[float, float, float]:
    """Return median, 5th and 95th percentile over the members; infinite members stay infinite."""
    if np.isnan(values).any():
        return (np.nan,) * 3
    shares = [0.5, 0.05, 0.95]
    if np.isfinite(values).all():
        value, low, high = np.quantile(values, shares)
    else:  # between a finite and an infinite member there is nothing to interpolate
        value, low, high = np.quantile(values, shares, method="inverted_cdf")
    return float(value), float(low), float(high)


def _bands(values: Array) -> dict[str, Array]:
    """Return median, 5th and 95th percentile over the last axis, as arrays."""
    low, value, high = np.quantile(values, [0.05, 0.5, 0.95], axis=-1)
    return {"value": value, "low": low, "high": high}
