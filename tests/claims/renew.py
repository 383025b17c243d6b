"""Write the committed statuses, the record of the run and its page anew, then review the difference.

``python -m tests.claims.renew`` runs all claims, which takes minutes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from erbium.claims.record import write_record
from erbium.report.claims import claims_markdown
from tests.claims.statuses import FILE, committed, differences, run_all, statuses

PAGE = Path(__file__).parents[2] / "docs/claims.md"


def renew() -> list[str]:
    """Write the status of every claim and return what changed."""
    report = run_all()
    write_record(report)
    PAGE.write_text(claims_markdown(report.json()), encoding="utf-8")
    found, before = statuses(report), committed()
    changed = differences(found, before, sorted({*found, *before}))
    FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return changed


if __name__ == "__main__":
    sys.stdout.write("\n".join(renew() or ["nothing changed"]) + "\n")
