"""Write the committed statuses and the record of the run anew, then review the difference.

``python -m tests.claims.renew`` runs all claims, which takes minutes.
"""

from __future__ import annotations

import json
import sys

from erbium.claims.record import write_record
from tests.claims.statuses import FILE, committed, differences, run_all, statuses


def renew() -> list[str]:
    """Write the status of every claim and return what changed."""
    report = run_all()
    write_record(report)
    found, before = statuses(report), committed()
    changed = differences(found, before, sorted({*found, *before}))
    FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return changed


if __name__ == "__main__":
    sys.stdout.write("\n".join(renew() or ["nothing changed"]) + "\n")
