"""Stores a graph's large weights in 8 bits, chosen tables in 4: the runtime multiplies them out once, while it loads, and computes in float32."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_LEAST = 4096
_BLOCK = 32
TABLES = ("classes", "concepts", "_fc.weight", "names.weight")
"""Ends of the names of weights that keep 4 bits and a scale a block of 32: look-up tables and classifiers, which bear it."""
LARGE = 250_000
"""Matrices of a nerve with at least so many weights keep 4 bits, too."""


def _output_axis(graph: onnx.GraphProto, name: str) -> int:
    """The axis of a weight along which each output has its own scale."""
    for node in graph.node:
        if name in node.input:
            if node.op_type == "Conv":
                return 0
            if node.op_type == "Gemm":
                return 0 if any(a.name == "transB" and a.i for a in node.attribute) else 1
            if node.op_type == "MatMul":
                return 1
    return 0


def shrink(path: Path, axes: dict[str, int] | None = None) -> None:
    """Rewrites the model in place: float32 weight → int8, Cast, Mul by a float32 scale an output."""
    model = onnx.load(path)
    graph = model.graph
    before, kept = [], []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < _LEAST or values.ndim < 2:
            kept.append(weight)
            continue
        large = values.size >= LARGE and weight.name.startswith("onnx::MatMul")
        if (large or weight.name.endswith(TABLES)) and values.shape[-1] % _BLOCK == 0:
            stored, nodes = _fours(weight.name, values)
            kept, before = kept + stored, before + nodes
            continue
        axis = (axes or {}).get(weight.name, _output_axis(graph, weight.name))
        others = tuple(a for a in range(values.ndim) if a != axis)
        scale = np.abs(values).max(others, keepdims=True) / 127
        scale[scale == 0] = 1
        grid = np.rint(values / scale).astype(np.int8)
        kept += [numpy_helper.from_array(grid, f"{weight.name}.grid"),
                 numpy_helper.from_array(scale.astype(np.float32), f"{weight.name}.scale")]
        before += [helper.make_node("Cast", [f"{weight.name}.grid"], [f"{weight.name}.float"], to=TensorProto.FLOAT),
                   helper.make_node("Mul", [f"{weight.name}.float", f"{weight.name}.scale"], [weight.name])]
    nodes = before + list(graph.node)
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(kept)
    onnx.save(model, path)


def _fours(name: str, values: np.ndarray) -> tuple[list, list]:
    """Initializers and nodes that give `name` back: pairs of nibbles around 8, a float16 scale a block."""
    blocks = values.reshape(-1, _BLOCK)
    extreme = np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)
    scale = (extreme / -8).astype(np.float16)  # the largest value of a block is hit exactly
    wide = np.where(scale == 0, np.float32(1), scale.astype(np.float32))
    grid = np.clip(np.rint(blocks / wide) + 8, 0, 15).astype(np.uint8)
    of = lambda part, array: numpy_helper.from_array(array, f"{name}.{part}")
    stored = [of("grid", grid[:, 0::2] | grid[:, 1::2] << 4), of("scale", scale), of("nibble", np.array(15, np.uint8)), of("four", np.array(4, np.uint8)),
              of("eight", np.array(8, np.float32)), of("last", np.array([-1], np.int64)), of("blocked", np.array(blocks.shape, np.int64)),
              of("shape", np.array(values.shape, np.int64))]
    n = lambda op, inputs, part, **more: helper.make_node(op, [f"{name}.{i}" for i in inputs], [f"{name}.{part}" if part else name], **more)
    nodes = [
        n("BitwiseAnd", ("grid", "nibble"), "low"), n("BitShift", ("grid", "four"), "high", direction="RIGHT"),
        n("Unsqueeze", ("low", "last"), "low.column"), n("Unsqueeze", ("high", "last"), "high.column"),
        n("Concat", ("low.column", "high.column"), "pairs", axis=-1), n("Reshape", ("pairs", "blocked"), "flat"),
        n("Cast", ("flat",), "float", to=TensorProto.FLOAT), n("Sub", ("float", "eight"), "centred"), n("Cast", ("scale",), "wide", to=TensorProto.FLOAT),
        n("Mul", ("centred", "wide"), "scaled"), n("Reshape", ("scaled", "shape"), ""),
    ]
    return stored, nodes


def restored(path: Path) -> dict[str, np.ndarray]:
    """Every weight of a graph that `shrink` has written, multiplied out, by the name it had before; also those in files beside the graph."""
    stored = {weight.name: numpy_helper.to_array(weight) for weight in onnx.load(path).graph.initializer}
    found = {}
    for name, values in stored.items():
        whole, _, part = name.rpartition(".")
        if part == "grid" and f"{whole}.blocked" in stored:
            nibbles = np.stack((values & 15, values >> 4), -1).reshape(stored[f"{whole}.blocked"]).astype(np.float32)
            found[whole] = ((nibbles - 8) * stored[f"{whole}.scale"].astype(np.float32)).reshape(stored[f"{whole}.shape"])
        elif part == "grid":
            found[whole] = values.astype(np.float32) * stored[f"{whole}.scale"]
        elif f"{whole}.grid" not in stored:
            found[name] = values
    return found
