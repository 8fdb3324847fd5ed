"""Eyes whose checkpoints spell the same layers otherwise: a view of their tensors under the names that `transformer_eye` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from .weights import MissingTensor


class Respelled(Mapping[str, np.ndarray]):
    """`names` maps prefixes of ours to theirs, longest first tried; a dictionary in place of a name says so for what is inside one layer."""

    def __init__(self, weights: Mapping[str, np.ndarray], names: Mapping[str, str], layer: str, within: Mapping[str, str]):
        self._weights, self._names, self._layer, self._within = weights, names, layer, within

    def _theirs(self, name: str) -> str | None:
        if name.startswith("encoder.layers."):
            _, _, index, rest = name.split(".", 3)
            part, _, kind = rest.rpartition(".")
            return f"{self._layer}.{index}.{self._within[part]}.{kind}" if part in self._within else None
        return self._names.get(name)

    def __getitem__(self, name: str) -> np.ndarray:
        theirs = self._theirs(name)
        if theirs is None or theirs not in self._weights:
            raise MissingTensor(name if theirs is None else theirs)
        tensor = self._weights[theirs]
        # Position tables come with a batch axis of one.
        return tensor[0] if name == "embeddings.position_embedding.weight" and tensor.ndim == 3 else tensor

    def __contains__(self, name: object) -> bool:
        return self._theirs(str(name)) in self._weights

    def __iter__(self) -> Iterator[str]:
        layers = sorted({name[len(self._layer) + 1:].split(".")[0] for name in self._weights if name.startswith(self._layer + ".")})
        inner = (f"encoder.layers.{index}.{part}.{kind}" for index in layers for part in self._within for kind in ("weight", "bias"))
        return (name for name in (*self._names, *inner) if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Unpacked(Mapping[str, np.ndarray]):
    """`….self_attn.q_proj.weight` and its neighbours out of one `….self_attn.qkv.weight`, where the checkpoint packs them."""

    _PARTS = ("q_proj", "k_proj", "v_proj")

    def __init__(self, weights: Mapping[str, np.ndarray]):
        self._weights = weights

    def _packed(self, name: str) -> tuple[str, int] | None:
        for index, part in enumerate(self._PARTS):
            if f".{part}." in name:
                return name.replace(f".{part}.", ".qkv."), index
        return None

    def __getitem__(self, name: str) -> np.ndarray:
        packed = self._packed(name)
        return self._weights[name] if packed is None else np.split(self._weights[packed[0]], 3)[packed[1]]

    def __contains__(self, name: object) -> bool:
        packed = self._packed(str(name))
        return (str(name) if packed is None else packed[0]) in self._weights

    def __iter__(self) -> Iterator[str]:
        for name in self._weights:
            if ".qkv." in name:
                yield from (name.replace(".qkv.", f".{part}.") for part in self._PARTS)
            else:
                yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)


def blip(weights: Mapping[str, np.ndarray]) -> Mapping[str, np.ndarray]:
    """BLIP's eyes (ViT-g): queries, keys and values packed, parameters in place of modules. `weights` are named as inside the eye."""
    plain = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "layer_norm1", "layer_norm2", "mlp.fc1", "mlp.fc2")
    names = {"embeddings.position_embedding.weight": "embeddings.position_embedding", "embeddings.class_embedding": "embeddings.class_embedding"}
    same = ("embeddings.patch_embedding.weight", "embeddings.patch_embedding.bias", "post_layernorm.weight", "post_layernorm.bias")
    return Respelled(Unpacked(weights), names | {name: name for name in same}, "encoder.layers",
                     {part: part for part in plain} | {"self_attn.out_proj": "self_attn.projection"})
