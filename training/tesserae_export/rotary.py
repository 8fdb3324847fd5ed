"""Rotary position tables: the cosines and sines that `GroupQueryAttention` looks up by position."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np


class UnsupportedRotary(ValueError):
    """The checkpoint turns its positions in a way that is not known here."""


def parameters(config: Mapping) -> dict:
    """`rope_theta`, `rope_type` and the type's own keys, from either form of config.

    As published: `rope_theta` beside `rope_scaling` ({"type" | "rope_type", …} or null).
    As transformers 5 saves it: one `rope_parameters`.
    """
    found = dict(config.get("rope_parameters") or config.get("rope_scaling") or {})
    found["rope_theta"] = found.get("rope_theta") or config.get("rope_theta") or 10000.0
    found["rope_type"] = found.get("rope_type") or found.get("type") or "default"
    return found


def inverse_frequencies(config: Mapping, head_dim: int, context: int | None = None) -> np.ndarray:
    """Radians a position, float32 [head_dim / 2]. `context`: the longest sequence, where it is not `max_position_embeddings`."""
    rope = parameters(config)
    if rope.get("partial_rotary_factor", 1.0) != 1.0:
        raise UnsupportedRotary("partial_rotary_factor other than 1 is not supported")
    exponents = np.arange(0, head_dim, 2, dtype=np.float32) / np.float32(head_dim)
    frequencies = (1.0 / np.power(np.float32(rope["rope_theta"]), exponents)).astype(np.float32)
    kind = rope["rope_type"]
    if kind == "default":
        return frequencies
    if kind == "linear":
        return frequencies / np.float32(rope["factor"])
    if kind == "llama3":
        return _llama3(frequencies, rope)
    if kind == "yarn":
        return _yarn(frequencies, rope, head_dim)
    if kind == "dynamic":  # acts on sequences longer than max_position_embeddings alone
        if context and context > config["max_position_embeddings"]:
            raise UnsupportedRotary(f"rope_type dynamic is not supported beyond max_position_embeddings {config['max_position_embeddings']}")
        return frequencies
    raise UnsupportedRotary(f"rope_type {kind} is not supported (default, linear, llama3, yarn and dynamic are)")


def attention_factor(config: Mapping) -> float:
    """What cosines and sines are multiplied by."""
    rope = parameters(config)
    if rope["rope_type"] != "yarn":
        return 1.0
    if rope.get("attention_factor") is not None:
        return rope["attention_factor"]
    scale, full = rope.get("mscale"), rope.get("mscale_all_dim")
    if scale and full:
        return _sharpening(rope["factor"], scale) / _sharpening(rope["factor"], full)
    return _sharpening(rope["factor"], 1.0)


def _sharpening(factor: float, weight: float) -> float:
    return 1.0 if factor <= 1 else 0.1 * weight * math.log(factor) + 1.0


def _yarn(frequencies: np.ndarray, rope: Mapping, head_dim: int) -> np.ndarray:
    """Slow rotations are slowed further by `factor`, fast ones kept, and a straight line between (arXiv 2309.00071)."""
    original, base = rope["original_max_position_embeddings"], rope["rope_theta"]

    def place(turns: float) -> float:
        """The pair that turns so many times over the original context."""
        return head_dim * math.log(original / (turns * 2 * math.pi)) / (2 * math.log(base))

    low, high = place(rope.get("beta_fast") or 32), place(rope.get("beta_slow") or 1)
    if rope.get("truncate", True):
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, head_dim - 1)
    high += 0.001 * (low == high)
    kept = 1 - np.clip((np.arange(head_dim // 2, dtype=np.float32) - low) / (high - low), 0, 1)
    return (frequencies / rope["factor"] * (1 - kept) + frequencies * kept).astype(np.float32)


def _llama3(frequencies: np.ndarray, rope: Mapping) -> np.ndarray:
    """Slow rotations are slowed further by `factor`, fast ones kept, those between blended (Llama 3.1)."""
    original = rope["original_max_position_embeddings"]
    low, high = rope["low_freq_factor"], rope["high_freq_factor"]
    wavelengths = 2 * math.pi / frequencies
    blend = (original / wavelengths - low) / (high - low)
    blended = (1 - blend) * frequencies / rope["factor"] + blend * frequencies
    slowed = np.where(wavelengths > original / low, frequencies / rope["factor"], frequencies)
    between = (wavelengths <= original / low) & (wavelengths >= original / high)
    return np.where(between, blended, slowed).astype(np.float32)


def tables(config: Mapping, head_dim: int, context: int) -> tuple[np.ndarray, np.ndarray]:
    """cos and sin, float32 [context, head_dim / 2]."""
    angles = np.arange(context, dtype=np.float32)[:, None] * inverse_frequencies(config, head_dim, context)[None, :]
    factor = np.float32(attention_factor(config))
    return np.cos(angles) * factor, np.sin(angles) * factor
