"""The cell lines and the abundance tables."""

from __future__ import annotations

import csv
import math
import statistics
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from erbium.core.errors import DataErrors, UnknownName
from erbium.core.expression import evaluate
from erbium.core.parser import parse
from erbium.knowledge import genes
from erbium.knowledge.abundance import load_abundance
from erbium.knowledge.catalogue import load_sources
from erbium.knowledge.cell_lines import check_cell_lines, load_cell_lines, resolve_cell_line
from erbium.knowledge.mechanisms import known_changes, load_mechanisms
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.proteome import load_panel
from erbium.knowledge.schema.abundance import Her2Class
from erbium.knowledge.schema.cell_line import ABUNDANCE_KNOBS, CellLine
from erbium.profile.residues import check_variant
from tests.panel import key, read_proteome

LINES = load_cell_lines()
MECHANISMS = load_mechanisms()
ABUNDANCE = load_abundance()


def test_mechanisms_of_lines_exist() -> None:
    assert check_cell_lines(LINES, MECHANISMS) == []


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: line.id)
def test_abundances_are_knobs_in_their_units_and_sources_exist(line: CellLine) -> None:
    parameters, sources = load_parameters(), load_sources()
    for name, number in line.abundances.items():
        module, parameter = ABUNDANCE_KNOBS[name].split(".")
        assert parameters[module][parameter].knob
        assert number.unit == parameters[module][parameter].unit
        assert number.source_id is None or number.source_id in sources
        if number.formula:
            assert evaluate(parse(number.formula), {}) == pytest.approx(number.value, rel=0.01)


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: line.id)
def test_relative_knobs_exist_and_follow_the_table_of_the_panel(line: CellLine) -> None:
    parameters, sources = load_parameters(), load_sources()
    read = {handle.parameter for handle in load_panel().handle}
    for path, number in line.relative.items():
        module, parameter = path.split(".")
        assert parameters[module][parameter].knob, path
        assert number.unit == parameters[module][parameter].unit
        if number.kind == "assumed":
            assert path not in read
            continue
        assert path in read
        assert number.formula is not None
        assert evaluate(parse(number.formula), {}) == pytest.approx(number.value, rel=0.01)
        assert number.source_id in sources


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: line.id)
def test_no_knob_is_set_by_a_protein_and_moved_by_a_lesion(line: CellLine) -> None:
    moved = {effect.parameter for carried in line.mechanisms for effect in MECHANISMS[carried.id].effects}
    assert not moved & set(line.relative)


def test_a_protein_of_the_panel_is_read_once_or_has_its_reason() -> None:
    panel = load_panel()
    read = [gene for handle in panel.handle for gene in handle.genes]
    left = [gene for item in panel.not_read for gene in item.genes]
    assert len(read) == len(set(read))
    assert not set(read) & set(left)
    assert all(item.note for item in panel.handle)
    assert all(item.note for item in panel.not_read)


def test_relative_knobs_are_those_of_the_proteome_panel(shared_data: Path) -> None:
    logs, amplified = read_proteome(shared_data / "celllines" / "tmt_proteome_panel")
    lines = {key(line.name): line for line in LINES.values()}
    assert len(set(lines) & set(logs)) > 40
    for name in set(lines) & set(logs):
        carried = {e.parameter for m in lines[name].mechanisms for e in MECHANISMS[m.id].effects}
        for handle in load_panel().handle:
            amount = handle.logarithm(logs[name])
            known = [handle.logarithm(logs[other]) for other in amplified]
            reference = statistics.median(value for value in known if value is not None)
            found = lines[name].relative.get(handle.parameter)
            assert (found is None) == (amount is None or handle.parameter in carried), handle.parameter
            if found is not None and amount is not None:
                expected = handle.value(amount - reference, load_panel().exponent.value)
                assert found.value == pytest.approx(expected, rel=0.01, abs=2e-3)


def test_receptors_read_from_the_panel_follow_their_line(shared_data: Path) -> None:
    logs, _ = read_proteome(shared_data / "celllines" / "tmt_proteome_panel")
    genes_of = {"HER2": "ERBB2", "EGFR": "EGFR", "HER3": "ERBB3"}
    for receptor, gene in genes_of.items():
        counted: list[tuple[float, float]] = []
        read: list[tuple[float, float]] = []
        for line in LINES.values():
            number = line.abundances[receptor]
            amount = logs.get(key(line.name), {}).get(gene)
            if amount is not None and number.kind != "assumed":
                (read if number.source == "lincs_proteome" else counted).append(
                    (amount, math.log(number.value))
                )
        slope, level = statistics.linear_regression(*zip(*counted, strict=True))
        assert len(read) >= 5
        for amount, logarithm in read:
            assert logarithm == pytest.approx(level + slope * amount, abs=0.35), receptor


@pytest.mark.parametrize(
    ("table", "column"),
    [("calibration_lines.csv", "cell_line_normalised"), ("her2_cell_lines_curated.csv", "cell_line")],
)
def test_every_line_of_the_shared_tables_is_there(shared_data: Path, table: str, column: str) -> None:
    with (shared_data / "celllines" / table).open(encoding="utf-8") as stream:
        names = [row[column] for row in csv.DictReader(stream)]
    assert len(names) > 20
    for name in names:
        assert resolve_cell_line(name).id in LINES


def test_mutations_of_the_genotype_table_are_in_the_profiles(shared_data: Path) -> None:
    file = shared_data / "celllines" / "gdsc_v17_BRCA_genomic_features.csv"
    with file.open(encoding="utf-8") as stream:
        table = {key(row["Sample Name"]): row for row in csv.DictReader(stream)}
    seen = 0
    for line in LINES.values():
        row = table.get(key(line.name))
        for gene in ("PIK3CA", "PTEN", "NF1", "TP53", "BRCA1", "BRCA2") if row else ():
            if row is not None and row[f"{gene}_mut"] == "1":
                assert gene in {variant.gene for variant in line.variants}, f"{line.id} {gene}"
                seen += 1
    assert seen > 40


@pytest.mark.parametrize("line", LINES.values(), ids=lambda line: line.id)
def test_variants_fit_and_those_a_mechanism_knows_are_carried(line: CellLine) -> None:
    carried = {mechanism.id for mechanism in line.mechanisms}
    for variant in line.variants:
        assert genes.gene(variant.gene), variant.gene
        if variant.protein:
            check_variant(variant.gene, variant.protein)
    for mechanism in MECHANISMS.values():
        changes = known_changes([mechanism])
        for variant in line.variants:
            if variant.protein and variant.protein[2:] in changes.get(variant.gene, ()):
                rivals = carried & {mechanism.id, *mechanism.exclusive}
                assert rivals, f"{line.id} {variant.gene} {variant.protein}"


def test_published_flow_counts_are_kept_and_lines_are_ordered() -> None:
    her2 = {name: line.knobs["her_receptors.HER2_abundance"] for name, line in LINES.items()}
    assert her2["bt474"] == pytest.approx(499.795)
    assert her2["mdamb231"] == pytest.approx(11.249)
    assert her2["mcf7"] < her2["mdamb361"] < her2["jimt1"] < her2["bt474"] < her2["skbr3"]
    amplified = [her2[line.id] for line in LINES.values() if line.her2 == "amplified"]
    others = [her2[line.id] for line in LINES.values() if line.her2 != "amplified"]
    assert min(amplified) > max(others)


def test_lines_of_one_patient_are_marked() -> None:
    assert LINES["skbr3"].patient == LINES["au565"].patient is not None


@pytest.mark.parametrize("name", ["BT-474", "bt474", "BT 474", "MDA-MB-175-VII", "T47D", "ZR-75-30"])
def test_a_line_is_found_by_its_names(name: str) -> None:
    assert resolve_cell_line(name).id in LINES


def test_an_unknown_line_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        resolve_cell_line("BT-475")
    assert caught.value.nearest == "BT-474"


def test_neighbouring_scores_overlap_and_medians_rise() -> None:
    order: list[Her2Class] = ["0", "0+", "1+", "2+/ISH-", "2+/ISH+", "3+"]
    spreads = [ABUNDANCE.her2.spread(name) for name in order]
    for low, high in pairwise(spreads):
        assert low.median < high.median
        assert low.at(1.645) > high.at(-1.645)


def test_copies_scale_amplified_classes_only_and_narrow_them() -> None:
    her2 = ABUNDANCE.her2
    reference = her2.copies.reference["3+"].value
    assert her2.spread("3+", reference).median == pytest.approx(her2.spread("3+").median)
    assert her2.spread("3+", 2 * reference).median > 1.5 * her2.spread("3+").median
    assert her2.spread("3+", reference).log_sd < her2.spread("3+").log_sd
    assert her2.spread("1+", 3.0) == her2.spread("1+")
    assert her2.spread("3+", 3.0) == her2.spread("3+")


def test_classes_are_drawn_by_their_shares() -> None:
    her2 = ABUNDANCE.her2
    assert her2.class_at(0.5, "positive") == "3+"
    assert her2.class_at(0.95, "positive") == "2+/ISH+"
    assert her2.class_at(0.999999, "negative") == "2+/ISH-"


def test_er_percent_rises_to_one() -> None:
    curve = ABUNDANCE.oestrogen_receptor
    values = [curve.abundance(percent) for percent in (0, 1, 5, 10, 50, 90, 100)]
    assert values == sorted(values)
    assert values[0] == 0.0
    assert curve.abundance(90) == pytest.approx(1.0)


def test_what_drives_a_tumour_without_her2_is_strong() -> None:
    half_at = ABUNDANCE.bypass.half_at.value
    medians = ABUNDANCE.bypass.median(np.array([10.0, 100.0, half_at, 1000.0, 3000.0]))
    assert list(medians) == sorted(medians, reverse=True)
    assert medians[2] == pytest.approx(0.5 * ABUNDANCE.bypass.without_HER2.value)


def test_wrong_tables_are_reported(tmp_path: Path) -> None:
    (tmp_path / "bypas.toml").write_text("", encoding="utf-8")
    (tmp_path / "receptors.toml").write_text("[EGFR]\nmedian = 3\n", encoding="utf-8")
    with pytest.raises(DataErrors) as caught:
        load_abundance(tmp_path)
    assert 'Did you mean "bypass"' in str(caught.value)
    assert "HER3" in str(caught.value)
