"""What is read is bounded: size, packing, nesting; bombs are refused before they are unpacked."""

from __future__ import annotations

import gzip
import io
import struct
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from erbium.core.errors import DataError
from erbium.formats.patient import import_profiles, source
from erbium.formats.patient.source import read_source


def refuse(file: Path, expected: str, **options: Any) -> None:
    begun = time.perf_counter()
    with pytest.raises(DataError, match=expected):
        import_profiles(file, **options)
    assert time.perf_counter() - begun < 5


def test_a_large_file_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    with file.open("wb") as stream:
        stream.truncate(source.MAX_FILE + 1)
    refuse(file, "at most 50 MB")


def test_a_gzip_bomb_that_states_its_size(tmp_path: Path) -> None:
    file = tmp_path / "x.vcf.gz"
    packed = gzip.compress(b"##fileformat=VCFv4.2\n" * 10_000, compresslevel=0)
    file.write_bytes(packed[:-4] + struct.pack("<I", 200_000_000))
    refuse(file, "200.0 MB.*at most 100 MB")


def test_a_gzip_bomb_that_hides_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_UNPACKED", 1_000_000)
    file = tmp_path / "x.vcf.gz"
    file.write_bytes(gzip.compress(b"\n" * 5_000_000) + gzip.compress(b""))
    refuse(file, "at most 1 MB")


def test_many_packed_blocks_are_read(tmp_path: Path, examples: Path) -> None:
    text = (examples / "plasma_snpeff.vcf").read_bytes()
    file = tmp_path / "x.vcf.gz"
    file.write_bytes(
        b"".join(gzip.compress(text[i : i + 50]) for i in range(0, len(text), 50)) + gzip.compress(b"")
    )
    assert read_source(file).data == text


@pytest.mark.parametrize("cut", [1, 12, 30])
def test_a_gzip_file_cut_short(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "x.vcf.gz"
    file.write_bytes(gzip.compress(b"##fileformat=VCFv4.2\n" * 9)[:-cut])
    refuse(file, "broken or cut short")


def workbook(file: Path, members: dict[str, bytes]) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    file.write_bytes(stream.getvalue())


def test_a_zip_bomb(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    workbook(file, {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * (source.MAX_TEXT + 1)})
    assert file.stat().st_size < 100_000
    refuse(file, "at most 20 MB")


def test_entities_in_a_workbook(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    workbook(file, {"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})
    refuse(file, "entities is refused")


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    workbook(file, {"readme.txt": b"x"})
    refuse(file, "no workbook")


@pytest.mark.parametrize("text", ['{"subject":' + "[" * 100_000, '{"subject":' + "[" * 200 + "]" * 200 + "}"])
def test_deep_nesting(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, encoding="utf-8")
    refuse(file, "nested too deeply|not JSON")


def test_more_results_than_a_patient_has(tmp_path: Path) -> None:
    one = '{"assay": {"id": "LOINC:85330-9"}, "value": {"quantity": {"value": 3}}}'
    file = tmp_path / "x.json"
    file.write_text('{"subject": {}, "measurements": [' + ",".join([one] * 3000) + "]}", encoding="utf-8")
    refuse(file, "more than 2000 results")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("x.json", "", "empty"),
        ("x.json", '{"a": 1}', "neither a Phenopacket nor a FHIR"),
        ("x.json", '{"schema": "erbium.profile/1"}', "Erbium's own"),
        ("x.toml", 'schema = "erbium.profile/1"', "Erbium's own"),
        ("x.yaml", "subject:\n  id: x\n", "YAML is not read"),
        ("x.json", "[1]", "neither"),
    ],
)
def test_what_is_no_input(tmp_path: Path, name: str, text: str, expected: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    refuse(file, expected)


def test_no_file(tmp_path: Path) -> None:
    refuse(tmp_path / "x.json", "does not exist")
    refuse(tmp_path, "is a folder")


def test_an_unknown_format(tmp_path: Path, examples: Path) -> None:
    refuse(examples / "ihc_wide.csv", 'Did you mean "phenopacket"', form="phenopackets")
