"""Patients in lanes: patient-major arrays to blocks of vectors and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
ALIGNMENT = 64


def aligned(shape: tuple[int, ...], dtype: type[np.generic]) -> Array:
    """Return zeros that start at a multiple of the vector size."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    raw = np.zeros(size + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start : start + size].view(dtype).reshape(shape)


def pack(values: Array, lanes: int, dtype: type[np.generic]) -> Array:
    """Return (patients, k) as (blocks, k, lanes); the last block is filled with its last patient."""
    patients, width = values.shape
    blocks = -(-patients // lanes)
    out = aligned((blocks, width, lanes), dtype)
    full = patients // lanes
    out[:full] = values[: full * lanes].reshape(full, lanes, width).transpose(0, 2, 1)
    if full < blocks:
        out[full] = values[np.minimum(np.arange(full * lanes, blocks * lanes), patients - 1)].T
    return out


def unpack(blocks: Array, patients: int) -> NDArray[np.float64]:
    """Return (blocks, ..., lanes) as (patients, ...)."""
    moved = np.moveaxis(blocks, -1, 1)
    return np.ascontiguousarray(moved.reshape(-1, *moved.shape[2:])[:patients], np.float64)
