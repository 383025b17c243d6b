"""What sampled patients are like: shares, distributions and correlations, block by block in flat memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from erbium.core.twins import Array
from erbium.knowledge.schema.population import Population, PublishedShare
from erbium.population.attributes import NUMBERS, WORDS
from erbium.population.criteria import meets
from erbium.population.sample import Patients

if TYPE_CHECKING:
    import pandas as pd

#: Grid of each number column: from, to, and whether the steps are equal on the log scale.
GRIDS: dict[str, tuple[float, float, bool]] = {
    "her2_copies": (1.0, 200.0, True),
    "her2_thousands": (0.5, 20000.0, True),
    "til_percent": (0.05, 100.0, True),
    "weight_kg": (25.0, 200.0, True),
    "albumin_g_L": (15.0, 70.0, False),
    "baseline_mm": (0.005, 2000.0, True),
}
_CELLS = 600
#: Columns between which correlations are shown; numbers on a log grid by their logarithm.
CORRELATED = (
    "er", "her2_thousands", "her2_copies", "p95", "til_percent", "pdl1_positive", "PIK3CA_mutated",
    "PTEN_low", "CCND1_amplified", "baseline_mm", "weight_kg", "albumin_g_L",
)  # fmt: skip


class Summary:
    """Counts of the patients of a population as they come."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.published = [item for item in population.published if item.line in (None, population.line)]
        self.patients = 0
        self.candidates = 0
        self.warnings: list[str] = []
        self.effective_share = 1.0
        self.met = np.zeros((len(self.published), 2))
        self.yes: dict[str, int] = {}
        self.words: dict[str, dict[str, int]] = {
            name: dict.fromkeys(known, 0) for name, known in WORDS.items()
        }
        self.cells = {name: np.zeros(_CELLS) for name in GRIDS}
        self.whole: dict[str, dict[int, int]] = {name: {} for name in NUMBERS if name not in GRIDS}
        self.sums = np.zeros(len(CORRELATED))
        self.products = np.zeros((len(CORRELATED), len(CORRELATED)))

    def add(self, block: Patients) -> None:
        """Count the patients of one block."""
        table = block.table
        self.patients += len(table)
        self.candidates += block.candidates
        self.warnings = list(dict.fromkeys([*self.warnings, *block.warnings]))
        self.effective_share = block.effective_share
        for k, item in enumerate(self.published):
            of = np.ones(len(table), dtype=bool) if item.within is None else meets(item.within, table)
            self.met[k] += [(meets(item, table) & of).sum(), of.sum()]
        for name in table.columns:
            if table[name].dtype == bool:
                self.yes[name] = self.yes.get(name, 0) + int(table[name].sum())
        for name, counts in self.words.items():
            for value, number in table[name].value_counts().items():
                counts[str(value)] += int(number)
        for name, cells in self.cells.items():
            found = np.searchsorted(grid(name), table[name].to_numpy(dtype=float), side="right") - 1
            np.add.at(cells, np.clip(found, 0, _CELLS - 1), 1.0)
        for name, numbers in self.whole.items():
            for value, number in table[name].value_counts().items():
                key = int(float(str(value)))
                numbers[key] = numbers.get(key, 0) + int(number)
        scores = np.stack([_score(table, name) for name in CORRELATED])
        self.sums += scores.sum(axis=1)
        self.products += scores @ scores.T

    def json(self) -> dict[str, Any]:
        """Return the summary as plain data."""
        return {
            "population": self.population.id,
            "name": self.population.name,
            "line": self.population.line if self.population.setting == "metastatic" else None,
            "patients": self.patients,
            "candidates": self.candidates,
            "effective_sample": {
                "value": round(self.effective_share * self.patients, 1),
                "of": self.patients,
                "note": "if drawn without the stated shares and then weighted; those drawn here count one",
            },
            "shares": self._shares(),
            "distributions": self._distributions(),
            "correlations": self._correlations(),
            "published": [self._beside(k, item) for k, item in enumerate(self.published)],
        }

    def _shares(self) -> dict[str, Any]:
        n = max(self.patients, 1)
        words = {
            f"{name} {value}": number / n
            for name, counts in self.words.items()
            for value, number in counts.items()
            if number
        }
        return {**{name: number / n for name, number in self.yes.items()}, **words}

    def _distributions(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for name, cells in self.cells.items():
            edges = grid(name)
            reached = np.cumsum(cells) / max(cells.sum(), 1.0)
            low, q25, median, q75, high = (
                float(_at(edges, reached, share)) for share in (0.05, 0.25, 0.5, 0.75, 0.95)
            )
            coarse = cells.reshape(-1, 10).sum(axis=1)
            rows.append(
                {"attribute": name, "unit": NUMBERS[name], "median": median, "low": low, "high": high,
                 "quarter": q25, "three_quarters": q75, "edges": edges[::10].tolist(),
                 "counts": coarse.astype(int).tolist(), "log": GRIDS[name][2]}
            )  # fmt: skip
        for name, numbers in self.whole.items():
            order = sorted(numbers)
            rows.append(
                {"attribute": name, "unit": NUMBERS[name], "values": order,
                 "counts": [numbers[value] for value in order]}
            )  # fmt: skip
        return rows

    def _correlations(self) -> dict[str, Any]:
        n = max(self.patients, 1)
        mean = self.sums / n
        covariance = self.products / n - np.outer(mean, mean)
        sd = np.sqrt(np.clip(np.diag(covariance), 0.0, None))
        constant = sd < 1e-9 * np.maximum(np.abs(mean), 1.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            r = covariance / np.outer(sd, sd)
        r[constant, :] = np.nan
        r[:, constant] = np.nan
        return {
            "attributes": list(CORRELATED),
            "r": [[None if np.isnan(value) else round(float(value), 4) for value in row] for row in r],
        }

    def _beside(self, k: int, item: PublishedShare) -> dict[str, Any]:
        met, of = self.met[k]
        share = 100.0 * met / of if of else None
        return {
            "what": item.name,
            "attribute": item.attribute,
            "simulated_percent": None if share is None else round(float(share), 2),
            "simulated_of": int(of),
            "published_percent": item.percent,
            "low": item.low,
            "high": item.high,
            "n": item.n,
            "tolerance": round(item.tolerance, 1),
            "within_tolerance": None if share is None else bool(abs(share - item.percent) <= item.tolerance),
            "cohort": item.cohort,
            "source": item.source,
            "status": item.status,
        }


def grid(name: str) -> Array:
    """Return the edges of the cells of a number column."""
    low, high, logarithmic = GRIDS[name]
    return np.geomspace(low, high, _CELLS + 1) if logarithmic else np.linspace(low, high, _CELLS + 1)


def _at(edges: Array, reached: Array, share: float) -> float:
    return float(np.interp(share, np.concatenate([[0.0], reached]), edges))


def _score(table: pd.DataFrame, name: str) -> Array:
    values = table[name].to_numpy(dtype=float)
    return np.log(values) if name in GRIDS and GRIDS[name][2] else values


def comparison(rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Return how many published figures the simulated ones reach within tolerance, and of how many."""
    told = [row["within_tolerance"] for row in rows if row["within_tolerance"] is not None]
    return sum(told), len(told)
