"""The claims of the reviews, for pages and API: looked for, and one opened with what was seen of it."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from typing import Any, get_args

from erbium.claims.held_out import is_held_out
from erbium.claims.outcomes import Status, in_words
from erbium.claims.record import recorded
from erbium.claims.setup import setup_of
from erbium.core.errors import nearest
from erbium.knowledge import load_knowledge
from erbium.knowledge.claims import FiledClaim, load_claims
from erbium.knowledge.schema.claim import ClaimKind
from erbium.web.problems import Refusal

#: What the last full run said of a claim, and what sorts of claim there are.
STATUSES: tuple[str, ...] = get_args(Status)
KINDS: tuple[str, ...] = get_args(ClaimKind)
UNKNOWN = "not_run"


def systems() -> list[str]:
    """Return the biological systems that claims are about."""
    return sorted({item.system for item in load_claims().values()})


def run_of() -> dict[str, Any]:
    """Return when the claims were last run in full, and whether on the knowledge of now."""
    record = recorded()
    kept = {key: record[key] for key in ("date", "version", "knowledge_hash", "members", "seed", "totals")}
    return kept | {"same_knowledge": record["knowledge_hash"] == load_knowledge().hash}


def find(
    text: str = "",
    *,
    status: str | None = None,
    system: str | None = None,
    kind: str | None = None,
    executable: bool | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Return the claims that fit, in the order of their files, and how many fit by status.

    Parameters
    ----------
    text
        Words that statement, id, source, system, note or reason must hold, all of them.
    """
    words = text.casefold().split()
    found = [
        row
        for row in _rows()
        if (status in (None, "", row["status"]))
        and (system in (None, "", row["system"]))
        and (kind in (None, "", row["kind"]))
        and (executable in (None, row["executable"]))
        and all(word in row["words"] for word in words)
    ]
    counts = Counter(str(row["status"]) for row in found)
    shown = [{key: value for key, value in row.items() if key != "words"} for row in found[:limit]]
    return {"found": len(found), "by_status": dict(counts), "claims": shown, "run": run_of()}


def claim(name: str) -> dict[str, Any]:
    """Return one claim: statement, source, experiment, what must be seen, and what was seen.

    Raises
    ------
    Refusal
        There is none of that id (404).
    """
    item = filed(name)
    one = item.claim
    seen = _entry(name)
    return {
        **_row(item),
        "general": one.general,
        "duplicate_of": one.duplicate_of,
        "note": one.note,
        "why_not_executable": one.reason,
        "published": dict(one.published),
        "held_out": is_held_out(name),
        "expected": [expectation.label or in_words(expectation) for expectation in one.expect],
        "arms": arms_of(item),
        "cut": dict(one.cut),
        "reason": seen.get("reason"),
        "hops": seen.get("hops"),
        "seen": list(seen.get("seen") or []),
        "run": run_of(),
    }


def filed(name: str) -> FiledClaim:
    """Return a claim by id; Refusal (404) where there is none."""
    known = load_claims()
    if name not in known:
        close = nearest(name[:80], known)
        raise Refusal(404, f'no claim "{name[:80]}".', nearest=close, hint="/api/v1/claims lists them")
    return known[name]


def runs(name: str) -> bool:
    """Return whether a claim can be run by itself."""
    one = filed(name).claim
    return one.runs and not one.trial_number


def arms_of(item: FiledClaim) -> dict[str, str]:
    """Return the arms of a claim's experiment in words, by name."""
    return {name: str(setup_of(context)) for name, context in item.claim.contexts().items()}


def _entry(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = recorded()["claims"].get(name, {})
    return found


def _row(item: FiledClaim) -> dict[str, Any]:
    one = item.claim
    return {
        "id": one.id,
        "system": item.system,
        "kind": one.kind,
        "statement": one.statement,
        "source": one.source.replace("_", " "),
        "executable": one.executable,
        "contested": one.contested,
        "status": _entry(one.id).get("status", UNKNOWN),
    }


@functools.cache
def _rows() -> list[dict[str, Any]]:
    rows = []
    for name, item in load_claims().items():
        row = _row(item)
        told = [*(str(row[key]) for key in ("id", "system", "statement", "source")), item.claim.note]
        told += [_entry(name).get("reason"), item.claim.reason]
        rows.append(row | {"words": " ".join(filter(None, told)).casefold()})
    return rows
