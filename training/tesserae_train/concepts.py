"""Layers of the eye's own that know drawn things: a second copy of the ImageNet eye's last blocks, taught the names of emoji and icons.

The first fifteen blocks are shared with the frozen eye. What comes out beside the names: what kind of picture it is and which colour
its ground has.
"""

import copy

import torch
from torch import nn
from torch.nn import functional as F

from .data import ground
from .eye import LAST_STRIDE_16, Eye

DOMAINS = ("photograph", "drawing", "shapes", "text", "nothing")
GROUNDS = ("none", *ground.COLOURS)
THUMBNAIL = 4


class Concepts(nn.Module):
    """mid [tile, 120, h/16, w/16] and pixels [tile, 3, h, w] → logits of names (the last is none of them), domains, grounds."""

    def __init__(self, eye: Eye, names: int):
        super().__init__()
        self.blocks = nn.ModuleList(copy.deepcopy(block) for block in eye.net._blocks[LAST_STRIDE_16 + 1:])
        self.head = copy.deepcopy(eye.net._conv_head)
        self.requires_grad_(True)
        self.names = nn.Linear(1280, names + 1)
        inner = 1280 + 120 + 3 * THUMBNAIL * THUMBNAIL
        self.mix = nn.Linear(inner, 128)
        self.domains = nn.Linear(128, len(DOMAINS))
        self.grounds = nn.Linear(128, len(GROUNDS))

    def forward(self, mid: torch.Tensor, pixels: torch.Tensor):
        x = mid
        for block in self.blocks:
            x = block(x)
        pooled = F.relu6(self.head(x)).mean((2, 3))
        h, w = int(pixels.shape[2]) // THUMBNAIL, int(pixels.shape[3]) // THUMBNAIL
        thumbnail = F.avg_pool2d(pixels, (h, w)).flatten(1)
        mixed = F.relu(self.mix(torch.cat((pooled, mid.mean((2, 3)), thumbnail), 1)))
        return self.names(F.dropout(pooled, 0.2, self.training)), self.domains(mixed), self.grounds(mixed)
