"""A small writer of ONNX graphs: nodes are added by name, large weights go straight to data files beside the graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from .residuals import CONTRIB, joined

OPSET = 20
_INLINE_BYTES = 1024  # tensors up to this size stay inside the graph
_PAGE = 4096  # large tensors start on a page, so that the runtime can map them


class DataFiles:
    """The data files of one folder (`<stem>.data`, `<stem>.data.1`, …), filled one tensor at a time.

    A new file begins when the next tensor would pass `max_bytes`; a tensor that is larger alone gets a file of its own.
    """

    def __init__(self, folder: Path, stem: str, max_bytes: int):
        self._folder, self._stem, self._max_bytes = folder, stem, max_bytes
        self._index = -1
        self._size = 0
        for old in folder.glob(f"{stem}.data*"):
            old.unlink()

    def add(self, name: str, tensor: np.ndarray) -> TensorProto:
        """Appends the tensor's bytes and returns an initializer that points at them."""
        return self.add_parts(name, tensor.dtype, tensor.shape, [tensor])

    def add_parts(self, name: str, dtype: np.dtype, shape: Sequence[int], parts: Iterable[np.ndarray]) -> TensorProto:
        """The same of a tensor that comes in parts, one after the other along its first axis, which need not be in memory together."""
        length = int(np.prod(shape)) * np.dtype(dtype).itemsize
        align = _PAGE if length >= 16 * _PAGE else 64
        offset = -(-self._size // align) * align
        if self._index < 0 or (offset > 0 and offset + length > self._max_bytes):
            self._index, self._size, offset = self._index + 1, 0, 0
        file = f"{self._stem}.data" + (f".{self._index}" if self._index else "")
        with open(self._folder / file, "ab") as stream:
            stream.write(b"\0" * (offset - self._size))
            for part in parts:
                stream.write(np.ascontiguousarray(part).reshape(-1).view(np.uint8).data)
        self._size = offset + length
        return pointer(name, dtype, shape, file, offset, length)


def pointer(name: str, dtype: np.dtype, shape: Sequence[int], file: str, offset: int, length: int) -> TensorProto:
    """An initializer whose bytes lie in a file beside the graph."""
    proto = TensorProto(name=name, data_type=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)), dims=shape)
    proto.data_location = TensorProto.EXTERNAL
    for key, value in (("location", file), ("offset", offset), ("length", length)):
        proto.external_data.add(key=key, value=str(value))
    return proto


def point_again(proto: TensorProto, name: str, shape: Sequence[int]) -> TensorProto:
    """The same stored bytes under another name and shape: two graphs then share one tensor on disk."""
    twin = TensorProto()
    twin.CopyFrom(proto)
    twin.name = name
    del twin.dims[:]
    twin.dims.extend(shape)
    return twin


class Graph:
    """One ONNX graph in the making. Methods that add a node return the name of its first output."""

    def __init__(self, name: str, data: DataFiles):
        self._name, self._data = name, data
        self._nodes, self._inputs, self._outputs = [], [], []
        self._initializers: dict[str, TensorProto] = {}
        self._given: set[str] = set()

    def input(self, name: str, element: int, shape: Sequence[int | str]) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def output(self, name: str, element: int, shape: Sequence[int | str]) -> str:
        self._outputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def constant(self, name: str, tensor: np.ndarray) -> str:
        """A weight; added once however often it is named."""
        if name not in self._initializers:
            tensor = np.asarray(tensor)
            inline = tensor.nbytes <= _INLINE_BYTES
            self._initializers[name] = onnx.numpy_helper.from_array(tensor, name) if inline else self._data.add(name, tensor)
        return name

    def constant_parts(self, name: str, dtype: np.dtype, shape: Sequence[int], parts: Iterable[np.ndarray]) -> str:
        """A weight that comes in parts along its first axis."""
        if int(np.prod(shape)) * np.dtype(dtype).itemsize <= _INLINE_BYTES:
            return self.constant(name, np.concatenate(list(parts)).reshape(shape))
        self._initializers[name] = self._data.add_parts(name, dtype, shape, parts)
        return name

    def stored(self, proto: TensorProto) -> str:
        """A weight whose bytes are stored already."""
        self._initializers[proto.name] = proto
        return proto.name

    def initializer(self, name: str) -> TensorProto:
        return self._initializers[name]

    def has(self, name: str) -> bool:
        """Whether a node gives an output of that name."""
        return name in self._given

    def node(self, op: str, inputs: Sequence[str], outputs: str | Sequence[str], domain: str = "", **attributes) -> str:
        names = [outputs] if isinstance(outputs, str) else list(outputs)
        first = next(name for name in names if name)
        self._given.update(names)
        self._nodes.append(helper.make_node(op, list(inputs), names, name=f"{first}/{op}", domain=domain, **attributes))
        return first

    def choose(self, condition: str, output: str, then: Callable[[Graph], str], otherwise: str) -> str:
        """output = what `then` adds to a branch of its own where `condition` (bool []) holds, else `otherwise`; float32 both.

        The branch sees every name that the graph has; its weights are the graph's, so that they are stored once."""
        branch = Graph(f"{output}.then", self._data)
        branch._initializers = self._initializers
        ends = [then(branch), f"{output}.otherwise"]
        branches = [branch._nodes, [helper.make_node("Identity", [otherwise], [ends[1]], name=f"{ends[1]}/Identity")]]
        graphs = [helper.make_graph(nodes, end, [], [helper.make_tensor_value_info(end, TensorProto.FLOAT, None)])
                  for nodes, end in zip(branches, ends)]
        return self.node("If", [condition], output, then_branch=graphs[0], else_branch=graphs[1])

    def save(self, path: Path) -> None:
        graph = helper.make_graph(joined(self._nodes, self._initializers), self._name, self._inputs, self._outputs, list(self._initializers.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="tesserae-export", ir_version=9)
        path.write_bytes(model.SerializeToString(deterministic=True))
