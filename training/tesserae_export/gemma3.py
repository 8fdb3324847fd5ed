"""Gemma 3's decoder. What differs from Llama's build:

- every RMSNorm multiplies by 1 + weight; each head of queries and keys is normed before it is turned;
- attention and feed-forward are normed before *and* after, within the residual;
- most layers look back over a window and turn by a rotation of their own (`layer_types`, `rope_parameters`);
- embeddings of tokens, not of pictures, are multiplied by √hidden;
- the tokens of one picture see each other in both directions.

`GroupQueryAttention` is causal whatever bias it is given. It computes every call, writes the cache in place, and is all that decoding
needs. A call with a picture in it says so by `attend_until` int64 [seq], for each of its tokens the position up to which it may look
ahead (exclusive; 0 for no further than itself): then that layer's attention is computed once more in plain products over the same cache.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import TensorProto

from . import rotary
from .brain_shape import Sizes, UnsupportedBrain
from .graph import CONTRIB, Graph
from .matrices import Matrices

KINDS = ("sliding_attention", "full_attention")
_LOWEST = np.finfo(np.float32).min


class Shape(Sizes):
    """The sizes of one Gemma 3 decoder, read from its text config."""

    def __init__(self, config: Mapping, context: int | None = None):
        for key in ("final_logit_softcapping", "attn_logit_softcapping", "use_bidirectional_attention"):
            if config.get(key):
                raise UnsupportedBrain(f"{key} {config[key]} is not supported")
        if config.get("hidden_activation", "gelu_pytorch_tanh") != "gelu_pytorch_tanh":
            raise UnsupportedBrain(f"hidden_activation {config['hidden_activation']} is not supported (gelu_pytorch_tanh is)")
        self.context = context or config["max_position_embeddings"]
        self.layers = config["num_hidden_layers"]
        self.hidden = config["hidden_size"]
        self.heads = config["num_attention_heads"]
        self.kv_heads = config["num_key_value_heads"]
        self.head_dim = config["head_dim"]
        if self.head_dim % 16:
            raise UnsupportedBrain(f"head_dim {self.head_dim} is not a multiple of 16, which GroupQueryAttention needs to turn it")
        self.scale = config["query_pre_attn_scalar"] ** -0.5
        self.vocab = config["vocab_size"]
        self.epsilon = config["rms_norm_eps"]
        self.tied = bool(config.get("tie_word_embeddings", True))
        self.embed_scale = float(self.hidden ** 0.5)
        self.kinds = config["layer_types"]
        if set(self.kinds) - set(KINDS):
            raise UnsupportedBrain(f"layer_types {sorted(set(self.kinds) - set(KINDS))} is not supported")
        self.window = config["sliding_window"]
        self.rotations = {kind: {"rope_parameters": config["rope_parameters"][kind], "max_position_embeddings": self.context} for kind in KINDS}


def decode(graph: Graph, matrices: Matrices, shape: Shape, progress) -> None:
    """From inputs_embeds to `normed` [batch, seq - logits_start, hidden], what the head reads."""
    hidden = graph.input("inputs_embeds", TensorProto.FLOAT, ["batch", "seq", shape.hidden])
    attention = Attention(graph, matrices, shape)
    start = graph.input("logits_start", TensorProto.INT64, [1])
    norms = attention.norms
    normed = norms.first(hidden, "model.layers.0.input_layernorm")
    for layer in range(shape.layers):
        at = f"model.layers.{layer}"
        mixed = matrices.project(attention.layer(normed, layer), f"{at}.o", f"{at}.mixed", (f"{at}.self_attn.o_proj",))
        normed, hidden = norms.skip(hidden, norms.first(mixed, f"{at}.post_attention_layernorm"), f"{at}.pre_feedforward_layernorm")
        gate = matrices.project(normed, f"{at}.gate", f"{at}.gate", (f"{at}.mlp.gate_proj",))
        up = matrices.project(normed, f"{at}.up", f"{at}.up", (f"{at}.mlp.up_proj",))
        gated = graph.node("Mul", [graph.node("Gelu", [gate], f"{at}.gelu", approximate="tanh"), up], f"{at}.gated")
        down = matrices.project(gated, f"{at}.down", f"{at}.down", (f"{at}.mlp.down_proj",))
        following = "model.norm" if layer + 1 == shape.layers else f"model.layers.{layer + 1}.input_layernorm"
        normed, hidden = norms.skip(hidden, norms.first(down, f"{at}.post_feedforward_layernorm"), following)
        progress(layer + 1, shape.layers)
    to_end = graph.constant("to_end", np.array([np.iinfo(np.int64).max], np.int64))
    graph.node("Slice", [normed, start, to_end, graph.constant("sequence_axis", np.array([1], np.int64))], "normed")


class Attention:
    """All layers' attention: causal by `GroupQueryAttention`, and once more for calls with a picture."""

    def __init__(self, graph: Graph, matrices: Matrices, shape: Shape):
        self.graph, self.matrices, self.shape = graph, matrices, shape
        self.norms = Norms(graph, matrices.weights, shape.epsilon)
        self.lengths = [graph.input("seqlens_k", TensorProto.INT32, ["batch"]), graph.input("total_sequence_length", TensorProto.INT32, [])]
        until = graph.input("attend_until", TensorProto.INT64, ["seq"])
        self.ahead = graph.node("Greater", [graph.node("ReduceMax", [until], "furthest", keepdims=0), self._number("nowhere", 0)], "ahead")
        self.turning = {}
        for kind in sorted(set(shape.kinds)):
            cos, sin = rotary.tables(shape.rotations[kind], shape.head_dim, shape.context)
            self.turning[kind] = [graph.constant(f"{kind}.cos", cos), graph.constant(f"{kind}.sin", sin)]

    def layer(self, normed: str, layer: int) -> str:
        """[batch, seq, hidden] → [batch, seq, head · head_dim]"""
        graph, shape, at, kind = self.graph, self.shape, f"model.layers.{layer}", self.shape.kinds[layer]
        past = [graph.input(f"past_key_values.{layer}.{part}", TensorProto.FLOAT, shape.cache()) for part in ("key", "value")]
        qkv = self.matrices.project(normed, f"{at}.qkv", f"{at}.qkv", tuple(f"{at}.self_attn.{part}_proj" for part in "qkv"))
        widths = np.array([shape.heads, shape.kv_heads, shape.kv_heads], np.int64) * shape.head_dim
        parts = [f"{at}.{part}" for part in "qkv"]
        graph.node("Split", [qkv, graph.constant("qkv.widths", widths)], parts, axis=-1)
        query, key = (self._normed_heads(part, at, name, heads) for part, name, heads in
                      ((parts[0], "q", shape.heads), (parts[1], "k", shape.kv_heads)))
        window = shape.window if kind == "sliding_attention" else -1
        causal, *present = f"{at}.causal", f"present.{layer}.key", f"present.{layer}.value"
        graph.node("GroupQueryAttention", [query, key, parts[2], *past, *self.lengths, *self.turning[kind]], [causal, *present], CONTRIB,
                   num_heads=shape.heads, kv_num_heads=shape.kv_heads, scale=shape.scale, do_rotary=1, rotary_interleaved=0,
                   local_window_size=window)
        return graph.choose(self.ahead, f"{at}.attended", lambda branch: self._both_ways(branch, at, query, present, kind), causal)

    def _normed_heads(self, part: str, at: str, name: str, heads: int) -> str:
        graph = self.graph
        apart = graph.constant(f"{name}.heads", np.array([0, 0, heads, self.shape.head_dim], np.int64))
        flat = graph.constant(f"{name}.flat", np.array([0, 0, heads * self.shape.head_dim], np.int64))
        normed = self.norms.first(graph.node("Reshape", [part, apart], f"{at}.{name}.apart"), f"{at}.self_attn.{name}_norm")
        return graph.node("Reshape", [normed, flat], f"{at}.{name}.normed")

    def _both_ways(self, branch: Graph, at: str, query: str, present: list[str], kind: str) -> str:
        """One row's attention over the whole cache, each token up to its own `attend_until`."""
        shape, at = self.shape, f"{at}.ahead"
        group = shape.heads // shape.kv_heads
        size = branch.node("Shape", [query], f"{at}.seq", start=1, end=2)
        total = branch.node("Reshape", [branch.node("Cast", [self.lengths[1]], f"{at}.total.long", to=TensorProto.INT64),
                                        self._numbers("one", [1])], f"{at}.total")
        past = branch.node("Sub", [total, size], f"{at}.past")
        turned = branch.node("RotaryEmbedding", [query, past, *self.turning[kind]], f"{at}.turned", CONTRIB, num_heads=shape.heads,
                             interleaved=0)
        heads = branch.node("Reshape", [turned, self._numbers("ahead.heads", [1, -1, shape.kv_heads, group * shape.head_dim])], f"{at}.heads")
        grouped = branch.node("Reshape", [heads, self._numbers("ahead.groups", [0, 0, shape.kv_heads, group, shape.head_dim])], f"{at}.groups")
        queries = branch.node("Transpose", [grouped], f"{at}.queries", perm=[0, 2, 3, 1, 4])  # [1, kv_head, group, seq, head_dim]
        held = []
        for name, part in zip(("keys", "values"), present):
            filled = branch.node("Slice", [part, self._numbers("zero", [0]), total, self._numbers("capacity.axis", [2])], f"{at}.{name}.filled")
            held.append(branch.node("Unsqueeze", [filled, self._numbers("capacity.axis", [2])], f"{at}.{name}"))  # [1, kv_head, 1, total, head_dim]
        scores = branch.node("MatMul", [queries, branch.node("Transpose", [held[0]], f"{at}.keys.turned", perm=[0, 1, 2, 4, 3])], f"{at}.scores")
        scaled = branch.node("Mul", [scores, self.graph.constant("ahead.scale", np.array(shape.scale, np.float32))], f"{at}.scaled")
        masked = branch.node("Where", [self._seen(branch, at, past, total, kind), scaled,
                                       self.graph.constant("lowest", np.array(_LOWEST, np.float32))], f"{at}.masked")
        mixed = branch.node("MatMul", [branch.node("Softmax", [masked], f"{at}.shares", axis=-1), held[1]], f"{at}.mixed")
        ordered = branch.node("Transpose", [mixed], f"{at}.ordered", perm=[0, 3, 1, 2, 4])
        return branch.node("Reshape", [ordered, self._numbers("ahead.flat", [1, -1, shape.heads * shape.head_dim])], f"{at}.attended")

    def _seen(self, branch: Graph, at: str, past: str, total: str, kind: str) -> str:
        """bool [seq, total]: which position each token looks at."""
        scalar = self._numbers("scalar", [])
        first, beyond = (branch.node("Reshape", [value, scalar], f"{at}.{name}") for value, name in ((past, "first"), (total, "beyond")))
        one = self._number("step", 1)
        places = branch.node("Unsqueeze", [branch.node("Range", [first, beyond, one], f"{at}.own"), self._numbers("one", [1])], f"{at}.places")
        keys = branch.node("Range", [self._number("nowhere", 0), beyond, one], f"{at}.all")
        limit = branch.node("Unsqueeze", ["attend_until", self._numbers("one", [1])], f"{at}.limit")
        until = branch.node("Max", [limit, branch.node("Add", [places, one], f"{at}.next")], f"{at}.until")
        seen = branch.node("Less", [keys, until], f"{at}.seen")
        if kind == "full_attention":
            return seen
        oldest = branch.node("Sub", [places, self._number("window", self.shape.window)], f"{at}.oldest")
        return branch.node("And", [seen, branch.node("Greater", [keys, oldest], f"{at}.near")], f"{at}.near.seen")

    def _number(self, name: str, value: int) -> str:
        return self.graph.constant(name, np.array(value, np.int64))

    def _numbers(self, name: str, values: list[int]) -> str:
        return self.graph.constant(f"{name}.shape", np.array(values, np.int64))


class Norms:
    """RMSNorm by 1 + weight, alone or together with the residual sum before it."""

    def __init__(self, graph: Graph, weights: Mapping[str, np.ndarray], epsilon: float):
        self.graph, self.weights, self.epsilon = graph, weights, epsilon

    def first(self, hidden: str, name: str) -> str:
        return self.graph.node("SimplifiedLayerNormalization", [hidden, self._weight(name)], f"{name}.out", axis=-1, epsilon=self.epsilon,
                               stash_type=1)

    def skip(self, hidden: str, update: str, name: str) -> tuple[str, str]:
        """(norm(hidden + update), hidden + update)"""
        out, total = f"{name}.out", f"{name}.sum"
        self.graph.node("SkipSimplifiedLayerNormalization", [hidden, update, self._weight(name)], [out, "", "", total], CONTRIB,
                        epsilon=self.epsilon)
        return out, total

    def _weight(self, name: str) -> str:
        return self.graph.constant(f"{name}.weight", np.float32(1) + np.asarray(self.weights[f"{name}.weight"], np.float32))
