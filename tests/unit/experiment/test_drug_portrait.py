"""What a drug does alone, and its level in patients."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.core.units import HOURS_PER_DAY
from erbium.experiment.drug_portrait import DrugPortrait, course_in_patients, drug_portrait
from erbium.knowledge import load_knowledge
from erbium.knowledge.schema.dose_text import hours

pytestmark = pytest.mark.needs_compiler
KNOWLEDGE = load_knowledge()


def portrait(drug: str) -> DrugPortrait:
    return drug_portrait(KNOWLEDGE.drugs[drug], KNOWLEDGE, members=3, twins=4)


def test_a_taxane_kills_more_the_more_of_it_there_is() -> None:
    found = portrait("docetaxel")
    assert found.gr["dish"].shape == (len(found.doses), 3)
    assert (np.diff(found.gr["dish"], axis=0) < 1e-3).all()
    assert (found.gr["dish"][0] > 0.95).all()
    assert (found.gr["dish"][-1] < 0.0).all()
    shown = found.json()
    assert len(shown["gr"]["tumour"]["median"]) == len(shown["doses"])
    assert all(low <= high for low, high in zip(*(shown["course"][k] for k in ("low", "high")), strict=True))


def test_a_checkpoint_antibody_needs_immune_cells() -> None:
    found = portrait("pembrolizumab")
    np.testing.assert_allclose(found.gr["dish"], 1.0, atol=0.02)
    assert (found.gr["tumour"][-1] < 0.9).all()


def test_levels_follow_the_schedule() -> None:
    drug = KNOWLEDGE.drugs["trastuzumab"]
    days, plasma, followed, unit = course_in_patients(drug, KNOWLEDGE, twins=4, seed=1)
    assert (followed, unit) == ("plasma_antibody_IV", "nM")
    assert days[-1] == 63.0
    assert (plasma[0] == 0.0).all()
    interval = round(hours(drug.default_schedule.every) / HOURS_PER_DAY)
    for dose in range(3):
        after, before = (int(np.argmin(np.abs(days - dose * interval - shift))) for shift in (1, 20))
        assert (plasma[after] > 1.5 * plasma[before]).all()
