"""Idefics2: a SigLIP eye over pictures of any size, a gated MLP and a perceiver whose latents look at all patches, a Mistral brain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from onnx import TensorProto
from transformers import Idefics2Processor
from transformers.models.idefics2.image_processing_pil_idefics2 import Idefics2ImageProcessorPil

from ..checkpoint import Checkpoint, UnsupportedCheckpoint
from ..graph import CONTRIB, Graph
from ..matrices import Matrices
from ..flexible_eye import FlexibleEye
from ..transformer_eye import EyeShape, activation
from ..weights import Renamed

NAME = "idefics2"
ARCHITECTURES = ("Idefics2ForConditionalGeneration",)


def brain(checkpoint: Checkpoint) -> Renamed:
    return Renamed(checkpoint.weights, {"model.text_model.": "model.", "lm_head.": "lm_head."})


def image_token_id(checkpoint: Checkpoint) -> int:
    return checkpoint.config.image_token_id


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    config = checkpoint.config.vision_config
    size = checkpoint.image_processor_config().get("size") or {}
    if not size.get("shortest_edge") or not size.get("longest_edge"):
        raise UnsupportedCheckpoint(f"size {size} is not supported (shortest_edge and longest_edge are)")
    if size["shortest_edge"] < config.patch_size:
        raise UnsupportedCheckpoint(f"size.shortest_edge {size['shortest_edge']} is less than a patch of {config.patch_size} pixels")
    shape = EyeShape.of(config.to_dict(), config.image_size - config.image_size % config.patch_size)
    eye = FlexibleEye(graph, Renamed(checkpoint.weights, {"model.vision_model.": ""}), shape, precision)
    hidden = eye.embed_any(config.image_size // config.patch_size)
    for index in range(shape.layers):
        hidden = eye.layer(hidden, index)
    eye.finish([eye.norm(hidden, "post_layernorm")], skip=0, patches="patch")
    return {"tile_width": 0, "tile_height": 0}


def projector(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    config = checkpoint.config
    perceiver = Perceiver(graph, Renamed(checkpoint.weights, {"model.connector.": ""}), config.perceiver_config.to_dict(), precision)
    features = graph.input("image_features", TensorProto.FLOAT, ["tile", "patch", config.vision_config.hidden_size])
    context = perceiver.gated(features, "modality_projection", config.text_config.hidden_act, "text_config.hidden_act")
    tokens, width = perceiver.run(context), config.text_config.hidden_size
    graph.output("image_embeds", TensorProto.FLOAT, ["tile", tokens, width])
    return {"kind": "resampler", "tokens_per_tile": tokens, "width": width}


def reference(checkpoint: Checkpoint):
    return Idefics2Processor(checkpoint.image_processor(Idefics2ImageProcessorPil), checkpoint.tokenizer, chat_template=checkpoint.chat_template(),
                             image_seq_len=checkpoint.config.perceiver_config.resampler_n_latents)


def tiles(checkpoint: Checkpoint, inputs: Mapping) -> list[np.ndarray]:
    """Without what pads them to the size of the largest."""
    pixels, masks = np.asarray(inputs["pixel_values"])[0], np.asarray(inputs["pixel_attention_mask"])[0]
    return [tile[:, : mask[:, 0].sum(), : mask[0].sum()] for tile, mask in zip(pixels, masks)]


class Perceiver:
    """Latents that look at the context and at themselves, layer after layer; `weights` are named as inside the connector."""

    def __init__(self, graph: Graph, weights: Mapping[str, np.ndarray], config: Mapping, precision: str):
        self.graph, self.config = graph, config
        self.heads = config["resampler_n_heads"]
        groups = self.heads // config["num_key_value_heads"]
        self.weights = EveryHead(weights, groups, config["resampler_head_dim"])
        self.matrices = Matrices(graph, self.weights, precision)

    def run(self, context: str) -> int:
        """Gives `image_embeds` [tile, latent, hidden]; returns how many latents there are."""
        graph, at = self.graph, "perceiver_resampler"
        latents = np.asarray(self.weights[f"{at}.latents"], np.float32)
        tiles = graph.node("Shape", [context], "tile.count", start=0, end=1)
        spread = graph.node("Concat", [tiles, graph.constant("latent.ones", np.array([1, 1], np.int64))], "latent.shape", axis=0)
        hidden = graph.node("Expand", [graph.constant("latents", latents[None]), spread], "latent.rows")
        for index in range(self.config["resampler_depth"]):
            hidden = self._layer(hidden, context, f"{at}.layers.{index}")
        self._norm(hidden, f"{at}.norm", "image_embeds")
        return len(latents)

    def _layer(self, latents: str, context: str, at: str) -> str:
        graph = self.graph
        asking = self._norm(latents, f"{at}.input_latents_norm")
        seen = graph.node("Concat", [self._norm(context, f"{at}.input_context_norm"), asking], f"{at}.seen", axis=1)
        parts = [self.matrices.project(source, f"{at}.{part}", f"{at}.{part}.rows", (f"{at}.self_attn.{part}_proj",))
                 for part, source in (("q", asking), ("k", seen), ("v", seen))]
        mixed = graph.node("MultiHeadAttention", parts, f"{at}.mixed", CONTRIB, num_heads=self.heads, scale=self.config["resampler_head_dim"] ** -0.5)
        given = self.matrices.project(mixed, f"{at}.o", f"{at}.given", (f"{at}.self_attn.o_proj",))
        middle = graph.node("Add", [latents, given], f"{at}.middle")
        fed = self.gated(self._norm(middle, f"{at}.post_attention_layernorm"), f"{at}.mlp", self.config["hidden_act"], "perceiver_config.hidden_act")
        return graph.node("Add", [middle, fed], f"{at}.hidden")

    def gated(self, source: str, at: str, kind: str, key: str) -> str:
        gate = self.matrices.project(source, f"{at}.gate", f"{at}.gate.rows", (f"{at}.gate_proj",))
        up = self.matrices.project(source, f"{at}.up", f"{at}.up.rows", (f"{at}.up_proj",))
        active = self.graph.node("Mul", [activation(self.graph, kind, gate, f"{at}.active", key), up], f"{at}.gated")
        return self.matrices.project(active, f"{at}.down", f"{at}.down.rows", (f"{at}.down_proj",))

    def _norm(self, hidden: str, name: str, output: str | None = None) -> str:
        scale = self.graph.constant(f"{name}.weight", np.asarray(self.weights[f"{name}.weight"], np.float32))
        return self.graph.node("SimplifiedLayerNormalization", [hidden, scale], output or f"{name}.out", axis=-1,
                               epsilon=self.config["rms_norm_eps"], stash_type=1)


class EveryHead(Mapping[str, np.ndarray]):
    """Keys and values that several heads share, written out for each of them: `MultiHeadAttention` has as many of one as of the other."""

    def __init__(self, weights: Mapping[str, np.ndarray], groups: int, head_dim: int):
        self._weights, self._groups, self._head_dim = weights, groups, head_dim

    def __getitem__(self, name: str) -> np.ndarray:
        tensor = self._weights[name]
        if ".k_proj." in name or ".v_proj." in name:
            heads = tensor.reshape(-1, self._head_dim, *tensor.shape[1:])
            return np.repeat(heads, self._groups, axis=0).reshape(-1, *tensor.shape[1:])
        return tensor

    def __contains__(self, name: object) -> bool:
        return name in self._weights

    def __iter__(self) -> Iterator[str]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)
