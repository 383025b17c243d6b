"""HER2 status: the ASCO/CAP groups, one by one, and what may not decide."""

from __future__ import annotations

from typing import Any

import pytest

from erbium.profile import her2_status, profile_from
from erbium.profile.her2_status import HER2Status, ish_group


def status(**her2: Any) -> HER2Status:
    return her2_status(profile_from({"meta": {"id": "case-1"}, "her2": her2}).her2)


@pytest.mark.parametrize(
    ("ratio", "copies", "group"),
    [
        (2.0, 4.0, 1),
        (5.2, 13.0, 1),
        (2.0, 3.9, 2),
        (2.6, 3.2, 2),
        (1.9, 6.0, 3),
        (1.99, 5.99, 4),
        (1.2, 4.0, 4),
        (1.99, 3.99, 5),
        (1.1, 2.1, 5),
    ],
)
def test_groups(ratio: float, copies: float, group: int) -> None:
    assert ish_group(ratio, copies) == group


@pytest.mark.parametrize(
    ("ratio", "copies", "ihc", "expected", "label"),
    [
        (5.2, 13.0, None, "positive", "HER2-positive"),
        (5.2, 13.0, "2+", "positive", "HER2-positive"),
        (5.2, 13.0, "1+", "positive", "HER2-positive"),
        (2.5, 3.0, "3+", "positive", "HER2-positive"),
        (2.5, 3.0, "2+", "negative", "HER2-low"),
        (2.5, 3.0, "1+", "negative", "HER2-low"),
        (2.5, 3.0, None, "equivocal", "HER2-equivocal"),
        (1.5, 7.0, "3+", "positive", "HER2-positive"),
        (1.5, 7.0, "2+", "positive", "HER2-positive"),
        (1.5, 7.0, "1+", "negative", "HER2-low"),
        (1.5, 7.0, "0", "negative", "HER2-0"),
        (1.5, 7.0, None, "equivocal", "HER2-equivocal"),
        (1.5, 5.0, "3+", "positive", "HER2-positive"),
        (1.5, 5.0, "2+", "negative", "HER2-low"),
        (1.5, 5.0, "0+", "negative", "HER2-ultralow"),
        (1.1, 2.2, "2+", "negative", "HER2-low"),
        (1.1, 2.2, "1+", "negative", "HER2-low"),
        (1.1, 2.2, None, "negative", "HER2-negative"),
    ],
)
def test_dual_probe(ratio: float, copies: float, ihc: str | None, expected: str, label: str) -> None:
    found = status(ish_ratio=ratio, copies=copies, **({"ihc": ihc} if ihc else {}))
    assert (found.status, found.label) == (expected, label)
    assert found.group == ish_group(ratio, copies)
    assert "ISH group" in found.rule


def test_a_recount_is_asked_for() -> None:
    assert any("20 cells" in test for test in status(ish_ratio=1.5, copies=5.0, ihc="2+").missing)


def test_ihc_3_with_group_5_is_discordant() -> None:
    found = status(ish_ratio=1.1, copies=2.2, ihc="3+")
    assert found.status == "positive"
    assert any("discordant" in note for note in found.notes)


@pytest.mark.parametrize(
    ("her2", "expected", "label"),
    [
        ({"ihc": "3+"}, "positive", "HER2-positive"),
        ({"ihc": 3}, "positive", "HER2-positive"),
        ({"ihc": "2+"}, "equivocal", "HER2-equivocal"),
        ({"ihc": "1+"}, "negative", "HER2-low"),
        ({"ihc": "0+"}, "negative", "HER2-ultralow"),
        ({"ihc": "0", "ihc_percent": 5}, "negative", "HER2-ultralow"),
        ({"ihc": "0", "ihc_percent": 0}, "negative", "HER2-null"),
        ({"ihc": "0"}, "negative", "HER2-0"),
        ({}, "unknown", "HER2-unknown"),
        ({"ihc": "not_tested"}, "unknown", "HER2-unknown"),
        ({"copies": 6.0}, "positive", "HER2-positive"),
        ({"copies": 3.9, "ihc": "2+"}, "negative", "HER2-low"),
        ({"copies": 5.0, "ihc": "2+"}, "equivocal", "HER2-equivocal"),
        ({"copies": 5.0, "ihc": "1+"}, "negative", "HER2-low"),
        ({"copies": 5.0, "ihc": "3+"}, "positive", "HER2-positive"),
        ({"ish_ratio": 2.2, "ihc": "2+"}, "positive", "HER2-positive"),
        ({"ish_ratio": 1.2, "ihc": "2+"}, "negative", "HER2-low"),
        ({"ish_ratio": 1.6, "ihc": "2+", "ish": "positive"}, "positive", "HER2-positive"),
        ({"ish": "positive", "ihc": "2+"}, "positive", "HER2-positive"),
        ({"ish": "negative", "ihc": "2+"}, "negative", "HER2-low"),
        ({"ish": "equivocal", "ihc": "2+"}, "equivocal", "HER2-equivocal"),
        ({"ish": "negative", "ihc": "3+"}, "positive", "HER2-positive"),
    ],
)
def test_fewer_values(her2: dict[str, Any], expected: str, label: str) -> None:
    found = status(**her2)
    assert (found.status, found.label) == (expected, label)
    assert found.rule


def test_the_ratio_is_computed_from_its_parts() -> None:
    found = status(copies=12.0, cep17=2.9, ihc="2+")
    assert found.group == 1
    assert found.inputs["ish_ratio (from copies and CEP17)"] == pytest.approx(4.14)


def test_disagreement_with_the_entered_status_is_said() -> None:
    found = status(status="negative", ihc="3+")
    assert found.status == "positive"
    assert found.disagreement is not None
    assert found.disagreement.startswith("entered negative, computed positive")


def test_an_entered_status_stands_alone() -> None:
    found = status(status="negative")
    assert (found.status, found.label, found.entered) == ("negative", "HER2-negative", True)


def test_amplification_by_sequencing_does_not_decide() -> None:
    her2 = profile_from({"meta": {"id": "case-1"}}).her2
    found = her2_status(her2, amplified_by_sequencing=True)
    assert found.status == "unknown"
    assert "no input of the guideline" in found.notes[0]


def test_json_is_plain() -> None:
    assert status(ihc="3+").json()["status"] == "positive"
