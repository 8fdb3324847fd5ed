"""LLaVA-1.5: a CLIP (or SigLIP 1 or 2, or ViT) eye over one square picture, a two-layer MLP, a Llama brain."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto
from transformers import AutoProcessor
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

from ..checkpoint import Checkpoint, UnsupportedCheckpoint
from ..graph import Graph
from ..matrices import Matrices
from ..plain_vit import vit
from ..transformer_eye import EyeShape, TransformerEye, activation
from ..weights import Renamed

NAME = "llava"
ARCHITECTURES = ("LlavaForConditionalGeneration",)
# SigLIP 2 of fixed resolution is published as a siglip_vision_model.
_EYES = ("clip_vision_model", "siglip_vision_model", "vit")
_WITH_CLASS_TOKEN = ("clip_vision_model", "vit")
_PROCESSORS = {"CLIP": CLIPImageProcessorPil, "Llava": LlavaImageProcessorPil, "Siglip": SiglipImageProcessorPil, "ViT": ViTImageProcessorPil}


def brain(checkpoint: Checkpoint) -> Renamed:
    """Three namings are met: as published, as transformers 4.5x saved it, and as transformers 5 does."""
    return Renamed(checkpoint.weights, {"language_model.model.": "model.", "language_model.lm_head.": "lm_head.",
                                        "model.language_model.": "model.", "lm_head.": "lm_head."})


def image_token_id(checkpoint: Checkpoint) -> int:
    return checkpoint.config.image_token_id


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    shape, config = _shape(checkpoint), checkpoint.config
    renames = {prefix + inner: "" for inner in ("vision_model.", "") for prefix in ("model.vision_tower.", "vision_tower.")}
    weights = Renamed(checkpoint.weights, renames)
    eye = TransformerEye(graph, vit(weights) if config.vision_config.model_type == "vit" else weights, shape, precision)
    tokens = shape.side ** 2 + class_tokens(checkpoint)
    states = [eye.embed(np.arange(tokens))]  # state 0 is the embedding, state n what layer n gives
    wanted = [layer if layer >= 0 else shape.layers + 1 + layer for layer in _feature_layers(checkpoint)]
    if any(layer < 0 or layer > shape.layers for layer in wanted):
        raise UnsupportedCheckpoint(f"vision_feature_layer {config.vision_feature_layer} lies outside the {shape.layers} layers")
    for index in range(max(wanted)):
        states.append(eye.layer(states[-1], index))
    skip = skipped(checkpoint)
    eye.finish([states[layer] for layer in wanted], skip, tokens - skip)
    return {"tile_width": shape.tile, "tile_height": shape.tile}


def projector(checkpoint: Checkpoint, graph: Graph, precision: str, newline: np.ndarray | None = None) -> dict:
    """`newline` [width] stands after the tokens of every tile, where there is one."""
    shape, config = _shape(checkpoint), checkpoint.config
    tokens, width = shape.side ** 2 + class_tokens(checkpoint) - skipped(checkpoint), config.text_config.hidden_size
    wide = shape.hidden * len(_feature_layers(checkpoint))
    features = graph.input("image_features", TensorProto.FLOAT, ["tile", tokens, wide])
    prefixes = ("model.multi_modal_projector.", "multi_modal_projector.")
    matrices = Matrices(graph, Renamed(checkpoint.weights, dict.fromkeys(prefixes, "")), precision)
    inner = matrices.project(features, "linear_1", "inner", ("linear_1",))
    active = activation(graph, config.projector_hidden_act, inner, "active", "projector_hidden_act")
    matrices.project(active, "linear_2", "image_embeds" if newline is None else "tokens", ("linear_2",))
    if newline is not None:
        count = graph.node("Shape", [features], "tile.count", start=0, end=1)
        once = graph.node("Concat", [count, graph.constant("newline.once", np.array([1, width], np.int64))], "newline.shape", axis=0)
        ends = graph.node("Expand", [graph.constant("newline", np.asarray(newline, np.float32).reshape(1, 1, width)), once], "newlines")
        graph.node("Concat", ["tokens", ends], "image_embeds", axis=1)
        tokens += 1
    graph.output("image_embeds", TensorProto.FLOAT, ["tile", tokens, width])
    return {"kind": "mlp", "tokens_per_tile": tokens, "width": width}


def reference(checkpoint: Checkpoint):
    kind = checkpoint.image_processor_config().get("image_processor_type") or "CLIPImageProcessor"
    found = next((cls for prefix, cls in _PROCESSORS.items() if kind.startswith(prefix)), None)
    if found is None:
        raise UnsupportedCheckpoint(f"image_processor_type {kind} is not supported")
    return with_image_processor(checkpoint, found)


def with_image_processor(checkpoint: Checkpoint, kind):
    """The checkpoint's processor, its pictures prepared by the Pillow one of this kind."""
    processor = AutoProcessor.from_pretrained(checkpoint.folder, local_files_only=True)
    processor.image_processor = checkpoint.image_processor(kind)
    return processor


def _shape(checkpoint: Checkpoint) -> EyeShape:
    config = checkpoint.config.vision_config
    if config.model_type == "siglip2_vision_model":
        raise UnsupportedCheckpoint("vision_config.model_type siglip2_vision_model (NaFlex) is not supported: it takes patches and their grid, which this model "
                                    "does not give it (SigLIP 2 of fixed resolution is a siglip_vision_model, and supported)")
    if config.model_type not in _EYES:
        raise UnsupportedCheckpoint(f"vision_config.model_type {config.model_type} is not supported (one of {', '.join(_EYES)})")
    settings = checkpoint.image_processor_config()
    size = settings.get("crop_size") if settings.get("do_center_crop", settings.get("crop_size") is not None) else settings.get("size")
    if str(settings.get("image_processor_type")).startswith("ViT") and "resample" not in settings:
        raise UnsupportedCheckpoint("resample is missing of a ViTImageProcessor, whose default other processors do not share")
    edges = {size} if isinstance(size, int) else {size.get(key) for key in ("height", "width")} if size else set()
    if edges != {config.image_size}:
        raise UnsupportedCheckpoint(f"pictures are prepared as {size}, but vision_config.image_size is {config.image_size}")
    return EyeShape.of(config.to_dict(), config.image_size)


def class_tokens(checkpoint: Checkpoint) -> int:
    return 1 if checkpoint.config.vision_config.model_type in _WITH_CLASS_TOKEN else 0


def skipped(checkpoint: Checkpoint) -> int:
    """`default` drops the first token, whatever it is; `full` keeps all."""
    return 1 if checkpoint.config.vision_feature_select_strategy == "default" else 0


def _feature_layers(checkpoint: Checkpoint) -> list[int]:
    layers = checkpoint.config.vision_feature_layer
    return [layers] if isinstance(layers, int) else list(layers)
