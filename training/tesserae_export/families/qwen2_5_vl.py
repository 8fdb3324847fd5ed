"""Qwen2.5-VL: Qwen2-VL with an eye whose layers mostly look through windows."""

from __future__ import annotations

from transformers import Qwen2_5_VLProcessor, Qwen2VLVideoProcessor
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from ..checkpoint import Checkpoint
from ..graph import Graph
from ..native_eye import NativeEye, NativeShape
from .qwen2_vl import brain, eye_weights, image_token_id, merger, tiles, token_grids

__all__ = ["ARCHITECTURES", "brain", "image_token_id", "projector", "reference", "tiles", "token_grids", "vision"]
NAME = "qwen2.5-vl"
ARCHITECTURES = ("Qwen2_5_VLForConditionalGeneration",)


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    config = checkpoint.config.vision_config.to_dict()
    shape = NativeShape.of(config, config["hidden_size"], checkpoint.image_processor_config())
    return NativeEye(graph, eye_weights(checkpoint), shape, precision).build()


def projector(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    return merger(checkpoint, graph, precision, checkpoint.config.vision_config.hidden_size)


def reference(checkpoint: Checkpoint):
    return Qwen2_5_VLProcessor(checkpoint.image_processor(Qwen2VLImageProcessorPil), checkpoint.tokenizer, Qwen2VLVideoProcessor(),
                               chat_template=checkpoint.chat_template())
