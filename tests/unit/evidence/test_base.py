"""Where items come from, and that nothing of a source is lost on the way."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from erbium.core.errors import DataError, UnknownName
from erbium.evidence import EvidenceDatabase, Query, level_of, load_evidence
from erbium.evidence.check import faults
from erbium.evidence.from_civic import COLUMNS, item_of, items_of_civic, leaves_of
from erbium.evidence.from_trials import items_of_trials
from erbium.evidence.match import in_favour_of_treating
from erbium.knowledge import load_knowledge
from erbium.knowledge.evidence_tables import biomarker, civic_readings, reading_folder, trial_readings
from erbium.knowledge.schema.evidence_reading import RowReading
from tests.conftest import SHARED

KNOWLEDGE = load_knowledge()
BASE = load_evidence(KNOWLEDGE)
DATABASE = EvidenceDatabase(BASE)
TABLE = reading_folder() / "civic_her2_breast.tsv"
with TABLE.open(encoding="utf-8", newline="") as _stream:
    ROWS = list(csv.DictReader(_stream, delimiter="\t"))
#: Agents against HER2 as CIViC spells them.
ANTI_HER2 = (
    "trastuzumab", "lapatinib", "pertuzumab", "neratinib", "tucatinib", "margetuximab", "afatinib",
    "pyrotinib", "zanidatamab", "dacomitinib",
)  # fmt: skip


def test_the_shipped_evidence_is_whole() -> None:
    assert list(faults()) == []


def test_the_shipped_table_is_the_one_that_was_handed_on() -> None:
    shared = SHARED / "data" / "civic" / TABLE.name
    if not shared.is_file():
        pytest.skip("the shared measurements are not here")
    assert TABLE.read_bytes() == shared.read_bytes()


def test_every_row_of_civic_is_an_item_with_all_its_columns() -> None:
    items = {item.id: item for item in BASE.items.values() if item.origin == "civic"}
    assert len(ROWS) == len(items) == 162
    for row in ROWS:
        item = items[f"civic:{row['evidence_id']}"]
        assert item.table_row == row
        assert item.leaves, row["molecular_profile"]
        assert len(item.drugs) + len(item.other_drugs) == len([t for t in row["therapies"].split(",") if t])


def test_every_anti_her2_item_of_civic_shows_up_under_its_marker_and_drug() -> None:
    rows = [row for row in ROWS if any(drug in row["therapies"].casefold() for drug in ANTI_HER2)]
    assert len(rows) == 40
    for row in rows:
        name = f"civic:{row['evidence_id']}"
        gene = row["molecular_profile"].split()[0]
        found = DATABASE.find(Query(markers=DATABASE.markers_called(gene)))
        assert name in {item.id for item in found}, row["molecular_profile"]
        for therapy in row["therapies"].split(","):
            found = DATABASE.find(Query(drug=DATABASE.drug_called(therapy)))
            assert name in {item.id for item in found}, therapy


def test_directions_and_effects_of_civic_are_kept() -> None:
    words = {"Supports": "supports", "Does Not Support": "disputes"}
    effects = {"Sensitivity/Response": "sensitivity", "Resistance": "resistance"}
    effects |= {"Better Outcome": "better_outcome", "Poor Outcome": "worse_outcome"}
    told = [
        (row, BASE.items[f"civic:{row['evidence_id']}"]) for row in ROWS if row["significance"] in effects
    ]
    assert len(told) == 157
    for row, item in told:
        mended = row["is_flagged"] == "true" or row["evidence_id"] == "1011"
        assert item.direction == ("neutral" if mended else words[row["evidence_direction"]])
        assert item.status == "secondary", "a row of a database was read, not the paper"
        assert item.effect == effects[row["significance"]]
    assert BASE.items["civic:1386"].direction == "disputes"
    assert BASE.items["civic:1386"].effect == "resistance"
    # Filed as support although its text has the negative trial: the text stays with it.
    odd = BASE.items["civic:645"]
    assert odd.direction == "neutral"
    assert "did not show an effect" in odd.table_row["evidence_statement"]
    assert odd.note
    assert "N9831" in odd.note


def test_flagged_and_misfiled_rows_count_for_nothing_and_stay() -> None:
    flagged = {row["evidence_id"] for row in ROWS if row["is_flagged"] == "true"}
    assert flagged == {"399", "645", "760"}
    for name in (*flagged, "1011"):
        item = BASE.items[f"civic:{name}"]
        assert (item.direction, in_favour_of_treating(item)) == ("neutral", None)
        assert item.note
        assert item.table_row["evidence_direction"] == "Supports", "the row is written out as it was"


def test_a_reading_of_a_row_lowers_its_level(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = civic_readings()
    limited = RowReading(direction="disputes", lowered_to="D")
    told = readings.model_copy(update={"rows": {"1385": limited}})
    monkeypatch.setattr("erbium.evidence.from_civic.civic_readings", lambda: told)
    row = next(row for row in ROWS if row["evidence_id"] == "1385")
    item = item_of(row, {})
    assert (item.direction, level_of(item)) == ("disputes", "D")


def test_a_population_without_a_reading_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = trial_readings()
    left = {key: value for key, value in readings.populations.items() if "brain" not in key}
    told = readings.model_copy(update={"populations": left})
    monkeypatch.setattr("erbium.evidence.check.trial_readings", lambda: told)
    (fault,) = faults()
    assert "her2_positive_brain_enriched" in fault


def test_alternatives_of_one_gene_are_one_marker_and_classes_stay_apart() -> None:
    (leaf,) = leaves_of("PIK3CA H1047R OR PIK3CA H1047L")
    assert (leaf.marker, leaf.alterations) == ("PIK3CA_mutated", ("H1047R", "H1047L"))
    three = leaves_of("PIK3CA Mutation OR PTEN Mutation OR AKT1 Mutation")
    assert [leaf.marker for leaf in three] == ["PIK3CA_mutated", "PTEN_mutated", "AKT1_mutated"]
    names = ("ERBB2 Amplification", "ERBB2 Overexpression", "ERBB2 V777L", "ERBB2 SERUM LEVELS")
    assert len({leaves_of(name)[0].marker for name in names}) == 4


@pytest.mark.parametrize("name", ["rs396991", "FCGR3A V158F", "F212V", "FCGR3A"])
def test_one_variant_goes_by_several_names(name: str) -> None:
    full = name if name.startswith(("rs", "FCGR")) else f"FCGR3A {name}"
    assert "fcgr3a_V" in DATABASE.markers_called(full)


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows.tsv"
    file.write_text("\t".join(COLUMNS[1:]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="molecular_profile"):
        items_of_civic(KNOWLEDGE.drugs, file)


def test_subgroups_of_trials_say_what_they_say() -> None:
    trials = {item.id: item for item in items_of_trials(KNOWLEDGE)}
    truncated = [
        item for item in trials.values() if item.id.startswith("trial:nala:ratio") and "p95" in item.markers
    ]
    with_p95, without = sorted(truncated, key=lambda item: not item.all_of[0].present)
    assert with_p95.measure
    assert (with_p95.measure.value, with_p95.measure.high, with_p95.direction) == (0.66, 0.86, "supports")
    # An interval across 1 decides nothing, and is not a negative result either.
    assert (without.all_of[0].present, without.direction) == (False, "neutral")
    assert level_of(with_p95) == "B"


def test_groups_under_one_treatment_are_prognosis_and_not_prediction() -> None:
    groups = [item for item in BASE.items.values() if ":group-" in item.id]
    assert groups
    assert {item.effect for item in groups} <= {"better_outcome", "worse_outcome"}


def test_what_was_read_in_a_review_is_never_of_the_first_levels() -> None:
    claims = [item for item in BASE.items.values() if item.origin == "claim"]
    assert len(claims) > 100
    assert {level_of(item) for item in claims} <= {"B", "C", "D", "E"}
    assert BASE.items["claim:S2-239"].direction == "neutral", "contested claims take no side"


def test_items_and_markers_are_found_by_their_names() -> None:
    assert BASE.item("1385").id == "civic:1385"
    assert BASE.item("s1-104").id == "claim:S1-104"
    with pytest.raises(UnknownName) as caught:
        BASE.item("civic:138x")
    assert caught.value.nearest
    with pytest.raises(UnknownName):
        biomarker("PIK3CA_mutatd")
    assert biomarker("CDK12_amplified").genomic
