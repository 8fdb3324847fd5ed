"""Qwen3-VL: an eye with learned positions stretched to the picture, mergers for its last layer and for some before (deepstack), whose
tokens the brain adds to what its first layers give; positions whose axes take turns; a Qwen3 brain."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto
from transformers import Qwen3VLProcessor, Qwen3VLVideoProcessor
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from ..checkpoint import Checkpoint, UnsupportedCheckpoint
from ..graph import Graph
from ..matrices import Matrices
from ..native_eye import NativeEye, NativeShape, norm
from .qwen2_vl import brain, eye_weights, image_token_id, tiles, token_grids

__all__ = ["ARCHITECTURES", "brain", "image_token_id", "projector", "reference", "tiles", "token_grids", "vision"]
NAME = "qwen3-vl"
ARCHITECTURES = ("Qwen3VLForConditionalGeneration",)


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    return NativeEye(graph, eye_weights(checkpoint), _shape(checkpoint), precision).build()


def projector(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    shape, width = _shape(checkpoint), checkpoint.config.text_config.hidden_size
    if checkpoint.config.vision_config.out_hidden_size != width:
        raise UnsupportedCheckpoint(f"vision_config.out_hidden_size {checkpoint.config.vision_config.out_hidden_size} is not text_config.hidden_size {width}")
    wide, weights = shape.hidden * shape.merge ** 2, eye_weights(checkpoint)
    matrices = Matrices(graph, weights, precision)
    flat = graph.constant("flat", np.array([0, -1, wide], np.int64))

    def merge(features: str, at: str, output: str, norm_first: bool) -> str:
        """[tile, patch, hidden] → [tile, token, width]"""
        graph.input(features, TensorProto.FLOAT, ["tile", "patch", shape.hidden])
        source = norm(graph, weights, features, f"{at}.norm") if norm_first else features
        merged = graph.node("Reshape", [source, flat], f"{at}.merged")
        merged = merged if norm_first else norm(graph, weights, merged, f"{at}.norm")
        inner = matrices.project(merged, f"{at}.linear_fc1", f"{at}.inner", (f"{at}.linear_fc1",))
        matrices.project(graph.node("Gelu", [inner], f"{at}.active", approximate="none"), f"{at}.linear_fc2", output, (f"{at}.linear_fc2",))
        return graph.output(output, TensorProto.FLOAT, ["tile", "token", width])

    merge("image_features", "merger", "image_embeds", norm_first=True)
    # The brain's first layers take levels in the order of the eye's layers, whatever order the config lists them in.
    levels = [merge(f"level_features.{number}", f"deepstack_merger_list.{shape.levels.index(layer)}", f"level_embeds.{number}", norm_first=False)
              for number, layer in enumerate(sorted(shape.levels))]
    return {"kind": "mlp", "level_outputs": levels, "tokens_per_tile": 0, "width": width}


def reference(checkpoint: Checkpoint):
    return Qwen3VLProcessor(checkpoint.image_processor(Qwen2VLImageProcessorPil), checkpoint.tokenizer, Qwen3VLVideoProcessor(), chat_template=checkpoint.chat_template())


def _shape(checkpoint: Checkpoint) -> NativeShape:
    config = checkpoint.config.vision_config.to_dict()
    return NativeShape.of(config, config["hidden_size"], checkpoint.image_processor_config())
