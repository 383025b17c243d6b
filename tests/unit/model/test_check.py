"""The checks find what they are for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from erbium.core.errors import DataError, DataErrors
from erbium.knowledge.parameters import load_parameters
from erbium.knowledge.schema.parameter import Parameter
from erbium.model.check import (
    CHECKS,
    Check,
    DerivedRecompute,
    Issue,
    MechanismsMoveKnobs,
    NumbersHaveAModule,
    SharesStayBelowOne,
    ToxicitiesLead,
    run_checks,
)
from erbium.model.reaction import Module, Rule

ONE = Parameter(value=1.0, kind="assumed", knob=True)
MODULE = Module(id="toy", rules=(Rule("r", "used * 2"),))


def test_names_are_unique() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_a_share_whose_complement_is_taken_stays_below_one() -> None:
    module = Module(id="toy", rules=(Rule("r", "x * (1 - half + half * y) + (2 - wide) + 1 - knob"),))
    ranged = Parameter(value=0.5, kind="assumed", low=0.2, high=1.1)
    numbers = {"toy": {"half": ranged, "wide": ranged, "knob": ONE}}
    (issue,) = SharesStayBelowOne([module], numbers).issues()
    assert (issue.file, issue.key) == ("parameters/toy.toml", "half")
    assert "at most 1" in issue.message
    assert list(SharesStayBelowOne().issues()) == []


def test_orphans() -> None:
    numbers = {"toy": {"used": ONE, "idle": ONE}, "toyy": {"a": ONE}}
    found = list(NumbersHaveAModule([MODULE], numbers).issues())
    assert [(issue.file, issue.key) for issue in found] == [
        ("parameters/toy.toml", "idle"),
        ("parameters/toyy.toml", None),
    ]
    assert 'Did you mean "toy"?' in found[1].message


def test_derived_values_are_compared() -> None:
    check = DerivedRecompute()
    assert list(check.compare(0.533, "ln2 / 1.3 h", {}, "f", "k")) == []
    (wrong,) = check.compare(0.6, "ln2 / 1.3 h", {}, "f", "k")
    assert wrong.severity == "error"
    assert "gives 0.53319, the file says 0.6" in wrong.message
    (prose,) = check.compare(0.6, "as HER2", {}, "f", "k")
    assert prose.severity == "warning"


KNOB = next(f"{m}.{n}" for m, table in load_parameters().items() for n, p in table.items() if p.knob)
FIXED = next(f"{m}.{n}" for m, table in load_parameters().items() for n, p in table.items() if not p.knob)


@pytest.mark.parametrize(
    ("effects", "words"),
    [
        (f'[{{parameter = "{KNOB}", verb = "set", value = 0.0}}]', None),
        (f'[{{parameter = "{KNOB}", verb = "multiply", value = 2.0}}]', 'no verb "multiply"'),
        ('[{parameter = "her_receptors.epitope_4", verb = "set", value = 0.0}]', "no parameter"),
        (f'[{{parameter = "{FIXED}", verb = "scale", value = 2.0}}]', "not a knob"),
        ('[{parameter = "her_receptors.HER2", verb = "remove"}]', None),
        ('[{parameter = "her_receptors", verb = "enable"}]', None),
        ('[{parameter = "her_receptorz", verb = "enable"}]', "no parameter"),
    ],
)
def test_mechanisms(tmp_path: Path, effects: str, words: str | None) -> None:
    (tmp_path / "masking.toml").write_text(f'id = "masking"\neffects = {effects}\n', encoding="utf-8")
    found = list(MechanismsMoveKnobs(tmp_path).issues())
    if words is None:
        assert found == []
    else:
        (issue,) = found
        assert words in issue.message
        assert issue.file == "mechanisms/masking.toml"
        assert (issue.key or "").startswith("effects[0].")


def test_a_broken_mechanism_file(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("id = ", encoding="utf-8")
    (issue,) = MechanismsMoveKnobs(tmp_path).issues()
    assert "not a TOML file" in issue.message


class Raises(Check):
    name = "raises"

    def issues(self) -> Iterator[Issue]:
        yield self.warning("first")
        raise DataErrors([DataError("one.", file="a", key="k", expected="x"), DataError("two.", file="b")])


def test_an_error_raised_by_a_check_becomes_issues() -> None:
    found = run_checks((Raises(),))
    assert [issue.severity for issue in found] == ["error", "error", "warning"]
    assert str(found[0]) == "error [raises] a, k: one. Expected x."
    assert found[0].json()["file"] == "a"


def test_rates_of_toxicity_lead_somewhere(tmp_path: Path) -> None:
    assert list(ToxicitiesLead().issues()) == []
    (tmp_path / "odd.toml").write_text(
        'id = "odd"\ndrugs = ["neratinibb"]\ntrial = "T"\nsource = "nala"\nstatus = "verified"\nn = 10\n'
        'setting = "metastatic"\n[[event]]\ncaution = "rash"\nany_grade = "12 %"\n',
        encoding="utf-8",
    )
    (issue,) = ToxicitiesLead(tmp_path).issues()
    assert (issue.severity, issue.file, issue.key) == ("error", "toxicity/odd.toml", "drugs[0]")
    assert 'Did you mean "neratinib"?' in issue.message


def test_a_rate_that_contradicts_itself_is_one_issue(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text(
        'id = "odd"\ndrugs = ["neratinib"]\ntrial = "T"\nsource = "nala"\nstatus = "verified"\nn = 10\n'
        'setting = "metastatic"\n[[event]]\ncaution = "rash"\nany_grade = "1 %"\nsevere = "2 %"\n',
        encoding="utf-8",
    )
    (issue,) = run_checks([ToxicitiesLead(tmp_path)])
    assert issue.severity == "error"
    assert issue.key == "event[0]"
    assert "exceeds any_grade" in issue.message
