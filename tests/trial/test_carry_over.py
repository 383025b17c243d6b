"""From one treatment to the next: what is over leaves, what takes its place is itself."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.knowledge import load_knowledge
from erbium.knowledge.catalogue import resolve_regimen
from erbium.knowledge.schema.regimen import Regimen
from erbium.profile import profile_from
from erbium.trial.carry_over import carried_over
from erbium.tumour import Arm, Tumour, run_arms

pytestmark = pytest.mark.needs_compiler


@pytest.fixture(scope="module")
def tumour() -> Tumour:
    profile = profile_from(
        {
            "schema": "erbium.profile/1",
            "meta": {"id": "case-001"},
            "her2": {"status": "positive"},
            "disease": {"setting": "metastatic", "line": 1},
        }
    )
    return Tumour.from_profile(profile, seed=1, parameter_draws=1, marker_draws=6)


def regimen(name: str) -> Regimen:
    known = load_knowledge()
    return resolve_regimen(name, known.regimens, known.drugs)


def after(tumour: Tumour, first: str, second: str, days: float = 42.0) -> tuple[Arm, Arm, Arm]:
    """Return the arms of two treatments one after the other, and of the second alone."""
    before, then = regimen(first), regimen(second)
    arm = tumour.arm(before)
    (course,) = run_arms(tumour.kernel, [arm], [days], stop_at_progression=False)
    rows = np.arange(tumour.twins.count)
    return (
        arm, carried_over(tumour, before, then, rows, course.end_states, arm.parameters), tumour.arm(then)
    )  # fmt: skip


def column(tumour: Tumour, arm: Arm, name: str) -> np.ndarray:
    """Return a parameter of the patient, or else of the first clone."""
    index = tumour.network.parameter_index
    return np.asarray(arm.parameters[:, index.get(name, index.get(f"c1.{name}", -1))])


def test_a_drug_in_the_place_of_another_is_nothing_but_itself(tumour: Tumour) -> None:
    first, then, alone = after(tumour, "docetaxel", "capecitabine")
    assert column(tumour, first, "chemotherapy_1_tubulin").all()
    for name in {full.rsplit(".", 1)[-1] for full in tumour.network.parameters}:
        if "chemotherapy_1" in name:
            np.testing.assert_array_equal(column(tumour, then, name), column(tumour, alone, name), name)
    assert column(tumour, then, "chemotherapy_1_antimetabolite").all()
    assert not column(tumour, then, "chemotherapy_1_tubulin").any()
    gone = [at for name, at in tumour.network.species_index.items() if name.endswith("_chemotherapy_1")]
    assert not then.states[:, gone].any()


def test_a_payload_keeps_nothing_of_the_one_before(tumour: Tumour) -> None:
    _, then, alone = after(tumour, "trastuzumab deruxtecan", "trastuzumab emtansine")
    for name in ("payload_is_genotoxic", "linker_cleavable", "k_efflux_payload", "CL_adc"):
        np.testing.assert_array_equal(column(tumour, then, name), column(tumour, alone, name), name)


def test_a_drug_that_is_over_acts_while_it_leaves(tumour: Tumour) -> None:
    first, then, alone = after(tumour, "th_docetaxel", "lapatinib_capecitabine")
    for name in ("CL_antibody_IV", "KD_antibody_IV"):
        np.testing.assert_array_equal(column(tumour, then, name), column(tumour, first, name), name)
        assert (column(tumour, then, name) != column(tumour, alone, name)).all(), name
    assert (then.states[:, tumour.network.species_index["central_antibody_IV"]] > 0.0).all()


def test_capecitabine_kills_after_docetaxel_as_it_does_alone(tumour: Tumour) -> None:
    # What docetaxel kills wakes stem-like cells in some twins; here they tolerate no more than others.
    tumour = tumour.altered({"w_stem_tolerance": 0.0}, {})
    _, then, alone = after(tumour, "docetaxel", "capecitabine", days=1.0)
    kernel = tumour.kernel
    kill = []
    for arm in (then, alone):
        (course,) = run_arms(kernel, [arm], [7.0], stop_at_progression=False)
        names = ["c1.chemotherapy_kill_rate", "c1.Ki67"]
        found = kernel.compute_readouts(course.end_states, arm.parameters, names)
        kill.append(found[names[0]] / found[names[1]])  # a day of docetaxel moves how many cells divide
    assert (kill[1] > 0.0).all()
    np.testing.assert_allclose(kill[0], kill[1], rtol=0.03)
    one, other = run_arms(kernel, [then, alone], [42.0], stop_at_progression=False)
    shrunk = [np.log(course.live[-1, :, 0] / course.live[0, :, 0]) for course in (one, other)]
    np.testing.assert_allclose(
        shrunk[0], shrunk[1], atol=0.15, err_msg="a day of docetaxel leaves room to grow"
    )
