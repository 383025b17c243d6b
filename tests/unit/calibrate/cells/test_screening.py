"""Elementary effects: strong numbers stay, silent and degenerate ones are held."""

from __future__ import annotations

import numpy as np
import pytest

from erbium.calibrate.cells.screening import effects, screen, trajectories

NAMES = ("strong", "weak", "silent", "repeats", "odd")


def outputs(walks: np.ndarray) -> np.ndarray:
    strong, weak, _, repeats, odd = np.moveaxis(walks, -1, 0)
    scaled = strong + 0.9 * repeats
    return np.stack([3.0 * scaled, scaled, 0.8 * weak, odd**2], axis=-1)


def test_every_walk_moves_every_number_once() -> None:
    walks = trajectories(NAMES, 3, np.random.default_rng(1))
    moved = np.abs(np.diff(walks, axis=1)) > 0
    assert (moved.sum(axis=1) == 1).all()
    assert (moved.sum(axis=2) == 1).all()


def test_screening_keeps_what_is_seen_and_holds_what_repeats_it() -> None:
    walks = trajectories(NAMES, 12, np.random.default_rng(1))
    found, means = effects(NAMES, walks, outputs(walks))
    by_name = {e.name: e for e in found}
    assert by_name["strong"].information == pytest.approx(np.sqrt(10.0))
    assert by_name["strong"].interaction == pytest.approx(0.0, abs=1e-9)
    assert by_name["odd"].interaction > 0.1
    kept, rest = screen(found, means)
    assert next(e.name for e in kept) == "strong"
    assert {e.name: e.alike for e in rest} == {"silent": "", "repeats": "strong"}


def test_a_limit_keeps_the_strongest() -> None:
    walks = trajectories(NAMES, 4, np.random.default_rng(1))
    kept, rest = screen(*effects(NAMES, walks, outputs(walks)), kept=1)
    assert [e.name for e in kept] == ["strong"]
    assert len(rest) == 4


def test_failed_members_do_not_count() -> None:
    walks = trajectories(NAMES, 6, np.random.default_rng(1))
    y = outputs(walks)
    y[0, 2] = np.nan
    found, _ = effects(NAMES, walks, y)
    assert found[0].information == pytest.approx(np.sqrt(10.0))


def test_factors_of_a_dish_do_not_count_towards_the_limit() -> None:
    walks = trajectories(NAMES, 4, np.random.default_rng(1))
    kept, _ = screen(*effects(NAMES, walks, outputs(walks)), kept=1, beside=("we",))
    assert {e.name for e in kept} == {"strong", "weak"}
