"""The same claim at other doses, times and lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from erbium.claims.hops import compared, hops_of, shortest_path, species_moved
from erbium.claims.run import setups_of
from erbium.claims.setup import setup_of
from erbium.claims.signs import propagated_sign
from erbium.claims.typical import Typical
from erbium.claims.variations import at_dose, at_time, has_doses, in_line, opposites, other_lines, times_of
from erbium.experiment.condition import Condition
from erbium.knowledge.cell_lines import resolve_cell_line
from erbium.knowledge.schema.claim import Claim
from erbium.knowledge.schema.condition import Context
from tests.claim_texts import HEAD, ORDER, PTEN, RESISTANCE, claims_from


@pytest.fixture
def claims(tmp_path: Path) -> dict[str, Claim]:
    """The toy claims by id."""
    text = HEAD + PTEN + RESISTANCE + ORDER
    return {name: item.claim for name, item in claims_from(tmp_path, text).items()}


def test_a_scale_moves_by_its_logarithm_and_a_drug_by_its_concentration(claims: dict[str, Claim]) -> None:
    pten, resistance = claims["S1-001"], claims["S1-004"]
    assert at_dose(pten, 3.0).arms["lost"].scale["PTEN_abundance"] == pytest.approx(0.05**3)
    dosed = at_dose(resistance, 3.0)
    assert dosed.arms["drug"].drugs["trastuzumab"].concentration == pytest.approx(300.0)
    assert dosed.arms["lost_drug"].scale == resistance.arms["lost_drug"].scale
    assert has_doses(pten)
    assert at_dose(pten, 1.0).arms == pten.arms


def test_a_set_value_moves_from_its_neutral_value() -> None:
    base = Claim.model_validate(
        {
            "id": "S1-010",
            "kind": "causal-effect",
            "statement": "a statement about handles",
            "source": "nobody",
            "executable": True,
            "cut": {"k_PTEN": 0.0},
            "base": {"line": "BT-474"},
            "arms": {
                "a": {},
                "b": {"set": {"CCND1_dosage": 4.0, "bypass_drive": 0.5, "PTEN_abundance": 0.0}},
            },
            "expect": [{"readout": "pRB", "time": "24 h", "comparison": "up", "test": "b", "against": "a"}],
        }
    )
    moved_on = at_dose(base, 0.5).arms["b"].settings
    assert moved_on == {
        "CCND1_dosage": pytest.approx(2.0),
        "bypass_drive": pytest.approx(0.25),
        "PTEN_abundance": 0.0,
    }


def test_times_are_early_and_late(claims: dict[str, Claim]) -> None:
    pten = claims["S1-001"]
    assert times_of(pten) == (0.5, 2.0)
    assert at_time(pten, 2.0).expect[0].time == 48.0
    early = at_time(pten, 1.0 / 24.0)
    assert times_of(early) == (1.0, 2.0)


def test_other_lines_are_her2_amplified_and_of_other_donors(claims: dict[str, Claim]) -> None:
    pten = claims["S1-001"]
    lines = [resolve_cell_line(name) for name in other_lines(pten)]
    assert len(lines) == 2
    assert all(line.her2 == "amplified" for line in lines)
    donors = {line.patient or line.id for line in [*lines, resolve_cell_line("BT-474")]}
    assert len(donors) == 3
    assert in_line(pten, "SK-BR-3").contexts()["lost"].line == "SK-BR-3"


def test_opposites_contradict(claims: dict[str, Claim]) -> None:
    (up,) = claims["S1-001"].expect
    assert [e.comparison for e in opposites(up)] == ["down", "unchanged"]
    (order,) = claims["S1-005"].expect
    assert next(iter(opposites(order))).arms_in_order == ("much", "some", "none")


@pytest.mark.needs_compiler
def test_hops_count_species_from_what_differs(claims: dict[str, Claim]) -> None:
    typical = Typical()
    resistance = claims["S1-004"]
    setups = setups_of(resistance)
    # The drug is on both sides of the difference of differences: what is moved is the marker.
    (pair,) = compared(resistance.expect[0], setups)
    assert all(isinstance(setup, Condition) and setup.exposures for setup in pair)
    assert hops_of(resistance, setups, typical) is not None
    lost, normal = setups["lost"], setups["normal"]
    assert isinstance(lost, Condition)
    assert isinstance(normal, Condition)
    assert "PTEN" in species_moved(lost, normal, typical)
    assert species_moved(normal, normal, typical) == []
    assert shortest_path(["PTEN"], "read:pAKT_S473") is not None
    assert shortest_path(["PTEN"], "read:nothing_like_it") is None


@pytest.mark.needs_compiler
def test_a_readout_of_the_handle_itself_is_no_hop(claims: dict[str, Claim]) -> None:
    order = claims["S1-005"]
    # The readout of phosphorylation holds the occupancy by the inhibitor.
    assert hops_of(order, setups_of(order), Typical()) == 0


@pytest.mark.needs_compiler
def test_signs_along_the_path(claims: dict[str, Claim]) -> None:
    pten = claims["S1-001"]
    assert propagated_sign(pten.expect[0], setups_of(pten), Typical()) == 1
    turned = pten.expect[0].model_copy(update={"test": "normal", "against": "lost"})
    assert propagated_sign(turned, setups_of(pten), Typical()) == -1


def test_a_cut_is_held_whatever_an_arm_does() -> None:
    context = Context.model_validate(
        {
            "line": "BT-474",
            "scale": {"PTEN_abundance": 0.1, "HER3_abundance": 2.0},
            "acute": {"PTEN_abundance": 3.0},
            "set": {"EGF": "10 nM"},
            "mechanisms": {"pten_loss": 1.0},
        }
    )
    cut = setup_of(context, {"PTEN_abundance": 1.0})
    assert isinstance(cut, Condition)
    assert dict(cut.settings) == {"EGF": 10.0, "PTEN_abundance": 1.0}
    assert dict(cut.scale) == {"HER3_abundance": 2.0}
    assert cut.acute == ()
    assert cut.mechanisms == ()
    assert dict(setup_of(context).mechanisms) == {"pten_loss": 1.0}
