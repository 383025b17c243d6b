"""Composition fails loudly on anything that does not fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from erbium.core.errors import ErbiumError, ModelError
from erbium.core.expression import text
from erbium.knowledge.schema.parameter import Parameter
from erbium.model.compose import compose
from erbium.model.network import Network
from erbium.model.reaction import Module, Reaction, Readout, Rule, Species, Total

RECEPTOR = Module(
    id="receptor",
    needs=("drug",),
    gives=("HER2", "signal", "burden"),
    species=(Species("HER2", "nM", "start"),),
    rules=(Rule("signal", "HER2 / (1 + drug / KD)"),),
    totals=(Total("burden", "HER2 * 2", "nM"),),
    reactions=(
        Reaction("synthesis", "-> HER2", "k * start", evidence=("a paper",)),
        Reaction("loss", "HER2 ->", "k * HER2"),
    ),
    readouts=(Readout("HER2", "HER2", "nM"),),
)
DRUG = Module(
    id="drug",
    scope="patient",
    needs=("burden",),
    gives=("drug",),
    species=(Species("drug", "nM", settles=False),),
    reactions=(Reaction("elimination", "drug ->", "CL * drug * burden"),),
)
NUMBERS = {
    "receptor": {
        "k": Parameter(value=0.1, unit="1/h", kind="assumed", low=0, high=1),
        "start": Parameter(value=2.0, unit="nM", kind="assumed", low=1, high=3),
        "KD": Parameter(value=0.5, unit="nM", kind="assumed", low=0, high=1),
    },
    "drug": {"CL": Parameter(value=0.01, unit="1/(nM*h)", kind="assumed", low=0, high=1)},
}


def composed(*modules: Module, clones: int = 1) -> Network:
    return compose(modules or (RECEPTOR, DRUG), NUMBERS, clones)


def refused(*modules: Module) -> ErbiumError:
    with pytest.raises(ModelError) as caught:
        composed(*modules)
    return caught.value


def test_names_carry_the_clone() -> None:
    network = composed(clones=2)
    assert network.species == ("c1.HER2", "c2.HER2", "drug")
    assert network.parameters == ("c1.k", "c1.start", "c1.KD", "c2.k", "c2.start", "c2.KD", "CL")
    assert [reaction.id for reaction in network.reactions][:2] == ["c1.synthesis", "c1.loss"]
    assert network.settles == (True, True, False)
    assert text(network.rules["c2.signal"]) == "c2.HER2 / (1 + drug / c2.KD)"
    assert network.readout_units["c2.HER2"] == "nM"
    assert network.reactions[0].evidence == ("a paper",)


def test_totals_sum_over_the_clones() -> None:
    rules = composed(clones=3).rules
    assert rules["burden"].names == {"c1.HER2", "c2.HER2", "c3.HER2"}


def test_the_derivative_is_the_sum_of_the_reactions() -> None:
    network = composed()
    at = network.species_index["c1.HER2"]
    assert network.derivatives[at].names == {"c1.k", "c1.start", "c1.HER2"}
    assert network.stoichiometry[at].tolist() == [1, -1, 0]


@pytest.mark.parametrize("clones", [0, 5])
def test_number_of_clones(clones: int) -> None:
    with pytest.raises(ModelError, match="1 to 4 clones"):
        composed(clones=clones)


def test_unmet_need() -> None:
    error = refused(replace(RECEPTOR, needs=("drugg",)), DRUG)
    assert 'module receptor needs "drugg", which no module gives' in error.message
    assert error.nearest == "drug"


def test_double_declaration_across_modules() -> None:
    twin = replace(DRUG, id="twin", gives=(), species=(Species("HER2"),), reactions=())
    assert '"HER2" is declared twice, in modules receptor and twin' in refused(RECEPTOR, DRUG, twin).message


def test_double_declaration_of_a_parameter_and_a_rule() -> None:
    error = refused(replace(RECEPTOR, rules=(*RECEPTOR.rules, Rule("KD", "1"))), DRUG)
    assert '"KD" is declared twice' in error.message


def test_double_reaction() -> None:
    error = refused(replace(RECEPTOR, reactions=RECEPTOR.reactions * 2), DRUG)
    assert "declared twice" in error.message


def test_gives_what_it_does_not_declare() -> None:
    error = refused(replace(RECEPTOR, gives=("HER2", "signal", "burden", "HER3")), DRUG)
    assert 'gives "HER3" but does not declare it' in error.message


def test_unknown_name_gets_the_nearest() -> None:
    error = refused(replace(RECEPTOR, rules=(Rule("signal", "HER2 / (1 + drug / Kd)"),)), DRUG)
    assert 'module receptor, signal: unknown name "Kd"' in error.message
    assert error.nearest == "KD"


def test_a_name_of_another_module_must_be_needed() -> None:
    error = refused(replace(RECEPTOR, needs=()), DRUG)
    assert error.hint == 'add "drug" to the `needs` of receptor'


def test_unknown_species_in_an_equation() -> None:
    error = refused(replace(RECEPTOR, reactions=(Reaction("loss", "HER3 ->", "k * start"),)), DRUG)
    assert 'receptor, loss: no species "HER3"' in error.message
    assert error.nearest == "HER2"


def test_unused_parameter() -> None:
    error = refused(replace(RECEPTOR, rules=(Rule("signal", "HER2 / (1 + drug)"),)), DRUG)
    assert error.message == 'parameter "KD" is not used by any expression.'


def test_circular_rules() -> None:
    rules = (Rule("signal", "HER2 / KD + back"), Rule("back", "drug * signal"))
    error = refused(replace(RECEPTOR, rules=rules), DRUG)
    assert "c1.signal -> c1.back -> c1.signal" in error.message


def test_rules_are_put_in_order() -> None:
    rules = (Rule("signal", "HER2 / KD * first"), Rule("first", "1 + drug"))
    assert list(composed(replace(RECEPTOR, rules=rules), DRUG).rules)[:2] == ["c1.first", "c1.signal"]


def test_a_patient_level_module_cannot_read_one_clone() -> None:
    drug = replace(DRUG, needs=("HER2",), reactions=(Reaction("elimination", "drug ->", "CL * drug * HER2"),))
    error = refused(RECEPTOR, drug)
    assert '"HER2" exists once per clone' in error.message
    assert error.hint == "declare a Total of it in its module"


@pytest.mark.parametrize(
    ("equation", "words"),
    [("HER2", "no arrow"), ("2HER2 ->", 'cannot read "2HER2"'), ("HER2 -> a.b", "cannot read")],
)
def test_unreadable_equations(equation: str, words: str) -> None:
    assert (
        words
        in refused(replace(RECEPTOR, reactions=(Reaction("loss", equation, "k * start"),)), DRUG).message
    )


def test_stoichiometry_is_counted() -> None:
    assert Reaction("r", "2 A + B -> C", "k").sides() == ({"A": 2, "B": 1}, {"C": 1})
    assert Reaction("r", "A + A -> AA", "k").sides() == ({"A": 2}, {"AA": 1})


def test_the_hash_follows_structure_and_numbers() -> None:
    first = composed()
    assert first.hash == composed().hash
    assert first.hash != composed(clones=2).hash
    other = {**NUMBERS, "drug": {"CL": NUMBERS["drug"]["CL"].model_copy(update={"value": 0.02})}}
    assert first.hash != compose((RECEPTOR, DRUG), other).hash
