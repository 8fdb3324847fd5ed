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


def inverse_frequencies(config: Mapping, head_dim: int) -> np.ndarray:
    """Radians a position, float32 [head_dim / 2]."""
    rope = parameters(config)
    exponents = np.arange(0, head_dim, 2, dtype=np.float32) / np.float32(head_dim)
    frequencies = (1.0 / np.power(np.float32(rope["rope_theta"]), exponents)).astype(np.float32)
    kind = rope["rope_type"]
    if kind == "default":
        return frequencies
    if kind == "linear":
        return frequencies / np.float32(rope["factor"])
    if kind == "llama3":
        return _llama3(frequencies, rope)
    raise UnsupportedRotary(f"rope_type {kind} is not supported (default, linear and llama3 are)")


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
    angles = np.arange(context, dtype=np.float32)[:, None] * inverse_frequencies(config, head_dim)[None, :]
    return np.cos(angles), np.sin(angles)
