"""The shipped numbers and references pass every check."""

from __future__ import annotations

from erbium.knowledge.catalogue import load_drugs
from erbium.model.check import run_checks
from erbium.model.parameter_table import MAX_FITTED, MAX_PROGNOSTIC, PROGNOSTIC, parameter_rows


def test_no_check_finds_an_error() -> None:
    assert [str(issue) for issue in run_checks() if issue.severity == "error"] == []


def test_few_numbers_are_fitted_to_patients() -> None:
    fitted = parameter_rows(fitted=True)
    prognostic = [row for row in fitted if row.module in PROGNOSTIC]
    assert len(fitted) - len(prognostic) <= MAX_FITTED == 20
    assert 0 < len(prognostic) <= MAX_PROGNOSTIC == 6
    assert all(row.source for row in fitted)


def test_no_drug_has_a_fitted_number() -> None:
    numbers = [(d.id, key, n.kind) for d in load_drugs().values() for key, n in d.numbers().items()]
    assert [item for item in numbers if item[2] == "fitted"] == []
