"""A concentration above all that was tested is said to be an extrapolation."""

from __future__ import annotations

from pathlib import Path

import pytest

from erbium.experiment.protocol import read_protocol
from erbium.experiment.tested import highest_tested, untested
from erbium.knowledge.catalogue import load_drugs
from erbium.knowledge.tables import load_numbers

DRUGS = load_drugs()
USUAL = load_numbers("experiment/concentrations")
EXAMPLES = Path(__file__).parents[3] / "examples" / "experiments"


def warnings(tmp_path: Path, drugs: str) -> list[str]:
    file = tmp_path / "x.toml"
    file.write_text(
        'name = "x"\nreadouts = ["viability"]\ntimes = [72]\n[base]\nline = "bt474"\n[arms.none]\n[arms.a]\n'
        f"drugs = {{ {drugs} }}\n",
        encoding="utf-8",
    )
    return untested(read_protocol(file))


def test_every_entry_is_a_drug_or_stands_for_all() -> None:
    assert set(load_numbers("experiment/tested")) - {"small_molecule", "protein"} <= set(DRUGS)


@pytest.mark.parametrize("name", USUAL)
def test_what_is_usual_was_tested(name: str) -> None:
    assert USUAL[name].to("nM") <= highest_tested(DRUGS[name])[0]


def test_examples_stay_inside() -> None:
    for file in EXAMPLES.glob("*.toml"):
        assert not untested(read_protocol(file)), file.name


@pytest.mark.parametrize(
    ("drugs", "said"),
    [
        ('lapatinib = "10 umol/L"', ""),
        ('lapatinib = "50 umol/L"', "lapatinib at 50000 nM is above the highest tested (10000 nM)"),
        ("neratinib = 20000", "neratinib at 20000 nM is above what such drugs are tested at (10000 nM)"),
        ("trastuzumab = 5000", "trastuzumab at 5000 nM is above what such drugs are tested at (1000 nM)"),
        ("Kadcyla = 100", "trastuzumab emtansine at 100 nM is above the highest tested (21.8 nM)"),
    ],
)
def test_beyond_warns(tmp_path: Path, drugs: str, said: str) -> None:
    found = warnings(tmp_path, drugs)
    assert found[0].startswith(said) if said else not found
