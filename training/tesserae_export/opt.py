"""OPT's decoder (BLIP-2): learned positions that begin at row 2, layer norms before or after, biases, ReLU, no rotation.

    weights: `model.embed_tokens`, `model.embed_positions`, `model.layers.0.self_attn.q_proj`, `.out_proj`, `.self_attn_layer_norm`,
    `.fc1`, `.fc2`, `.final_layer_norm`, `model.final_layer_norm`, `lm_head` unless tied
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import TensorProto

from .brain_shape import Sizes, UnsupportedBrain
from .graph import CONTRIB, Graph
from .matrices import Matrices

_OFFSET = 2  # rows of the position table that stand for no position
_EPSILON = 1e-5  # PyTorch's default, which OPT's layer norms have


class Shape(Sizes):
    """The sizes of one OPT decoder, read from its text config."""

    def __init__(self, config: Mapping, context: int | None = None):
        if config.get("activation_function", "relu") != "relu":
            raise UnsupportedBrain(f"activation_function {config['activation_function']} is not supported (relu is)")
        self.context = context or config["max_position_embeddings"]
        if self.context > config["max_position_embeddings"]:
            raise UnsupportedBrain(f"max_position_embeddings is {config['max_position_embeddings']}: there are no positions for a context of {context}")
        self.layers = config["num_hidden_layers"]
        self.hidden = config["hidden_size"]
        if config.get("word_embed_proj_dim", self.hidden) != self.hidden:
            raise UnsupportedBrain(f"word_embed_proj_dim {config['word_embed_proj_dim']} other than hidden_size {self.hidden} is not supported")
        self.heads = self.kv_heads = config["num_attention_heads"]
        self.head_dim = self.hidden // self.heads
        if self.head_dim % 8:
            raise UnsupportedBrain(f"hidden_size / num_attention_heads {self.head_dim} is not a multiple of 8, which GroupQueryAttention needs")
        self.vocab = config["vocab_size"]
        self.norm_first = config.get("do_layer_norm_before", True)
        self.norm_last = self.norm_first and not config.get("_remove_final_layer_norm", False)
        self.tied = bool(config.get("tie_word_embeddings", True))


def decode(graph: Graph, matrices: Matrices, shape: Shape, progress) -> None:
    """From inputs_embeds to `normed` [batch, seq - logits_start, hidden], what the head reads."""
    embeds = graph.input("inputs_embeds", TensorProto.FLOAT, ["batch", "seq", shape.hidden])
    lengths = [graph.input("seqlens_k", TensorProto.INT32, ["batch"]), graph.input("total_sequence_length", TensorProto.INT32, [])]
    start = graph.input("logits_start", TensorProto.INT64, [1])
    hidden = graph.node("Add", [embeds, _positions(graph, matrices, shape)], "placed")

    def norm(source: str, name: str) -> str:
        weights = matrices.weights
        scale, shift = (np.asarray(weights[f"{name}.{part}"], np.float32) if f"{name}.{part}" in weights else fill(shape.hidden, dtype=np.float32)
                        for part, fill in (("weight", np.ones), ("bias", np.zeros)))  # absent where layer_norm_elementwise_affine is off
        parts = [graph.constant(f"{name}.scale", scale), graph.constant(f"{name}.shift", shift)]
        return graph.node("LayerNormalization", [source, *parts], f"{name}.out", axis=-1, epsilon=_EPSILON)

    def within(source: str, name: str, update) -> str:
        """A residual around `update`, with its norm on the side that the checkpoint has it."""
        given = update(norm(source, name) if shape.norm_first else source)
        total = graph.node("Add", [source, given], f"{name}.sum")
        return total if shape.norm_first else norm(total, name)

    for layer in range(shape.layers):
        at = f"model.layers.{layer}"

        def attend(source: str, at: str = at, layer: int = layer) -> str:
            past = [graph.input(f"past_key_values.{layer}.{part}", TensorProto.FLOAT, shape.cache()) for part in ("key", "value")]
            qkv = matrices.project(source, f"{at}.qkv", f"{at}.qkv", tuple(f"{at}.self_attn.{part}_proj" for part in "qkv"))
            graph.node("GroupQueryAttention", [qkv, "", "", *past, *lengths], [f"{at}.attended", f"present.{layer}.key", f"present.{layer}.value"],
                       CONTRIB, num_heads=shape.heads, kv_num_heads=shape.kv_heads, scale=shape.head_dim ** -0.5)
            return matrices.project(f"{at}.attended", f"{at}.out", f"{at}.mixed", (f"{at}.self_attn.out_proj",))

        def feed(source: str, at: str = at) -> str:
            wide = matrices.project(source, f"{at}.fc1", f"{at}.wide", (f"{at}.fc1",))
            return matrices.project(graph.node("Relu", [wide], f"{at}.active"), f"{at}.fc2", f"{at}.narrow", (f"{at}.fc2",))

        hidden = within(hidden, f"{at}.self_attn_layer_norm", attend)
        hidden = within(hidden, f"{at}.final_layer_norm", feed)
        progress(layer + 1, shape.layers)
    if shape.norm_last:
        hidden = norm(hidden, "model.final_layer_norm")
    to_end = graph.constant("to_end", np.array([np.iinfo(np.int64).max], np.int64))
    graph.node("Slice", [hidden, start, to_end, graph.constant("sequence_axis", np.array([1], np.int64))], "normed")


def _positions(graph: Graph, matrices: Matrices, shape: Shape) -> str:
    """Each token's row of the position table: [batch, seq, hidden], by its row's length after this call."""
    table = graph.constant("positions", np.asarray(matrices.weights["model.embed_positions.weight"], np.float32)[: shape.context + _OFFSET])
    size = graph.node("Squeeze", [graph.node("Shape", ["inputs_embeds"], "seq.shape", start=1, end=2)], "seq")
    last = graph.node("Unsqueeze", [graph.node("Cast", ["seqlens_k"], "last", to=TensorProto.INT64), graph.constant("one", np.array([1], np.int64))], "last.column")
    zero, step = graph.constant("nothing", np.array(0, np.int64)), graph.constant("step", np.array(1, np.int64))
    steps = graph.node("Range", [zero, size, step], "steps")
    # last - (seq - 1) + step, moved by the offset
    moved = graph.node("Sub", [steps, graph.node("Sub", [size, graph.constant("offset", np.array(1 + _OFFSET, np.int64))], "back")], "moved")
    return graph.node("Gather", [table, graph.node("Add", [last, moved], "places")], "placed.rows")
