"""Positions with three axes (M-RoPE): a picture's tokens stand at a time, a row and a column, and each pair of a head's numbers turns
by one of the three. Which token stands where is an input of the graph, `position_ids` int64 [3, batch, seq]; a text's tokens have the
same number on all axes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from onnx import TensorProto

from . import rotary
from .graph import CONTRIB, Graph

AXES = 3
_INTERLEAVED = ("qwen3_vl_text",)


def axes(config: Mapping, head_dim: int) -> np.ndarray | None:
    """The axis that each pair turns by, int64 [head_dim / 2]; None where the config has no `mrope_section`."""
    section = rotary.parameters(config).get("mrope_section")
    if section is None:
        return None
    if len(section) != AXES or sum(section) != head_dim // 2:
        raise rotary.UnsupportedRotary(f"mrope_section {section} must have {AXES} parts that sum up to half of head_dim {head_dim}")
    if config.get("model_type") not in _INTERLEAVED:
        return np.repeat(np.arange(AXES), section)
    found = np.zeros(head_dim // 2, np.int64)
    for axis in (1, 2):  # pairs go round the axes until a section is used up; what is left turns by time
        found[axis : AXES * section[axis] : AXES] = axis
    return found


class Turn:
    """Turns queries and keys by `position_ids`, outside of attention."""

    def __init__(self, graph: Graph, config: Mapping, head_dim: int, pair_axes: np.ndarray):
        """Cosines and sines of this call's tokens, [batch · seq, head_dim / 2], for all layers."""
        self.graph = graph
        positions = graph.input("position_ids", TensorProto.INT64, [AXES, "batch", "seq"])
        by_pair = graph.node("Gather", [positions, graph.constant("turn.axes", np.asarray(pair_axes, np.int64))], "turn.by_pair", axis=0)
        last = graph.node("Cast", [graph.node("Transpose", [by_pair], "turn.places", perm=[1, 2, 0])], "turn.places.float", to=TensorProto.FLOAT)
        speed = graph.constant("turn.speed", rotary.inverse_frequencies(config, head_dim))
        flat = graph.constant("turn.flat", np.array([-1, head_dim // 2], np.int64))
        angles = graph.node("Reshape", [graph.node("Mul", [last, speed], "turn.angles"), flat], "turn.angles.flat")
        self._tables = [graph.node(op, [angles], f"turn.{op.lower()}") for op in ("Cos", "Sin")]
        factor = rotary.attention_factor(config)
        if factor != 1:
            scale = graph.constant("turn.factor", np.array(factor, np.float32))
            self._tables = [graph.node("Mul", [table, scale], f"{table}.scaled") for table in self._tables]
        # Each token has its own row of the tables: row b · seq + s.
        shape = graph.node("Shape", [positions], "turn.shape", start=1, end=3)
        zero, one = (graph.constant(f"turn.{value}", np.array(value, np.int64)) for value in (0, 1))
        count = graph.node("ReduceProd", [shape], "turn.count", keepdims=0)
        self._rows = graph.node("Reshape", [graph.node("Range", [zero, count, one], "turn.range"), shape], "turn.rows")

    def __call__(self, source: str) -> str:
        """[batch, seq, head · head_dim] → same"""
        return self.graph.node("RotaryEmbedding", [source, self._rows, *self._tables], f"{source}.turned", CONTRIB, interleaved=0)


def places(prompt: np.ndarray, image_token_id: int, grids: Sequence[tuple[int, int]]) -> np.ndarray:
    """int64 [3, token]: where each token of a prompt stands. `grids`: rows and columns of each picture's tokens, in order.

    A picture's tokens share one time; rows and columns count from there, and what follows goes on after the longer side.
    """
    found, place, grid, token = np.zeros((AXES, len(prompt)), np.int64), 0, iter(grids), 0
    while token < len(prompt):
        if prompt[token] != image_token_id:
            found[:, token] = place
            place, token = place + 1, token + 1
            continue
        rows, columns = next(grid)
        end = token + rows * columns
        found[0, token:end] = place
        found[1, token:end] = place + np.repeat(np.arange(rows), columns)
        found[2, token:end] = place + np.tile(np.arange(columns), rows)
        place, token = place + max(rows, columns), end
    return found
