"""LLaVA-NeXT (LLaVA-1.6): LLaVA-1.5's eye and nerve over several tiles, and a learned newline that the nerve gives after each."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np
import torch
from transformers.models.llava_next.image_processing_pil_llava_next import LlavaNextImageProcessorPil
from transformers.models.llava_next.modeling_llava_next import LlavaNextModel, image_size_to_num_patches

from ..checkpoint import Checkpoint, UnsupportedCheckpoint
from ..graph import Graph
from . import llava
from .llava import brain, image_token_id

__all__ = ["ARCHITECTURES", "brain", "image_token_id", "joined", "projector", "reference", "tiles", "vision"]

NAME = "llava_next"
ARCHITECTURES = ("LlavaNextForConditionalGeneration",)


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    agree(checkpoint, LlavaNextImageProcessorPil.image_grid_pinpoints)
    return llava.vision(checkpoint, graph, precision)


def projector(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    """A tile's tokens, then the newline: what one tile alone is to the reference; of several the gateway weaves rows."""
    return llava.projector(checkpoint, graph, precision, newline=newline(checkpoint))


def reference(checkpoint: Checkpoint):
    return llava.with_image_processor(checkpoint, LlavaNextImageProcessorPil)


def tiles(checkpoint: Checkpoint, inputs: Mapping) -> list[np.ndarray]:
    """The processor's stacks without what makes them equally high; a stack of one is the overview alone."""
    pixels = np.asarray(inputs["pixel_values"])
    return [tile for stack, count in zip(pixels, _counts(checkpoint, inputs), strict=True) for tile in stack[:count]]


def joined(checkpoint: Checkpoint, inputs: Mapping, embeddings: np.ndarray) -> np.ndarray:
    """Tiles' embeddings [tile, token + 1, width] as the reference puts them in the prompt: [token, width]."""
    stacks = torch.split(torch.from_numpy(embeddings[:, :-1]), _counts(checkpoint, inputs))
    ends = torch.from_numpy(embeddings[0, -1])
    sizes = [tuple(int(side) for side in size) for size in inputs["image_sizes"]]
    model = SimpleNamespace(config=checkpoint.config)
    return torch.cat(LlavaNextModel.pack_image_features(model, stacks, sizes, "default", image_newline=ends)[0]).numpy()


def _counts(checkpoint: Checkpoint, inputs: Mapping) -> list[int]:
    config, stack = checkpoint.config, np.asarray(inputs["pixel_values"]).shape[1]
    return [1 if stack == 1 else image_size_to_num_patches([int(side) for side in size], config.image_grid_pinpoints, config.vision_config.image_size)
            for size in inputs["image_sizes"]]


def agree(checkpoint: Checkpoint, otherwise: list) -> None:
    """Eye, processor and model must see the same grid of tiles, and a tile must be a square of tokens."""
    settings, config = checkpoint.image_processor_config(), checkpoint.config
    prepared = settings.get("image_grid_pinpoints") or otherwise
    if [list(size) for size in prepared] != [list(size) for size in config.image_grid_pinpoints]:
        raise UnsupportedCheckpoint("image_grid_pinpoints of the image processor and of config.json differ")
    if llava.class_tokens(checkpoint) != llava.skipped(checkpoint):
        raise UnsupportedCheckpoint(f"vision_feature_select_strategy {config.vision_feature_select_strategy} of a {config.vision_config.model_type} "
                                    "leaves no square of tokens")


def newline(checkpoint: Checkpoint) -> np.ndarray:
    """[width]"""
    name = "image_newline" if "image_newline" in checkpoint.weights else "model.image_newline"
    return checkpoint.weights[name]
