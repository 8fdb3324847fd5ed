"""Stores a graph's large weights in 8 bits: the runtime multiplies them out once, while it loads, and computes in float32."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_LEAST = 4096


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
