"""Measured pairs are read with what is wrong in them, and scored beside single agents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from erbium.core.errors import DataError, NotEnoughEvidence
from erbium.search.excess import Excess, Synergy
from erbium.search.measured import Measured, read_measured
from erbium.search.score import Predicted, agreement, score

HEAD = "drug_a\tdrug_b\tcell_line\tscore\tfold\n"


def table(folder: Path, *rows: str, head: str = HEAD) -> Path:
    (folder / "oneil_breast_controls.tsv").write_text(head + "".join(f"{row}\n" for row in rows))
    return folder


def test_what_is_not_in_the_model_is_counted(tmp_path: Path) -> None:
    found = read_measured(
        table(
            tmp_path,
            "LAPATINIB\tMK-2206\tT47D\t3.5\t1",
            "LAPATINIB\tCARBOPLATIN\tOCUBM\t-1.5\t1",
            "LAPATINIB\tCARBOPLATIN\tKPL1\t1\t1",
            "LAPATINIB\tETOPOSIDE\tT47D\t1\t1",
            "ABT-888\tMK-4827\tT47D\t1\t1",
        )
    )
    assert [(one.drugs, one.line, one.score, one.by_name) for one in found.pairs] == [
        (("capivasertib", "lapatinib"), "T-47D", 3.5, False),
        (("carboplatin", "lapatinib"), "OCUB-M", -1.5, True),
    ]
    assert found.left_out == {
        "line not in the model": 1,
        "compound not in the model": 1,
        "one drug stands for both": 1,
    }


def test_bad_tables(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such folder"):
        read_measured(tmp_path / "none")
    with pytest.raises(DataError, match="no table of measured"):
        read_measured(tmp_path)
    with pytest.raises(DataError, match='no column "score"'):
        read_measured(table(tmp_path, head="drug_a\tdrug_b\tcell_line\n"))
    with pytest.raises(DataError, match='"high" is not a number'):
        read_measured(table(tmp_path, "LAPATINIB\tCARBOPLATIN\tT47D\thigh\t1"))
    with pytest.raises(DataError, match='"nan" is not a number'):
        read_measured(table(tmp_path, "LAPATINIB\tCARBOPLATIN\tT47D\tnan\t1"))
    (tmp_path / "azdream_breast_calibration.csv").write_text(
        "CELL_LINE,COMPOUND_A,COMPOUND_B,SYNERGY_SCORE,QA,Einf_A,Einf_B\nT47D,AKT,EGFR,3.0,1,40.0,high\n"
    )
    with pytest.raises(DataError, match='"high" is not a number'):
        read_measured(tmp_path)
    (tmp_path / "azdream_breast_calibration.csv").unlink()
    with pytest.raises(NotEnoughEvidence):
        score(table(tmp_path, "LAPATINIB\tETOPOSIDE\tT47D\t1\t1"))


def pairs(measured: np.ndarray, predicted: np.ndarray) -> list[Predicted]:
    return [
        Predicted(
            Measured("x", f"line {k % 4}", ("a", "b"), float(m), True, None),
            Synergy("dish", 0.5, {name: Excess(float(p), 0.0, 0.0) for name in ("Loewe", "Bliss", "HSA")}),
            0.3,
        )
        for k, (m, p) in enumerate(zip(measured, predicted, strict=True))
    ]


def test_agreement_of_signs_and_ranks() -> None:
    measured = np.linspace(-1.0, 1.0, 20)
    same = agreement(pairs(measured, measured), "Loewe", 1)
    assert same["spearman"] == pytest.approx(1.0)
    assert same["sign_agreement"] == 1.0
    other = agreement(pairs(measured, -measured), "Loewe", 1)
    assert other["spearman"] == pytest.approx(-1.0)
    assert other["sign_agreement"] == 0.0
    # One and the same prediction for all tells nothing.
    assert agreement(pairs(measured, measured), "single agents, model", 1)["spearman"] is None


@pytest.mark.needs_compiler
def test_score_of_a_few_pairs(tmp_path: Path) -> None:
    rows = [
        f"{a}\t{b}\tOCUBM\t{k}\t1"
        for k, (a, b) in enumerate([("LAPATINIB", "CARBOPLATIN"), ("LAPATINIB", "PACLITAXEL")])
    ]
    body = score(table(tmp_path, *rows), members=2)
    assert body["schema"] == "erbium.search_score/1"
    assert body["pairs"] == 2
    assert {row["predictor"] for row in body["scores"]} >= {"Loewe", "single agents, model"}
