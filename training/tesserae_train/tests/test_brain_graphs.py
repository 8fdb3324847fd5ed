"""The brain's small storage: what is exact, and how near the rest comes."""

import numpy as np

from tesserae_train import brain_graphs


def restored(grid, zero, step):
    return (grid - zero[..., None]) * step.astype(np.float32)[..., None]


def test_values_of_a_gguf_block_survive_without_loss():
    rng = np.random.default_rng(0)
    step = rng.uniform(0.001, 0.1, (64, 3)).astype(np.float16).astype(np.float32)
    low = -step * rng.uniform(4, 11, (64, 3)).astype(np.float32)
    grid = rng.integers(0, 16, (64, 3, 32))
    grid[..., 0], grid[..., 1] = 0, 15
    matrix = (grid * step[..., None] + low[..., None]).reshape(64, 96).astype(np.float32)
    *stored, rest = brain_graphs.split(matrix)
    assert np.abs((restored(*stored) + rest[..., None]).reshape(64, 96) - matrix).max() < 1e-5


def test_nearest_grid_errs_by_less_than_a_step():
    matrix = np.random.default_rng(1).normal(size=(16, 64)).astype(np.float32)
    grid, zero, step = brain_graphs.nearest(matrix)
    error = np.abs(restored(grid, zero, step).reshape(16, 64) - matrix).reshape(16, 2, 32).max(-1)
    assert (error <= step.astype(np.float32) * 2.5).all() and error.mean() < step.mean()


def test_nibbles_are_packed_even_element_low():
    assert brain_graphs._pack(np.array([[1, 2, 15, 0]])).tolist() == [[0x21, 0x0F]]
    assert brain_graphs._pack(np.array([[3, 4, 5]])).tolist() == [[0x43, 0x85]]
