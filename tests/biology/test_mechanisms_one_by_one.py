"""Every mechanism alone in a tumour: it may help or hurt under treatment, and none decides by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from erbium.knowledge import load_knowledge
from erbium.tumour import Tumour, run_arms
from erbium.tumour.presence import carried
from tests.patients import patient

pytestmark = pytest.mark.needs_compiler

REGIMENS = ("tdxd", "thp_docetaxel")
#: Twelve and twenty-four weeks.
VISITS = (84.0, 168.0)
#: Log10 of cells. No lesion is known to move the half-year burden under a standard regimen by this much.
MOST = 5.0


def test_no_mechanism_alone_cures_or_shields() -> None:
    known = load_knowledge()
    base = Tumour.from_profile(patient(), seed=5, parameter_draws=1, marker_draws=8)
    tumours = {"none": base}
    for name, mechanism in known.mechanisms.items():
        here = {**base.presences, name: carried(mechanism, base.twins, 1.0)}
        tumours[name] = replace(base, presences=here)
    arms = [tumour.arm(known.regimens[name]) for tumour in tumours.values() for name in REGIMENS]
    courses = run_arms(base.kernel, arms, VISITS, stop_at_progression=False)
    left = np.array([np.median(np.log10(np.maximum(c.volume[-1] / c.volume[0], 1e-30))) for c in courses])
    change = left.reshape(len(tumours), len(REGIMENS)) - left[: len(REGIMENS)]
    wrong = {
        name: dict(zip(REGIMENS, row.round(1).tolist(), strict=True))
        for name, row in zip(tumours, change, strict=True)
        if (np.abs(row) > MOST).any()
    }
    assert not wrong
