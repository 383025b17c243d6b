from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from erbium.report import json_text


def test_absent_is_null_and_floats_are_short() -> None:
    data = {"a": math.nan, "b": [1.0, math.inf, -0.0], "c": 0.1 + 0.2, "d": 1234567.89, "e": True, "f": 3}
    read = json.loads(json_text(data))
    assert read == {"a": None, "b": [1.0, None, 0.0], "c": 0.3, "d": 1234570.0, "e": True, "f": 3}


def test_numpy_is_unwrapped() -> None:
    data = {"x": np.float64(1.5), "y": np.int64(2), "z": np.array([1.0, np.nan]), "w": np.bool_(True)}
    assert json.loads(json_text(data)) == {"x": 1.5, "y": 2, "z": [1.0, None], "w": True}


def test_order_is_kept_and_bytes_are_the_same(advice: dict[str, Any]) -> None:
    text = json_text(advice)
    assert text == json_text(advice)
    assert list(json.loads(text)) == list(advice)
    assert text.endswith("}\n")
    assert json_text(json.loads(text)) == text


def test_empty() -> None:
    assert json_text({}) == "{}\n"
    assert json.loads(json_text({"a": [], "b": {}, "c": [{}]})) == {"a": [], "b": {}, "c": [{}]}
