"""Vision transformers as graphs: CLIP, SigLIP, the Idefics3/SmolVLM form of SigLIP, and InternViT share one shape and one naming.

    pixel_values float32 [tile, 3, height, width] → image_features float32 [tile, patch, hidden]

What only some have is read from the weights: a class token, biases, a norm of queries and keys (RMS over all heads together), a scale of
each layer's updates, and RMS norms, which have no bias, in place of layer norms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from .graph import CONTRIB, Graph
from .matrices import Matrices

_ACTIVATIONS = {
    "quick_gelu": ("QuickGelu", CONTRIB, {"alpha": 1.702}),
    "gelu": ("Gelu", "", {"approximate": "none"}),
    "gelu_pytorch_tanh": ("Gelu", "", {"approximate": "tanh"}),
    "gelu_new": ("Gelu", "", {"approximate": "tanh"}),
    "relu": ("Relu", "", {}),
    "silu": ("QuickGelu", CONTRIB, {"alpha": 1.0}),
}


class UnsupportedEye(ValueError):
    """The vision config asks for something these graphs cannot do; the message names the key."""


def activation(graph: Graph, kind: str, source: str, output: str, key: str) -> str:
    """Applies the activation that a config names under `key`."""
    if kind == "silu":
        return graph.node("Mul", [source, graph.node("Sigmoid", [source], f"{output}.sigmoid")], output)
    if kind not in _ACTIVATIONS:
        raise UnsupportedEye(f"{key} {kind} is not supported (one of {', '.join(_ACTIVATIONS)})")
    op, domain, attributes = _ACTIVATIONS[kind]
    return graph.node(op, [source], output, domain, **attributes)


@dataclass(frozen=True)
class EyeShape:
    """The sizes of one eye for square tiles of `tile` pixels."""

    tile: int
    patch: int
    hidden: int
    heads: int
    layers: int
    epsilon: float
    activation: str

    @classmethod
    def of(cls, config: Mapping, tile: int) -> EyeShape:
        patch = config["patch_size"]
        if config.get("num_channels", 3) != 3:
            raise UnsupportedEye(f"num_channels {config['num_channels']} is not supported (3 is)")
        return cls(tile, patch, config["hidden_size"], config["num_attention_heads"], config["num_hidden_layers"],
                   config.get("layer_norm_eps", 1e-6), config.get("hidden_act", "gelu_pytorch_tanh"))

    @property
    def side(self) -> int:
        """Patches along one edge of a tile; pixels that are left over at its end are not looked at (SigLIP's 384 of 14)."""
        return self.tile // self.patch


class TransformerEye:
    """Adds an eye's layers to a graph. `weights` are named as inside the eye (`embeddings.…`, `encoder.layers.0.…`)."""

    def __init__(self, graph: Graph, weights: Mapping[str, np.ndarray], shape: EyeShape, precision: str):
        self.graph, self.weights, self.shape = graph, weights, shape
        self.matrices = Matrices(graph, weights, precision, dynamic=True)

    def embed(self, positions: np.ndarray) -> str:
        """Patches, a class token first where the checkpoint has one, each with its position: [tile, patch, hidden].

        `positions`: the row of the position table for each token, int64 [patch].
        """
        graph, shape = self.graph, self.shape
        pixels = graph.input("pixel_values", TensorProto.FLOAT, ["tile", 3, shape.tile, shape.tile])
        kernel = [graph.constant(name, self.weights[name]) for name in
                  ("embeddings.patch_embedding.weight", "embeddings.patch_embedding.bias") if name in self.weights]
        maps = graph.node("Conv", [pixels, *kernel], "patch.maps", strides=[shape.patch] * 2, kernel_shape=[shape.patch] * 2)
        flat = graph.node("Reshape", [maps, graph.constant("patch.flat", np.array([0, shape.hidden, -1], np.int64))], "patch.rows")
        tokens = graph.node("Transpose", [flat], "patch.tokens", perm=[0, 2, 1])
        if "embeddings.class_embedding" in self.weights:
            token = graph.constant("class.token", self.weights["embeddings.class_embedding"].reshape(1, 1, -1))
            tiles = graph.node("Shape", [pixels], "tile.count", start=0, end=1)
            ones = graph.constant("class.ones", np.array([1, 1], np.int64))
            spread = graph.node("Concat", [tiles, ones], "class.shape", axis=0)
            tokens = graph.node("Concat", [graph.node("Expand", [token, spread], "class.tokens"), tokens], "tokens", axis=1)
        table = self.weights["embeddings.position_embedding.weight"][positions]
        placed = graph.node("Add", [tokens, graph.constant("positions", table[None])], "embedded")
        return self.norm(placed, "pre_layrnorm") if "pre_layrnorm.weight" in self.weights else placed

    def layer(self, hidden: str, index: int) -> str:
        """One transformer layer: [tile, patch, hidden] → same."""
        graph, at = self.graph, f"encoder.layers.{index}"
        attended = self.attend(self.norm(hidden, f"{at}.layer_norm1"), at)
        mixed = self.matrices.project(attended, f"{at}.out", f"{at}.mixed", (f"{at}.self_attn.out_proj",))
        hidden = graph.node("Add", [hidden, self.scaled(mixed, f"{at}.layer_scale1")], f"{at}.middle")
        wide = self.matrices.project(self.norm(hidden, f"{at}.layer_norm2"), f"{at}.fc1", f"{at}.wide", (f"{at}.mlp.fc1",))
        active = activation(graph, self.shape.activation, wide, f"{at}.active", "vision_config.hidden_act")
        narrow = self.matrices.project(active, f"{at}.fc2", f"{at}.narrow", (f"{at}.mlp.fc2",))
        return graph.node("Add", [hidden, self.scaled(narrow, f"{at}.layer_scale2")], f"{at}.hidden")

    def attend(self, normed: str, at: str) -> str:
        """Attention of every patch to every patch: [tile, patch, hidden] → same. Three products in place of one, whose parts would be copied apart."""
        graph, layers = self.graph, [f"{at}.self_attn.{part}_proj" for part in "qkv"]
        normed_heads = f"{at}.self_attn.q_norm.weight" in self.weights
        biased = any(f"{layer}.bias" in self.weights for layer in layers)
        parts = [self.matrices.project(normed, f"{at}.{part}", f"{at}.{part}", (layer,), biased=normed_heads) for part, layer in zip("qkv", layers)]
        if normed_heads:
            parts[:2] = [self.norm(part, f"{at}.self_attn.{name}_norm") for part, name in zip(parts, "qk")]
        elif biased:  # added while heads are laid apart, which reads everything anyway
            zeros = np.zeros(self.shape.hidden, np.float32)
            biases = [np.asarray(self.weights[f"{layer}.bias"], np.float32) if f"{layer}.bias" in self.weights else zeros for layer in layers]
            parts.append(graph.constant(f"{at}.qkv.bias", np.concatenate(biases)))
        return graph.node("MultiHeadAttention", parts, f"{at}.attended", CONTRIB, num_heads=self.shape.heads,
                          scale=(self.shape.hidden // self.shape.heads) ** -0.5)

    def scaled(self, update: str, name: str) -> str:
        if name not in self.weights:
            return update
        return self.graph.node("Mul", [update, self.graph.constant(name, self.weights[name])], f"{name}.out")

    def norm(self, hidden: str, name: str, output: str | None = None) -> str:
        parts = [self.graph.constant(f"{name}.{part}", self.weights[f"{name}.{part}"]) for part in ("weight", "bias") if f"{name}.{part}" in self.weights]
        if len(parts) == 1:
            return self.graph.node("SimplifiedLayerNormalization", [hidden, *parts], output or f"{name}.out", axis=-1, epsilon=self.shape.epsilon,
                                   stash_type=1)
        return self.graph.node("LayerNormalization", [hidden, *parts], output or f"{name}.out", axis=-1, epsilon=self.shape.epsilon)

    def finish(self, features: Sequence[str], skip: int, patches: int | str) -> None:
        """Gives `image_features`: the named states side by side, without their first `skip` tokens."""
        graph = self.graph
        joined = features[0] if len(features) == 1 else graph.node("Concat", list(features), "features.joined", axis=-1)
        if skip:
            bounds = [graph.constant(name, np.array([value], np.int64)) for name, value in
                      (("features.begin", skip), ("features.end", np.iinfo(np.int64).max), ("features.axis", 1))]
            graph.node("Slice", [joined, *bounds], "image_features")
        else:
            graph.node("Identity", [joined], "image_features")
        graph.output("image_features", TensorProto.FLOAT, ["tile", patches, self.shape.hidden * len(features)])
