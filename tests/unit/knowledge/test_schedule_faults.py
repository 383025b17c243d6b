"""A schedule that contradicts or overlaps itself is one fault, at one key."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from erbium.core.errors import DataError
from erbium.knowledge.catalogue import load_regimens
from erbium.knowledge.schema.dose_text import names_dose
from erbium.knowledge.schema.regimen import RegimenDrug

PULSED = {"every": "12 hours", "days_on": 14, "cycle": "3 weeks"}
FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "dose without unit": ({"dose": 6}, "dose", "6 has no unit"),
    "dose in quotes without unit": ({"dose": "6"}, "dose", '"6" has no unit'),
    "no number": ({"dose": "6.6.6 mg"}, "dose", "is not a dose"),
    "time without unit": ({"every": 21}, "every", "21 has no unit"),
    "infusion beyond the interval": ({"infusion": "4 weeks"}, "infusion", "runs into the next dose"),
    "loading twice": ({"loading": "8 mg/kg", "extra_days": [1]}, "extra_days", "the loading dose"),
    "extra day on a dose": ({"extra_days": [15, 22]}, "extra_days", "day 22 falls on a dose"),
    "extra day twice": ({"extra_days": [15, 15]}, "extra_days", "day 15 stands twice"),
    "extra day before the start": ({"extra_days": [0]}, "extra_days", "before the first dose"),
    "extra day in an infusion": ({"infusion": "2 days", "extra_days": [2]}, "extra_days", "falls into"),
    "infusions of extra days": ({"infusion": "2 days", "extra_days": [9, 10]}, "extra_days", "lasts to"),
    "extra day beyond until": ({"until": "52 weeks", "extra_days": [400]}, "extra_days", "beyond the end"),
    "extra day beyond the cycles": ({"cycles": 2, "extra_days": [50]}, "extra_days", "beyond the end"),
    "start beyond the end": ({"starts": "60 weeks", "until": "52 weeks"}, "starts", "not before the end"),
    "no time at all": ({"until": "0 weeks"}, "until", "no dose is given"),
    "interval beyond days_on": ({"days_on": 14, "cycle": "4 weeks"}, "days_on", "longer than the 14 days"),
    "cycles that overlap": (
        {"every": "20 days", "days_on": 21, "cycle": "3 weeks"},
        "cycle",
        "closer together than every",
    ),
    "extra day in a pulse": ({**PULSED, "extra_days": [10]}, "extra_days", "day 10 falls on a dose"),
}
RIGHT: list[dict[str, Any]] = [
    {"extra_days": [15]},
    {"loading": "8 mg/kg", "extra_days": [8]},
    {**PULSED, "extra_days": [18]},
    {"infusion": "3 weeks"},
    {"starts": "51 weeks", "until": "52 weeks"},
    {"every": "1 week", "days_on": 14, "cycle": "3 weeks"},
    {"every": "3 weeks", "days_on": 21, "cycle": "3 weeks"},
    {"dose": ".5 mg/kg"},
]


def regimen_file(folder: Path, schedule: dict[str, Any]) -> Path:
    """Write a regimen of one drug."""
    keys = {"dose": "6 mg/kg", "every": "3 weeks"} | schedule
    shown = [f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}" for k, v in keys.items()]
    (folder / "mine.toml").write_text(
        f'id = "mine"\nname = "mine"\ndrugs = [{{drug = "trastuzumab", {", ".join(shown)}}}]\n',
        encoding="utf-8",
    )
    return folder


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_message_with_file_and_key(name: str, tmp_path: Path) -> None:
    schedule, key, message = FAULTS[name]
    with pytest.raises(DataError) as caught:
        load_regimens(regimen_file(tmp_path, schedule))
    text = str(caught.value)
    assert text.count("\n") == 0, text
    assert text.startswith(f"{tmp_path / 'mine.toml'}, drugs[0].{key}: "), text
    assert message in text
    assert "xpected" in text


@pytest.mark.parametrize("schedule", RIGHT, ids=str)
def test_a_schedule_that_comes_close_is_right(schedule: dict[str, Any], tmp_path: Path) -> None:
    assert "mine" in load_regimens(regimen_file(tmp_path, schedule))


def test_dose_times_of_a_right_schedule_are_apart() -> None:
    for regimen in load_regimens().values():
        for item in regimen.drugs:
            times = item.times_h(52 * 168.0)
            assert min(b - a for a, b in itertools.pairwise(times)) >= 12.0, regimen.id


def test_extra_days_are_part_of_the_course() -> None:
    item = RegimenDrug(drug="x", dose="500 mg", every="4 weeks", extra_days=(15,), until="9 weeks")
    assert [time / 24.0 + 1 for time in item.times_h(1e4)] == [1, 15, 29, 57]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trastuzumab 6 mg/kg", True),
        ("docetaxel 75mg/m2", True),
        ("T-DM1", False),
        ("com701 + nivolumab", False),
        ("CT-P6", False),
        ("go-203", False),
    ],
)
def test_a_dose_in_a_name_is_seen(text: str, expected: bool) -> None:
    assert names_dose(text) is expected
