"""Patients go into lanes and come back."""

from __future__ import annotations

import numpy as np

from erbium.engine.blocks import ALIGNMENT, aligned, pack, unpack


def test_round_trip_with_a_ragged_block() -> None:
    values = np.arange(33.0).reshape(11, 3)
    blocks = pack(values, 8, np.float64)
    assert blocks.shape == (2, 3, 8)
    assert (blocks[1, :, 3:] == values[-1][:, None]).all()
    np.testing.assert_array_equal(unpack(blocks, 11), values)


def test_blocks_are_aligned() -> None:
    assert all(aligned((k, 5), np.float32).ctypes.data % ALIGNMENT == 0 for k in range(1, 9))
