"""Own exp, log and sqrt: as good as the library, finite everywhere."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.engine import elementary
from erbium.engine.elementary import F32, F64, Format


@pytest.mark.parametrize(("f", "tolerance"), [(F64, 4e-15), (F32, 4e-6)])
def test_exp_and_log_match_the_library(f: Format, tolerance: float) -> None:
    x = np.linspace(-80, 80, 4001).astype(f.dtype)
    np.testing.assert_allclose(elementary.exp(x, f), np.exp(x.astype(float)), rtol=tolerance)
    y = np.logspace(-25, 25, 4001).astype(f.dtype)
    np.testing.assert_allclose(elementary.log(y, f), np.log(y.astype(float)), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("f", [F64, F32])
def test_extremes_stay_finite(f: Format) -> None:
    extremes = np.array([-1e30, -1.0, 0.0, 1e30], f.dtype)
    for function in (elementary.exp, elementary.log, elementary.sqrt):
        assert np.isfinite(function(extremes, f)).all()
    assert elementary.exp(np.zeros(1, f.dtype), f)[0] == 1.0
    assert elementary.log(np.ones(1, f.dtype), f)[0] == 0.0
