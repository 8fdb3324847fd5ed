"""Layers of the eye's own: a small convolutional tower over a pyramid of scales that finds characters and coloured shapes.

The ImageNet eye sees what a photograph is of, but letters and small shapes are gone after its first strides. This tower looks at
the tile at four scales with the same weights, so that a character of 14 pixels and one of 200 are the same task. It is trained
directly on where things are (no brain needed); what it finds reaches the nerve as probabilities, sorted in reading order.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .data.glyphs import CHARACTERS
from .data.scenes import COLOURS, SHAPES

LEVELS = 4
STEP_X, STEP_Y = 4, 8
"""Pixels of a level that one cell stands for."""
GLYPHS, OBJECTS = 32, 6
"""Slots a tile."""
N_GLYPH, N_SHAPE, N_COLOUR = len(CHARACTERS), len(SHAPES), len(COLOURS)
CLASSES = 1 + N_GLYPH + N_SHAPE
"""Nothing, characters, shapes."""
CAPITALS = (14.0, 28.0)
"""Heights of capitals, in pixels of a level, that the level answers for; its neighbours answer for half and twice that."""
EXTENTS = (26.0, 52.0)
"""The same for a shape's longer side."""
GLYPH_FEATURES = N_GLYPH + 7
OBJECT_FEATURES = N_SHAPE + N_COLOUR + 6
LEAST, LEAST_OBJECT = 0.2, 0.5
"""Candidates below this probability of being a character, or a shape, are nothing; of characters, the reader throws out more."""
NARROW = "iljtfrI1J.,:;!'()-/\""
"""Characters beside which another may stand closer than a third of a capital's height."""
COUNTS = 9
"""No object, one, two … eight or more."""


def _conv(i: int, o: int, stride=1, dilation=1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(i, o, 3, stride, dilation, dilation, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True))


class Tower(nn.Module):
    """pixels [tile, 3, h, w] in −1..1 → per level (class logits, colour logits, geometry) maps of [h/8, w/4]."""

    def __init__(self, width: int = 64):
        super().__init__()
        self.stem = nn.Sequential(_conv(3, 24, 2), _conv(24, 40, 2), _conv(40, 40), _conv(40, width, (2, 1)))
        self.body = nn.ModuleList(_conv(width, width, 1, d) for d in ((1, 1), (1, 2), (1, 2), (2, 4), (1, 2)))
        self.hidden = nn.Conv2d(width, 128, 1)
        self.classes = nn.Conv2d(128, CLASSES, 1)
        self.colours = nn.Conv2d(128, N_COLOUR, 1)
        self.geometry = nn.Conv2d(128, 4, 1)  # dx and dy from the cell's middle in cells, log height (of glyphs' capitals or a shape), gap before
        nn.init.constant_(self.classes.bias, -1.0)
        nn.init.constant_(self.classes.bias[:1], 4.0)

    def level(self, pixels: torch.Tensor):
        x = self.stem(pixels)
        for block in self.body:
            x = x + block(x)
        h = F.relu(self.hidden(x))
        return self.classes(h), self.colours(h), self.geometry(h), x

    def forward(self, pixels: torch.Tensor) -> list:
        found = []
        for level in range(LEVELS):
            if level:
                pixels = F.avg_pool2d(pixels, 2)
            found.append(self.level(pixels))
        return found


class Finder(nn.Module):
    """The tower's maps → slots: glyphs [tile, GLYPHS, …] in reading order, objects [tile, OBJECTS, …] from the largest, count [tile, COUNTS].

    Every step is plain tensor arithmetic, so that it is part of the exported eye.
    """

    def __init__(self, size: int, reader: nn.Module | None = None):
        super().__init__()
        self.size, self.reader = size, reader
        xs, ys, scales = [], [], []
        for level in range(LEVELS):
            rows, columns = size // 2**level // STEP_Y, size // 2**level // STEP_X
            y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
            xs.append((x.flatten() + 0.5) * STEP_X * 2**level)
            ys.append((y.flatten() + 0.5) * STEP_Y * 2**level)
            scales.append(torch.full((rows * columns,), float(2**level)))
        near = torch.tensor([0.2 if c in NARROW else 0.37 for c in CHARACTERS])
        self.register_buffer("near", near, persistent=False)
        self.register_buffer("x", torch.cat(xs), persistent=False)
        self.register_buffer("y", torch.cat(ys), persistent=False)
        self.register_buffer("scale", torch.cat(scales), persistent=False)

    def forward(self, found: list):
        rows = self.candidates(found)
        if self.reader is not None:
            rows = self.reader(rows)
        classes, colours, x, y, size, _ = self._cells(found)
        objects, count = self._objects(classes[..., 1 + N_GLYPH:], torch.softmax(colours.float(), -1), x, y, size)
        return compact(rows, GLYPHS), objects, count

    def _cells(self, found: list):
        """Every level's cells in a row: probabilities of classes, logits of colours, x, y and size in pixels, logit of a gap."""
        flat = lambda i: torch.cat([f[i].flatten(2) for f in found], 2).transpose(1, 2)
        classes, colours, geometry = flat(0), flat(1), flat(2)  # [tile, cell, …]
        x = self.x + geometry[..., 0] * STEP_X * self.scale
        y = self.y + geometry[..., 1] * STEP_Y * self.scale
        size = torch.exp(geometry[..., 2].clamp(-2, 6)) * self.scale
        return torch.softmax(classes.float(), -1), colours, x, y, size, geometry[..., 3]

    def _best(self, probability, x, y, size, most, near, least):
        """The most certain candidates after suppressing those that lie on a more certain one: (index, certainty, x, y, size).

        near: how far a certain candidate reaches, in sizes: a number, or [class].
        """
        score, index = probability.sum(-1).topk(most, 1)
        take = lambda v: v.gather(1, index)
        x, y, size = take(x), take(y), take(size)
        kept = (score > least).float()
        dx, dy = (x[:, :, None] - x[:, None]).abs(), (y[:, :, None] - y[:, None]).abs()
        reach = torch.minimum(size[:, :, None], size[:, None])
        ratio = torch.maximum(size[:, :, None], size[:, None]) / reach
        if isinstance(near, torch.Tensor):
            rows = probability.gather(1, index[..., None].expand(-1, -1, probability.shape[-1]))
            near = (rows @ near / (rows.sum(-1) + 1e-6))[:, None]  # [tile, 1, the more certain]
        same = (dx < near * reach) & (dy < 0.45 * reach) & (ratio < 3)
        before = torch.ones(most, most, device=x.device).tril(-1) > 0  # topk sorts: a lower index is more certain
        for _ in range(2):  # a suppressed candidate suppresses nothing
            beaten = (same & before & (kept[:, None] > 0)).any(-1)
            kept = (score > least).float() * (1 - beaten.float())
        return index, score * kept, x, y, size

    def candidates(self, found: list) -> torch.Tensor:
        """What may be a character: [tile, 2 · GLYPHS, GLYPH_FEATURES] in reading order; zeros where there is none.

        A row: the characters' probabilities; there (0 or 1), certainty, gap before, first of its line, x and y of 0..1, the size's logarithm.
        """
        classes, _, x, y, size, gap = self._cells(found)
        probability = classes[..., 1:1 + N_GLYPH]
        index, certainty, x, y, size = self._best(probability, x, y, size, 2 * GLYPHS, self.near, LEAST)
        there = certainty > 0
        rows = probability.gather(1, index[..., None].expand(-1, -1, N_GLYPH))
        gap = torch.sigmoid(gap).gather(1, index)
        # Reading order by counting, for each glyph, those that come before it: lines above, or left in the same line.
        xi, xj, yi, yj = x[:, :, None], x[:, None], y[:, :, None], y[:, None]
        line = torch.minimum(size[:, :, None], size[:, None]) * 0.6
        same = (yi - yj).abs() < line
        first = ((same & (xj < xi)) | (~same & (yj < yi))) & there[:, None]
        rank = first.float().sum(-1) + (1 - there.float()) * 1e4
        line_start = (same & (xj < xi) & there[:, None]).float().sum(-1) < 0.5
        facts = torch.stack((there.float(), certainty, gap, line_start.float(), x / self.size, y / self.size,
                             torch.log2(size / self.size * 16 + 1e-3) / 4), -1)
        rows = torch.cat((rows / (rows.sum(-1, keepdim=True) + 1e-6), facts), -1) * there[..., None].float()
        return _placed(rows, rank, 2 * GLYPHS)

    def _objects(self, probability, colours, x, y, size):
        index, certainty, x, y, size = self._best(probability, x, y, size, 3 * OBJECTS, 0.5, LEAST_OBJECT)
        there = certainty > 0
        pick = lambda v: v.gather(1, index[..., None].expand(-1, -1, v.shape[-1]))
        rows = pick(probability)
        rows = rows / (rows.sum(-1, keepdim=True) + 1e-6)
        order = there.float() * size
        bigger = ((order[:, None] > order[:, :, None]) | ((order[:, None] == order[:, :, None]) & (torch.ones(3 * OBJECTS, 3 * OBJECTS, device=x.device).tril(-1) > 0)))
        rank = bigger.float().sum(-1)
        slot = torch.arange(OBJECTS, device=x.device).float()
        place = ((rank[:, None] - slot[None, :, None]).abs() < 0.5).float()
        facts = torch.stack((there.float(), certainty, x / self.size, y / self.size, size / self.size, torch.log2(size / self.size * 16 + 1e-3) / 4), -1)
        rows = torch.cat((rows, pick(colours), facts), -1) * there[..., None].float()
        many = there.float().sum(-1, keepdim=True).clamp(max=COUNTS - 1)
        count = ((many - torch.arange(COUNTS, device=x.device).float()).abs() < 0.5).float()
        return place @ rows, count


def _placed(rows: torch.Tensor, rank: torch.Tensor, slots: int) -> torch.Tensor:
    """[tile, candidate, …] → [tile, slot, …]: each candidate to the slot of its rank; those that share one are averaged."""
    slot = torch.arange(slots, device=rows.device).float()
    place = ((rank[:, None] - slot[None, :, None]).abs() < 0.5).float()  # [tile, slot, candidate]
    return place @ rows / place.sum(-1, keepdim=True).clamp(min=1)


def shifted(v: torch.Tensor, by: int = 1) -> torch.Tensor:
    """[tile, slot, …]: what stands so many slots before each (after it where negative), zeros where nothing does."""
    if by == 0:
        return v
    none = torch.zeros_like(v[:, :abs(by)])
    return torch.cat((none, v[:, :-by]) if by > 0 else (v[:, -by:], none), 1)


def compact(rows: torch.Tensor, slots: int) -> torch.Tensor:
    """The glyphs that are there, moved together; what stands first in its line is told anew."""
    there = rows[..., N_GLYPH]
    rank = torch.cumsum(there, 1) - there + (1 - there) * 1e4
    rows = _placed(rows, rank, slots)
    there, y, size = rows[..., N_GLYPH], rows[..., N_GLYPH + 5], 2 ** (rows[..., N_GLYPH + 6] * 4) / 16
    same = ((y - shifted(y)).abs() < 0.6 * torch.minimum(size, shifted(size))) & (shifted(there) > 0.5)
    line = (1 - same.float()) * there
    return torch.cat((rows[..., :N_GLYPH + 3], line[..., None], rows[..., N_GLYPH + 4:]), -1)


def targets(things: list[dict], size: int) -> list[dict]:
    """What each level should say of one picture: [{cells: {cell: (class, colour, dx, dy, log of the size, gap)}, ignored: cells}].

    things: {class, x, y, size, colour or −1, gap}; sizes of glyphs are their capitals' heights, of shapes their longer sides.
    """
    levels = []
    for level in range(LEVELS):
        scale = 2**level
        columns, rows = size // scale // STEP_X, size // scale // STEP_Y
        cells, ignored = {}, set()
        for t in things:
            low, high = CAPITALS if t["class"] <= N_GLYPH else EXTENTS
            if level == 0:
                low *= 0.6
            if level == LEVELS - 1:
                high *= 2.2
            here = t["size"] / scale
            cx, cy = t["x"] / scale / STEP_X, t["y"] / scale / STEP_Y
            column, row = int(cx), int(cy)
            if not (0 <= column < columns and 0 <= row < rows):
                continue
            if low <= here < high:
                cells[row * columns + column] = (t["class"], t["colour"], cx - column - 0.5, cy - row - 0.5, math.log(here), float(t["gap"]))
            elif low * 0.7 <= here < high * 1.4:
                ignored.add(row * columns + column)
        levels.append({"cells": cells, "ignored": ignored - set(cells)})
    return levels


def loss(found: list, wanted: list[list[dict]]) -> dict[str, torch.Tensor]:
    """Cross entropy at the things' cells, a focal one everywhere else, and the geometry's errors, each a mean over things."""
    total = {"class": 0.0, "nothing": 0.0, "colour": 0.0, "place": 0.0, "gap": 0.0}
    count = sum(len(w[level]["cells"]) for w in wanted for level in range(LEVELS)) + 1
    for level, (classes, colours, geometry, _) in enumerate(found):
        tile, n = classes.shape[0], classes.shape[2] * classes.shape[3]
        flat = lambda v: v.flatten(2).transpose(1, 2).reshape(tile * n, -1).float()
        classes, colours, geometry = flat(classes), flat(colours), flat(geometry)
        index, values, skipped, beside = [], [], [], []
        for i, w in enumerate(wanted):
            w = w[level]
            for cell, v in w["cells"].items():
                index.append(i * n + cell)
                values.append(v)
                beside += [i * n + c for c in (cell - 1, cell + 1) if 0 <= c < n]
            skipped += [i * n + c for c in w["ignored"]]
        weight = torch.ones(tile * n)
        weight[beside], weight[skipped], weight[index] = 0.3, 0.0, 0.0
        log = torch.log_softmax(classes, -1)
        nothing = log[:, 0]
        p = nothing.exp()
        total["nothing"] = total["nothing"] - (weight * (1 - p).pow(2) * nothing).sum() / count
        if index:
            index, values = torch.tensor(index), torch.tensor(values)
            heavy = 1 + 3 * (values[:, 0] > N_GLYPH).float()  # a picture holds ten times as many characters as shapes
            total["class"] = total["class"] - (heavy * log[index, values[:, 0].long()]).sum() / count
            coloured = values[:, 1] >= 0
            if coloured.any():
                total["colour"] = total["colour"] + F.cross_entropy(colours[index[coloured]], values[coloured, 1].long(), reduction="sum") / count
            total["place"] = total["place"] + F.smooth_l1_loss(geometry[index, :3], values[:, 2:5], reduction="sum", beta=0.2) / count
            letters = values[:, 0] <= N_GLYPH
            if letters.any():
                total["gap"] = total["gap"] + F.binary_cross_entropy_with_logits(geometry[index[letters], 3], values[letters, 5], reduction="sum") / count
    return total
