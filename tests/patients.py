"""Profiles of invented patients, written as short as they can be."""

from __future__ import annotations

from typing import Any

from erbium.profile import Profile, profile_from


def patient(**blocks: Any) -> Profile:
    """Return a HER2-positive (3+) metastatic patient; blocks given here replace the default ones."""
    data: dict[str, Any] = {
        "schema": "erbium.profile/1",
        "meta": {"id": "case-001"},
        "disease": {"setting": "metastatic", "line": 1},
        "her2": {"ihc": "3+"},
    }
    return profile_from({**data, **blocks})
