"""The error model: independent noise, and errors that observations share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from erbium.calibrate.cells.design import load_design
from erbium.calibrate.cells.observations import Observation, Observations
from erbium.core.twins import Array

Key = Callable[[Observation], str]
Positions = np.ndarray[tuple[int], np.dtype[np.intp]]

#: Which observations share a term; "" means the term does not apply.
GROUPS: dict[str, Key] = {
    "blot": lambda row: f"{row.dataset}|{row.blot}" if row.blot else "",
    "curve": lambda row: f"{row.dataset}|{row.curve}" if row.curve and not row.drug else "",
    "line": lambda row: f"{row.dataset}|{row.measure}|{row.line}",
    "assay": lambda row: f"{row.dataset}|{row.measure}|{row.readout}",
    "drug": lambda row: f"{row.dataset}|{row.measure}|{row.drug}" if row.drug else "",
}


@dataclass(frozen=True)
class ErrorModel:
    """Gaussian errors: covariance = diag(own^2) + shared shared'.

    Attributes
    ----------
    own
        Independent standard deviations, shape (rows,).
    shared
        One column per shared term, scaled by its standard deviation, shape (rows, terms).
    terms
        Kind and key of every column.
    """

    own: Array
    shared: Array
    terms: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, observations: Observations) -> ErrorModel:
        """Return the error model of a table.

        A blot's scale is so wide that it is profiled out. What the model gets wrong of one readout in
        one line it gets wrong at all times and ligands, so many rows of them count as a few.
        """
        errors = load_design().errors
        sd, n = observations.sd * _repeated(observations, errors.independent.value), len(observations)
        columns: list[Array] = []
        terms: list[tuple[str, str]] = []
        for kind, key_of in GROUPS.items():
            size = getattr(errors, kind).value
            members: dict[str, list[int]] = {}
            for k, row in enumerate(observations.rows):
                if key := key_of(row):
                    members.setdefault(key, []).append(k)
            for key, inside in members.items():
                column = np.zeros(n)
                column[inside] = size if kind == "blot" else size * sd[inside]
                columns.append(column)
                terms.append((kind, key))
        own = sd * np.sqrt(1.0 + errors.discrepancy.value**2)
        return cls(own, np.array(columns).T.reshape(n, len(columns)), tuple(terms))

    @property
    def covariance(self) -> Array:
        """Covariance of the errors, shape (rows, rows)."""
        return np.asarray(np.diag(self.own**2) + self.shared @ self.shared.T)

    def whitener(self) -> Callable[[Array], Array]:
        """Return what turns (members, rows) into units in which errors are independent and of size 1.

        Members with a value that is not finite stay NaN.
        """
        parts = [(rows, *self._left_of(rows, terms)) for rows, terms in self._blocks()]

        def whiten(block: Array) -> Array:
            good = np.isfinite(block).all(axis=1)
            out = np.full(block.shape, np.nan)
            plain = block[good] / self.own
            for rows, left, less in parts:
                plain[:, rows] -= ((plain[:, rows] @ left) * less) @ left.T
            out[good] = plain
            return out

        return whiten

    def _blocks(self) -> list[tuple[Positions, Positions]]:
        """Return rows and terms that have to do with each other, and with no others."""
        present = coo_matrix(self.shared != 0.0)
        n, terms = self.shared.shape
        edges = coo_matrix((present.data, (present.row, n + present.col)), shape=(n + terms, n + terms))
        label = connected_components(edges, directed=False)[1]
        order = np.argsort(label[:n], kind="stable")
        cuts = np.flatnonzero(np.diff(label[:n][order])) + 1
        return [(rows, np.flatnonzero(label[n:] == label[rows[0]])) for rows in np.split(order, cuts)]

    def _left_of(self, rows: Positions, terms: Positions) -> tuple[Array, Array]:
        """Return directions (rows, k) and how much less errors are along them when whitened, (k,).

        With A = shared / own, the covariance is own (1 + A A') own. Along an eigenvector of A A' of
        eigenvalue v, 1 / sqrt(1 + v) whitens; there are as many as terms, far fewer than rows.
        """
        scaled = self.shared[np.ix_(rows, terms)] / self.own[rows, None]
        values, right = np.linalg.eigh(scaled.T @ scaled)
        seen = values > 1e-9 * values.max(initial=1e-300)
        left = (scaled @ right[:, seen]) / np.sqrt(values[seen])
        return left, 1.0 - 1.0 / np.sqrt(1.0 + values[seen])

    def draw(self, generator: np.random.Generator, count: int) -> Array:
        """Return errors, shape (count, rows)."""
        rows, terms = self.shared.shape
        own = generator.standard_normal((count, rows)) * self.own
        return np.asarray(own + generator.standard_normal((count, terms)) @ self.shared.T)

    def terms_given(self, residuals: Array) -> Array:
        """Return the shared terms that best explain residuals (rows,), shape (terms,)."""
        weight = self.shared.T / self.own**2
        normal = weight @ self.shared + np.eye(self.shared.shape[1])
        return np.asarray(cho_solve(cho_factor(normal), weight @ residuals))

    def explained(self, residuals: Array, kinds: tuple[str, ...] = ("blot",)) -> Array:
        """Return what shared terms of the given kinds take from residuals (rows,)."""
        found = self.terms_given(residuals)
        chosen = np.array([kind in kinds for kind, _ in self.terms])
        return np.asarray(self.shared[:, chosen] @ found[chosen])


def _repeated(observations: Observations, independent: float) -> Array:
    """Return how much wider the error of each row is taken, shape (rows,)."""
    keys = [f"{r.dataset}|{r.measure}|{r.readout}|{r.drug}|{r.line}" for r in observations.rows]
    _, group, count = np.unique(keys, return_inverse=True, return_counts=True)
    return np.asarray(np.sqrt(np.maximum(1.0, count[group] / independent)))
