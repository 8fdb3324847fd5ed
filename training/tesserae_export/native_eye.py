"""Eyes that take pictures of any size (Qwen2-VL, Qwen2.5-VL, Qwen3-VL), as graphs.

    pixel_values float32 [tile, 3, height, width], sides whole multiples of patch · merge
    → image_features float32 [tile, patch, hidden], and the states of the layers that deepstack reads, shaped like it

Patches leave in the order of the tokens they will become: the `merge` × `merge` patches of the first token row by row, then
those of the token to its right. So the nerve need not know how wide the picture was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from onnx import TensorProto

from .graph import CONTRIB, Graph
from .matrices import Matrices
from .transformer_eye import UnsupportedEye, activation
from .windows import Windows

EPSILON = 1e-6  # the reference has it in its code, not in a config


@dataclass(frozen=True)
class NativeShape:
    """The sizes of one eye.

    `window`: patches along a window's side, 0 where every layer sees the whole picture; `whole`: layers that do so in any case.
    `levels`: layers whose states leave too (deepstack), in the order of their mergers.
    """

    hidden: int
    heads: int
    layers: int
    patch: int
    merge: int
    frames: int
    activation: str
    theta: float
    window: int = 0
    whole: frozenset[int] = field(default_factory=frozenset)
    levels: tuple[int, ...] = ()

    @classmethod
    def of(cls, config: Mapping, hidden: int, settings: Mapping) -> NativeShape:
        """From `vision_config` and the settings of the image processor, which must agree on how a picture is cut."""
        for key in ("patch_size", "temporal_patch_size"):
            if not isinstance(config[key], int):
                raise UnsupportedEye(f"vision_config.{key} {config[key]} is not supported (one number is)")
        for ours, theirs, default in (("patch_size", "patch_size", 14), ("spatial_merge_size", "merge_size", 2),
                                      ("temporal_patch_size", "temporal_patch_size", 2)):
            if settings.get(theirs, default) != config[ours]:
                raise UnsupportedEye(f"{theirs} of the image processor is {settings.get(theirs, default)}, but vision_config.{ours} is {config[ours]}")
        if config.get("in_channels", 3) != 3:
            raise UnsupportedEye(f"vision_config.in_channels {config['in_channels']} is not supported (3 is)")
        rope = config.get("rope_parameters") or {}
        if rope.get("rope_type", "axial") not in ("axial", "default"):
            raise UnsupportedEye(f"vision_config.rope_parameters.rope_type {rope['rope_type']} is not supported (axial is)")
        if hidden % config["num_heads"] or hidden // config["num_heads"] % 4:
            raise UnsupportedEye(f"vision_config.num_heads {config['num_heads']} must cut the width {hidden} into multiples of 4")
        patch, merge, levels = config["patch_size"], config["spatial_merge_size"], tuple(config.get("deepstack_visual_indexes") or ())
        if any(not 0 <= level < config["depth"] for level in levels) or len(set(levels)) != len(levels):
            raise UnsupportedEye(f"vision_config.deepstack_visual_indexes {list(levels)} must be different ones of the {config['depth']} layers")
        return cls(hidden, config["num_heads"], config["depth"], patch, merge, config["temporal_patch_size"], config["hidden_act"],
                   rope.get("rope_theta", 10000.0), config.get("window_size", 0) // merge // patch * merge,
                   frozenset(config.get("fullatt_block_indexes", ())), levels)

    @property
    def head_dim(self) -> int:
        return self.hidden // self.heads


class NativeEye:
    """Adds an eye's layers to a graph. `weights` are named as inside the eye (`patch_embed.…`, `blocks.0.…`)."""

    def __init__(self, graph: Graph, weights: Mapping[str, np.ndarray], shape: NativeShape, precision: str):
        self.graph, self.weights, self.shape = graph, weights, shape
        self.matrices = Matrices(graph, weights, precision, dynamic=True)

    def build(self) -> dict:
        """Adds everything; returns the manifest's facts."""
        graph, shape = self.graph, self.shape
        hidden = self.embed()
        turning = self.turning()
        windows = Windows(graph, "rows", "columns", shape.merge, shape.window // shape.merge) if shape.window else None
        outputs = ["image_features"]
        for index in range(shape.layers):
            hidden = self.layer(hidden, index, turning, None if index in shape.whole else windows)
            if index in shape.levels:
                outputs.append(self._give(hidden, f"level_features.{len(outputs) - 1}"))
        self._give(hidden, "image_features")
        return {"tile_width": 0, "tile_height": 0, "patch": shape.patch, "tile_multiple": shape.patch * shape.merge,
                "outputs": outputs}

    def _give(self, hidden: str, name: str) -> str:
        self.graph.node("Identity", [hidden], name)
        return self.graph.output(name, TensorProto.FLOAT, ["tile", "patch", self.shape.hidden])

    def embed(self) -> str:
        """[tile, patch, hidden]. A picture is shown as so many equal frames; what is summed over them is the kernel."""
        graph, shape = self.graph, self.shape
        pixels = graph.input("pixel_values", TensorProto.FLOAT, ["tile", 3, "height", "width"])
        kernel = [graph.constant("patch.kernel", self.weights["patch_embed.proj.weight"].sum(2))]
        if "patch_embed.proj.bias" in self.weights:
            kernel.append(graph.constant("patch.bias", self.weights["patch_embed.proj.bias"]))
        maps = graph.node("Conv", [pixels, *kernel], "patch.maps", strides=[shape.patch] * 2, kernel_shape=[shape.patch] * 2)
        graph.node("Shape", [maps], "rows", start=2, end=3)
        graph.node("Shape", [maps], "columns", start=3, end=4)
        side = graph.constant("merge", np.array([shape.merge], np.int64))
        for axis in ("rows", "columns"):
            graph.node("Div", [axis, side], f"{axis}.merged")
        if "pos_embed.weight" in self.weights:
            maps = graph.node("Add", [maps, self._learned_positions()], "placed")
        return self._in_token_order(maps, "embedded", channels=shape.hidden)

    def _in_token_order(self, maps: str, output: str, channels: int) -> str:
        """[tile, channels, rows, columns] → [tile, patch, channels]"""
        graph, side = self.graph, self.graph.constant("merge", np.array([self.shape.merge], np.int64))
        head = graph.constant(f"{output}.head", np.array([-1, channels], np.int64))
        blocks = graph.node("Concat", [head, "rows.merged", side, "columns.merged", side], f"{output}.blocks", axis=0)
        apart = graph.node("Transpose", [graph.node("Reshape", [maps, blocks], f"{output}.apart")], f"{output}.turned", perm=[0, 2, 4, 3, 5, 1])
        count = graph.node("Mul", ["rows", "columns"], f"{output}.count")
        tail = graph.constant(f"{output}.tail", np.array([channels], np.int64))
        first = graph.constant(f"{output}.first", np.array([-1], np.int64))
        return graph.node("Reshape", [apart, graph.node("Concat", [first, count, tail], f"{output}.shape", axis=0)], output)

    def _learned_positions(self) -> str:
        """A square table of positions stretched to the picture, bilinear with corners aligned: [1, hidden, rows, columns].

        Each axis alone is a product with hat functions: a place between two entries of the table takes from both by nearness.
        """
        graph, table = self.graph, self.weights["pos_embed.weight"]
        side = int(len(table) ** 0.5)
        if side * side != len(table):
            raise UnsupportedEye(f"vision_config.num_position_embeddings {len(table)} is no square")
        # [side, side · hidden], and later [hidden, rows, side]
        rows = graph.node("MatMul", [self._hats("rows", side), graph.constant("position.table", table.reshape(side, -1))], "position.rows")
        apart = graph.constant("position.apart", np.array([-1, side, table.shape[1]], np.int64))
        turned = graph.node("Transpose", [graph.node("Reshape", [rows, apart], "position.grid")], "position.turned", perm=[2, 0, 1])
        across = graph.node("Transpose", [self._hats("columns", side)], "position.hats", perm=[1, 0])
        whole = graph.node("MatMul", [turned, across], "position.whole")
        return graph.node("Unsqueeze", [whole, graph.constant("zero.axis", np.array([0], np.int64))], "position.maps")

    def _hats(self, axis: str, side: int) -> str:
        """[places along the axis, side]: max(0, 1 − |place − entry|), places spread evenly from the first entry to the last."""
        graph = self.graph
        steps = graph.node("Cast", [self._count(axis)], f"{axis}.steps", to=TensorProto.FLOAT)
        stretched = graph.node("Mul", [steps, graph.constant("side.last", np.array(side - 1, np.float32))], f"{axis}.stretched")
        one = graph.constant("one", np.array([1], np.int64))
        last = graph.node("Max", [graph.node("Sub", [axis, one], f"{axis}.less"), one], f"{axis}.last")
        place = graph.node("Div", [stretched, graph.node("Cast", [last], f"{axis}.last.float", to=TensorProto.FLOAT)], f"{axis}.place")
        column = graph.node("Unsqueeze", [place, one], f"{axis}.column")
        away = graph.node("Abs", [graph.node("Sub", [column, graph.constant("entries", np.arange(side, dtype=np.float32)[None])],
                                             f"{axis}.difference")], f"{axis}.away")
        near = graph.node("Sub", [graph.constant("one.float", np.array(1, np.float32)), away], f"{axis}.near")
        return graph.node("Relu", [near], f"{axis}.hats")

    def _count(self, axis: str) -> str:
        """0, 1, … along an axis, int64"""
        graph, name = self.graph, f"{axis}.count"
        if not graph.has(name):
            bounds = [graph.constant(f"scalar.{value}", np.array(value, np.int64)) for value in (0, 1)]
            end = graph.node("Squeeze", [axis], f"{axis}.end")
            graph.node("Range", [bounds[0], end, bounds[1]], name)
        return name

    def turning(self) -> list[str]:
        """Cosines and sines [patch, head_dim / 2]: the first half of the pairs turns by row, the second by column."""
        graph, pairs = self.graph, self.shape.head_dim // 4
        steps = np.arange(0, 2 * pairs, 2, dtype=np.float32) / np.float32(2 * pairs)
        speed = graph.constant("turn.speed", (1 / np.power(np.float32(self.shape.theta), steps)).astype(np.float32))
        one = graph.constant("one", np.array([1], np.int64))
        whole = graph.node("Concat", ["rows", "columns", graph.constant("turn.pairs", np.array([pairs], np.int64))], "turn.whole", axis=0)
        halves = []
        for axis, other in (("rows", 1), ("columns", 0)):
            places = graph.node("Cast", [self._count(axis)], f"{axis}.turn.places", to=TensorProto.FLOAT)
            angles = graph.node("Mul", [graph.node("Unsqueeze", [places, one], f"{axis}.turn.column"), speed], f"{axis}.turn.angles")
            across = graph.constant(f"turn.across.{other}", np.array([other], np.int64))
            halves.append(graph.node("Expand", [graph.node("Unsqueeze", [angles, across], f"{axis}.turn.line"), whole], f"{axis}.turn.spread"))
        joined = graph.node("Concat", halves, "turn.grid", axis=2)
        maps = graph.node("Unsqueeze", [graph.node("Transpose", [joined], "turn.turned", perm=[2, 0, 1]),
                                        graph.constant("zero.axis", np.array([0], np.int64))], "turn.maps")
        ordered = self._in_token_order(maps, "turn.ordered", channels=2 * pairs)
        angles = graph.node("Squeeze", [ordered, graph.constant("zero.axis", np.array([0], np.int64))], "turn.angles")
        return [graph.node("Cos", [angles], "turn.cos"), graph.node("Sin", [angles], "turn.sin")]

    def layer(self, hidden: str, index: int, turning: list[str], windows: Windows | None) -> str:
        """One layer: [tile, patch, hidden] → same. With `windows` a patch attends to those of its own window."""
        graph, shape, at = self.graph, self.shape, f"blocks.{index}"
        qkv = self.matrices.project(self.norm(hidden, f"{at}.norm1"), f"{at}.qkv", f"{at}.qkv", (f"{at}.attn.qkv",))
        parts = [f"{at}.{part}" for part in "qkv"]
        graph.node("Split", [qkv], parts, axis=2, num_outputs=3)
        start = graph.constant("turn.start", np.array([0], np.int64))
        parts[:2] = [graph.node("RotaryEmbedding", [part, start, *turning], f"{part}.turned", CONTRIB, interleaved=0) for part in parts[:2]]
        mask = []
        if windows:
            parts = [windows.split(part, shape.hidden) for part in parts]
            mask = ["", windows.mask(parts[0])]
        attended = graph.node("MultiHeadAttention", [*parts, *mask], f"{at}.attended", CONTRIB, num_heads=shape.heads, scale=shape.head_dim ** -0.5)
        if windows:
            attended = windows.join(attended, shape.hidden)
        mixed = self.matrices.project(attended, f"{at}.proj", f"{at}.mixed", (f"{at}.attn.proj",))
        hidden = graph.node("Add", [hidden, mixed], f"{at}.middle")
        return graph.node("Add", [hidden, self.feed(self.norm(hidden, f"{at}.norm2"), at)], f"{at}.hidden")

    def feed(self, normed: str, at: str) -> str:
        """The two matrices after attention, or three where one of them is a gate."""
        project, mlp = self.matrices.project, f"{at}.mlp"
        key = "vision_config.hidden_act"
        if f"{mlp}.gate_proj.weight" in self.weights:
            gate = project(normed, f"{mlp}.gate", f"{mlp}.gate", (f"{mlp}.gate_proj",))
            active = activation(self.graph, self.shape.activation, gate, f"{mlp}.active", key)
            wide = project(normed, f"{mlp}.up", f"{mlp}.up", (f"{mlp}.up_proj",))
            return project(self.graph.node("Mul", [active, wide], f"{mlp}.gated"), f"{mlp}.down", f"{mlp}.down", (f"{mlp}.down_proj",))
        first, second = ("linear_fc1", "linear_fc2") if f"{mlp}.linear_fc1.weight" in self.weights else ("fc1", "fc2")
        wide = project(normed, f"{mlp}.{first}", f"{mlp}.wide", (f"{mlp}.{first}",))
        active = activation(self.graph, self.shape.activation, wide, f"{mlp}.active", key)
        return project(active, f"{mlp}.{second}", f"{mlp}.narrow", (f"{mlp}.{second}",))

    def norm(self, hidden: str, name: str) -> str:
        return norm(self.graph, self.weights, hidden, name)


def norm(graph: Graph, weights: Mapping[str, np.ndarray], hidden: str, name: str) -> str:
    """LayerNorm, or RMSNorm where the checkpoint has no bias for it."""
    scale = graph.constant(f"{name}.weight", weights[f"{name}.weight"])
    if f"{name}.bias" not in weights:
        return graph.node("SimplifiedLayerNormalization", [hidden, scale], f"{name}.out", axis=-1, epsilon=EPSILON, stash_type=1)
    bias = graph.constant(f"{name}.bias", weights[f"{name}.bias"])
    return graph.node("LayerNormalization", [hidden, scale, bias], f"{name}.out", axis=-1, epsilon=EPSILON)
