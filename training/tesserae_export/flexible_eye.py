"""A vision transformer that takes pictures of any size (Idefics2's SigLIP): one patch grid a picture, positions by fractions of its sides.

    pixel_values float32 [tile, 3, height, width] → image_features float32 [tile, patch, hidden]; pixels past the last whole patch are not seen

The reference pads the pictures of a call to one size and masks what was padded; here each size is a batch of its own, so nothing is padded.
"""

from __future__ import annotations

import numpy as np
import torch
from onnx import TensorProto

from .transformer_eye import TransformerEye


class FlexibleEye(TransformerEye):
    """Adds the layers of an eye whose table of positions is a square of `trained_side` rows."""

    def embed_any(self, trained_side: int) -> str:
        """Patches of a picture of any size, each with the position that its place has: [tile, patch, hidden]."""
        graph, shape = self.graph, self.shape
        pixels = graph.input("pixel_values", TensorProto.FLOAT, ["tile", 3, "height", "width"])
        kernel = [graph.constant(name, self.weights[name]) for name in ("embeddings.patch_embedding.weight", "embeddings.patch_embedding.bias")]
        maps = graph.node("Conv", [pixels, *kernel], "patch.maps", strides=[shape.patch] * 2, kernel_shape=[shape.patch] * 2)
        rows, columns = (self._buckets(maps, axis, name, trained_side) for axis, name in ((2, "row"), (3, "column")))
        scaled = graph.node("Mul", [rows, graph.constant("trained.side", np.array(trained_side, np.int64))], "row.first")
        grid = graph.node("Add", [graph.node("Unsqueeze", [scaled, graph.constant("last.axis", np.array([1], np.int64))], "row.column"), columns], "places")
        flat = graph.node("Reshape", [grid, graph.constant("flat", np.array([-1], np.int64))], "places.flat")
        table = graph.constant("positions", self.weights["embeddings.position_embedding.weight"])
        placed = graph.node("Gather", [table, flat], "positions.rows")  # [patch, hidden]
        spread = graph.node("Reshape", [maps, graph.constant("patch.flat", np.array([0, shape.hidden, -1], np.int64))], "patch.rows")
        tokens = graph.node("Transpose", [spread], "patch.tokens", perm=[0, 2, 1])
        return graph.node("Add", [tokens, placed], "embedded")

    def _buckets(self, maps: str, axis: int, name: str, trained_side: int) -> str:
        """int64 [patches along the axis]: the row or column of the table that each falls into, in float32 as the reference counts."""
        graph = self.graph
        count = graph.node("Squeeze", [graph.node("Shape", [maps], f"{name}.shape", start=axis, end=axis + 1)], f"{name}.count")
        steps = [graph.constant(f"step.{value}", np.array(value, np.int64)) for value in (0, 1)]
        places = graph.node("Cast", [graph.node("Range", [steps[0], count, steps[1]], f"{name}.places")], f"{name}.float", to=TensorProto.FLOAT)
        one = graph.constant("one", np.array(1, np.float32))
        step = graph.node("Div", [one, graph.node("Cast", [count], f"{name}.count.float", to=TensorProto.FLOAT)], f"{name}.step")
        highest = graph.constant("highest", np.array(1.0 - 1e-6, np.float32))
        shares = graph.node("Min", [graph.node("Mul", [places, step], f"{name}.share"), highest], f"{name}.below")
        boundaries = torch.arange(1 / trained_side, 1.0, 1 / trained_side).numpy()
        column = graph.node("Unsqueeze", [shares, graph.constant("last.axis", np.array([1], np.int64))], f"{name}.shares")
        passed = graph.node("GreaterOrEqual", [column, graph.constant("boundaries", boundaries)], f"{name}.passed")
        counted = graph.node("Cast", [passed], f"{name}.passed.count", to=TensorProto.INT64)
        return graph.node("ReduceSum", [counted, graph.constant("last.axis", np.array([1], np.int64))], f"{name}.bucket", keepdims=0)
