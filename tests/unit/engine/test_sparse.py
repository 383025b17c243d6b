"""The elimination plan solves what a dense solver solves."""

from __future__ import annotations

import numpy as np

from erbium.engine.sparse import plan


def test_elimination_in_place_solves() -> None:
    random = np.random.default_rng(3)
    size = 25
    dense = np.where(random.random((size, size)) < 0.12, random.standard_normal((size, size)), 0.0)
    dense += np.diag(6 + random.random(size))
    lu = plan(size, [(int(i), int(j)) for i, j in np.argwhere(dense)])
    matrix, b = dense.copy(), random.standard_normal(size)
    x = b.copy()
    for p in lu.pivots:
        for i in p.rows:
            matrix[i, p.k] /= matrix[p.k, p.k]
            for j in p.columns:
                matrix[i, j] -= matrix[i, p.k] * matrix[p.k, j]
            x[i] -= matrix[i, p.k] * x[p.k]
    for p in reversed(lu.pivots):
        x[p.k] = (x[p.k] - sum(matrix[p.k, j] * x[j] for j in p.columns)) / matrix[p.k, p.k]
    np.testing.assert_allclose(x, np.linalg.solve(dense, b), rtol=1e-12)


def test_an_arrow_matrix_has_no_fill() -> None:
    size = 30
    arrow = [(0, i) for i in range(size)] + [(i, 0) for i in range(size)]
    assert plan(size, arrow).nonzeros == 3 * size - 2
