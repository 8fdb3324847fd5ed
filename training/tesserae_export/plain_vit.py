"""ViT's and InternViT's tensors under the names that `transformer_eye` reads, from transformers' spelling, which the two have nearly in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .weights import AsStored, Respelled

_BOTH = (("encoder.layer.", "encoder.layers."), ("layernorm_before", "layer_norm1"), ("layernorm_after", "layer_norm2"),
         ("embeddings.cls_token", "embeddings.class_embedding"), ("embeddings.patch_embeddings.projection", "embeddings.patch_embedding"))
_INTERNVIT = (("attention.projection_layer", "self_attn.out_proj"), ("attention.", "self_attn."), ("lambda_1", "layer_scale1"), ("lambda_2", "layer_scale2"))
_VIT = (*((f"attention.attention.{part}", f"self_attn.{part[0]}_proj") for part in ("query", "key", "value")),
        ("attention.output.dense", "self_attn.out_proj"), ("intermediate.dense", "mlp.fc1"), ("output.dense", "mlp.fc2"))
_POSITIONS = "embeddings.position_embeddings"


def internvit(weights: Mapping[str, np.ndarray]) -> Respelled:
    """`weights`: named as inside `InternVLVisionModel`."""
    return _respelled(weights, (*_BOTH, *_INTERNVIT))


def vit(weights: Mapping[str, np.ndarray]) -> Respelled:
    """`weights`: named as inside `ViTModel`, as it is saved."""
    return _respelled(weights, (*_BOTH, *_VIT))


def _respelled(weights: Mapping[str, np.ndarray], spelling: Sequence[tuple[str, str]]) -> Respelled:
    """The position table has a batch axis, which goes."""
    readers = {}
    for name in weights:
        if name == _POSITIONS:
            readers["embeddings.position_embedding.weight"] = lambda: weights[_POSITIONS][0]
            continue
        ours = name
        for theirs, mine in spelling:
            ours = ours.replace(theirs, mine)
        readers["post_" + ours if ours.startswith("layernorm.") else ours] = AsStored(weights, name)
    return Respelled(readers)
