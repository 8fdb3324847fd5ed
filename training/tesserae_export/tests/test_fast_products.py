"""Graphs that are written for speed: residual sums joined with norms, and 8-bit products whose rows do not see each other."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto

from tesserae_export import graph as graphs
from tesserae_export.graph import DataFiles, Graph
from tesserae_export.matrices import Matrices

WIDTH, WIDE = 64, 96


@pytest.fixture
def random():
    return np.random.default_rng(7)


def two_sums(folder, norm: str, table: bool = False):
    """x + y, normed; that sum + y, normed; both sums are read again."""
    graph = Graph("sums", DataFiles(folder, "sums.onnx", 1 << 30))
    x = graph.input("x", TensorProto.FLOAT, ["batch", "token", WIDTH])
    y = graph.input("y", TensorProto.FLOAT, ["batch", "token", WIDTH])
    if table:
        places = graph.input("places", TensorProto.INT64, ["token"])
        y = graph.node("Gather", [graph.constant("table", np.random.default_rng(1).standard_normal((9, WIDTH)).astype(np.float32)), places], "looked.up")
    parts = [graph.constant("scale", np.linspace(0.5, 1.5, WIDTH, dtype=np.float32))]
    more = {"stash_type": 1} if norm.startswith("Simplified") else {}
    if not more:
        parts.append(graph.constant("bias", np.linspace(-1, 1, WIDTH, dtype=np.float32)))
    first = graph.node("Add", [x, y], "first")
    second = graph.node("Add", [first, graph.node(norm, [first, *parts], "first.normed", axis=-1, epsilon=1e-5, **more)], "second")
    last = graph.node(norm, [second, *parts], "second.normed", axis=-1, epsilon=1e-5, **more)
    graph.node("Mul", [last, second], "out")
    graph.output("out", TensorProto.FLOAT, ["batch", "token", WIDTH])
    return graph


def ops(path) -> list[str]:
    return [node.op_type for node in onnx.load(path).graph.node]


@pytest.mark.parametrize("norm", ["LayerNormalization", "SimplifiedLayerNormalization"])
def test_joined_sums_give_what_they_gave_apart(norm, tmp_path, random, monkeypatch):
    two_sums(tmp_path, norm).save(tmp_path / "joined.onnx")
    monkeypatch.setattr(graphs, "joined", lambda nodes, weights: nodes)
    two_sums(tmp_path, norm).save(tmp_path / "apart.onnx")
    assert ops(tmp_path / "joined.onnx") == [f"Skip{norm}"] * 2 + ["Mul"] and ops(tmp_path / "apart.onnx").count("Add") == 2
    given = {name: random.standard_normal((2, 5, WIDTH)).astype(np.float32) for name in "xy"}
    joined, apart = (ort.InferenceSession(tmp_path / f"{name}.onnx").run(None, given)[0] for name in ("joined", "apart"))
    np.testing.assert_allclose(joined, apart, rtol=2e-5, atol=2e-5)


def test_a_table_without_a_batch_is_added_apart(tmp_path, random):
    two_sums(tmp_path, "LayerNormalization", table=True).save(tmp_path / "sums.onnx")
    assert ops(tmp_path / "sums.onnx")[:3] == ["Gather", "Add", "LayerNormalization"]
    given = {name: random.standard_normal((2, 5, WIDTH)).astype(np.float32) for name in "xy"} | {"places": np.arange(5)}
    assert ort.InferenceSession(tmp_path / "sums.onnx").run(None, given)[0].shape == (2, 5, WIDTH)


@pytest.fixture
def product(tmp_path, random):
    """(session, weights [out, in]) of one 8-bit layer."""
    weight = random.standard_normal((WIDE, WIDTH)).astype(np.float32)
    weight[3] = 0
    graph = Graph("product", DataFiles(tmp_path, "product.onnx", 1 << 30))
    graph.input("x", TensorProto.FLOAT, ["batch", "token", WIDTH])
    Matrices(graph, {"layer.weight": weight}, "int8", dynamic=True).project("x", "layer", "y", ("layer",))
    graph.output("y", TensorProto.FLOAT, ["batch", "token", WIDE])
    graph.save(tmp_path / "product.onnx")
    return ort.InferenceSession(tmp_path / "product.onnx"), weight


def test_a_row_does_not_depend_on_its_neighbours(product, random):
    """A tile is encoded, and a token read, with whatever others there are: what comes of it must be the same."""
    session, _ = product
    rows = random.standard_normal((2, 7, WIDTH)).astype(np.float32)
    rows[1, 3] *= 1000  # one that would take the whole grid of a common scale
    together = session.run(None, {"x": rows})[0]
    for batch, token in ((0, 0), (0, 6), (1, 3), (1, 4)):
        alone = session.run(None, {"x": rows[batch : batch + 1, token : token + 1]})[0]
        np.testing.assert_array_equal(alone[0, 0], together[batch, token])


def test_eight_bits_lose_little(product, random):
    session, weight = product
    rows = random.standard_normal((1, 50, WIDTH)).astype(np.float32) * np.geomspace(1e-3, 1e3, 50, dtype=np.float32)[None, :, None]
    got, wanted = session.run(None, {"x": rows})[0], rows @ weight.T
    error = np.square(got - wanted).mean(-1) / np.square(wanted).mean(-1)  # each row by its own size
    assert np.sqrt(error).max() < 0.015


def test_a_row_of_zeros_gives_zeros(product):
    session, _ = product
    assert not session.run(None, {"x": np.zeros((1, 2, WIDTH), np.float32)})[0].any()
