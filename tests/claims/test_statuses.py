"""The status of each claim is the committed one: a change either way is a finding and needs an update.

A sample runs each time; ``ERBIUM_ALL_CLAIMS=1`` runs them all.
"""

from __future__ import annotations

import os

import pytest

from erbium.claims.audit import audit_claims
from erbium.claims.held_out import sample_of
from erbium.claims.record import recorded
from erbium.knowledge.claims import load_claims, load_specificity
from tests.claims.statuses import committed, differences, run_all, run_sample, statuses

HOW = "If the change is meant, renew the file (python -m tests.claims.renew), review and commit it."
AUDITED = 12

pytestmark = pytest.mark.needs_compiler


def test_every_claim_has_a_committed_status() -> None:
    assert set(committed()) == {*load_claims(), *load_specificity()}, HOW


def test_the_record_of_the_package_is_that_of_the_committed_statuses() -> None:
    record = recorded()
    kept = {name: one["status"] for key in ("claims", "specificity") for name, one in record[key].items()}
    changed = differences(kept, committed(), sorted({*kept, *committed()}))
    assert not changed, "\n".join([*changed, HOW])


def test_the_status_of_a_sample_is_the_committed_one() -> None:
    found = statuses(run_sample())
    changed = differences(found, committed(), list(found))
    assert not changed, "\n".join([*changed, HOW])


@pytest.mark.skipif(not os.environ.get("ERBIUM_ALL_CLAIMS"), reason="takes minutes: set ERBIUM_ALL_CLAIMS=1")
def test_the_status_of_every_claim_is_the_committed_one() -> None:
    found = statuses(run_all())
    changed = differences(found, committed(), sorted({*found, *committed()}))
    assert not changed, "\n".join([*changed, HOW])


def test_no_audited_claim_is_seen_with_its_opposite() -> None:
    claims = {name: item for name, item in load_claims().items() if item.claim.runs}
    audit = audit_claims(claims=sample_of(claims, AUDITED), members=8)
    assert audit.audited
    assert all(item.opposite_fails for item in audit.audited)
