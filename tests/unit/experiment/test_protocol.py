"""The file of an experiment: what it means, and what is wrong with a wrong one."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from erbium.core.errors import ErbiumError
from erbium.core.twins import Twins
from erbium.experiment.case import cells_of_case
from erbium.experiment.catalogue import knock_down_rows, ligand_rows
from erbium.experiment.condition import Condition, Exposure
from erbium.experiment.example import example_text
from erbium.experiment.protocol import Protocol, protocol_from, read_protocol
from erbium.profile import as_data, to_json
from tests.patients import patient

WHOLE = """\
readouts = ["pERK", "viability"]
times = ["0 h", "1 day"]
[base]
line = "BT-474"
mechanisms = ["pten_loss"]
[arms.one]
[arms.two]
line = "SK-BR-3"
mechanisms = { p95her2 = 0.5 }
knock_down = { HER3_abundance = 0.9 }
over_express = { MCL1_abundance = 3 }
set = { NRG1 = "1 nM" }
ligands = { EGF = "1 umol/L" }
effectors = 2
alternatives = { kinase_inhibitor_in_pi3k_lesions = "spared" }
[arms.two.drugs]
lapatinib = "1 umol/L"
trastuzumab = { concentration = 10, start = "2 h", stop = 12 }
[[comparisons]]
test = "two"
against = "one"
"""


def _read(tmp_path: Path, text: str) -> Protocol:
    file = tmp_path / "trial.toml"
    file.write_text(text, encoding="utf-8")
    return read_protocol(file)


def test_a_file_becomes_conditions_in_hours_and_nanomolar(tmp_path: Path) -> None:
    protocol = _read(tmp_path, WHOLE)
    assert protocol.times == (0.0, 24.0)
    assert protocol.arms["one"] == Condition("BT-474", mechanisms=(("pten_loss", 1.0),))
    two = protocol.arms["two"]
    assert two.line == "SK-BR-3"
    assert dict(two.mechanisms) == {"pten_loss": 1.0, "p95her2": 0.5}
    assert dict(two.scale) == pytest.approx({"HER3_abundance": 0.1, "MCL1_abundance": 3.0})
    assert two.settings == (("NRG1", 1.0),)
    assert two.acute == (("EGF", 1000.0),)
    assert two.effectors == 2.0
    assert two.exposures == (
        Exposure("lapatinib", 1000.0, 0.0, math.inf), Exposure("trastuzumab", 10.0, 2.0, 12.0),
    )  # fmt: skip
    assert protocol.contrasts[0].readouts == ("pERK", "viability")
    assert protocol.contrasts[0].times == (0.0, 24.0)


def test_times_and_doses_may_be_ranges(tmp_path: Path) -> None:
    protocol = _read(
        tmp_path,
        'readouts = ["pERK"]\ntimes = { from = 0, to = "1 day", every = "6 h" }\narms.a.line = "BT-474"\n'
        '[dose_response]\ndrug = "lapatinib"\n'
        'concentrations = { from = "1 nM", to = "1 umol/L", points = 4 }\ntime = 24\n',
    )
    assert protocol.times == (0.0, 6.0, 12.0, 18.0, 24.0)
    assert protocol.series is not None
    assert protocol.series.concentrations == pytest.approx((1.0, 10.0, 100.0, 1000.0))


def test_a_matrix_begins_at_zero(tmp_path: Path) -> None:
    protocol = _read(
        tmp_path,
        'arms.a.line = "BT-474"\n[matrix.drugs]\nlapatinib = [10, 100]\nalpelisib = ["1 nM", "1 umol/L"]\n',
    )
    assert protocol.matrix is not None
    assert protocol.matrix.concentrations == ((0.0, 10.0, 100.0), (0.0, 1.0, 1000.0))


def test_a_case_is_found_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text("", encoding="utf-8")
    protocol = _read(tmp_path, 'readouts = ["pERK"]\ntimes = [1]\n[arms.a]\ncase = "case.toml"\n')
    assert protocol.arms["a"].case == str(tmp_path / "case.toml")


def test_an_arm_that_names_its_cell_drops_that_of_the_base(tmp_path: Path) -> None:
    protocol = _read(
        tmp_path,
        'readouts = ["pERK"]\ntimes = [1]\nbase.line = "BT-474"\n[arms.a]\ncell = { HER2_abundance = 900 }\n',
    )
    assert protocol.arms["a"] == Condition(settings=(("HER2_abundance", 900.0),))


WRONG = {
    "readout": ('"pERK"', '"pERKK"', "readouts[0]", "pERK"),
    "line": ('"SK-BR-3"', '"SK-BR-4"', "arms.two.line", "SK-BR-3"),
    "handle to set": ("NRG1 =", "NGR1 =", "arms.two.set.NGR1", "NRG1"),
    "handle to scale": (
        "MCL1_abundance",
        "MCL1_abundanc",
        "arms.two.over_express.MCL1_abundanc",
        "MCL1_abundance",
    ),
    "mechanism": ("p95her2", "p95her", "arms.two.mechanisms.p95her", "p95her2"),
    "drug": ("lapatinib", "lapatinb", "arms.two.drugs", "lapatinib"),
    "arm": ('against = "one"', 'against = "onee"', "comparisons[0].against", "one"),
    "answer": ('"spared"', '"sparred"', "arms.two.alternatives.kinase_inhibitor_in_pi3k_lesions", "spared"),
    "key": ("knock_down", "knockdown", "arms.two.knockdown", "knock_down"),
    "unit": ('"1 umol/L"', '"1 furlong"', "arms.two", None),
    "dimension": ('"1 nM"', '"1 mg"', "arms.two.set.NRG1", None),
    "negative concentration": (
        "concentration = 10",
        "concentration = -10",
        "arms.two.drugs.trastuzumab",
        None,
    ),
    "negative ligand": ('EGF = "1 umol/L"', "EGF = -1", "arms.two.ligands.EGF", None),
    "not finite": ('set = { NRG1 = "1 nM" }', "set = { NRG1 = inf }", "arms.two.set.NRG1", None),
    "not a number": (
        "HER3_abundance = 0.9",
        "HER3_abundance = nan",
        "arms.two.knock_down.HER3_abundance",
        None,
    ),
    "share above one": (
        "HER3_abundance = 0.9",
        "HER3_abundance = 9",
        "arms.two.knock_down.HER3_abundance",
        None,
    ),
    "set and scaled": ("MCL1_abundance = 3", "NRG1 = 3", "arms.two.over_express.NRG1", None),
    "stop before start": (
        'start = "2 h", stop = 12',
        'start = "2 h", stop = 1',
        "arms.two.drugs.trastuzumab",
        None,
    ),
    "drug beyond the protocol": ("stop = 12", "stop = 100", "arms.two.drugs.trastuzumab", None),
    "reading beyond the protocol": ("readouts =", 'duration = "12 h"\nreadouts =', "times", None),
    "time beyond every protocol": ('"1 day"', '"1 year"', "times[1]", None),
    "negative time": ('"1 day"', '"-1 day"', "times[1]", None),
    "itself": ('test = "two"', 'test = "one"', "comparisons[0]", None),
    "no cell": ('line = "BT-474"\n', "", "arms.one", None),
    "two cells": ('line = "SK-BR-3"', 'line = "SK-BR-3"\ncase = "x.toml"', "arms.two", None),
    "slot": ("lapatinib =", "tucatinib = 1\nlapatinib =", "arms.two.drugs", None),
    "nothing read": ('readouts = ["pERK", "viability"]\ntimes = ["0 h", "1 day"]', "", "comparisons", None),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_told_with_its_key(tmp_path: Path, name: str) -> None:
    right, wrong, key, nearest = WRONG[name]
    assert right in WHOLE
    with pytest.raises(ErbiumError) as caught:
        _read(tmp_path, WHOLE.replace(right, wrong, 1))
    error = caught.value
    assert error.exit_code == 2
    assert error.file is not None
    assert error.file.endswith("trial.toml")
    assert (error.key or "").startswith(key) or name == "nothing read", str(error)
    assert nearest is None or error.nearest == nearest


def test_a_missing_case_is_told(tmp_path: Path) -> None:
    with pytest.raises(ErbiumError, match=r"arms\.a\.case.*nowhere\.toml"):
        _read(tmp_path, 'readouts = ["pERK"]\ntimes = [1]\narms.a.case = "nowhere.toml"\n')


def test_the_example_is_valid(tmp_path: Path) -> None:
    protocol = _read(tmp_path, example_text())
    assert len(protocol.arms) == 5
    assert protocol.series is not None
    uncommented = example_text().replace("# [matrix]", "[matrix]").replace("# drugs.", "drugs.")
    uncommented = uncommented.replace('# time = "72 h"', 'time = "72 h"').replace("# arms =", "arms =")
    assert _read(tmp_path, uncommented).matrix is not None


def test_plain_data_opens_no_file_and_has_the_cells_of_a_case_by_name(tmp_path: Path) -> None:
    text = json.dumps(as_data(patient(her2={"ihc": "3+"})), default=str)
    data = {"arms": {"own": {"case": "case"}}, "readouts": ["viability"], "times": ["24 h"]}
    protocol = protocol_from(data, name="experiment", cases={"case": text})
    assert protocol.arms["own"].case == text
    assert str(protocol.arms["own"]) == "cells of the case"
    (tmp_path / "there.toml").write_text(text, encoding="utf-8")
    for name in (str(tmp_path / "there.toml"), "there.toml", "cas"):
        wrong = {**data, "arms": {"own": {"case": name}}}
        with pytest.raises(ErbiumError, match="no case"):
            protocol_from(wrong, name="experiment", cases={"case": text})
    with pytest.raises(ErbiumError, match=r"arms\.own\.drugs"):
        protocol_from(
            {**data, "arms": {"own": {"case": "case", "drugs": {"nothing": 1}}}},
            name="x",
            cases={"case": text},
        )


def test_cells_of_a_profile_as_text_are_those_of_its_file(tmp_path: Path) -> None:
    profile = patient(her2={"ihc": "3+"})
    file = tmp_path / "mine.json"
    file.write_text(to_json(profile), encoding="utf-8")
    twins = Twins(1, 2, 1)
    one, other = cells_of_case(str(file), twins), cells_of_case(to_json(profile), twins)
    assert np.array_equal(one.table, other.table)
    assert np.array_equal(one.doubling_hours, other.doubling_hours)


def test_ligands_are_amounts_in_the_medium_that_no_drug_fills() -> None:
    found = {row["name"] for row in ligand_rows()}
    assert {"EGF", "NRG1", "HGF"} <= found
    assert not [name for name in found if name.startswith(("medium_", "KD_", "IC50_", "off_target"))]


def test_what_is_knocked_down_is_the_amount_of_a_gene_product() -> None:
    found = {row["gene"]: row["name"] for row in knock_down_rows()}
    assert found["PTEN"] == "PTEN_abundance"
    assert {"NF1", "CCND1", "TP53", "MIR21", "HER2"} <= set(found)
    assert not {"IGF1", "TGFB", "TIMP1", "RAS"} & set(found.values())
    assert len(found) == len(knock_down_rows())
    assert not [name for name in found.values() if name.startswith(("medium_", "IC50_", "epitope_"))]
