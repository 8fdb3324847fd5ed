"""Attention in square windows over a picture of any size (Qwen2.5-VL).

The reference sorts patches by window and attends in runs of unequal length, since windows at the right and lower edge may be cut
off. Here patches keep their order; for a layer with windows they are gathered into windows of full size, whose places outside the
picture are masked, and put back after.
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto

from .graph import Graph


class Windows:
    """Index arithmetic for one picture size, computed once in the graph from `rows` and `columns`, int64 [1], in patches.

    `merge`: patches along a token's side; `side`: tokens along a window's side.
    """

    def __init__(self, graph: Graph, rows: str, columns: str, merge: int, side: int):
        self.graph, self.merge, self.side = graph, merge, side
        self.patches = (side * merge) ** 2
        unit, self._side = self._number("window.merge", merge), self._number("window.side", side)
        self.high, self.wide = (graph.node("Div", [axis, unit], f"window.{name}") for axis, name in ((rows, "high"), (columns, "wide")))
        self.down, self.across = (graph.node("Div", [graph.node("Add", [extent, self._number("window.less", side - 1)], f"{extent}.more"), self._side],
                                             f"{extent}.count") for extent in (self.high, self.wide))
        self._build()

    def _number(self, name: str, value: int) -> str:
        return self.graph.constant(name, np.array([value], np.int64))

    def _range(self, count: str) -> str:
        """int64 [count]"""
        graph = self.graph
        end = graph.node("Squeeze", [count], f"{count}.end")
        bounds = [graph.constant(f"window.scalar.{value}", np.array(value, np.int64)) for value in (0, 1)]
        return graph.node("Range", [bounds[0], end, bounds[1]], f"{count}.range")

    def _build(self) -> None:
        """`window.places` int64 [window · side²]: the token at each place of each window, and `window.kept` [window, side²]: whether
        there is one; `window.back` int64 [token]: where each token went."""
        graph = self.graph
        row, column = (self._range(graph.node("Mul", [count, self._side], f"{count}.padded")) for count in (self.down, self.across))
        row = graph.node("Unsqueeze", [row, self._number("window.axis.1", 1)], "window.row")
        inside = graph.node("And", [graph.node("Less", [row, self.high], "window.row.in"), graph.node("Less", [column, self.wide], "window.column.in")],
                            "window.inside")
        token = graph.node("Add", [graph.node("Mul", [row, self.wide], "window.row.first"), column], "window.token")
        token = graph.node("Where", [inside, token, self._number("window.nothing", 0)], "window.token.safe")
        graph.node("Reshape", [self._by_window(token, "window.tokens"), self._number("window.flat", -1)], "window.places")
        kept = graph.constant("window.kept.shape", np.array([-1, self.side ** 2], np.int64))
        graph.node("Reshape", [self._by_window(inside, "window.insides"), kept], "window.kept")

        def part(extent: str, count: str | None, inner: int, name: str) -> str:
            """What a row or column adds to a token's place among the windows."""
            places = self._range(extent)
            window, within = graph.node("Div", [places, self._side], f"{name}.window"), graph.node("Mod", [places, self._side], f"{name}.within")
            stride = self._number("window.stride", self.side ** 2)
            if count:
                stride = graph.node("Mul", [stride, count], f"{name}.stride")
            return graph.node("Add", [graph.node("Mul", [window, stride], f"{name}.base"),
                                      graph.node("Mul", [within, self._number(f"window.inner.{inner}", inner)], f"{name}.inner")], f"{name}.part")

        down = graph.node("Unsqueeze", [part(self.high, self.across, self.side, "window.down"), self._number("window.axis.1", 1)], "window.down.column")
        back = graph.node("Add", [down, part(self.wide, None, 1, "window.along")], "window.back.grid")
        graph.node("Reshape", [back, self._number("window.flat", -1)], "window.back")

    def _by_window(self, grid: str, name: str) -> str:
        """[down · side, across · side] → [down, across, side, side]"""
        graph = self.graph
        shape = graph.node("Concat", [self.down, self._side, self.across, self._side], f"{name}.shape", axis=0)
        return graph.node("Transpose", [graph.node("Reshape", [grid, shape], f"{name}.apart")], name, perm=[0, 2, 1, 3])

    def split(self, source: str, width: int) -> str:
        """[tile, patch, width] → [tile · window, side² · merge², width]"""
        tokens = self._tokens(source, width)
        gathered = self.graph.node("Gather", [tokens, "window.places"], f"{source}.gathered", axis=1)
        shape = self.graph.constant(f"window.split.{width}", np.array([-1, self.patches, width], np.int64))
        return self.graph.node("Reshape", [gathered, shape], f"{source}.windows")

    def join(self, source: str, width: int) -> str:
        """The way back: [tile · window, side² · merge², width] → [tile, patch, width]"""
        graph = self.graph
        count = graph.node("Shape", ["window.places"], f"{source}.places", start=0, end=1)
        block = graph.constant(f"window.block.{width}", np.array([self.merge ** 2 * width], np.int64))
        shape = graph.node("Concat", [self._number("window.flat", -1), count, block], f"{source}.shape", axis=0)
        tokens = graph.node("Reshape", [source, shape], f"{source}.tokens")
        back = graph.node("Gather", [tokens, "window.back"], f"{source}.back", axis=1)
        patches = graph.node("Mul", [graph.node("Shape", ["window.back"], f"{source}.count", start=0, end=1),
                                     self._number("window.unit", self.merge ** 2)], f"{source}.patches")
        last = graph.constant(f"window.width.{width}", np.array([width], np.int64))
        flat = graph.node("Concat", [self._number("window.flat", -1), patches, last], f"{source}.flat", axis=0)
        return graph.node("Reshape", [back, flat], f"{source}.joined")

    def _tokens(self, source: str, width: int) -> str:
        """[tile, patch, width] → [tile, token, merge² · width]"""
        graph = self.graph
        tiles = graph.node("Shape", [source], f"{source}.tiles", start=0, end=1)
        tail = graph.constant(f"window.tokens.{width}", np.array([-1, self.merge ** 2 * width], np.int64))
        return graph.node("Reshape", [source, graph.node("Concat", [tiles, tail], f"{source}.shape", axis=0)], f"{source}.tokens")

    def mask(self, windows: str) -> str:
        """int32 [tile · window, side² · merge²]: 1 where a patch is, for windows of as many tiles as `windows` has."""
        graph = self.graph
        if graph.has("window.mask"):
            return "window.mask"
        spread = graph.constant("window.spread", np.array([1, 1, self.merge ** 2], np.int64))
        kept = graph.node("Unsqueeze", [graph.node("Cast", ["window.kept"], "window.kept.int", to=TensorProto.INT32), self._number("window.axis.2", 2)],
                          "window.kept.units")
        one = graph.node("Expand", [kept, spread], "window.kept.patches")
        flat = graph.constant("window.mask.flat", np.array([-1, self.patches], np.int64))
        row = graph.node("Reshape", [one, flat], "window.mask.one")
        windows_of_one = graph.node("Shape", [row], "window.mask.count", start=0, end=1)
        all_windows = graph.node("Shape", [windows], "window.mask.all", start=0, end=1)
        tiles = graph.node("Div", [all_windows, windows_of_one], "window.mask.tiles")
        repeats = graph.node("Concat", [tiles, self._number("window.once", 1)], "window.mask.repeats", axis=0)
        return graph.node("Tile", [row, repeats], "window.mask")
