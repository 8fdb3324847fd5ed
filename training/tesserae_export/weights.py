"""Where a checkpoint's tensors come from: files read lazily, one tensor at a time.

A checkpoint of any size stays on disk; only the tensor asked for is turned into float32, and of a large matrix (`rows`) only the part.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_NUMPY_TYPES = {
    "F64": np.float64, "F32": np.float32, "F16": np.float16,
    "I64": np.int64, "I32": np.int32, "I16": np.int16, "I8": np.int8, "U8": np.uint8, "BOOL": np.bool_,
}


class MissingTensor(KeyError):
    """A tensor that the graph needs is in none of the checkpoint's files."""

    def __str__(self) -> str:
        return f"the checkpoint has no tensor named {self.args[0]}"


@dataclass(frozen=True)
class StoredRows:
    """A matrix [row, column] in a file, from its byte `begin` on. A slice of it reads these rows alone, as float32.

    Read, not mapped: what is mapped counts as memory until it is let go, and an embedding table has gigabytes."""

    file: Path
    dtype: str
    shape: tuple[int, int]
    begin: int

    def __getitem__(self, part: slice) -> np.ndarray:
        first, end, _ = part.indices(self.shape[0])
        columns, element = self.shape[1], np.dtype(np.uint16 if self.dtype == "BF16" else _NUMPY_TYPES[self.dtype])
        found = np.fromfile(self.file, element, max(0, end - first) * columns, offset=self.begin + first * columns * element.itemsize)
        return _floats(found.reshape(-1, columns), self.dtype)

    def between(self, first: int, end: int) -> StoredRows:
        """Some of its rows, still in the file."""
        row = self.shape[1] * np.dtype(np.uint16 if self.dtype == "BF16" else _NUMPY_TYPES[self.dtype]).itemsize
        return StoredRows(self.file, self.dtype, (end - first, self.shape[1]), self.begin + first * row)


class Stacked:
    """Matrices of the same width one below the other, each read when its rows are."""

    def __init__(self, parts: Sequence[Rows]):
        self._parts = parts
        self.shape = sum(part.shape[0] for part in parts), parts[0].shape[1]

    def __getitem__(self, part: slice) -> np.ndarray:
        first, end, _ = part.indices(self.shape[0])
        found, at = [self._parts[0][:0]], 0
        for each in self._parts:
            if first < at + each.shape[0] and at < end:
                found.append(each[max(0, first - at) : end - at])
            at += each.shape[0]
        return np.concatenate(found)


Rows = StoredRows | Stacked | np.ndarray  # what has a shape [row, column] and gives some rows, float32, by a slice


def rows(weights: Mapping[str, np.ndarray], name: str) -> Rows:
    """A matrix to take some rows of at a time: out of its file where the view knows where it lies, else out of the whole."""
    return weights.rows(name) if hasattr(weights, "rows") else weights[name]


def _floats(tensor: np.ndarray, dtype: str) -> np.ndarray:
    if dtype == "BF16":  # the upper half of a float32
        wide = tensor.astype(np.uint32)
        wide <<= 16
        return wide.view(np.float32)
    return tensor.astype(np.float32) if np.issubdtype(tensor.dtype, np.floating) else tensor


class Stored(Mapping[str, np.ndarray]):
    """Tensors that lie in files as they are, by their checkpoint names. Floats arrive as float32.

    `entries`: each tensor's file, element type in safetensors' word for it, shape, first byte and the byte after its last."""

    def __init__(self, entries: Mapping[str, tuple[Path, str, Sequence[int], int, int]]):
        self._entries = entries

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._entries:
            raise MissingTensor(name)
        file, dtype, shape, begin, end = self._entries[name]
        raw = np.memmap(file, np.uint8, "r", offset=begin, shape=(end - begin,)) if end > begin else np.empty(0, np.uint8)
        if dtype != "BF16" and dtype not in _NUMPY_TYPES:
            raise ValueError(f"tensor {name} has element type {dtype}, which is not read")
        return _floats(raw.view(np.uint16 if dtype == "BF16" else _NUMPY_TYPES[dtype]).reshape(shape), dtype)

    def rows(self, name: str) -> Rows:
        file, dtype, shape, begin, _ = self._entries.get(name, (None, None, (), 0, 0))
        return StoredRows(file, dtype, tuple(shape), begin) if len(shape) == 2 and dtype in ("BF16", "F16", "F32") else self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class Safetensors(Stored):
    """Every tensor of the `*.safetensors` files of one folder."""

    def __init__(self, folder: Path):
        entries = {}
        for file in sorted(folder.glob("*.safetensors")):
            with open(file, "rb") as stream:
                header_bytes = int.from_bytes(stream.read(8), "little")
                header = json.loads(stream.read(header_bytes))
            for name, entry in header.items():
                if name != "__metadata__":
                    begin, end = (8 + header_bytes + offset for offset in entry["data_offsets"])
                    entries[name] = (file, entry["dtype"], entry["shape"], begin, end)
        if not entries:
            raise FileNotFoundError(f"{folder} holds no tensors in *.safetensors files")
        super().__init__(entries)


class Renamed(Mapping[str, np.ndarray]):
    """A view of a checkpoint under other names: the first prefix of `renames` that a name starts with is replaced.

    Names that no prefix fits are left out, so that a view of the brain holds the brain alone.
    """

    def __init__(self, weights: Mapping[str, np.ndarray], renames: Mapping[str, str]):
        self._weights = weights
        self._original: dict[str, str] = {}
        for name in weights:
            for old, new in renames.items():
                if name.startswith(old):
                    self._original[new + name[len(old):]] = name
                    break

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._original:
            raise MissingTensor(name)
        return self._weights[self._original[name]]

    def rows(self, name: str) -> Rows:
        if name not in self._original:
            raise MissingTensor(name)
        return rows(self._weights, self._original[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._original)

    def __len__(self) -> int:
        return len(self._original)


@dataclass(frozen=True)
class AsStored:
    """A reader of `Respelled` whose tensor is stored as it is, under another name."""

    weights: Mapping[str, np.ndarray]
    name: str

    def __call__(self) -> np.ndarray:
        return self.weights[self.name]


class Respelled(Mapping[str, np.ndarray]):
    """A view of a checkpoint in another spelling. `readers`: each new name, and what gives its tensor when it is asked for."""

    def __init__(self, readers: Mapping[str, Callable[[], np.ndarray]]):
        self._readers = readers

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._readers:
            raise MissingTensor(name)
        return self._readers[name]()

    def rows(self, name: str) -> Rows:
        reader = self._readers.get(name)
        return rows(reader.weights, reader.name) if isinstance(reader, AsStored) else self[name]

    def __contains__(self, name: object) -> bool:
        return name in self._readers

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)
