"""The Q-Former (BLIP-2, InstructBLIP): learned queries that look at an eye's patches through the layers of a BERT.

    image_features float32 [tile, patch, hidden], and for InstructBLIP instruction_ids int64 [tile, token] → image_embeds [tile, query, width]

Queries and the instruction's tokens see each other in every layer's self-attention; every `cross_attention_frequency`-th layer lets the
queries, not the instruction, look at the picture. Sources: transformers' `Blip2QFormerModel` and `InstructBlipQFormerModel`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import TensorProto

from .graph import CONTRIB, Graph
from .matrices import Matrices
from .transformer_eye import activation


class QFormer:
    """Adds a Q-Former's nodes to a graph. `weights` are named as in the whole checkpoint: `query_tokens`, `qformer.…`."""

    def __init__(self, graph: Graph, weights: Mapping[str, np.ndarray], config: Mapping, precision: str):
        self.graph, self.weights, self.config = graph, weights, config
        self.matrices = Matrices(graph, weights, precision)
        self.hidden, self.heads = config["hidden_size"], config["num_attention_heads"]
        self.queries = weights["query_tokens"].shape[1]

    def run(self, features: str, instruction: str | None) -> str:
        """[tile, query, hidden]; `instruction` names int64 [tile, token]."""
        graph = self.graph
        tiles = graph.node("Shape", [features], "tile.count", start=0, end=1)
        spread = graph.node("Concat", [tiles, graph.constant("query.ones", np.array([1, 1], np.int64))], "query.shape", axis=0)
        hidden = graph.node("Expand", [graph.constant("query.tokens", self.weights["query_tokens"]), spread], "query.rows")
        if instruction:
            hidden = graph.node("Concat", [hidden, self._words(instruction)], "embedded", axis=1)
        hidden = self._norm(hidden, "qformer.embeddings.layernorm" if instruction else "qformer.layernorm")
        for index in range(self.config["num_hidden_layers"]):
            hidden = self._layer(hidden, features, index, bool(instruction))
        return self._rows(hidden, 0, self.queries, "queries.read") if instruction else hidden

    def _words(self, instruction: str) -> str:
        """[tile, token, hidden]"""
        graph, at = self.graph, "qformer.embeddings"
        words = graph.node("Gather", [graph.constant("words", self.weights[f"{at}.word_embeddings.weight"]), instruction], "words.rows")
        size = graph.node("Shape", [instruction], "word.count", start=1, end=2)
        bounds = [graph.constant("first", np.array([0], np.int64)), size, graph.constant("rows.axis", np.array([0], np.int64))]
        places = graph.node("Slice", [graph.constant("places", self.weights[f"{at}.position_embeddings.weight"]), *bounds], "places.rows")
        return graph.node("Add", [words, places], "words.placed")

    def _layer(self, hidden: str, features: str, index: int, instructed: bool) -> str:
        at = f"qformer.encoder.layer.{index}"
        attended = self._attend(hidden, hidden, f"{at}.attention")
        queries = self._rows(attended, 0, self.queries, f"{at}.queries") if instructed else attended
        if index % self.config["cross_attention_frequency"] == 0:
            queries = self._attend(queries, features, f"{at}.crossattention")
        out = self._feed(queries, f"{at}.intermediate_query", f"{at}.output_query")
        if not instructed:
            return out
        words = self._rows(attended, self.queries, np.iinfo(np.int64).max, f"{at}.words")
        return self.graph.node("Concat", [out, self._feed(words, f"{at}.intermediate", f"{at}.output")], f"{at}.joined", axis=1)

    def _attend(self, hidden: str, seen: str, at: str) -> str:
        """norm(hidden + attention of hidden to seen)"""
        parts = [self.matrices.project(source, f"{at}.{part}", f"{at}.{part}.rows", (f"{at}.attention.{part}",))
                 for part, source in (("query", hidden), ("key", seen), ("value", seen))]
        mixed = self.graph.node("MultiHeadAttention", parts, f"{at}.mixed", CONTRIB, num_heads=self.heads, scale=(self.hidden // self.heads) ** -0.5)
        return self._residual(mixed, hidden, f"{at}.output")

    def _feed(self, hidden: str, widening: str, narrowing: str) -> str:
        wide = self.matrices.project(hidden, widening, f"{widening}.wide", (f"{widening}.dense",))
        active = activation(self.graph, self.config["hidden_act"], wide, f"{widening}.active", "qformer_config.hidden_act")
        return self._residual(active, hidden, narrowing)

    def _residual(self, update: str, hidden: str, at: str) -> str:
        dense = self.matrices.project(update, f"{at}.dense", f"{at}.dense.rows", (f"{at}.dense",))
        return self._norm(self.graph.node("Add", [dense, hidden], f"{at}.sum"), f"{at}.LayerNorm")

    def _norm(self, hidden: str, name: str) -> str:
        parts = [self.graph.constant(f"{name}.{part}", self.weights[f"{name}.{part}"]) for part in ("weight", "bias")]
        return self.graph.node("LayerNormalization", [hidden, *parts], f"{name}.out", axis=-1, epsilon=self.config["layer_norm_eps"])

    def _rows(self, source: str, begin: int, end: int, output: str) -> str:
        bounds = [self.graph.constant(f"row.{value}", np.array([value], np.int64)) for value in (begin, end, 1)]
        return self.graph.node("Slice", [source, *bounds], output)
