"""InternVL 2.5, 3 and 3.5: an InternViT eye over square tiles, pixel shuffle and a two-layer MLP, a Qwen or Llama brain."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto
from transformers import InternVLProcessor
from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import GotOcr2ImageProcessorPil
from transformers.models.internvl.video_processing_internvl import InternVLVideoProcessor

from ..checkpoint import Checkpoint, UnsupportedCheckpoint
from ..graph import Graph
from ..matrices import Matrices
from ..plain_vit import internvit
from ..transformer_eye import EyeShape, TransformerEye, activation
from ..weights import Renamed

NAME = "internvl"
ARCHITECTURES = ("InternVLForConditionalGeneration",)
_QK_EPSILON = 1e-6  # the reference's norm of queries and keys does not ask the config
_MARKS = {"start_image_token": "<img>", "end_image_token": "</img>"}


def brain(checkpoint: Checkpoint) -> Renamed:
    """As published and as transformers 5 saves it."""
    return Renamed(checkpoint.weights, {"language_model.model.": "model.", "language_model.lm_head.": "lm_head.",
                                        "model.language_model.": "model.", "lm_head.": "lm_head."})


def image_token_id(checkpoint: Checkpoint) -> int:
    return checkpoint.config.image_token_id


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    shape, config = _shape(checkpoint), checkpoint.config
    if not config.vision_config.use_absolute_position_embeddings:
        raise UnsupportedCheckpoint("vision_config.use_absolute_position_embeddings false is not supported")
    if config.vision_config.use_qk_norm and config.vision_config.layer_norm_eps != _QK_EPSILON:
        raise UnsupportedCheckpoint(f"vision_config.layer_norm_eps {config.vision_config.layer_norm_eps} with use_qk_norm is not supported ({_QK_EPSILON} is)")
    weights = internvit(Renamed(checkpoint.weights, dict.fromkeys(("model.vision_tower.", "vision_tower."), "")))
    eye = TransformerEye(graph, weights, shape, precision)
    tokens, layer = shape.side ** 2 + 1, _feature_layer(checkpoint, shape.layers)
    hidden = eye.embed(np.arange(tokens))
    for index in range(layer):
        hidden = eye.layer(hidden, index)
    if config.vision_feature_layer == -1 and not config.vision_config.use_mean_pooling:
        hidden = eye.norm(hidden, "post_layernorm")  # part of the eye's last state alone
    eye.finish([hidden], skip=1, patches=shape.side ** 2)
    return {"tile_width": shape.tile, "tile_height": shape.tile}


def projector(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    """Neighbouring patches, scale × scale of them, become one token of scale² times the width; then norm and two layers."""
    shape, config = _shape(checkpoint), checkpoint.config
    scale = int(1 / config.downsample_ratio)
    if shape.side % scale or 1 / config.downsample_ratio != scale:
        raise UnsupportedCheckpoint(f"downsample_ratio {config.downsample_ratio} makes no whole tokens of the {shape.side} patches along a tile")
    side, width, wide = shape.side // scale, config.text_config.hidden_size, scale * scale * shape.hidden
    features = graph.input("image_features", TensorProto.FLOAT, ["tile", shape.side ** 2, shape.hidden])
    grid = graph.constant("grid", np.array([-1, side, scale, side, scale, shape.hidden], np.int64))
    squares = graph.node("Transpose", [graph.node("Reshape", [features, grid], "patches")], "squares", perm=[0, 1, 3, 2, 4, 5])
    shuffled = graph.node("Reshape", [squares, graph.constant("flat", np.array([-1, side * side, wide], np.int64))], "shuffled")
    weights = Renamed(checkpoint.weights, dict.fromkeys(("model.multi_modal_projector.", "multi_modal_projector."), ""))
    norm = [graph.constant(f"norm.{part}", weights[f"layer_norm.{part}"]) for part in ("weight", "bias")]
    normed = graph.node("LayerNormalization", [shuffled, *norm], "normed", axis=-1, epsilon=1e-5)
    matrices = Matrices(graph, weights, precision)
    inner = matrices.project(normed, "linear_1", "inner", ("linear_1",))
    active = activation(graph, config.projector_hidden_act, inner, "active", "projector_hidden_act")
    matrices.project(active, "linear_2", "image_embeds", ("linear_2",))
    graph.output("image_embeds", TensorProto.FLOAT, ["tile", side * side, width])
    return {"kind": "pixel-shuffle", "tokens_per_tile": side * side, "width": width}


def reference(checkpoint: Checkpoint):
    shape = _shape(checkpoint)
    tokens = (shape.side // int(1 / checkpoint.config.downsample_ratio)) ** 2
    return InternVLProcessor(checkpoint.image_processor(GotOcr2ImageProcessorPil), checkpoint.tokenizer, InternVLVideoProcessor(), image_seq_length=tokens,
                             chat_template=checkpoint.chat_template())


def _shape(checkpoint: Checkpoint) -> EyeShape:
    config, settings = checkpoint.config, checkpoint.image_processor_config()
    sizes = config.vision_config.to_dict()
    for key in ("image_size", "patch_size"):
        if len(set(sizes[key])) != 1:
            raise UnsupportedCheckpoint(f"vision_config.{key} {sizes[key]} is no square")
        sizes[key] = sizes[key][0]
    prepared = settings.get("size") or GotOcr2ImageProcessorPil.size
    if {prepared.get("height"), prepared.get("width")} != {sizes["image_size"]}:
        raise UnsupportedCheckpoint(f"pictures are prepared as {prepared}, but vision_config.image_size is {sizes['image_size']}")
    for key, mark in _MARKS.items():
        if getattr(checkpoint.tokenizer, key, mark) != mark:
            raise UnsupportedCheckpoint(f"{key} {getattr(checkpoint.tokenizer, key)} is not supported ({mark} is)")
    if config.vision_feature_select_strategy != "default":
        raise UnsupportedCheckpoint(f"vision_feature_select_strategy {config.vision_feature_select_strategy} leaves no square of tokens")
    return EyeShape.of(sizes, sizes["image_size"])


def _feature_layer(checkpoint: Checkpoint, layers: int) -> int:
    """How many of the eye's layers are run: state 0 is the embedding, state n what layer n gives."""
    wanted = checkpoint.config.vision_feature_layer
    if not isinstance(wanted, int) or not -layers - 1 <= wanted <= layers:
        raise UnsupportedCheckpoint(f"vision_feature_layer {wanted} is not supported (one of the {layers} layers is)")
    return wanted if wanted >= 0 else layers + 1 + wanted
