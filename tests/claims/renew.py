"""Write the committed statuses anew: ``python -m tests.claims.renew``, then review the difference."""

from __future__ import annotations

import json
import sys

from tests.claims.statuses import FILE, committed, differences, run_all, statuses


def renew() -> list[str]:
    """Write the status of every claim and return what changed."""
    found, before = statuses(run_all()), committed()
    changed = differences(found, before, sorted({*found, *before}))
    FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return changed


if __name__ == "__main__":
    sys.stdout.write("\n".join(renew() or ["nothing changed"]) + "\n")
