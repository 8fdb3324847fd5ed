"""The first Qwen under the names of its successors: what differs is spelling, so one decoder builds them all.

Its config says `kv_channels`, `layer_norm_epsilon`, `rotary_emb_base`, and counts both halves of the gated MLP in
`intermediate_size`; its checkpoint holds queries, keys and values in one `c_attn`. Published with code of its own
(`QWenLMHeadModel`), which transformers has never had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from .brain_shape import UnsupportedBrain
from .weights import MissingTensor, Rows, StoredRows, rows

_TOP = {"model.embed_tokens": "transformer.wte", "model.norm": "transformer.ln_f", "lm_head": "lm_head"}
_LAYER = {"input_layernorm": "ln_1", "post_attention_layernorm": "ln_2", "self_attn.o_proj": "attn.c_proj",
          "mlp.up_proj": "mlp.w1", "mlp.gate_proj": "mlp.w2", "mlp.down_proj": "mlp.c_proj"}  # silu acts on w2
_PACKED = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")


def plain_config(config: Mapping, context: int | None = None) -> dict:
    """The config in Qwen2's keys. Beyond `seq_length` the published code stretches its rotation and its queries
    (`use_dynamic_ntk`, `use_logn_attn`); below it neither acts, so that is where the context ends."""
    longest = config.get("max_position_embeddings") or config["seq_length"]
    for key in ("use_dynamic_ntk", "use_logn_attn"):
        if config.get(key):
            longest = min(longest, config["seq_length"])
            if context and context > longest:
                raise UnsupportedBrain(f"{key} is not supported beyond seq_length {longest}")
    if config.get("rotary_pct", 1.0) != 1.0:
        raise UnsupportedBrain(f"rotary_pct {config['rotary_pct']} is not supported (1 is)")
    return {"model_type": "qwen2", "hidden_act": "silu", "hidden_size": config["hidden_size"], "vocab_size": config["vocab_size"],
            "num_hidden_layers": config["num_hidden_layers"], "num_attention_heads": config["num_attention_heads"],
            "head_dim": config.get("kv_channels"), "intermediate_size": config["intermediate_size"] // 2,
            "rms_norm_eps": config.get("layer_norm_epsilon", 1e-6), "rope_theta": config.get("rotary_emb_base", 10000.0),
            "max_position_embeddings": longest, "tie_word_embeddings": config.get("tie_word_embeddings", False)}


class PlainWeights(Mapping[str, np.ndarray]):
    """A checkpoint's tensors (`transformer.h.0.…`) under Qwen2's names (`model.layers.0.…`)."""

    def __init__(self, weights: Mapping[str, np.ndarray]):
        self._weights = weights

    def __getitem__(self, name: str) -> np.ndarray:
        layer, part, kind = _parts(name)
        if layer is None:
            found = _TOP.get(part)
        elif part in _PACKED:
            packed = self._weights[f"transformer.h.{layer}.attn.c_attn.{kind}"]
            return np.split(packed, 3)[_PACKED.index(part)]
        else:
            found = f"transformer.h.{layer}.{_LAYER[part]}" if part in _LAYER else None
        if found is None:
            raise MissingTensor(name)
        return self._weights[f"{found}.{kind}"]

    def rows(self, name: str) -> Rows:
        layer, part, kind = _parts(name)
        if layer is not None and part in _PACKED:
            packed = rows(self._weights, f"transformer.h.{layer}.attn.c_attn.{kind}")
            third, place = packed.shape[0] // 3, _PACKED.index(part)
            return packed.between(place * third, (place + 1) * third) if isinstance(packed, StoredRows) else self[name]
        found = _TOP.get(part) if layer is None else f"transformer.h.{layer}.{_LAYER[part]}" if part in _LAYER else None
        return self[name] if found is None else rows(self._weights, f"{found}.{kind}")

    def __iter__(self) -> Iterator[str]:
        layers = {name.split(".")[2] for name in self._weights if name.startswith("transformer.h.")}
        candidates = [*_TOP, *(f"model.layers.{layer}.{part}" for layer in layers for part in (*_LAYER, *_PACKED))]
        return (f"{part}.{kind}" for part in candidates for kind in ("weight", "bias") if f"{part}.{kind}" in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _parts(name: str) -> tuple[str | None, str, str]:
    """`model.layers.3.mlp.up_proj.weight` → ("3", "mlp.up_proj", "weight"); outside the layers the first is None."""
    path, _, kind = name.rpartition(".")
    if not path.startswith("model.layers."):
        return None, path, kind
    _, _, layer, part = path.split(".", 3)
    return layer, part, kind
