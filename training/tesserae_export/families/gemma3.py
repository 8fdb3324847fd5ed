"""Gemma 3: a SigLIP eye, its patches averaged down to `mm_tokens_per_image`, RMSNorm and one matrix, a Gemma 3 brain."""

from __future__ import annotations

import math

import numpy as np
from onnx import TensorProto
from transformers import AutoTokenizer, Gemma3Processor
from transformers.models.gemma3.image_processing_pil_gemma3 import Gemma3ImageProcessorPil

from ..checkpoint import Checkpoint, UnsupportedCheckpoint
from ..graph import Graph
from ..matrices import floats
from ..transformer_eye import EyeShape, TransformerEye
from ..weights import Renamed

NAME = "gemma3"
ARCHITECTURES = ("Gemma3ForConditionalGeneration",)
# What families/gemma3/PromptLayout writes around a picture.
_AROUND = {"boi_token": "<start_of_image>", "eoi_token": "<end_of_image>"}


def brain(checkpoint: Checkpoint) -> Renamed:
    return Renamed(checkpoint.weights, {"language_model.model.": "model.", "language_model.lm_head.": "lm_head.",
                                        "model.language_model.": "model.", "lm_head.": "lm_head."})


def image_token_id(checkpoint: Checkpoint) -> int:
    return checkpoint.config.image_token_id


def brain_facts(checkpoint: Checkpoint) -> dict:
    """The template prints another token than pictures consist of, and a picture's tokens see each other."""
    for name, text in _AROUND.items():
        found = getattr(checkpoint.tokenizer, name, None)
        if found != text:
            raise UnsupportedCheckpoint(f"{name} {found} is not supported ({text} is)")
    return {"template_image_token": _AROUND["boi_token"], "bidirectional_image_tokens": checkpoint.config.mm_tokens_per_image}


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    shape = _shape(checkpoint)
    renames = {f"{outer}vision_tower.{inner}": "" for inner in ("vision_model.", "") for outer in ("model.", "")}
    eye = TransformerEye(graph, Renamed(checkpoint.weights, renames), shape, precision)
    hidden = eye.embed(np.arange(shape.side ** 2))
    for index in range(shape.layers):
        hidden = eye.layer(hidden, index)
    eye.finish([eye.norm(hidden, "post_layernorm")], skip=0, patches=shape.side ** 2)
    return {"tile_width": shape.tile, "tile_height": shape.tile}


def projector(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    """Squares of neighbouring patches are averaged, normed (by 1 + weight) and multiplied by one matrix."""
    shape, config = _shape(checkpoint), checkpoint.config
    side, width = math.isqrt(config.mm_tokens_per_image), config.text_config.hidden_size
    if side ** 2 != config.mm_tokens_per_image or shape.side % side:
        raise UnsupportedCheckpoint(f"mm_tokens_per_image {config.mm_tokens_per_image} does not divide the {shape.side}×{shape.side} patches into squares")
    kernel = shape.side // side
    weights = Renamed(checkpoint.weights, {"multi_modal_projector.": "", "model.multi_modal_projector.": ""})
    features = graph.input("image_features", TensorProto.FLOAT, ["tile", shape.side ** 2, shape.hidden])
    grid = graph.constant("grid", np.array([-1, side, kernel, side, kernel, shape.hidden], np.int64))
    axes = graph.constant("kernel.axes", np.array([2, 4], np.int64))
    pooled = graph.node("ReduceMean", [graph.node("Reshape", [features, grid], "patches"), axes], "pooled", keepdims=0)
    rows = graph.node("Reshape", [pooled, graph.constant("rows", np.array([-1, side * side, shape.hidden], np.int64))], "pooled.rows")
    scale = graph.constant("norm.weight", np.float32(1) + np.asarray(weights["mm_soft_emb_norm.weight"], np.float32))
    epsilon = checkpoint.config.vision_config.layer_norm_eps
    normed = graph.node("SimplifiedLayerNormalization", [rows, scale], "normed", axis=-1, epsilon=epsilon, stash_type=1)
    matrix = floats(graph, "projection", weights["mm_input_projection_weight"], precision)  # [hidden, width], as it is multiplied
    graph.node("MatMul", [normed, matrix], "image_embeds")
    graph.output("image_embeds", TensorProto.FLOAT, ["tile", side * side, width])
    return {"kind": "linear", "tokens_per_tile": side * side, "width": width}


def reference(checkpoint: Checkpoint):
    tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder, local_files_only=True)
    return Gemma3Processor(checkpoint.image_processor(Gemma3ImageProcessorPil), tokenizer, image_seq_length=checkpoint.config.mm_tokens_per_image,
                           chat_template=checkpoint.chat_template())


def _shape(checkpoint: Checkpoint) -> EyeShape:
    config = checkpoint.config.vision_config
    if config.model_type != "siglip_vision_model":
        raise UnsupportedCheckpoint(f"vision_config.model_type {config.model_type} is not supported (siglip_vision_model is)")
    size = checkpoint.image_processor_config().get("size") or {}
    if (size.get("height"), size.get("width")) != (config.image_size, config.image_size):
        raise UnsupportedCheckpoint(f"pictures are prepared as {size}, but vision_config.image_size is {config.image_size}")
    return EyeShape.of(config.to_dict(), config.image_size)
