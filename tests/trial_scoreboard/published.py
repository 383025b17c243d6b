"""Published figures of made-up trials."""

from __future__ import annotations

from typing import Any

SOURCE = {"source": "made up", "status": "unverified"}


def figure(endpoint: str = "median_PFS", value: float = 12.0, **more: Any) -> dict[str, Any]:
    """Return a figure of the control arm as a trial file has it."""
    unit = "months" if endpoint.startswith("median") else "percent"
    return {"arm": "control", "endpoint": endpoint, "value": value, "unit": unit, **SOURCE, **more}


def ratio(endpoint: str, hr: float, **more: Any) -> dict[str, Any]:
    """Return a hazard ratio of the tested arm as a trial file has it."""
    return {
        "arm": "tested", "versus": "control", "endpoint": endpoint, "hazard_ratio": hr, **SOURCE, **more,
    }  # fmt: skip
