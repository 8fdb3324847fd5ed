"""LLaVA-OneVision: LLaVA-NeXT's way with a SigLIP eye, a Qwen2 brain, and grids that are shrunk where they are too large."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np
import torch
from transformers.models.llava_next.modeling_llava_next import image_size_to_num_patches
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import LlavaOnevisionImageProcessorPil
from transformers.models.llava_onevision.modeling_llava_onevision import LlavaOnevisionModel

from ..checkpoint import Checkpoint
from ..graph import Graph
from . import llava, llava_next
from .llava import brain, image_token_id
from .llava_next import projector

__all__ = ["ARCHITECTURES", "brain", "image_token_id", "joined", "projector", "reference", "tiles", "vision"]

NAME = "llava_onevision"
ARCHITECTURES = ("LlavaOnevisionForConditionalGeneration",)


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    llava_next.agree(checkpoint, LlavaOnevisionImageProcessorPil.image_grid_pinpoints)
    return llava.vision(checkpoint, graph, precision)


def reference(checkpoint: Checkpoint):
    return llava.with_image_processor(checkpoint, LlavaOnevisionImageProcessorPil)


def tiles(checkpoint: Checkpoint, inputs: Mapping) -> list[np.ndarray]:
    """The processor's stacks without what makes them equally high."""
    pixels = np.asarray(inputs["pixel_values"])
    return [tile for stack, count in zip(pixels, _counts(checkpoint, inputs), strict=True) for tile in stack[:count]]


def joined(checkpoint: Checkpoint, inputs: Mapping, embeddings: np.ndarray) -> np.ndarray:
    """Tiles' embeddings [tile, token + 1, width] as the reference puts them in the prompt: [token, width]."""
    stacks = torch.split(torch.from_numpy(embeddings[:, :-1]), _counts(checkpoint, inputs))
    sizes = [tuple(int(side) for side in size) for size in inputs["image_sizes"]]
    model = SimpleNamespace(config=checkpoint.config)
    return torch.cat(LlavaOnevisionModel.pack_image_features(model, stacks, sizes, image_newline=torch.from_numpy(embeddings[0, -1]),
                                                             vision_aspect_ratio=checkpoint.config.vision_aspect_ratio)[0]).numpy()


def _counts(checkpoint: Checkpoint, inputs: Mapping) -> list[int]:
    """Tiles of each picture: one where it is one of several."""
    config = checkpoint.config
    alone = [int(number) == 1 for number in inputs["batch_num_images"] for _ in range(int(number))]
    return [image_size_to_num_patches([int(side) for side in size], config.image_grid_pinpoints, config.vision_config.image_size) if tiled else 1
            for size, tiled in zip(inputs["image_sizes"], alone)]
