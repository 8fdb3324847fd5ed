"""Linear layers in the precisions that a model folder can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from onnx import TensorProto

from .graph import CONTRIB, Graph
from .quantise import BLOCK, quantise
from .weights import Rows, Stacked, rows

PRECISIONS = ("fp32", "fp16", "int8", "int4")
BITS = {"int8": 8, "int4": 4}
_ROWS = 8_000_000  # elements of some rows that are in memory at a time
_COLUMNS = 64_000_000  # of some columns, each of which takes another look at every row


class Matrices:
    """Linear layers of one precision, read from one checkpoint view. Layers that read the same input share one product.

    - `fp32`; `fp16`: stored in half the bytes, computed in float32.
    - `int8`, `int4`: weights alone, in blocks (`MatMulNBits`): what decoding needs, where weights are most of the traffic.
    - `int8` with `dynamic`: weights a column, activations a row at run time: what encoders and prefill need, which compute most.
    """

    def __init__(self, graph: Graph, weights: Mapping[str, np.ndarray], precision: str, *, accuracy_level: int = 4,
                 dynamic: bool = False):
        if precision not in PRECISIONS:
            raise ValueError(f"precision {precision} is unknown (one of {', '.join(PRECISIONS)})")
        self.graph, self.weights, self.precision = graph, weights, precision
        self.accuracy_level, self.dynamic = accuracy_level, dynamic

    def project(self, source: str, name: str, output: str, layers: tuple[str, ...], biased: bool = True) -> str:
        """output = source · concat(weights)ᵀ (+ concat(biases) where the checkpoint has them and they are `biased`)."""
        parts = [rows(self.weights, f"{layer}.weight") for layer in layers]
        matrix = Stacked(parts) if len(parts) > 1 else parts[0]  # [out, in], as far as it can in its file
        added = [biased and f"{layer}.bias" in self.weights for layer in layers]
        product = f"{output}.product" if any(added) else output
        if self.dynamic and self.precision == "int8":
            self._rowwise(source, name, product, matrix)
        elif self.precision in BITS:
            packed, scales = blocks(self.graph, name, matrix, BITS[self.precision])
            scales = self.graph.constant(f"{name}.scales", scales.reshape(-1))
            blocked_product(self.graph, source, packed, scales, product, matrix.shape, BITS[self.precision], self.accuracy_level)
        else:
            self.graph.node("MatMul", [source, transposed(self.graph, f"{name}.weight", matrix, self.precision)], product)
        if any(added):
            bias = [self.weights[f"{layer}.bias"] if has else np.zeros(part.shape[0], np.float32) for layer, part, has in zip(layers, parts, added)]
            self.graph.node("Add", [product, self.graph.constant(f"{name}.bias", np.concatenate(bias).astype(np.float32))], output)
        return output

    def _rowwise(self, source: str, name: str, output: str, matrix: Rows) -> None:
        """Weights a column, activations a row at run time. A row alone decides its scale, so what it gives does not depend on which others it is
        computed with. One quantised source serves every product that reads it."""
        graph = self.graph
        scale, grid, at = np.empty(matrix.shape[0], np.float32), np.empty(matrix.shape, np.int8), 0
        for part in row_parts(matrix):
            here = slice(at, at + len(part))
            scale[here] = np.abs(part).max(1) / 127
            scale[here][scale[here] == 0] = 1
            grid[here] = np.rint(part / scale[here, None])
            at += len(part)
        step, middle = graph.constant("int8.step", np.array(1 / 127, np.float32)), graph.constant("int8.middle", np.array(128, np.uint8))
        largest, quantised = f"{source}.largest", f"{source}.quantised"
        if not graph.has(quantised):
            peak = graph.node("ReduceMax", [graph.node("Abs", [source], f"{source}.sizes"), graph.constant("int8.axis", np.array([-1], np.int64))],
                              f"{source}.peak", keepdims=1)
            graph.node("Max", [peak, graph.constant("int8.least", np.array(1e-30, np.float32))], largest)
            graph.node("QuantizeLinear", [graph.node("Div", [source, largest], f"{source}.level"), step, middle], quantised)
        weights = [graph.constant(f"{name}.{part}", value) for part, value in
                   (("grid", grid.T), ("scales", scale), ("zeros", np.zeros(matrix.shape[0], np.int8)))]
        product = graph.node("MatMulIntegerToFloat", [quantised, weights[0], step, weights[1], middle, weights[2]], f"{output}.level", CONTRIB)
        graph.node("Mul", [product, largest], output)


def blocks(graph: Graph, name: str, matrix: Rows, bits: int) -> tuple[str, np.ndarray]:
    """Stores a matrix [out, in] in blocks, some rows at a time; returns the weight `<name>.packed` and the scales [out, block]."""
    scales = []

    def packed() -> Iterator[np.ndarray]:
        for part in row_parts(matrix):
            found = quantise(part, bits)
            scales.append(found.scales)
            yield found.packed

    stored = graph.constant_parts(f"{name}.packed", np.uint8, (matrix.shape[0], -(-matrix.shape[1] // BLOCK), BLOCK * bits // 8), packed())
    return stored, np.concatenate(scales)


def blocked_product(graph: Graph, source: str, packed: str, scales: str, output: str, shape: tuple[int, int], bits: int,
                    accuracy_level: int) -> str:
    return graph.node("MatMulNBits", [source, packed, scales], output, CONTRIB, K=shape[1], N=shape[0], bits=bits,
                      block_size=BLOCK, accuracy_level=accuracy_level)


def row_parts(matrix: Rows) -> Iterator[np.ndarray]:
    """A matrix, float32, some rows at a time."""
    step = max(1, _ROWS // matrix.shape[1])
    for begin in range(0, matrix.shape[0], step):
        yield matrix[begin : begin + step]


def _column_parts(matrix: Rows, element: np.dtype) -> Iterator[np.ndarray]:
    """Its transpose, some of that one's rows at a time."""
    step = max(1, _COLUMNS // matrix.shape[0])
    for begin in range(0, matrix.shape[1], step):
        yield np.concatenate([part[:, begin : begin + step].T.astype(element) for part in row_parts(matrix)], axis=1)


def transposed(graph: Graph, name: str, matrix: Rows, precision: str) -> str:
    """A float32 weight [in, out] of a matrix [out, in], stored in half the bytes where `precision` is fp16."""
    half = precision == "fp16"
    element = np.float16 if half else np.float32
    stored = graph.constant_parts(f"{name}.half" if half else name, element, matrix.shape[::-1], _column_parts(matrix, element))
    return graph.node("Cast", [stored], name, to=TensorProto.FLOAT) if half else stored


def floats(graph: Graph, name: str, tensor: np.ndarray, precision: str) -> str:
    """A float32 weight, stored in half the bytes where `precision` is fp16."""
    if precision != "fp16":
        return graph.constant(name, np.asarray(tensor, np.float32))
    stored = graph.constant(f"{name}.half", np.asarray(tensor, np.float16))
    return graph.node("Cast", [stored], name, to=TensorProto.FLOAT)
