"""Checkpoints as PyTorch saves them (`pytorch_model.bin`, `pytorch_model-00001-of-00010.bin`): older ones are published in no other form.

Such a file is an uncompressed zip archive whose pickle says which tensor lies where. Only that is read, without running what the pickle may ask
for (`weights_only`), and without the tensors: they are then read from the file, like those of safetensors.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from .weights import Safetensors, Stored

_WORDS = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64", torch.int32: "I32",
          torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL"}


def stored(folder: Path) -> Stored:
    """The tensors of a checkpoint's folder, in whichever form it has them; safetensors where it has both."""
    if any(folder.glob("*.safetensors")):
        return Safetensors(folder)
    files = sorted(folder.glob("pytorch_model*.bin"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no *.safetensors and no pytorch_model*.bin file (other weight formats are not read)")
    return Stored({name: entry for file in files for name, entry in _entries(file)})


def _entries(file: Path) -> Iterator[tuple[str, tuple]]:
    try:
        with FakeTensorMode():  # gives each storage its place in the file in place of its content
            found = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as broken:  # noqa: BLE001 — a pickle can fail in any way
        raise ValueError(f"{file.name} cannot be read as weights alone: {str(broken).splitlines()[0]}") from None
    for name, tensor in found.items():
        if not isinstance(tensor, torch.Tensor):
            raise ValueError(f"{file.name}: {name} is no tensor")
        first = tensor.untyped_storage()._checkpoint_offset
        if first is None:
            raise ValueError(f"{file.name} has the form that PyTorch wrote before 1.6; load it and save it again")
        if not tensor.is_contiguous():
            raise ValueError(f"{file.name}: tensor {name} is not stored row after row; save it again made contiguous")
        begin = first + tensor.storage_offset() * tensor.element_size()
        yield name, (file, _WORDS.get(tensor.dtype, str(tensor.dtype)), list(tensor.shape), begin, begin + tensor.numel() * tensor.element_size())
