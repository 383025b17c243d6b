"""Numbers that are uncertain together."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from erbium.core.twins import Twins
from erbium.knowledge import load_knowledge
from erbium.knowledge.linked_draws import (
    LinkedDraw,
    common_of_drug_number,
    common_of_parameter,
    load_linked_draws,
)
from erbium.knowledge.parameters import load_parameters


def test_every_member_of_a_group_exists() -> None:
    parameters = {name for numbers in load_parameters().values() for name in numbers}
    drugs = load_knowledge().drugs
    numbers = {name for drug in drugs.values() for name in type(drug.pharmacology).model_fields}
    # Both alleles of the receptor are one draw (erbium.pharmacology.fc).
    numbers |= {"fcgr3a_KD"}
    for key, group in load_linked_draws().items():
        assert set(group.parameters) <= parameters, key
        assert set(group.drug_numbers) <= numbers, key
        assert set(group.drugs) <= set(drugs), key
        assert group.parameters or group.drug_numbers, key


def test_no_number_is_in_two_groups() -> None:
    named = [
        name for group in load_linked_draws().values() for name in (*group.parameters, *group.drug_numbers)
    ]
    assert len(named) == len(set(named))


def test_one_antibody_has_one_affinity_whatever_it_carries() -> None:
    keys = {common_of_drug_number(drug, "KD") for drug in ("trastuzumab", "trastuzumab_emtansine")}
    assert len(keys) == 1
    assert next(iter(keys)).share == 1.0
    assert common_of_drug_number("pertuzumab", "KD").share == 0.0


def test_permeability_is_of_one_drug() -> None:
    one, other = (common_of_drug_number(drug, "payload_efflux").key for drug in ("a", "b"))
    assert one != other
    assert one == common_of_drug_number("a", "payload_influx").key


def test_a_number_without_a_group_is_its_own() -> None:
    assert common_of_parameter("k_signal_death").share == 0.0
    assert common_of_parameter("k_signal_death").width == 1.0


def test_common_share_is_the_correlation_of_logs() -> None:
    twins = Twins(3, 4000, 1)
    one, other = (
        np.log(twins.uncertain(name, 1.0, 0.5, 2.0, common="assay", share=0.8)) for name in ("one", "other")
    )
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(0.8, abs=0.03)
    alone = np.log(twins.uncertain("one", 1.0, 0.5, 2.0))
    assert one.std() == pytest.approx(alone.std(), rel=0.05)


def test_width_narrows_the_log_range() -> None:
    twins = Twins(3, 4000, 1)
    full, narrow = (np.log(twins.uncertain("k", 2.0, 1.0, 8.0, width=w)) - np.log(2.0) for w in (1.0, 0.3))
    assert np.allclose(narrow, 0.3 * full)


def test_share_outside_its_range_is_refused() -> None:
    share = {"value": 1.4, "unit": "1", "kind": "assumed", "low": 1.0, "high": 2.0}
    with pytest.raises(ValidationError, match="between 0 and 1"):
        LinkedDraw.model_validate({"drug_numbers": ["KD"], "share": share})
