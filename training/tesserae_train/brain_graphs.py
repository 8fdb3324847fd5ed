"""The brain's two graphs, small and true to the GGUF: 4 bits a weight without quantising a second time.

A Q4_1 block of 32 weights is step · q + minimum. `MatMulNBits` knows step · (q − zero) with a whole zero point; rounding the
minimum to it costs a quarter of the perplexity. So the rest, minimum + step · zero, one number a block, becomes a further
column of the matrix, which multiplies the sum of that block's inputs: y = W·x + R·sums(x), still one product. Steps are stored
in float16, as in the GGUF, and widened once while the graph loads; the rotary tables are computed then, too.

The embedding table (8-bit in the GGUF) is the output head as well. Its first rows, which byte-pair encoding fills with the most
frequent tokens, keep 8 bits; the rest have 4.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper
from tesserae_export import decoder, rotary
from tesserae_export.graph import CONTRIB, DataFiles, Graph, point_again

from . import adapters

BLOCK = 32
MAX_FILE_BYTES = 48_000_000
FREQUENT = 256
"""Rows of the table that keep 8 bits."""
FLOATS, INTEGERS = 1, 4
"""accuracy_level: what activations are while they are multiplied. Rounding attention's to 8 bits costs most and saves least."""


def _blocks(matrix: np.ndarray) -> np.ndarray:
    """[out, in] → float32 [out, block, BLOCK], padded with zeros."""
    rows, columns = matrix.shape
    padded = np.zeros((rows, -(-columns // BLOCK) * BLOCK), np.float32)
    padded[:, :columns] = matrix
    return padded.reshape(rows, -1, BLOCK)


def _pack(nibbles: np.ndarray) -> np.ndarray:
    """Pairs of 4-bit values in a byte, the even one low; an odd last one is padded."""
    nibbles = nibbles.astype(np.uint8)
    if nibbles.shape[-1] % 2:
        nibbles = np.concatenate((nibbles, np.full((*nibbles.shape[:-1], 1), 8, np.uint8)), -1)
    return nibbles[..., 0::2] | (nibbles[..., 1::2] << 4)


def split(matrix: np.ndarray) -> tuple[np.ndarray, ...]:
    """(grid, zero points, steps, rest), the last three [out, block]; near to exact for Q4_1 values: a step is off by 0.2 % of its row's largest."""
    values = _blocks(matrix)
    low, high = values.min(-1), values.max(-1)
    wide = eighths((high - low) / 15)
    low = (low + high) / 2 - 7.5 * wide  # what a step is off by is spread over both ends
    grid = np.clip(np.rint((values - low[..., None]) / wide[..., None]), 0, 15)
    zero = np.clip(np.rint(-low / wide), 0, 15)
    return grid, zero, wide, low + wide * zero


def eighths(step: np.ndarray) -> np.ndarray:
    """[out, block] → the nearest steps that `stored_steps` can tell: multiples of a 255th of the row's largest; never 0."""
    unit = np.where(step.max(-1, keepdims=True) > 0, step.max(-1, keepdims=True) / 255, 1).astype(np.float16).astype(np.float32)
    return np.clip(np.rint(step / unit), 1, 255) * unit


def stored_steps(step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[out, block] → (uint8 [out, block], float16 [out, 1])."""
    unit = np.where(step.max(-1, keepdims=True) > 0, step.max(-1, keepdims=True) / 255, 1).astype(np.float16)
    return np.clip(np.rint(step / unit.astype(np.float32)), 0, 255).astype(np.uint8), unit


def nearest(matrix: np.ndarray, eighths_of: np.ndarray | None = None) -> tuple[np.ndarray, ...]:
    """(grid, zero points, steps) with the smallest squared error among a few grids.

    eighths_of: the steps [out, block] of the same rows' other blocks, if these are to be stored together; float16 steps otherwise.
    """
    values = _blocks(matrix)
    low, high = np.minimum(values.min(-1, keepdims=True), 0), np.maximum(values.max(-1, keepdims=True), 0)
    best = None
    for shrink in (1.0, 0.96, 0.92, 0.88, 0.84):
        step = (high - low) / 15 * shrink
        if eighths_of is None:
            step = step.astype(np.float16).astype(np.float32)
        else:
            step = eighths(np.concatenate((eighths_of, np.minimum(step[..., 0], eighths_of.max(-1, keepdims=True))), 1))[:, eighths_of.shape[1]:, None]
        step[step == 0] = 1
        for rounding in (np.floor, np.ceil):
            zero = np.clip(rounding(-low * shrink / step), 0, 15)
            grid = np.clip(np.rint(values / step) + zero, 0, 15)
            error = np.square((grid - zero) * step - values).sum(-1, keepdims=True)
            found = (error, grid, zero, step)
            best = found if best is None else tuple(np.where(error < best[0], new, old) for new, old in zip(found, best))
    _, grid, zero, step = best
    return grid, zero[..., 0], step[..., 0] if eighths_of is not None else step[..., 0].astype(np.float16)


class ExactMatrices:
    """Stands where `tesserae_export.matrices.Matrices` does.

    adapters: {"<layer>.<group>.down": [rank, in], "<layer>.<path>.up": [out, rank]} of adapters.py, or nothing. They ride in the room that the
    block of remainders leaves: y = W·x + R·sums(x) + B·(A·x), still one product.
    """

    def __init__(self, graph: Graph, weights, adapters: dict[str, np.ndarray] | None = None):
        self.graph, self.weights, self.adapters = graph, weights, adapters or {}
        self._sizes: dict[str, float] = {}

    def project(self, source: str, name: str, output: str, layers: tuple[str, ...]) -> str:
        matrix = np.concatenate([self.weights[f"{layer}.weight"] for layer in layers])  # [out, in]
        grid, zero, step, rest = split(matrix)
        down, rest = self._adapter(layers, rest)
        rest_grid, rest_zero, rest_step = nearest(rest, eighths_of=step)
        parts = [np.concatenate(pair, 1) for pair in ((grid, rest_grid), (zero, rest_zero), (step, rest_step))]
        graph = self.graph
        grid, unit = stored_steps(parts[2])
        steps = _steps(graph, name, graph.constant(f"{name}.steps", grid), graph.constant(f"{name}.unit", unit))
        stored = (graph.constant(f"{name}.packed", _pack(parts[0])), graph.constant(f"{name}.zeros", _pack(parts[1]).reshape(-1)), steps)
        shape = (len(matrix), matrix.shape[1] + rest.shape[1])
        level = FLOATS if ".self_attn." in layers[0] else INTEGERS
        return _product(graph, self._with_sums(source, matrix.shape[1], down), *stored, output, shape, level)

    def _adapter(self, layers: tuple[str, ...], rest: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
        """(A [rank, in] or None, the remainders with B beside them); B is made no larger than they are, since they share its 4-bit steps."""
        found = {path: (number, path) for number, path in ((layer.split(".")[2], ".".join(layer.split(".")[3:])) for layer in layers)}
        group = next((g for g, paths in adapters.GROUPS.items() if next(iter(found)) in paths), None)
        number = next(iter(found.values()))[0]
        down = self.adapters.get(f"{number}.{group}.down")
        if down is None:
            return None, rest
        up = np.concatenate([self.adapters[f"{number}.{path}.up"] for path in found]) * adapters.SCALE  # [out, rank]
        everything = np.concatenate([self.adapters[f"{number}.{path}.up"] for path in adapters.GROUPS[group]]) * adapters.SCALE
        # One factor a column, the same for every product that reads this A.
        factor = np.clip(np.sqrt(np.square(everything).mean(0)) / self._rest_size(number, group), 1, 6)  # [rank]
        return down * factor[:, None], np.concatenate((rest, up / factor), 1)

    def _rest_size(self, number: str, group: str) -> float:
        """Root of the mean square of the remainders of all a group's products, which may be written one by one."""
        key = f"{number}.{group}"
        if key not in self._sizes:
            rests = [split(self.weights[f"model.layers.{number}.{path}.weight"])[3] for path in adapters.GROUPS[group]]
            self._sizes[key] = float(np.sqrt(np.mean(np.square(np.concatenate(rests)))))
        return self._sizes[key]

    def _with_sums(self, source: str, width: int, down: np.ndarray | None) -> str:
        """[…, width] → […, width + width / BLOCK (+ rank)]: the input, the sum of each of its blocks, and A·x."""
        graph, name = self.graph, f"{source}.and_sums"
        if not graph.has(name):
            blocks = np.kron(np.eye(width // BLOCK, dtype=np.float32), np.ones((BLOCK, 1), np.float32))
            factors = graph.constant(f"blocks.{width}", blocks)
            if down is not None:
                scale = np.abs(down).max(1) / 127  # [rank]
                grid = graph.constant(f"{source}.down", np.rint(down / scale[:, None]).astype(np.int8).T)
                wide = graph.node("Cast", [grid], f"{source}.down.float", to=TensorProto.FLOAT)
                wide = graph.node("Mul", [wide, graph.constant(f"{source}.down.scale", scale.astype(np.float32))], f"{source}.down.wide")
                factors = graph.node("Concat", [factors, wide], f"{source}.factors", axis=1)
            sums = graph.node("MatMul", [source, factors], f"{source}.sums")
            graph.node("Concat", [source, sums], name, axis=-1)
        return name


def _steps(graph: Graph, name: str, steps: str, unit: str) -> str:
    """uint8 [out, block] and float16 [out, 1] → float32 [out · block], computed once while the graph loads."""
    wide = graph.node("Cast", [steps], f"{name}.steps.float", to=TensorProto.FLOAT)
    unit = graph.node("Cast", [unit], f"{name}.unit.float", to=TensorProto.FLOAT)
    flat = graph.constant("flat.steps", np.array([-1], np.int64))
    return graph.node("Reshape", [graph.node("Mul", [wide, unit], f"{name}.steps.wide"), flat], f"{name}.steps.flat")


def _product(graph: Graph, source: str, packed: str, zeros: str, steps: str, output: str, shape: tuple[int, int],
             level: int) -> str:
    return graph.node("MatMulNBits", [source, packed, steps, zeros], output, CONTRIB, K=shape[1], N=shape[0], bits=4,
                      block_size=BLOCK, accuracy_level=level)


class Table:
    """The embedding table: FREQUENT rows of 8 bits, the others of 4; one copy on disk for look-up and head."""

    def __init__(self, data: DataFiles, table: np.ndarray, frequent: int):
        self.vocab, self.hidden = table.shape
        self.frequent = frequent
        self.graph = Graph("embed_tokens", data)
        head = _blocks(table[:frequent])
        step = (np.abs(head).max(-1) / 127).astype(np.float16)
        wide = np.where(step == 0, np.float32(1), step.astype(np.float32))
        grid = np.clip(np.rint(head / wide[..., None]) + 128, 0, 255).astype(np.uint8)
        self.parts = {"frequent.grid": grid, "frequent.steps": wide.astype(np.float16)[..., None]}
        if frequent < self.vocab:
            size = np.abs(_blocks(table[frequent:])).max(-1) / 7.5
            grid, zero, step = nearest(table[frequent:], eighths_of=eighths(size))
            steps, unit = stored_steps(step)
            self.parts |= {"rare.packed": _pack(grid), "rare.zeros": _pack(zero), "rare.steps": steps[..., None], "rare.unit": unit[..., None]}

    def look_up(self) -> Graph:
        """input_ids int64 [batch, seq] → inputs_embeds float32 [batch, seq, hidden]"""
        graph, blocks = self.graph, self.hidden // BLOCK
        for name, tensor in self.parts.items():
            graph.constant(name, tensor)
        ids = graph.input("input_ids", TensorProto.INT64, ["batch", "seq"])
        graph.output("inputs_embeds", TensorProto.FLOAT, ["batch", "seq", self.hidden])
        number = lambda name, value: graph.constant(name, np.array(value, np.int64))
        whole = number("whole", [0, 0, self.hidden])
        within = graph.node("Min", [ids, number("last_frequent", self.frequent - 1)], "frequent.ids")
        grid = graph.node("Cast", [graph.node("Gather", ["frequent.grid", within], "f.grid")], "f.float", to=TensorProto.FLOAT)
        step = graph.node("Cast", [graph.node("Gather", ["frequent.steps", within], "f.steps")], "f.wide", to=TensorProto.FLOAT)
        centred = graph.node("Sub", [grid, graph.constant("middle", np.array(128, np.float32))], "f.centred")
        row = graph.node("Mul", [centred, step], "f.scaled")
        if self.frequent == self.vocab:
            graph.node("Reshape", [row, whole], "inputs_embeds")
            return graph
        first = number("first_rare", self.frequent)
        beyond = graph.node("Max", [graph.node("Sub", [ids, first], "beyond"), number("none", 0)], "rare.ids")
        grid = self._nibbles(graph.node("Gather", ["rare.packed", beyond], "r.packed"), "r.grid", [0, 0, blocks, BLOCK])
        zero = self._nibbles(graph.node("Gather", ["rare.zeros", beyond], "r.zeros"), "r.zero", [0, 0, blocks, 1])
        step = graph.node("Cast", [graph.node("Gather", ["rare.steps", beyond], "r.steps")], "r.float", to=TensorProto.FLOAT)
        unit = graph.node("Cast", [graph.node("Gather", ["rare.unit", beyond], "r.unit")], "r.unit.float", to=TensorProto.FLOAT)
        step = graph.node("Mul", [step, unit], "r.wide")
        rare = graph.node("Mul", [graph.node("Sub", [grid, zero], "r.centred"), step], "r.scaled")
        common = graph.node("Less", [ids, first], "is_frequent")
        axes = number("two_more", [2, 3])
        chosen = graph.node("Where", [graph.node("Unsqueeze", [common, axes], "is_frequent.wide"), row, rare], "row")
        graph.node("Reshape", [chosen, whole], "inputs_embeds")
        return graph

    def _nibbles(self, bytes_: str, name: str, shape: list[int]) -> str:
        """Packed bytes → float32 of twice as many values, reshaped."""
        graph = self.graph
        low = graph.node("BitwiseAnd", [bytes_, graph.constant("nibble", np.array(15, np.uint8))], f"{name}.low")
        high = graph.node("BitShift", [bytes_, graph.constant("four", np.array(4, np.uint8))], f"{name}.high", direction="RIGHT")
        last = graph.constant("last", np.array([-1], np.int64))
        columns = [graph.node("Unsqueeze", [half, last], f"{half}.column") for half in (low, high)]
        pairs = graph.node("Concat", columns, f"{name}.pairs", axis=-1)
        flat = graph.node("Reshape", [pairs, graph.constant(f"{name}.shape", np.array(shape, np.int64))], f"{name}.flat")
        return graph.node("Cast", [flat], f"{name}.float", to=TensorProto.FLOAT)

    def head(self, graph: Graph) -> None:
        """normed [batch, position, hidden] → logits [batch, position, vocab], from the same bytes."""
        shared = {}
        for name in self.parts:
            proto = self.graph.initializer(name)
            flat = list(proto.dims) if name.endswith(("grid", "packed")) else list(proto.dims[:2]) if name in ("rare.steps", "rare.unit") else [int(np.prod(proto.dims))]
            shared[name] = graph.stored(point_again(proto, f"lm_head.{name}", flat))
        whole = self.frequent == self.vocab
        wide = graph.node("Cast", [shared["frequent.steps"]], "lm_head.frequent.wide", to=TensorProto.FLOAT)
        graph.node("MatMulNBits", ["normed", shared["frequent.grid"], wide], "logits" if whole else "logits.frequent", CONTRIB,
                   K=self.hidden, N=self.frequent, bits=8, block_size=BLOCK, accuracy_level=INTEGERS)
        if not whole:
            wide = _steps(graph, "lm_head.rare", shared["rare.steps"], shared["rare.unit"])
            _product(graph, "normed", shared["rare.packed"], shared["rare.zeros"], wide, "logits.rare",
                     (self.vocab - self.frequent, self.hidden), INTEGERS)
            graph.node("Concat", ["logits.frequent", "logits.rare"], "logits", axis=-1)


class LeanGraph(Graph):
    """A graph whose rotary tables are computed while it loads instead of being stored."""

    def __init__(self, name: str, data: DataFiles, config: dict, shape: decoder.Shape):
        super().__init__(name, data)
        self._frequencies = rotary.inverse_frequencies(config, shape.head_dim)[None]
        self._context = shape.context

    def constant(self, name: str, tensor: np.ndarray) -> str:
        if name not in ("cos", "sin"):
            return super().constant(name, tensor)
        if not self.has("angles"):
            bounds = [super(LeanGraph, self).constant(f"position.{part}", np.array(value, np.float32))
                      for part, value in (("first", 0), ("end", self._context), ("step", 1))]
            column = super().constant("position.column", np.array([-1, 1], np.int64))
            positions = self.node("Reshape", [self.node("Range", bounds, "positions"), column], "positions.column")
            self.node("Mul", [positions, super().constant("frequencies", self._frequencies)], "angles")
        return self.node({"cos": "Cos", "sin": "Sin"}[name], ["angles"], name)


def write(config: dict, weights, folder: Path, frequent: int = FREQUENT, context: int | None = None, adapted: dict | None = None) -> dict:
    """embed_tokens.onnx, decoder.onnx and their shared data files; returns the manifest's facts."""
    folder.mkdir(parents=True, exist_ok=True)
    shape = decoder.Shape(config, context)
    data = DataFiles(folder, "decoder.onnx", MAX_FILE_BYTES)
    table = Table(data, np.asarray(weights["model.embed_tokens.weight"]), frequent)
    table.look_up().save(folder / "embed_tokens.onnx")
    graph = LeanGraph("decoder", data, config, shape)
    decoder._decode(graph, ExactMatrices(graph, weights, adapted), shape, lambda done, total: None)
    table.head(graph)
    graph.output("logits", TensorProto.FLOAT, ["batch", "logit", shape.vocab])
    for layer in range(shape.layers):
        for part in ("key", "value"):
            graph.output(f"present.{layer}.{part}", TensorProto.FLOAT, shape.cache())
    graph.save(folder / "decoder.onnx")
    return shape.facts("int4")


PRODUCTS = {"qkv": ("qkv", "input_layernorm.out", adapters.GROUPS["qkv"]), "o": ("o", "attended", adapters.GROUPS["o"]),
            "gate": ("gate_up", "post_attention_layernorm.out", ("mlp.gate_proj",)), "up": ("gate_up", "post_attention_layernorm.out", ("mlp.up_proj",)),
            "down": ("down", "gated", adapters.GROUPS["down"])}
"""Of each product of a layer: the adapters' group, what it multiplies, the matrices that it is made of."""


def stored_adapters(path: Path) -> dict[str, np.ndarray]:
    """The adapters that a graph was written with, by the names that `write` takes, as the graph has them: A in 8 bits, B in 4."""
    graph = onnx.load(path).graph
    stored = {weight.name: weight for weight in graph.initializer}
    value = lambda name: numpy_helper.to_array(stored[name])
    attention = next(node for node in graph.node if node.op_type == "GroupQueryAttention")
    heads = [next(a.i for a in attention.attribute if a.name == name) for name in ("num_heads", "kv_num_heads")]
    found, number = {}, 0
    while f"model.layers.{number}.qkv.packed" in stored:
        at = f"model.layers.{number}"
        for product, (group, source, paths) in PRODUCTS.items():
            down = value(f"{at}.{source}.down").astype(np.float32) * value(f"{at}.{source}.down.scale")  # [in, rank]
            found[f"{number}.{group}.down"] = down.T
            matrix = _whole(value(f"{at}.{product}.packed"), value(f"{at}.{product}.zeros"), value(f"{at}.{product}.steps"), value(f"{at}.{product}.unit"))
            first = down.shape[0] + down.shape[0] // BLOCK
            up = matrix[:, first:first + adapters.RANK] / adapters.SCALE
            borders = np.cumsum(heads) * len(up) // (heads[0] + 2 * heads[1]) if product == "qkv" else []
            found |= {f"{number}.{p}.up": part for p, part in zip(paths, np.split(up, borders))}
        number += 1
    return found


def _whole(packed: np.ndarray, zeros: np.ndarray, steps: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """A stored matrix, multiplied out: float32 [out, block · BLOCK]."""
    rows, blocks = steps.shape
    apart = lambda bytes_: np.stack((bytes_ & 15, bytes_ >> 4), -1).reshape(rows, -1).astype(np.float32)
    zero = apart(zeros.reshape(rows, -1))[:, :blocks]
    wide = steps.astype(np.float32) * unit.astype(np.float32)
    return ((apart(packed).reshape(rows, blocks, BLOCK) - zero[..., None]) * wide[..., None]).reshape(rows, -1)
