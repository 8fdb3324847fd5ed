"""InternViT's tensors under the names that `transformer_eye` reads, from transformers' spelling."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from .weights import Respelled

_SPELLING = (("encoder.layer.", "encoder.layers."), ("attention.projection_layer", "self_attn.out_proj"), ("attention.", "self_attn."),
             ("layernorm_before", "layer_norm1"), ("layernorm_after", "layer_norm2"), ("lambda_1", "layer_scale1"), ("lambda_2", "layer_scale2"),
             ("embeddings.cls_token", "embeddings.class_embedding"), ("embeddings.patch_embeddings.projection", "embeddings.patch_embedding"))
_POSITIONS = "embeddings.position_embeddings"


def eye_weights(weights: Mapping[str, np.ndarray]) -> Respelled:
    """`weights`: named as inside `InternVLVisionModel`. Its position table has a batch axis, which goes."""
    readers = {}
    for name in weights:
        if name == _POSITIONS:
            readers["embeddings.position_embedding.weight"] = lambda: weights[_POSITIONS][0]
            continue
        ours = name
        for theirs, mine in _SPELLING:
            ours = ours.replace(theirs, mine)
        readers["post_" + ours if ours.startswith("layernorm.") else ours] = partial(weights.__getitem__, name)
    return Respelled(readers)
