"""Patients whose earlier lines are simulated: who they are, and what the lines left in them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from erbium.core.errors import DataError
from erbium.knowledge import load_knowledge
from erbium.knowledge.populations import load_populations
from erbium.trial.pretreated import SELECTED, sample_pretreated
from tests.e2e.conftest import Call

pytestmark = pytest.mark.needs_compiler


def test_patients_are_those_whose_lines_failed(erbium: Call, tmp_path: Path) -> None:
    out = tmp_path / "patients.parquet"
    found = erbium(
        "population", "sample", "her2_positive_metastatic", "-n", 30, "--line", 3,
        "--earlier-lines", "simulated", "-o", out, "--json",
    )  # fmt: skip
    assert found.exit_code == 0, found.stderr
    assert json.loads(found.stdout)["earlier_lines"] == "simulated"
    table = pd.read_parquet(out)
    assert table["patient"].tolist() == list(range(30))
    assert (table["lines_before"] == 2).all()
    assert (table[["line_1_months", "line_2_months"]] > 0.0).all(axis=None)
    assert table["minor_percent"].between(0.0, 100.0).all()
    assert (table[list(SELECTED)[:-1]] > 1.0 - 1e-6).all(axis=None)
    assert table["antimitotic_fold"].median() > table["antimetabolite_fold"].median()


def test_a_first_line_has_none() -> None:
    population = load_populations()["her2_positive_metastatic"].at_line(1)
    with pytest.raises(DataError, match="no earlier lines") as found:
        next(sample_pretreated(population, 5, seed=1, knowledge=load_knowledge()))
    assert found.value.key == "--earlier-lines"
