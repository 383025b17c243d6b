"""What cells must show, from the one parameter set: order and direction, never a tuned number.

What a weighted sum of arms can say stands as data in knowledge/data/cell_checks (test_cell_checks.py).

Each check holds in the median and in at least four of five parameter draws.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from erbium.experiment import Culture

pytestmark = pytest.mark.needs_compiler

DRAWS = 15
AMPLIFIED = {"HER2_abundance": 1000.0, "bypass_drive": 0.02}
ANTIBODIES = {"trastuzumab": 100.0, "pertuzumab": 100.0}
KINASE_QUESTION = "kinase_inhibitor_in_pi3k_lesions"
Values = NDArray[np.float64]


@cache
def _read(
    settings: tuple[tuple[str, float], ...],
    mechanisms: tuple[tuple[str, float], ...],
    drugs: tuple[tuple[str, float], ...],
    answer: str,
    readout: str,
    hours: float,
) -> Values:
    cell = Culture.of(
        settings=dict(settings), mechanisms=mechanisms, alternatives={KINASE_QUESTION: answer}, draws=DRAWS
    )
    values = cell.add(**dict(drugs)).read(hours, (readout,)).values[readout]
    return np.asarray(values, dtype=float)


def read(
    readout: str,
    drugs: dict[str, float] | None = None,
    *mechanisms: str | tuple[str, float],
    settings: dict[str, float] | None = None,
    answer: str = "blunted",
    hours: float = 72.0,
) -> Values:
    """Return a readout of an amplified cell (or of another) after three days, one value per draw."""
    named = tuple(m if isinstance(m, tuple) else (m, 1.0) for m in mechanisms)
    cell = tuple(sorted((settings or AMPLIFIED).items()))
    return _read(cell, named, tuple(sorted((drugs or {}).items())), answer, readout, hours)


def block(
    drugs: dict[str, float],
    *mechanisms: str | tuple[str, float],
    settings: dict[str, float] | None = None,
    answer: str = "blunted",
) -> Values:
    """Return how much of the growth that signalling gives is taken away, per hour."""
    free = read("signal_growth_rate", {}, *mechanisms, settings=settings, answer=answer)
    return free - read("signal_growth_rate", drugs, *mechanisms, settings=settings, answer=answer)


def holds(condition: NDArray[np.bool_]) -> bool:
    """Whether a condition holds in four of five parameter draws."""
    return bool(condition.mean() >= 0.8)


def test_a_kinase_inhibitor_beats_the_antibodies_on_p95() -> None:
    p95 = ("p95her2", 0.5)
    assert holds(block({"neratinib": 50.0}, p95) > block(ANTIBODIES, p95))


def test_bt474_with_k111n_stays_sensitive_and_jimt1_does_not() -> None:
    def share(line: str) -> Values:
        cell = Culture.of(line, draws=DRAWS)
        free = cell.read(72.0, ("signal_growth_rate",)).values["signal_growth_rate"]
        treated = cell.add(trastuzumab=100.0).read(72.0, ("signal_growth_rate",)).values["signal_growth_rate"]
        return np.asarray((free - treated) / np.abs(free))

    assert holds(share("BT-474") > 2.0 * share("JIMT-1"))
    k111n = block({"trastuzumab": 100.0}, "pik3ca_k111n")
    assert holds(k111n > block({"trastuzumab": 100.0}, "pik3ca_h1047r"))


def test_both_published_answers_for_lapatinib_run() -> None:
    lapatinib = {"lapatinib": 3000.0}
    blunted = block(lapatinib, "pten_loss") / block(lapatinib)
    spared = block(lapatinib, "pten_loss", answer="spared") / block(lapatinib, answer="spared")
    assert holds(blunted < 1.0)
    assert holds(spared > blunted)


def test_pik3ca_mutant_gains_more_from_an_alpha_inhibitor() -> None:
    def gain(*mechanisms: str) -> Values:
        with_it = {**ANTIBODIES, "alpelisib": 1000.0}
        return block(with_it, *mechanisms) - block(ANTIBODIES, *mechanisms)

    assert holds(gain("pik3ca_h1047r") > gain())
    assert holds(gain("pik3ca_h1047r") > gain("pten_loss"))


def test_pten_null_gains_more_from_mtor_inhibition_than_from_an_alpha_inhibitor() -> None:
    def gain(drug: str, dose: float, *mechanisms: str) -> Values:
        return block({**ANTIBODIES, drug: dose}, *mechanisms) - block(ANTIBODIES, *mechanisms)

    assert holds(gain("everolimus", 10.0, "pten_loss") > gain("everolimus", 10.0))
    assert holds(gain("everolimus", 10.0, "pten_loss") > gain("alpelisib", 1000.0, "pten_loss"))


@pytest.mark.parametrize("readout", ["pERK", "HER3_total"])
def test_pi3k_inhibition_alone_rebounds(readout: str) -> None:
    assert holds(read(readout, {"alpelisib": 1000.0}) > 1.02 * read(readout))


def test_her2_blockade_stops_the_rebound() -> None:
    alone = read("pERK", {"alpelisib": 1000.0})
    assert holds(read("pERK", {**ANTIBODIES, "alpelisib": 1000.0}) < read("pERK"))
    both = read("pHER3", {"neratinib": 50.0, "alpelisib": 1000.0})
    assert holds(both < read("pHER3", {"alpelisib": 1000.0}))
    assert holds(alone > read("pERK", {**ANTIBODIES, "alpelisib": 1000.0}))


@pytest.mark.parametrize("readout", ["pRB", "pTSC2", "pS6K"])
def test_cdk46_with_her2_inhibition_suppresses_more_than_either(readout: str) -> None:
    both = read(readout, {**ANTIBODIES, "palbociclib": 300.0})
    assert holds(both < read(readout, ANTIBODIES))
    assert holds(both < read(readout, {"palbociclib": 300.0}))


def test_cdk46_inhibition_does_nothing_without_rb() -> None:
    with_rb = block({"palbociclib": 300.0})
    without = block({"palbociclib": 300.0}, "rb1_loss")
    assert holds(np.abs(without) < 0.1 * with_rb)


def test_neratinib_is_partly_kept_in_l755s() -> None:
    neratinib, lapatinib = {"neratinib": 50.0}, {"lapatinib": 1000.0}
    kept = block(neratinib, "erbb2_l755s") / block(neratinib)
    assert holds(kept > block(lapatinib, "erbb2_l755s") / block(lapatinib))


def test_s310f_removes_pertuzumab() -> None:
    assert holds(np.abs(block({"pertuzumab": 100.0}, "erbb2_s310f")) < 0.05 * block({"pertuzumab": 100.0}))


def test_her2_mutant_without_amplification_prefers_neratinib() -> None:
    cell = {"HER2_abundance": 60.0, "bypass_drive": 0.15, "ER_abundance": 1.0}
    neratinib = block({"neratinib": 50.0}, "erbb2_l755s", settings=cell)
    assert holds(neratinib > block({"trastuzumab": 100.0}, "erbb2_l755s", settings=cell))


def test_pten_loss_does_not_move_the_kill_of_a_payload() -> None:
    for conjugate in ("trastuzumab_deruxtecan", "trastuzumab_emtansine"):
        wild = read("payload_kill_rate", {conjugate: 10.0})
        lost = read("payload_kill_rate", {conjugate: 10.0}, "pten_loss")
        assert np.allclose(lost, wild, rtol=0.02)


def test_l755s_does_not_move_the_uptake_of_a_conjugate() -> None:
    wild = read("payload", {"trastuzumab_deruxtecan": 10.0})
    mutant = read("payload", {"trastuzumab_deruxtecan": 10.0}, "erbb2_l755s")
    assert np.allclose(mutant, wild, rtol=0.10)


def test_ligand_free_her2_signals_in_amplified_cells() -> None:
    """Without any ligand an amplified cell signals, and a normal one does not."""
    dry = {"EGF": 0.0, "NRG1": 0.0}
    amplified = read("pAKT_S473", {}, settings={**AMPLIFIED, **dry})
    normal = read("pAKT_S473", {}, settings={"HER2_abundance": 15.0, **dry})
    assert holds(amplified > 1.5 * normal)


def test_trastuzumab_leaves_the_neuregulin_pair_and_pertuzumab_does_not() -> None:
    wet = {"HER2_abundance": 50.0, "NRG1": 5.0, "bypass_drive": 0.1}
    free = read("pHER3", {}, settings=wet, hours=6.0)
    trastuzumab = read("pHER3", {"trastuzumab": 100.0}, settings=wet, hours=6.0)
    pertuzumab = read("pHER3", {"pertuzumab": 100.0}, settings=wet, hours=6.0)
    assert holds(trastuzumab > 0.8 * free)
    assert holds(pertuzumab < 0.6 * free)


def test_endocrine_block_lowers_er_output_and_pi3k_block_raises_it() -> None:
    cell = {**AMPLIFIED, "ER_abundance": 1.0}
    free = read("ER_output", {}, settings=cell)
    assert holds(read("ER_output", {"fulvestrant": 100.0}, settings=cell) < 0.5 * free)
    assert holds(read("ER_output", {"alpelisib": 1000.0}, settings=cell) > 1.01 * free)
    assert holds(
        read("surface_HER2", {"fulvestrant": 100.0}, settings=cell) > read("surface_HER2", {}, settings=cell)
    )
