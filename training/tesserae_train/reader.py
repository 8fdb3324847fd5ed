"""The reader: what the tower took for characters, read as text.

A circle between capitals is an O and between digits a nought; a mark that fits no line is none. The tower sees single characters;
these few convolutions run along the found ones in reading order, put right what their neighbours make improbable and throw out what is
no character. They are part of the eye and trained as it is, on drawn text that is known; no brain takes part.
"""

import torch
from torch import nn
from torch.nn import functional as F

from .dense import GLYPH_FEATURES, N_GLYPH

WIDTH, BLOCKS, REACH = 112, 4, 5


class Reader(nn.Module):
    """Candidates [tile, slot, GLYPH_FEATURES] in reading order → the same, with better characters and gaps, and fewer there."""

    def __init__(self):
        super().__init__()
        self.into = nn.Conv1d(GLYPH_FEATURES + 5, WIDTH, 1)
        self.blocks = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, REACH, padding=REACH // 2) for _ in range(BLOCKS))
        self.out = nn.Conv1d(WIDTH, N_GLYPH + 2, 1)
        nn.init.zeros_(self.out.weight), nn.init.zeros_(self.out.bias)

    def judge(self, rows: torch.Tensor):
        """(logits of characters [tile, slot, N_GLYPH], logit of being a character, logit of a gap before)"""
        there = rows[..., N_GLYPH:N_GLYPH + 1]
        x = F.gelu(self.into(torch.cat((rows, _steps(rows)), -1).transpose(1, 2)), approximate="tanh")
        mask = there.transpose(1, 2)
        for block in self.blocks:
            x = (x + F.gelu(block(x), approximate="tanh")) * mask
        more = self.out(x).transpose(1, 2)
        certainty, gap = rows[..., N_GLYPH + 1], rows[..., N_GLYPH + 2]
        logit = lambda p: torch.log(p.clamp(1e-3, 1 - 1e-3) / (1 - p.clamp(1e-3, 1 - 1e-3)))
        return torch.log(rows[..., :N_GLYPH] + 1e-3) + more[..., :N_GLYPH], logit(certainty) + more[..., -2], logit(gap) + more[..., -1]

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        characters, real, gap = self.judge(rows)
        there = rows[..., N_GLYPH] * (real > 0).float()
        facts = torch.stack((there, torch.sigmoid(real), torch.sigmoid(gap)), -1)
        return torch.cat((torch.softmax(characters, -1), facts, rows[..., N_GLYPH + 3:]), -1) * there[..., None]


def _steps(rows: torch.Tensor) -> torch.Tensor:
    """[tile, slot, 5]: how far, in heights of its capitals, the character before stands and the one after, how much lower, how much larger."""
    x, y, logarithm = rows[..., N_GLYPH + 4], rows[..., N_GLYPH + 5], rows[..., N_GLYPH + 6]
    size = 2 ** (logarithm * 4) / 16 + 1e-3
    back = lambda v: torch.cat((v[:, :1], v[:, :-1]), 1)
    ahead = lambda v: torch.cat((v[:, 1:], v[:, -1:]), 1)
    steps = ((x - back(x)) / size, (ahead(x) - x) / size, (y - back(y)) / size, (ahead(y) - y) / size, (logarithm - back(logarithm)) * 8)
    return torch.stack(steps, -1).clamp(-4, 4)


def matched(rows: torch.Tensor, things: list[list[dict]], side: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What each candidate is: (character's number or −1 where it is none, 1 where a gap stands before), both [tile, slot].

    things: of each picture, {class, x, y, size, gap} in pixels. A character belongs to the most certain candidate that lies on it.
    """
    characters = torch.full(rows.shape[:2], -1, dtype=torch.long)
    gaps = torch.zeros(rows.shape[:2])
    for tile, known in enumerate(things):
        known = [t for t in known if 1 <= t["class"] <= N_GLYPH]
        if not known:
            continue
        at = torch.tensor([[t["x"], t["y"], t["size"]] for t in known])
        here = rows[tile]
        size = 2 ** (here[:, N_GLYPH + 6] * 4) / 16 * side
        far = torch.maximum((here[:, N_GLYPH + 4, None] * side - at[:, 0]).abs() / at[:, 2] / 0.5,
                            (here[:, N_GLYPH + 5, None] * side - at[:, 1]).abs() / at[:, 2] / 0.6)
        ratio = torch.maximum(size[:, None], at[:, 2]) / torch.minimum(size[:, None].clamp(min=1e-3), at[:, 2])
        fits = (far < 1) & (ratio < 1.7) & (here[:, N_GLYPH, None] > 0.5)
        taken = set()
        for slot in here[:, N_GLYPH + 1].argsort(descending=True).tolist():
            free = [n for n in fits[slot].nonzero().flatten().tolist() if n not in taken]
            if free:
                n = min(free, key=lambda n: float(far[slot, n]))
                taken.add(n)
                characters[tile, slot], gaps[tile, slot] = known[n]["class"] - 1, float(known[n]["gap"])
    return characters, gaps
