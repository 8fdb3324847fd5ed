"""Idefics3 and SmolVLM: a SigLIP eye over square tiles, pixel shuffle and one linear layer, a Llama brain."""

from __future__ import annotations

import numpy as np
import torch
from onnx import TensorProto
from transformers import Idefics3Processor
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil

from ..checkpoint import Checkpoint, UnsupportedCheckpoint
from ..graph import Graph
from ..matrices import Matrices
from ..transformer_eye import EyeShape, TransformerEye
from ..weights import Renamed

NAME = "idefics3"
ARCHITECTURES = ("Idefics3ForConditionalGeneration", "SmolVLMForConditionalGeneration")


def brain(checkpoint: Checkpoint) -> Renamed:
    return Renamed(checkpoint.weights, {"model.text_model.": "model.", "lm_head.": "lm_head."})


def image_token_id(checkpoint: Checkpoint) -> int:
    return checkpoint.config.image_token_id


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    shape = _shape(checkpoint)
    eye = TransformerEye(graph, Renamed(checkpoint.weights, {"model.vision_model.": ""}), shape, precision)
    hidden = eye.embed(positions(shape.side, checkpoint.config.vision_config.image_size // shape.patch))
    for index in range(shape.layers):
        hidden = eye.layer(hidden, index)
    eye.finish([eye.norm(hidden, "post_layernorm")], skip=0, patches=shape.side ** 2)
    return {"tile_width": shape.tile, "tile_height": shape.tile}


def projector(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    """Neighbouring patches, scale × scale of them, become one token of scale² times the width; then one linear layer."""
    shape, scale = _shape(checkpoint), checkpoint.config.scale_factor
    if shape.side % scale:
        raise UnsupportedCheckpoint(f"scale_factor {scale} does not divide the {shape.side} patches along a tile")
    side, width = shape.side // scale, checkpoint.config.text_config.hidden_size
    features = graph.input("image_features", TensorProto.FLOAT, ["tile", shape.side ** 2, shape.hidden])
    grid = graph.constant("grid", np.array([-1, side, scale, side, scale, shape.hidden], np.int64))
    squares = graph.node("Transpose", [graph.node("Reshape", [features, grid], "patches")], "squares", perm=[0, 1, 3, 2, 4, 5])
    flat = graph.constant("flat", np.array([-1, side * side, scale * scale * shape.hidden], np.int64))
    shuffled = graph.node("Reshape", [squares, flat], "shuffled")
    weights = Renamed(checkpoint.weights, {"model.connector.modality_projection.": ""})
    Matrices(graph, weights, precision).project(shuffled, "proj", "image_embeds", ("proj",))
    graph.output("image_embeds", TensorProto.FLOAT, ["tile", side * side, width])
    return {"kind": "pixel-shuffle", "tokens_per_tile": side * side, "width": width}


def reference(checkpoint: Checkpoint):
    """SmolVLM's own processor differs in videos alone, and needs another package for them."""
    small = checkpoint.architecture.startswith("SmolVLM")
    pictures = checkpoint.image_processor(SmolVLMImageProcessorPil if small else Idefics3ImageProcessorPil)
    tokens = (_shape(checkpoint).side // checkpoint.config.scale_factor) ** 2
    return Idefics3Processor(pictures, checkpoint.tokenizer, image_seq_len=tokens, chat_template=checkpoint.chat_template())


def positions(side: int, trained_side: int) -> np.ndarray:
    """The row of the position table for each patch of a full tile, int64 [side · side].

    As the reference does it, in float32: a patch's place as a fraction of the tile, sorted into the `trained_side` buckets.
    """
    boundaries = torch.arange(1 / trained_side, 1.0, 1 / trained_side)
    step = 1.0 / torch.tensor([side])
    fractions = torch.clamp(torch.arange(side, dtype=torch.float32)[None, :] * step[:, None], max=(1.0 - 1e-6))[0]
    bucket = torch.bucketize(fractions, boundaries, right=True)
    return (bucket[:, None] * trained_side + bucket[None, :]).reshape(-1).numpy()


def _shape(checkpoint: Checkpoint) -> EyeShape:
    tile = (checkpoint.image_processor_config().get("max_image_size") or {}).get("longest_edge", 364)
    return EyeShape.of(checkpoint.config.vision_config.to_dict(), tile)
