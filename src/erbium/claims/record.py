"""The last full run of the claims, kept in the package: status and what was seen, by id."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from erbium.claims.outcomes import Judged, Report, in_words
from erbium.core.result import plain, version
from erbium.knowledge import load_knowledge

SCHEMA = "erbium.claims_record/1"
#: Beside the code, not among the knowledge: what was found does not change the hash of what is known.
FILE = Path(__file__).with_name("record.json")
_DIGITS = 4


@functools.cache
def recorded() -> Mapping[str, Any]:
    """Return the record: date, version, hash of the knowledge, members, seed, and `claims` by id."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def record_of(report: Report) -> dict[str, Any]:
    """Return the record of a run of all claims and specificity checks."""
    body = {
        "schema": SCHEMA,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "version": version(),
        "knowledge_hash": load_knowledge().hash,
        "members": report.members,
        "seed": report.seed,
        "totals": report.totals,
        "claims": {item.id: entry_of(item) for item in report.claims},
        "specificity": {item.id: entry_of(item) for item in report.specificity},
    }
    return dict(plain(body))


def entry_of(item: Judged) -> dict[str, Any]:
    """Return status, reason, hops, and what was seen of each expectation."""
    return {
        "status": item.status,
        "reason": item.reason or None,
        "hops": item.hops,
        "seen": [
            {
                "expected": expectation.label or in_words(expectation),
                "holds": seen.holds,
                "effect": _short(seen.effect),
                "low": _short(seen.low),
                "high": _short(seen.high),
                "scale": "log ratio" if seen.logarithmic else "difference",
                "members": _short(seen.members),
            }
            for expectation, seen in zip(item.check.expect, item.outcomes, strict=False)
        ],
    }


def write_record(report: Report, file: Path = FILE) -> Path:
    """Write the record of a run of all claims and specificity checks, one line for each."""
    record = record_of(report)
    heads = [f' "{key}": {json.dumps(value)}' for key, value in record.items() if not _by_id(key)]
    tables = [
        f' "{key}": {{\n'
        + ",\n".join(f'  "{name}": {json.dumps(one)}' for name, one in table.items())
        + "\n }"
        for key, table in record.items()
        if _by_id(key)
    ]
    file.write_text("{\n" + ",\n".join([*heads, *tables]) + "\n}\n", encoding="utf-8")
    return file


def _by_id(key: str) -> bool:
    return key in ("claims", "specificity")


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")
