"""An experiment's result: the shared face of results, paired comparisons, doses and pairs."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from erbium.core.result import Result
from erbium.experiment import Condition, ExperimentResult, Exposure, measure, read_protocol, run_experiment

pytestmark = pytest.mark.needs_compiler
MEMBERS = 5
TEXT = """\
readouts = ["pERK", "growth_rate"]
times = ["0 h", "24 h"]
base.line = "SK-BR-3"
[arms.free]
[arms.treated]
drugs = { neratinib = "100 nM" }
[[comparisons]]
test = "treated"
against = "free"
[dose_response]
drug = "tucatinib"
concentrations = ["1 nM", "30 nM", "1 umol/L", "10 umol/L"]
arms = ["free"]
[matrix]
drugs.trastuzumab = ["1 nM", "100 nM"]
drugs.palbociclib = ["100 nM", "1 umol/L"]
arms = ["free"]
"""


@cache
def result() -> ExperimentResult:
    with TemporaryDirectory() as folder:
        file = Path(folder, "trial.toml")
        file.write_text(TEXT, encoding="utf-8")
        return run_experiment(read_protocol(file), members=MEMBERS, seed=2)


def test_it_has_the_face_of_every_result() -> None:
    found = result()
    assert isinstance(found, Result)
    assert len(found.table()) == len(found.results)
    assert "GR50" in found.why()
    assert "treated against free" in found.why()
    assert {"id", "text"} <= set(found.cite()[0])
    assert json.loads(json.dumps(found.json()))["members"] == MEMBERS


def test_rows_are_the_quantiles_of_the_members() -> None:
    treated = Condition("SK-BR-3", exposures=(Exposure("neratinib", 100.0),))
    values = measure([treated], ["pERK"], [24.0], members=MEMBERS, seed=2)[0, 0, 0]
    row = next(
        row
        for row in result().results
        if (row["arm"], row["readout"], row["time_h"]) == ("treated", "pERK", 24.0)
    )
    assert row["value"] == pytest.approx(np.median(values))
    assert (row["low"], row["high"]) == pytest.approx(tuple(np.quantile(values, [0.05, 0.95])))


def test_a_comparison_is_paired_and_starts_equal() -> None:
    rows = {(row["readout"], row["time_h"]): row for row in result().comparisons}
    assert rows["pERK", 0.0]["ratio"] == 1.0
    assert rows["pERK", 0.0]["direction"] == "unchanged"
    assert rows["pERK", 24.0]["direction"] == "down"
    assert rows["growth_rate", 24.0]["direction"] == "down"


def test_a_dose_response_falls_and_its_metrics_agree() -> None:
    (curve,) = result().curves
    assert np.allclose(curve.untreated, result().matrices[0].untreated, rtol=1e-6)
    assert (np.diff(curve.relative, axis=0) < 0.0).all()
    assert (curve.gr <= 1.0 + 1e-6).all()
    assert (curve.metrics["GR50"] <= curve.metrics["IC50"] + 1e-9).all()


def test_a_matrix_has_the_drugs_alone_on_its_sides() -> None:
    (matrix,) = result().matrices
    assert matrix.relative.shape == (3, 3, MEMBERS)
    assert (matrix.relative[0, 0] == 1.0).all()
    alone = Condition("SK-BR-3", exposures=(Exposure("palbociclib", 1000.0),))
    free = measure([alone, Condition("SK-BR-3")], ["viability"], [72.0], members=MEMBERS, seed=2)[:, 0, 0]
    assert np.allclose(matrix.relative[0, 2], free[0] / free[1], rtol=1e-6)
    assert np.allclose(matrix.untreated, free[1], rtol=1e-6)
    for excess in matrix.excess.values():
        assert np.allclose(excess[0], 0.0, atol=1e-6)
        assert np.allclose(excess[:, 0], 0.0, atol=1e-6)


def test_rows_of_a_matrix_have_the_excess_of_each_pair() -> None:
    (matrix,) = result().matrices
    pair = "free + trastuzumab 1 nM + palbociclib 1000 nM"
    rows = {row["readout"]: row for row in result().results if row["arm"] == pair}
    assert set(rows) == {"viability", "Bliss_excess", "HSA_excess", "Loewe_excess"}
    assert rows["Bliss_excess"]["value"] == pytest.approx(np.median(matrix.excess["Bliss"][1, 2]))
    alone = [row["readout"] for row in result().results if row["arm"].endswith("palbociclib 0 nM")]
    assert set(alone) == {"viability"}
