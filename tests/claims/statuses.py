"""The committed status of each claim, and how it is found anew."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from erbium.claims import Report, check_claims
from erbium.claims.held_out import sample_of
from erbium.knowledge.claims import load_claims, load_specificity

FILE = Path(__file__).parent / "statuses.json"
#: Claims whose status is tested each time, chosen by a hash of their ids.
SAMPLE = 40


def committed() -> dict[str, str]:
    """Return the committed status by id."""
    found: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return found


def statuses(report: Report) -> dict[str, str]:
    """Return the status of each claim and specificity check of a report, by id."""
    return {item.id: item.status for item in (*report.claims, *report.specificity)}


def run_all() -> Report:
    """Return every claim and specificity check, run."""
    return check_claims()


def run_sample() -> Report:
    """Return a fixed sample of claims and of specificity checks, run."""
    claims = {name: item for name, item in load_claims().items() if item.claim.runs}
    return check_claims(
        claims=sample_of(claims, SAMPLE), specificity=sample_of(load_specificity(), SAMPLE // 4)
    )


def differences(found: Mapping[str, str], expected: Mapping[str, str], ids: Sequence[str]) -> list[str]:
    """Return one line for each id whose status is another than the committed one."""
    return [
        f"{name}: {expected.get(name, 'not committed')} -> {found.get(name, 'gone')}"
        for name in ids
        if found.get(name) != expected.get(name)
    ]
