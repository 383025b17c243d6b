"""Written out and read again: CIViC's columns, the own table, and statements."""

from __future__ import annotations

import csv
import io
import json

import pytest

from erbium.evidence import load_evidence
from erbium.evidence.export import civic_row, row_of, table_text, va_spec
from erbium.evidence.from_civic import COLUMNS, items_of_civic
from erbium.knowledge import load_knowledge
from tests.evidence_items import item

KNOWLEDGE = load_knowledge()
BASE = load_evidence(KNOWLEDGE)


def test_civic_survives_a_round_trip(tmp_path_factory: pytest.TempPathFactory) -> None:
    items = [one for one in BASE.items.values() if one.origin == "civic"]
    file = tmp_path_factory.mktemp("civic") / "rows.tsv"
    file.write_text(
        table_text([civic_row(one, BASE.drugs) for one in items], COLUMNS), encoding="utf-8", newline=""
    )
    assert items_of_civic(KNOWLEDGE.drugs, file) == items


def test_every_item_fits_the_columns_of_civic_and_reads_back_as_one() -> None:
    for one in BASE.items.values():
        row = civic_row(one, BASE.drugs)
        assert tuple(row) == COLUMNS
        assert row["evidence_level"] in "ABCDE"
        assert row["evidence_direction"] in ("Supports", "Does Not Support", "N/A")
        assert "\n" not in "".join(row.values()) or one.origin == "civic"


def test_the_own_table_has_one_row_and_one_width() -> None:
    rows = [row_of(one) for one in BASE.items.values()]
    text = table_text(rows, list(rows[0]))
    read = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    assert [row["id"] for row in read] == list(BASE.items)
    assert None not in read[0].values()


def test_statements_have_the_shape_of_va_spec() -> None:
    for one in BASE.items.values():
        found = va_spec(one, BASE.drugs)
        assert json.loads(json.dumps(found, allow_nan=False)) == found
        assert found["type"] == "Statement"
        assert found["direction"] in ("supports", "disputes", "neutral")
        assert found["proposition"]["subjectVariant"]
        if found["proposition"]["type"] == "VariantTherapeuticResponseProposition":
            assert found["proposition"]["predicate"] in ("predictsSensitivityTo", "predictsResistanceTo")
            assert found["proposition"]["objectTherapeutic"]


def test_drugs_given_together_are_a_group_and_no_effect_is_a_dispute() -> None:
    pair = item(drugs=["trastuzumab", "lapatinib"], interaction="combination")
    group = va_spec(pair, BASE.drugs)["proposition"]["objectTherapeutic"]
    assert (group["membershipOperator"], len(group["therapies"])) == ("AND", 2)
    either = item(drugs=["trastuzumab", "lapatinib"], interaction="substitutes")
    assert va_spec(either, BASE.drugs)["proposition"]["objectTherapeutic"]["membershipOperator"] == "OR"
    assert va_spec(item(effect="no_predictive_effect"), BASE.drugs)["direction"] == "disputes"
