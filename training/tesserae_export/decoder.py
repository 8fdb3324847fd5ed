"""The brain's two graphs, built node by node from a config and its weights: `embed_tokens.onnx` and `decoder.onnx`.

Llama (Vicuna, SmolLM2), Mistral and Qwen 1, 2, 2.5 and 3 share one build; what differs is read from config and weights.

    from tesserae_export.decoder import build_decoder
    facts = build_decoder(config, weights, out_dir, precision="int4", head_precision="int8")

- `config`: the text config as a dict (`LlamaConfig(...).to_dict()`, or `text_config` of a config.json).
- `weights`: a mapping from Hugging Face names to float arrays: `model.embed_tokens.weight`, `model.layers.0.….weight`,
  `model.norm.weight`, and `lm_head.weight` unless tied. `weights.Safetensors` and `weights.Renamed` make one from files;
  `{name: tensor.float().numpy() for name, tensor in model.state_dict().items()}` from a model in memory.
- `out_dir`: receives `embed_tokens.onnx`, `decoder.onnx` and `decoder.onnx.data`, `.data.1`, … (files up to `max_file_bytes`).
- `precision` of the layers' matrices: `fp32`; `fp16` (stored so, computed in float32); `int8`, `int4` (`MatMulNBits`,
  blocks of 32). `head_precision` and `embed_precision` default to `precision`, but `int8` where that is `int4`.
  With tied embeddings and equal precisions both graphs point at one table on disk.
- `levels`: of embeddings beside the first, which are added after as many layers (deepstack).
- Returns the manifest's facts: layers, kv_heads, head_dim, hidden, vocab, context, precision, kv_type; rope_axes and levels where
  there are any.

What the decoder takes and gives (batch first, names binding):

    inputs_embeds float32 [batch, seq, hidden]; seqlens_k int32 [batch]: length after this call - 1, per row;
    total_sequence_length int32 []: the longest row's length after this call; logits_start int64 [1];
    position_ids int64 [3, batch, seq] where the checkpoint's positions have axes (`mrope.py`);
    level_embeds float32 [level, batch, seq or 1, hidden] where there are levels: zeros where no picture stands;
    past_key_values.{i}.key|value float32 [batch, kv_heads, capacity, head_dim]
    → logits float32 [batch, seq - logits_start, vocab]; present.{i}.key|value, shaped like past, meant to be the same memory

Prefill (seq > 1, also on top of a past) runs one row at a time; decode (seq = 1) any number of rows of any lengths.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from onnx import TensorProto

from . import gemma3, mrope, opt, qwen1, rotary
from .brain_shape import Shape, UnsupportedBrain
from .graph import CONTRIB, DataFiles, Graph, point_again
from .matrices import BITS, PRECISIONS, Matrices, blocked_product, blocks, row_parts
from .quantise import BLOCK
from .weights import Rows, rows

_TO_END = np.array([np.iinfo(np.int64).max], np.int64)
_BUILDS = {"gemma3_text": gemma3, "opt": opt}  # decoders of another build than Llama's: a module each, with `Shape` and `decode`


def build_decoder(config: Mapping, weights: Mapping[str, np.ndarray], out_dir: Path | str, *, precision: str = "fp32",
                  head_precision: str | None = None, embed_precision: str | None = None, max_file_bytes: int = 48_000_000,
                  accuracy_level: int = 4, context: int | None = None, levels: int = 0,
                  progress=lambda done, total: None) -> dict:
    """Writes both graphs. `context` overrides `max_position_embeddings`; `progress` hears each layer."""
    if config.get("model_type") == "qwen":
        config, weights = qwen1.plain_config(config, context), qwen1.PlainWeights(weights)
    build = _BUILDS.get(config.get("model_type"))
    if build and levels:
        raise UnsupportedBrain(f"levels are not supported for text model_type {config['model_type']}")
    shape = build.Shape(config, context) if build else Shape(config, context, levels)
    default = "int8" if precision == "int4" else precision
    head_precision, embed_precision = head_precision or default, embed_precision or default
    for value in (precision, head_precision, embed_precision):
        if value not in PRECISIONS:
            raise ValueError(f"precision {value} is unknown (one of {', '.join(PRECISIONS)})")
    out_dir = Path(out_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    data = DataFiles(out_dir, "decoder.onnx", max_file_bytes)
    table = rows(weights, "model.embed_tokens.weight")
    if table.shape[0] != shape.vocab:
        raise UnsupportedBrain(f"vocab_size is {shape.vocab} but the embedding table has {table.shape[0]} rows")

    embed = Graph("embed_tokens", data)
    scale = getattr(shape, "embed_scale", None)
    looked_up = _embed(embed, shape, table, embed_precision, "rows.unscaled" if scale else "inputs_embeds")
    if scale:
        embed.node("Mul", [looked_up, embed.constant("embed_scale", np.array(scale, np.float32))], "inputs_embeds")
    embed.save(out_dir / "embed_tokens.onnx")
    decoder = Graph("decoder", data)
    decode = build.decode if build else _decode
    decode(decoder, Matrices(decoder, weights, precision, accuracy_level=accuracy_level, dynamic=True), shape, progress)
    head = Matrices(decoder, weights, head_precision, accuracy_level=accuracy_level)
    if not shape.tied:
        head.project("normed", "lm_head", "logits", ("lm_head",))
    elif embed_precision == head_precision:
        _tied_head(decoder, embed, shape, head_precision, accuracy_level)
    else:
        head.project("normed", "lm_head", "logits", ("model.embed_tokens",))
    decoder.output("logits", TensorProto.FLOAT, ["batch", "logit", shape.vocab])
    for layer in range(shape.layers):
        for part in ("key", "value"):
            decoder.output(f"present.{layer}.{part}", TensorProto.FLOAT, shape.cache())
    decoder.save(out_dir / "decoder.onnx")
    return shape.facts(precision)


def _embed(graph: Graph, shape: Shape, table: Rows, precision: str, output: str) -> str:
    """input_ids int64 [batch, seq] → rows of the table, float32 [batch, seq, hidden]"""
    ids = graph.input("input_ids", TensorProto.INT64, ["batch", "seq"])
    graph.output("inputs_embeds", TensorProto.FLOAT, ["batch", "seq", shape.hidden])
    if precision not in BITS:
        element = np.float16 if precision == "fp16" else np.float32
        stored = graph.constant_parts("table", element, table.shape, (part.astype(element) for part in row_parts(table)))
        found = graph.node("Gather", [stored, ids], output if precision == "fp32" else "rows")
        return graph.node("Cast", [found], output, to=TensorProto.FLOAT) if precision == "fp16" else found
    bits, count = BITS[precision], -(-shape.hidden // BLOCK)
    stored, scales = blocks(graph, "table", table, bits)
    packed = graph.node("Gather", [stored, ids], "row.packed")
    # Kept flat, as MatMulNBits reads them, and shaped for the look-up here: [vocab, block, 1].
    scales = graph.constant("table.scales", scales[..., None])
    if bits == 4:
        low = graph.node("BitwiseAnd", [packed, graph.constant("nibble", np.array(15, np.uint8))], "row.low")
        high = graph.node("BitShift", [packed, graph.constant("four", np.array(4, np.uint8))], "row.high", direction="RIGHT")
        last = graph.constant("last", np.array([-1], np.int64))
        pair = [graph.node("Unsqueeze", [half, last], f"{half}.column") for half in (low, high)]
        pairs = graph.node("Concat", pair, "row.pairs", axis=-1)
        blocked = graph.constant("blocked", np.array([0, 0, count, BLOCK], np.int64))
        packed = graph.node("Reshape", [pairs, blocked], "row.grid")
    grid = graph.node("Cast", [packed], "row.float", to=TensorProto.FLOAT)
    centred = graph.node("Sub", [grid, graph.constant("zero", np.array(1 << (bits - 1), np.float32))], "row.centred")
    scaled = graph.node("Mul", [centred, graph.node("Gather", [scales, ids], "row.scales")], "row.scaled")
    flat = graph.constant("flat", np.array([0, 0, -1], np.int64))
    padded = count * BLOCK != shape.hidden
    row = graph.node("Reshape", [scaled, flat], "row.padded" if padded else output)
    if not padded:
        return row
    bounds = [graph.constant(name, np.array([value], np.int64)) for name, value in (("begin", 0), ("end", shape.hidden), ("axis", 2))]
    return graph.node("Slice", [row, *bounds], output)


def _tied_head(graph: Graph, embed: Graph, shape: Shape, precision: str, accuracy_level: int) -> None:
    """logits from the embedding table itself: the bytes that `embed_tokens.onnx` looks rows up in."""
    if precision in BITS:
        packed, scales = embed.initializer("table.packed"), embed.initializer("table.scales")
        blocked_product(graph, "normed", graph.stored(point_again(packed, "lm_head.packed", packed.dims)),
                          graph.stored(point_again(scales, "lm_head.scales", [int(np.prod(scales.dims))])), "logits",
                          (shape.vocab, shape.hidden), BITS[precision], accuracy_level)
        return
    table = graph.stored(point_again(embed.initializer("table"), "lm_head.table", [shape.vocab, shape.hidden]))
    if precision == "fp16":
        table = graph.node("Cast", [table], "lm_head.float", to=TensorProto.FLOAT)
    graph.node("FusedMatMul", ["normed", table], "logits", CONTRIB, transB=1)


def _decode(graph: Graph, matrices: Matrices, shape: Shape, progress) -> None:
    """From inputs_embeds to `normed` [batch, seq - logits_start, hidden], what the head reads."""
    hidden = graph.input("inputs_embeds", TensorProto.FLOAT, ["batch", "seq", shape.hidden])
    lengths = [graph.input("seqlens_k", TensorProto.INT32, ["batch"]), graph.input("total_sequence_length", TensorProto.INT32, [])]
    start = graph.input("logits_start", TensorProto.INT64, [1])
    turn = None if shape.pair_axes is None else mrope.Turn(graph, shape.config, shape.head_dim, shape.pair_axes)
    turning = [] if turn else [graph.constant(name, table) for name, table in
                               zip(("cos", "sin"), rotary.tables(shape.config, shape.head_dim, shape.context))]
    levels = Levels(graph, shape)
    norms = Norms(graph, matrices.weights, shape.epsilon)

    normed = norms.first(hidden, "model.layers.0.input_layernorm")
    for layer in range(shape.layers):
        at = f"model.layers.{layer}"
        past = [graph.input(f"past_key_values.{layer}.{part}", TensorProto.FLOAT, shape.cache()) for part in ("key", "value")]
        qkv = matrices.project(normed, f"{at}.qkv", f"{at}.qkv", tuple(f"{at}.self_attn.{part}_proj" for part in "qkv"))
        parts = _apart(graph, qkv, at, shape) if shape.normed_heads or turn else [qkv, "", ""]
        if shape.normed_heads:
            parts[:2] = norms.heads(parts, at, shape)
        if turn:
            parts[:2] = turn(parts[0]), turn(parts[1])
        graph.node("GroupQueryAttention", [*parts, *past, *lengths, *turning],
                   [f"{at}.attended", f"present.{layer}.key", f"present.{layer}.value"], CONTRIB, num_heads=shape.heads,
                   kv_num_heads=shape.kv_heads, scale=shape.head_dim ** -0.5, do_rotary=0 if turn else 1, rotary_interleaved=0,
                   local_window_size=shape.windows[layer] or -1)
        mixed = matrices.project(f"{at}.attended", f"{at}.o", f"{at}.mixed", (f"{at}.self_attn.o_proj",))
        normed, hidden = norms.skip(hidden, mixed, f"{at}.post_attention_layernorm")
        gate = matrices.project(normed, f"{at}.gate", f"{at}.gate", (f"{at}.mlp.gate_proj",))
        up = matrices.project(normed, f"{at}.up", f"{at}.up", (f"{at}.mlp.up_proj",))
        silu = graph.node("Mul", [gate, graph.node("Sigmoid", [gate], f"{at}.gate.sigmoid")], f"{at}.silu")
        down = matrices.project(graph.node("Mul", [silu, up], f"{at}.gated"), f"{at}.down", f"{at}.down", (f"{at}.mlp.down_proj",))
        down = levels.add(down, layer)
        last = layer + 1 == shape.layers
        normed, hidden = norms.skip(hidden, down, "model.norm" if last else f"model.layers.{layer + 1}.input_layernorm")
        progress(layer + 1, shape.layers)
    to_end, axis = graph.constant("to_end", _TO_END), graph.constant("sequence_axis", np.array([1], np.int64))
    graph.node("Slice", [normed, start, to_end, axis], "normed")


def _apart(graph: Graph, qkv: str, at: str, shape: Shape) -> list[str]:
    """Queries, keys and values, [batch, seq, head · head_dim] each."""
    parts = [f"{at}.{part}" for part in "qkv"]
    graph.node("Split", [qkv, graph.constant("qkv.sizes", np.array(shape.qkv, np.int64))], parts, axis=-1)
    return parts


class Levels:
    """What is added to the hidden states after each of the first layers (deepstack): zeros where no picture stands."""

    def __init__(self, graph: Graph, shape: Shape):
        self.graph, self.names = graph, [f"level.{level}" for level in range(shape.levels)]
        if self.names:
            source = graph.input("level_embeds", TensorProto.FLOAT, [shape.levels, "level_batch", "level_seq", shape.hidden])
            for level, name in enumerate(self.names):
                graph.node("Gather", [source, graph.constant(f"{name}.index", np.array(level, np.int64))], name, axis=0)

    def add(self, update: str, layer: int) -> str:
        """A layer's update with its level, if it has one."""
        return self.graph.node("Add", [update, self.names[layer]], f"{update}.levelled") if layer < len(self.names) else update


class Norms:
    """RMSNorm, alone or together with the residual sum before it."""

    def __init__(self, graph: Graph, weights: Mapping[str, np.ndarray], epsilon: float):
        self.graph, self.weights, self.epsilon = graph, weights, epsilon

    def first(self, hidden: str, name: str) -> str:
        return self.graph.node("SimplifiedLayerNormalization", [hidden, self._weight(name)], f"{name}.out", axis=-1,
                               epsilon=self.epsilon, stash_type=1)

    def skip(self, hidden: str, update: str, name: str) -> tuple[str, str]:
        """(norm(hidden + update), hidden + update)"""
        out, total = f"{name}.out", f"{name}.sum"
        self.graph.node("SkipSimplifiedLayerNormalization", [hidden, update, self._weight(name)], [out, "", "", total], CONTRIB,
                        epsilon=self.epsilon)
        return out, total

    def heads(self, parts: list[str], at: str, shape: Shape) -> list[str]:
        """Queries and keys, [batch, seq, head · head_dim], every head normed (Qwen3)."""
        normed = []
        for source, part, heads in zip(parts, "qk", (shape.heads, shape.kv_heads)):
            apart = self.graph.constant(f"{part}.heads", np.array([0, 0, heads, shape.head_dim], np.int64))
            flat = self.graph.constant(f"{part}.flat", np.array([0, 0, heads * shape.head_dim], np.int64))
            split = self.graph.node("Reshape", [source, apart], f"{at}.{part}.heads")
            normed.append(self.graph.node("Reshape", [self.first(split, f"{at}.self_attn.{part}_norm"), flat], f"{at}.{part}.normed"))
        return normed

    def _weight(self, name: str) -> str:
        return self.graph.constant(f"{name}.weight", np.asarray(self.weights[f"{name}.weight"], np.float32))
