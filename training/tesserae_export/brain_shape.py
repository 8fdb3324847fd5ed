"""The sizes of one brain, read from its text config; what the graphs cannot do is refused here, by its key."""

from __future__ import annotations

from collections.abc import Mapping

from . import mrope

_BRAINS = ("llama", "mistral", "qwen2", "qwen3")
_WITH_PICTURES = {"qwen2_vl_text": "qwen2", "qwen2_5_vl_text": "qwen2", "qwen3_vl_text": "qwen3"}  # the same brains, their positions apart


class UnsupportedBrain(ValueError):
    """The text config asks for something these graphs cannot do; the message names the key."""


class Sizes:
    """What every brain's graphs and manifest say of it, whatever its build: `layers`, `hidden`, `kv_heads`, `head_dim`, `vocab`, `context`."""

    def cache(self) -> list[int | str]:
        return ["batch", self.kv_heads, "capacity", self.head_dim]

    def facts(self, precision: str) -> dict:
        return {"precision": precision, "kv_type": "float32", "layers": self.layers, "kv_heads": self.kv_heads,
                "head_dim": self.head_dim, "hidden": self.hidden, "vocab": self.vocab, "context": self.context}


class Shape(Sizes):
    """The sizes of one brain of Llama's build. `context` overrides `max_position_embeddings`.

    `pair_axes`: int64 [head_dim / 2], the axis of its position that each pair of a head turns by; None where positions have one.
    `levels`: of embeddings beside the first, added after as many layers (deepstack).
    """

    def __init__(self, config: Mapping, context: int | None = None, levels: int = 0):
        said = config.get("model_type", "llama")
        self.kind = _WITH_PICTURES.get(said, said)
        if self.kind not in _BRAINS:
            known = ", ".join((*_BRAINS, *_WITH_PICTURES, "qwen", "gemma3_text", "opt"))
            raise UnsupportedBrain(f"text model_type {said} is not supported (one of {known})")
        if config.get("hidden_act", "silu") != "silu":
            raise UnsupportedBrain(f"hidden_act {config['hidden_act']} is not supported (silu is)")
        if config.get("partial_rotary_factor", 1.0) != 1.0:
            raise UnsupportedBrain("partial_rotary_factor other than 1 is not supported")
        self.config = config
        self.context = context or config["max_position_embeddings"]
        self.layers = config["num_hidden_layers"]
        self.hidden = config["hidden_size"]
        self.heads = config["num_attention_heads"]
        self.kv_heads = config.get("num_key_value_heads") or self.heads
        self.head_dim = config.get("head_dim") or (128 if self.kind == "qwen3" else self.hidden // self.heads)
        if self.head_dim % 16:
            raise UnsupportedBrain(f"head_dim {self.head_dim} is not a multiple of 16, which GroupQueryAttention needs to turn it")
        self.vocab = config["vocab_size"]
        self.epsilon = config.get("rms_norm_eps", 1e-6)
        self.tied = bool(config.get("tie_word_embeddings", False))
        self.normed_heads = self.kind == "qwen3"  # queries and keys are normed head by head before they are turned
        self.pair_axes = mrope.axes(config, self.head_dim)
        self.levels = levels
        if levels > self.layers:
            raise UnsupportedBrain(f"{levels} levels of embeddings are more than num_hidden_layers {self.layers}")
        self.windows = [self._window(layer) for layer in range(self.layers)]

    def _window(self, layer: int) -> int | None:
        """How many positions this layer looks back upon, its own included; None for all of them."""
        config = self.config
        window = config.get("sliding_window")
        if not window or not config.get("use_sliding_window", self.kind == "mistral"):
            return None
        kinds = config.get("layer_types")
        if kinds is None:  # as published: Qwen's windows begin at a layer, Mistral's at the first
            kinds = ["sliding_attention" if layer >= config.get("max_window_layers", 0 if self.kind == "mistral" else 28) else "full_attention"] * self.layers
        if kinds[layer] not in ("sliding_attention", "full_attention"):
            raise UnsupportedBrain(f"layer_types {kinds[layer]} is not supported")
        # A window that no sequence can outgrow is no window.
        return window if kinds[layer] == "sliding_attention" and window < self.context else None

    @property
    def qkv(self) -> list[int]:
        """Widths of queries, keys and values side by side."""
        return [self.heads * self.head_dim, self.kv_heads * self.head_dim, self.kv_heads * self.head_dim]

    def facts(self, precision: str) -> dict:
        facts = super().facts(precision)
        if self.pair_axes is not None:
            facts["rope_axes"] = mrope.AXES
        if self.levels:
            facts["levels"] = self.levels
        return facts
