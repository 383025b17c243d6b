"""Blocks of eligible patients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from erbium.core.errors import DataError, DataErrors, UnknownName
from erbium.knowledge.schema.population import Population
from erbium.population import BLOCK, load_population, sample_block
from erbium.population.sample import sample
from erbium.population.table_file import TableFile

METASTATIC = load_population("her2_positive_metastatic")
PIK3CA = {"attribute": "PIK3CA_mutated", "equals": True}


def _changed(**parts: Any) -> Population:
    return Population.model_validate({**METASTATIC.model_dump(by_alias=True), **parts})


def test_a_block_is_the_same_bytes_in_any_order() -> None:
    first = [sample_block(METASTATIC, seed=3, block=k, extra=[PIK3CA]).table for k in (0, 1, 2)]
    again = [sample_block(METASTATIC, seed=3, block=k, extra=[PIK3CA]).table for k in (2, 0, 1)]
    for k, table in zip((2, 0, 1), again, strict=True):
        pd.testing.assert_frame_equal(first[k], table, check_exact=True)
    assert not first[0].equals(first[1])
    assert not first[0].equals(sample_block(METASTATIC, seed=4, block=0, extra=[PIK3CA]).table)


def test_a_smaller_block_is_the_beginning_of_a_larger_one() -> None:
    whole = sample_block(METASTATIC, seed=3, block=1, extra=[PIK3CA])
    part = sample_block(METASTATIC, seed=3, block=1, size=40, extra=[PIK3CA])
    pd.testing.assert_frame_equal(whole.table.iloc[:40], part.table, check_exact=True)
    assert part.candidates <= whole.candidates


def test_the_tumour_has_exactly_the_patients_of_the_table() -> None:
    block = sample_block(METASTATIC.at_line(2), seed=3, block=0, size=30, extra=[PIK3CA])
    tumour, table = block.tumour, block.table
    assert tumour.twins.count == len(table) == block.count == 30
    assert tumour.clones[0].her2.tolist() == table["her2_thousands"].tolist()
    assert tumour.start_diameters.tolist() == table["baseline_mm"].tolist()
    assert tumour.host.weight.tolist() == table["weight_kg"].tolist()
    assert len(tumour.earlier_lines) == 1
    assert (table["lines_before"] == 1).all()
    alleles = np.any(
        [tumour.presences[n].present for n in tumour.presences if n.startswith("pik3ca_")], axis=0
    )
    assert alleles.all()


def test_every_patient_is_eligible() -> None:
    criteria: list[dict[str, Any]] = [
        {"attribute": "er", "equals": False},
        {"attribute": "her2_copies", "at_least": 8.0, "at_most": 20},
        {"attribute": "fcgr3a", "among": ["VF", "VV"]},
    ]
    table = sample_block(METASTATIC, seed=1, block=0, extra=criteria).table
    assert len(table) == BLOCK
    assert not table["er"].any()
    assert table["her2_copies"].between(8.0, 20.0).all()
    assert set(table["fcgr3a"]) == {"VF", "VV"}


def test_an_impossible_eligibility_names_the_criterion_that_empties_it() -> None:
    with pytest.raises(DataError, match='"her2_copies at least 400" is met by no candidate'):
        sample_block(METASTATIC, seed=1, block=0, extra=[{"attribute": "her2_copies", "at_least": 400}])
    low = {"attribute": "her2_status", "equals": "low"}
    with pytest.raises(DataError, match='"her2_status = low" is met by no candidate'):
        sample_block(METASTATIC, seed=1, block=0, extra=[PIK3CA, low])
    contradiction = [{"attribute": "er", "equals": value} for value in (True, False)]
    with pytest.raises(DataError, match=r"leaves none of the .* that meet the other criteria"):
        sample_block(METASTATIC, seed=1, block=0, extra=contradiction)


@pytest.mark.parametrize(
    ("criterion", "told"),
    [
        ({"attribute": "her2_copy", "at_least": 6}, 'no attribute "her2_copy".*"her2_copies"'),
        ({"attribute": "er", "at_least": 6}, "er is no number"),
        ({"attribute": "er", "equals": 1}, '"1" for er'),
        ({"attribute": "her2_ihc", "equals": "3"}, 'Did you mean "3\\+"'),
        ({"attribute": "weight_kg", "equals": "heavy"}, "a number in kg"),
        ({"attribute": "er"}, "no condition"),
        ({"attribute": "er", "equal": True}, 'unknown key "equal".*"equals"'),
        ({"attribute": "weight_kg", "at_least": 80, "at_most": 60}, "above at_most"),
    ],
)
def test_a_wrong_criterion_says_what_is_wrong(criterion: dict[str, Any], told: str) -> None:
    with pytest.raises((DataError, UnknownName), match=told):
        sample_block(METASTATIC, seed=1, block=0, extra=[criterion])


def test_another_draw_keeps_the_patients_and_moves_the_constants() -> None:
    typical = sample_block(METASTATIC, seed=1, block=0, size=20)
    third = sample_block(METASTATIC, seed=1, block=0, size=20, draw=3)
    pd.testing.assert_frame_equal(typical.table, third.table, check_exact=True)
    typical_days, days = typical.tumour.doubling_days, third.tumour.doubling_days
    ratio = days / typical_days
    assert ratio == pytest.approx(ratio[0])
    assert abs(ratio[0] - 1.0) > 0.01


def test_a_stated_share_is_reached_and_its_cost_is_said() -> None:
    share = {"value": 0.8, "unit": "1", "kind": "assumed", "low": 0.7, "high": 0.9}
    spec = _changed(shares=[{"attribute": "er", "equals": True, "share": share}])
    blocks = list(sample(spec, 1000, seed=2))
    table = pd.concat([block.table for block in blocks])
    assert len(table) == 1000
    assert table["er"].mean() == pytest.approx(0.8, abs=0.025)
    plain = pd.concat([block.table for block in sample(METASTATIC, 1000, seed=2)])
    assert plain["er"].mean() == pytest.approx(0.52, abs=0.01)
    assert 0.5 < blocks[0].effective_share < 0.8
    assert not any("worth" in text for text in blocks[0].warnings)
    rare = {**share, "value": 0.6, "low": 0.5}
    far = _changed(shares=[{"attribute": "CCNE1_amplified", "equals": True, "share": rare}])
    assert any("are worth" in text for text in sample_block(far, seed=2, block=0, size=5).warnings)


def test_a_share_that_nobody_can_have_is_an_error() -> None:
    share = {"value": 0.5, "unit": "1", "kind": "assumed", "low": 0.4, "high": 0.6}
    spec = _changed(shares=[{"attribute": "her2_status", "equals": "low", "share": share}])
    with pytest.raises(DataError, match="met by nobody"):
        sample_block(spec, seed=1, block=0)


def test_an_acting_mechanism_acts_and_others_only_label() -> None:
    spec = _changed(acts=["tp53_mutant", "til_high"])
    table = sample_block(spec, seed=1, block=0).table
    assert table["mechanism.tp53_mutant"].tolist() == table["TP53_mutated"].tolist()
    assert table["mechanism.til_high"].tolist() == (table["til_percent"] >= 30.0).tolist()
    label = sample_block(_changed(acts=[]), seed=1, block=0).table
    assert label["TP53_mutated"].tolist() == table["TP53_mutated"].tolist()
    assert not label["mechanism.tp53_mutant"].any()


@pytest.mark.parametrize(("name", "value"), [("size", 0), ("block", -1), ("draw", -2)])
def test_impossible_numbers_are_refused(name: str, value: int) -> None:
    numbers: dict[str, Any] = {"seed": 1, "block": 0, name: value}
    with pytest.raises(DataError, match=f"{name} {value}"):
        sample_block(METASTATIC, **numbers)


def test_a_wrong_file_tells_every_mistake(tmp_path: Any) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'schema = "erbium.population/1"\nid = "mine"\nname = "x"\nsummary = "x"\nsetting = "metastatic"\n'
        'acts = ["tp53_mutan"]\nprofile = { her2 = { ihcc = "3+" } }\n'
        'eligibility = [{ attribute = "err", equals = true }]\n',
        encoding="utf-8",
    )
    with pytest.raises(DataErrors) as caught:
        load_population(file)
    text = str(caught.value)
    assert text.count("mine.toml") == 3
    for part in ("eligibility[0].attribute", "acts[0]", "profile.her2.ihcc", '"tp53_mutant"', '"ihc"'):
        assert part in text
    with pytest.raises(UnknownName, match="her2_positive_metastatic"):
        load_population("her2_positive_metastatik")


def _write_two_blocks(file: TableFile) -> None:
    file.add(sample_block(METASTATIC, seed=1, block=0, size=5).table)
    file.add(sample_block(METASTATIC, seed=1, block=-1, size=5).table)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_is_written_whole_or_not_at_all(tmp_path: Any, suffix: str) -> None:
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    place = tmp_path / f"patients{suffix}"
    with pytest.raises(DataError), TableFile(place) as file:
        _write_two_blocks(file)
    assert list(tmp_path.iterdir()) == []
    with TableFile(place) as file:
        for block in sample(METASTATIC, 260, seed=1):
            file.add(block.table)
    read = pd.read_csv(place) if suffix == ".csv" else pd.read_parquet(place)
    assert len(read) == 260


def test_what_was_given_before_is_part_of_the_population() -> None:
    usual = sample_block(METASTATIC.at_line(2), seed=3, block=0, size=10).tumour
    other = sample_block(METASTATIC.at_line(2, ("tdxd",)), seed=3, block=0, size=10).tumour
    assert [line.tolerances for line in usual.earlier_lines] == [{"antimitotic_tolerance"}]
    assert [line.tolerances for line in other.earlier_lines] == [{"genotoxic_payload_tolerance"}]


def test_earlier_lines_and_the_line_must_agree() -> None:
    with pytest.raises(ValueError, match="1 earlier lines are told, line 3 is to be given"):
        METASTATIC.at_line(3, ("tdxd",))
