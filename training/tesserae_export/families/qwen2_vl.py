"""Qwen2-VL: an eye for pictures of any size, a merger of 2 × 2 patches, a Qwen2 brain whose positions have three axes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from onnx import TensorProto
from transformers import Qwen2VLProcessor, Qwen2VLVideoProcessor
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from ..checkpoint import Checkpoint, UnsupportedCheckpoint
from ..graph import Graph
from ..matrices import Matrices
from ..native_eye import NativeEye, NativeShape, norm
from ..weights import Renamed

NAME = "qwen2-vl"
ARCHITECTURES = ("Qwen2VLForConditionalGeneration",)


def brain(checkpoint: Checkpoint) -> Renamed:
    """As published, and as transformers 4.5x saved it."""
    return Renamed(checkpoint.weights, {"model.language_model.": "model.", "model.": "model.", "lm_head.": "lm_head."})


def image_token_id(checkpoint: Checkpoint) -> int:
    return checkpoint.config.image_token_id


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    return NativeEye(graph, eye_weights(checkpoint), _shape(checkpoint), precision).build()


def projector(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    return merger(checkpoint, graph, precision, _shape(checkpoint).hidden)


def reference(checkpoint: Checkpoint):
    return Qwen2VLProcessor(checkpoint.image_processor(Qwen2VLImageProcessorPil), checkpoint.tokenizer, Qwen2VLVideoProcessor(), chat_template=checkpoint.chat_template())


def tiles(checkpoint: Checkpoint, inputs: Mapping) -> list[np.ndarray]:
    """The processor's flat patches put together again, [3, height, width] a picture."""
    settings = checkpoint.config.vision_config
    merge, side, frames = settings.spatial_merge_size, settings.patch_size, settings.temporal_patch_size
    pictures, begin = [], 0
    for _, rows, columns in np.asarray(inputs["image_grid_thw"]).tolist():
        patches = np.asarray(inputs["pixel_values"])[begin : begin + rows * columns]
        begin += rows * columns
        blocks = patches.reshape(rows // merge, columns // merge, merge, merge, 3, frames, side, side)[..., 0, :, :]
        pictures.append(blocks.transpose(4, 0, 2, 5, 1, 3, 6).reshape(3, rows * side, columns * side))
    return pictures


def token_grids(checkpoint: Checkpoint, inputs: Mapping) -> list[tuple[int, int]]:
    merge = checkpoint.config.vision_config.spatial_merge_size
    return [(rows // merge, columns // merge) for _, rows, columns in np.asarray(inputs["image_grid_thw"]).tolist()]


def eye_weights(checkpoint: Checkpoint) -> Renamed:
    return Renamed(checkpoint.weights, {"model.visual.": "", "visual.": ""})


def merger(checkpoint: Checkpoint, graph: Graph, precision: str, hidden: int) -> dict:
    """Patches come in the order of their tokens, so merging is a matter of reading as many side by side."""
    wide, width = hidden * checkpoint.config.vision_config.spatial_merge_size ** 2, checkpoint.config.text_config.hidden_size
    weights = Renamed(checkpoint.weights, {"model.visual.merger.": "", "visual.merger.": ""})
    if len(weights["mlp.2.weight"]) != width:
        raise UnsupportedCheckpoint(f"the merger gives {len(weights['mlp.2.weight'])} numbers, but text_config.hidden_size is {width}")
    features = graph.input("image_features", TensorProto.FLOAT, ["tile", "patch", hidden])
    flat = graph.constant("flat", np.array([0, -1, wide], np.int64))
    merged = graph.node("Reshape", [norm(graph, weights, features, "ln_q"), flat], "merged")
    matrices = Matrices(graph, weights, precision)
    active = graph.node("Gelu", [matrices.project(merged, "mlp.0", "inner", ("mlp.0",))], "active", approximate="none")
    matrices.project(active, "mlp.2", "image_embeds", ("mlp.2",))
    graph.output("image_embeds", TensorProto.FLOAT, ["tile", "token", width])
    return {"kind": "mlp", "tokens_per_tile": 0, "width": width}


def _shape(checkpoint: Checkpoint) -> NativeShape:
    config = checkpoint.config.vision_config.to_dict()
    return NativeShape.of(config, config["embed_dim"], checkpoint.image_processor_config())
