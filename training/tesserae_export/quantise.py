"""Block quantisation in the layout of ONNX Runtime's `MatMulNBits`.

A matrix [out, in] is cut along `in` into blocks; each block keeps one float32 scale and unsigned integers around a
fixed zero point (8 for 4 bits, 128 for 8 bits): value = (q - zero) * scale.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .weights import Rows

BLOCK = 32
_SHRINKS = (1.0, 0.95, 0.9, 0.85)  # how much of its largest value a block of 4 bits may give up so that the others lie closer
_CHUNK = 262_144  # elements at a time: what is tried on them stays in a processor's cache


class Blocks(NamedTuple):
    """One quantised matrix [out, in]."""

    packed: np.ndarray  # uint8 [out, block, BLOCK * bits / 8]; at 4 bits the even element is the low nibble
    scales: np.ndarray  # float32 [out, block]


def quantise(matrix: Rows, bits: int, block: int = BLOCK) -> Blocks:
    """Rounds each block to the grid, of a few candidate grids, with the smallest squared error."""
    if bits not in (4, 8):
        raise ValueError(f"bits is {bits}; 4 or 8 can be stored")
    rows, columns = matrix.shape
    blocks = -(-columns // block)
    packed = np.empty((rows, blocks, block * bits // 8), np.uint8)
    scales = np.empty((rows, blocks), np.float32)
    # A few rows at a time: the candidates take many times the rows' own memory.
    step = max(1, _CHUNK // (blocks * block))
    for begin in range(0, rows, step):
        part = slice(begin, min(begin + step, rows))
        packed[part], scales[part] = _quantised(matrix[part], bits, block, blocks)
    return Blocks(packed, scales)


def _quantised(matrix: np.ndarray, bits: int, block: int, blocks: int) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = matrix.shape
    padded = np.zeros((rows, blocks * block), np.float32)
    padded[:, :columns] = matrix
    values = padded.reshape(rows, blocks, block)
    zero = 1 << (bits - 1)
    # The signed value of largest magnitude lands on the grid's lowest point, which reaches one step further than its highest.
    extreme = np.take_along_axis(values, np.abs(values).argmax(-1, keepdims=True), -1)
    scales = [(extreme * (-shrink / zero)).astype(np.float32) for shrink in (_SHRINKS if bits == 4 else (1.0,))]
    best_scale = scales[0]
    if len(scales) > 1:
        errors = np.stack([_error(values, scale, zero) for scale in scales], -1)  # [row, block, candidate]
        best_scale = np.take_along_axis(np.concatenate(scales, -1), errors.argmin(-1, keepdims=True), -1)
    packed = (_rounded(values, best_scale, zero) + zero).astype(np.uint8)
    return packed if bits == 8 else packed[..., 0::2] | (packed[..., 1::2] << 4), best_scale[..., 0]


def _error(values: np.ndarray, scale: np.ndarray, zero: int) -> np.ndarray:
    """The squared error of each block on that grid: [row, block]"""
    away = _rounded(values, scale, zero)
    away *= scale
    away -= values
    return np.einsum("rbk,rbk->rb", away, away)


def _rounded(values: np.ndarray, scale: np.ndarray, zero: int) -> np.ndarray:
    """The nearest points of the grid, -zero to zero - 1: whole numbers, as floats."""
    grid = np.divide(values, np.where(scale == 0, np.float32(1), scale))
    return np.clip(np.rint(grid, out=grid), -zero, zero - 1, out=grid)


def restore(blocks: Blocks, bits: int, columns: int) -> np.ndarray:
    """The matrix that the blocks stand for, float32 [out, columns]."""
    grid = blocks.packed
    if bits == 4:
        grid = np.stack((grid & 15, grid >> 4), -1).reshape(*grid.shape[:2], -1)
    values = (grid.astype(np.float32) - (1 << (bits - 1))) * blocks.scales[..., None]
    return values.reshape(len(values), -1)[:, :columns]
