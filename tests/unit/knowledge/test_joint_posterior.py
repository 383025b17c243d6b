"""Joint draws of the numbers fitted to published arms: one member a draw, the shipped values first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from erbium.core.errors import DataError
from erbium.core.twins import Twins
from erbium.knowledge import ensemble
from erbium.knowledge.ensemble import fitted_to_arms, joint_draws, joint_posterior, write_ensemble


def test_every_draw_is_one_member_and_the_first_is_what_is_shipped() -> None:
    found = joint_posterior()
    assert found is not None
    twins = Twins(3, 6, 2)
    table = np.stack([np.asarray(joint_draws(name, twins)) for name in found.names], axis=1)
    shipped = fitted_to_arms()
    for name, value in zip(found.names, table[0], strict=True):
        assert value == pytest.approx(shipped[name], rel=2e-3)
    for row in table[2::2]:
        assert np.isclose(found.values, row, rtol=1e-6).all(axis=1).any(), "no member holds these values"
    assert np.array_equal(table[0::2], table[1::2])


def test_a_number_that_was_not_fitted_has_no_joint_draw() -> None:
    assert joint_draws("k_growth", Twins(1, 2, 2)) is None


def test_draws_around_other_values_than_the_shipped_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = joint_posterior()
    assert found is not None
    moved = ensemble.Ensemble(
        found.names, found.units, found.fitted, found.values, found.seed, found.date, found.data_hash,
        (found.typical[0] * 1.1, *found.typical[1:]),
    )  # fmt: skip
    write_ensemble(moved, tmp_path / "ensemble", "population")
    monkeypatch.setattr(ensemble, "data_folder", lambda: tmp_path)
    with pytest.raises(DataError, match=f'draws of "{found.names[0]}" are around') as error:
        joint_posterior.__wrapped__()
    assert error.value.key == "typical"
