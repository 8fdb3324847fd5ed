"""The nerve: a C-Abstractor over the eye's patches, and gist tokens from the eye's own class posterior."""

import torch
from torch import nn

from .eye import GRID, HIDDEN

SCALES = (1280, 480, 192)
"""Channels of each scale in the eye's features; each is normalised by itself."""
GIST = 4
PATCH_TOKENS = (GRID // 2) ** 2
TOKENS = GIST + PATCH_TOKENS
WIDTH = 576


class Nerve(nn.Module):
    """image_features [tile, 64, 1952] and image_classes [tile, 1000] → image_embeds [tile, 20, 576]: 4 gist tokens, then 16 of 2×2 patches."""

    def __init__(self, inner: int = 512, class_embeddings: torch.Tensor | None = None, token_scale: float = 0.1):
        """class_embeddings: [class, GIST, WIDTH], the brain's embeddings of the classes' names; token_scale: their root mean square."""
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(c) for c in SCALES)
        self.reduce = nn.Linear(HIDDEN, inner)
        self.look_around = nn.Conv2d(inner, inner, 3, padding=1, groups=inner)
        self.merge = nn.Linear(4 * inner, 2 * inner)
        self.out = nn.Linear(2 * inner, WIDTH)
        self.scale = nn.Parameter(torch.full((WIDTH,), token_scale))
        self.place = nn.Parameter(torch.randn(PATCH_TOKENS, WIDTH) * token_scale * 0.1)
        start = torch.randn(1000, GIST, WIDTH) * token_scale if class_embeddings is None else class_embeddings
        self.gist = nn.Parameter(start.reshape(1000, GIST * WIDTH).clone())
        self.gist_place = nn.Parameter(torch.zeros(GIST, WIDTH))

    def forward(self, image_features: torch.Tensor, image_classes: torch.Tensor) -> torch.Tensor:
        scales = torch.split(image_features, SCALES, -1)
        x = torch.cat([norm(s) for norm, s in zip(self.norms, scales)], -1)
        x = nn.functional.gelu(self.reduce(x), approximate="tanh")  # [tile, 64, inner]
        square = x.transpose(1, 2).unflatten(2, (GRID, GRID))  # [tile, inner, 8, 8]
        square = square + nn.functional.gelu(self.look_around(square), approximate="tanh")
        merged = nn.functional.pixel_unshuffle(square, 2).flatten(2).transpose(1, 2)  # [tile, 16, 4·inner]
        x = self.out(nn.functional.gelu(self.merge(merged), approximate="tanh"))
        x = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.scale + self.place
        gist = (image_classes @ self.gist).unflatten(1, (GIST, WIDTH)) + self.gist_place
        return torch.cat((gist, x), 1)


def class_embeddings(tokenizer, table: torch.Tensor, names: list[str]) -> torch.Tensor:
    """[class, GIST, WIDTH]: the embeddings of each name's tokens, one a slot; spare slots hold their mean."""
    rows = []
    for name in names:
        ids = tokenizer(" " + name, add_special_tokens=False).input_ids[-GIST:]
        tokens = table[ids]
        spare = tokens.mean(0, keepdim=True).expand(GIST - len(ids), -1)
        rows.append(torch.cat((tokens, spare)))
    return torch.stack(rows)
