"""JSON-safe data."""

from __future__ import annotations

import json

import numpy as np

from erbium.core.result import Result, plain, version


def test_arrays_become_lists_and_missing_numbers_null() -> None:
    data = {
        "a": np.array([1.0, np.nan, np.inf]),
        "b": (np.float32(0.5), np.int64(3), np.bool_(True)),
        "c": [{"d": -np.inf}],
        "e": "text",
        "f": None,
    }
    found = plain(data)
    assert found == {
        "a": [1.0, None, None],
        "b": [0.5, 3, True],
        "c": [{"d": None}],
        "e": "text",
        "f": None,
    }
    json.dumps(found, allow_nan=False)


def test_whole_numbers_and_truth_stay_what_they_are() -> None:
    assert isinstance(plain(np.int32(2)), int)
    assert plain(np.bool_(False)) is False
    assert plain(True) is True


def test_a_result_is_known_by_its_four_verbs() -> None:
    assert not isinstance({}, Result)


def test_the_version_is_a_version() -> None:
    assert version()[0].isdigit()
