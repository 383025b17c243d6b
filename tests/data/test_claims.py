"""The shipped claims agree with the table they were taken from, and every name in them leads somewhere."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from erbium.claims.faults import ClaimsAreWhole
from erbium.knowledge.claims import load_claims, load_specificity

CLAIMS = load_claims()
#: So many claims that the table calls executable may be left out, each with its reason.
MOST_WAIVED = 6
LEAST_EXECUTABLE = 390
LEAST_SPECIFICITY = 80


@pytest.fixture(scope="module")
def table(shared_facts: Path) -> dict[str, dict[str, str]]:
    """The rows of the table by id."""
    with (shared_facts / "claims" / "claims.csv").open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


def test_every_fault_is_found_by_erbium_check() -> None:
    assert [str(issue) for issue in ClaimsAreWhole().issues()] == []


def test_there_are_enough_of_them() -> None:
    assert sum(item.claim.runs or item.claim.trial_number for item in CLAIMS.values()) >= LEAST_EXECUTABLE
    assert len(load_specificity()) >= LEAST_SPECIFICITY


def test_every_executable_row_is_there(table: dict[str, dict[str, str]]) -> None:
    yes = {name for name, row in table.items() if row["executable"] == "yes"}
    assert yes <= set(CLAIMS), sorted(yes - set(CLAIMS))
    waived = [
        item.claim
        for name, item in CLAIMS.items()
        if name in yes
        and not (item.claim.executable or item.claim.trial_number or item.claim.duplicate_of is not None)
    ]
    assert len(waived) <= MOST_WAIVED, [claim.id for claim in waived]
    assert all(claim.reason for claim in waived)


def test_system_and_kind_are_those_of_the_table(table: dict[str, dict[str, str]]) -> None:
    assert set(CLAIMS) <= set(table), sorted(set(CLAIMS) - set(table))
    differ = {
        name: (item.system, item.claim.kind)
        for name, item in CLAIMS.items()
        if (item.system, item.claim.kind) != (table[name]["system"], table[name]["kind"])
    }
    assert not differ


def test_contested_is_what_the_table_calls_so(table: dict[str, dict[str, str]]) -> None:
    contested = {name for name, item in CLAIMS.items() if item.claim.contested}
    assert contested <= {name for name, row in table.items() if "contested" in row["check"].casefold()}


def test_nothing_marked_contested_in_the_table_is_gated(table: dict[str, dict[str, str]]) -> None:
    starts = {name for name, row in table.items() if row["check"].startswith("contested")}
    gated = {
        name for name in starts & set(CLAIMS) if CLAIMS[name].claim.runs and not CLAIMS[name].claim.contested
    }
    assert not gated
