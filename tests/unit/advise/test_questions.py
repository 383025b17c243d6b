"""Open questions: the same twins under every answer."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.advise.questions import open_questions
from erbium.knowledge.alternatives import load_alternatives
from erbium.knowledge.catalogue import load_regimens
from erbium.tumour import Tumour
from tests.patients import patient

QUESTION = "kinase_inhibitor_in_pi3k_lesions"


def small() -> Tumour:
    return Tumour.from_profile(
        patient(her2={"ihc": "3+"}, disease={"setting": "metastatic"}), parameter_draws=4, marker_draws=2
    )


def test_an_answer_moves_its_knob_in_all_twins_and_nothing_else() -> None:
    tumour = small()
    first, second = (tumour.answering(QUESTION, k) for k in (0, 1))
    # The pace is set so that the tumour doubles as before, and what follows without drugs is kept beside it.
    kept = ("k_growth", "drug_free_growth", "drug_free_input", "untreated_growth", "S_untreated")
    paces = [first.network.parameter_index[f"c{k}.{name}"] for k in (1, 2) for name in kept]
    changed = np.flatnonzero((first.parameters != second.parameters).any(axis=0))
    moved = {first.network.parameters[i] for i in set(changed) - set(paces)}
    assert moved == {"c1.erk_gate", "c2.erk_gate"}
    assert np.array_equal(first.doubling_days, second.doubling_days)


@pytest.mark.needs_compiler
def test_every_regimen_is_run_under_every_answer() -> None:
    tumour, regimens = small(), [load_regimens()[name] for name in ("lapatinib_capecitabine", "neratinib")]
    (found,) = open_questions(tumour, tumour, regimens, 84.0)
    assert found["id"] == QUESTION
    assert {outcome["regimen"] for outcome in found["outcomes"]} == {r.id for r in regimens}
    assert all(len(o["means"]) == len(load_alternatives()[QUESTION].choices) for o in found["outcomes"])
    shares = [min(o["means"]) / max(o["means"]) for o in found["outcomes"]]
    assert shares == sorted(shares)


def test_without_twins_to_run_no_outcome_is_given() -> None:
    (found,) = open_questions(small(), None, [], 84.0)
    assert found["outcomes"] == []
    assert sum(choice["share_of_twins"] for choice in found["choices"]) == pytest.approx(1.0)
