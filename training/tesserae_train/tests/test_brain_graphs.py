"""The brain's small storage: what is exact, and how near the rest comes."""

import numpy as np

from tesserae_train import brain_graphs


def restored(grid, zero, step):
    return (grid - zero[..., None]) * step.astype(np.float32)[..., None]


def test_values_of_a_gguf_block_survive_nearly():
    rng = np.random.default_rng(0)
    step = rng.uniform(0.02, 0.1, (64, 3)).astype(np.float32)
    low = -step * rng.uniform(4, 11, (64, 3)).astype(np.float32)
    grid = rng.integers(0, 16, (64, 3, 32))
    grid[..., 0], grid[..., 1] = 0, 15
    matrix = (grid * step[..., None] + low[..., None]).reshape(64, 96).astype(np.float32)
    *stored, rest = brain_graphs.split(matrix)
    error = np.abs((restored(*stored) + rest[..., None]).reshape(64, 96) - matrix).reshape(64, 3, 32).max(-1)
    assert (error <= 7.5 * step.max(1, keepdims=True) / 255 * 0.6 + 1e-6).all()


def test_steps_are_stored_as_they_are_used():
    step = brain_graphs.eighths(np.random.default_rng(3).uniform(0.001, 0.2, (8, 5)).astype(np.float32))
    grid, unit = brain_graphs.stored_steps(step)
    assert np.abs(grid * unit.astype(np.float32) - step).max() <= 1e-3 * step.max()


def test_nearest_grid_errs_by_less_than_a_step():
    matrix = np.random.default_rng(1).normal(size=(16, 64)).astype(np.float32)
    grid, zero, step = brain_graphs.nearest(matrix)
    error = np.abs(restored(grid, zero, step).reshape(16, 64) - matrix).reshape(16, 2, 32).max(-1)
    assert (error <= step.astype(np.float32) * 2.5).all() and error.mean() < step.mean()


def test_nibbles_are_packed_even_element_low():
    assert brain_graphs._pack(np.array([[1, 2, 15, 0]])).tolist() == [[0x21, 0x0F]]
    assert brain_graphs._pack(np.array([[3, 4, 5]])).tolist() == [[0x43, 0x85]]


def test_adapters_ride_beside_the_remainders():
    rng = np.random.default_rng(2)
    adapted = {"3.o.down": rng.normal(size=(14, 576)).astype(np.float32) / 24, "3.self_attn.o_proj.up": rng.normal(size=(576, 14)).astype(np.float32) * 0.02}
    rest = rng.normal(size=(576, 18)).astype(np.float32) * 0.005
    weights = {"model.layers.3.self_attn.o_proj.weight": rng.normal(size=(576, 576)).astype(np.float32)}
    matrices = brain_graphs.ExactMatrices(None, weights, adapted)
    down, beside = matrices._adapter(("model.layers.3.self_attn.o_proj",), rest)
    x = rng.normal(size=576).astype(np.float32)
    said = beside[:, 18:] @ (down @ x)
    wanted = 2.0 * adapted["3.self_attn.o_proj.up"] @ (adapted["3.o.down"] @ x)
    assert beside.shape == (576, 32) and np.abs(said - wanted).max() < 1e-4
    assert matrices._adapter(("model.layers.4.self_attn.o_proj",), rest) == (None, rest)
