"""Low-rank adapters for the brain's stage two: one pair of matrices a product, small enough to ride in the padding of the exported ones.

The brain's 4-bit blocks come with a further column of remainders (brain_graphs.py); that block has room for RANK more columns, so the
adapted brain is exactly as large and as fast as the plain one but for the small products A·x.
"""

import torch
from torch import nn

RANK = 14
SCALE = 2.0
GROUPS = {
    "qkv": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"), "o": ("self_attn.o_proj",),
    "gate_up": ("mlp.gate_proj", "mlp.up_proj"), "down": ("mlp.down_proj",),
}
"""Products that share an input are one product in the exported graph, and share A here."""


class Adapted(nn.Module):
    """y = W·x + SCALE · B·(A·x); W frozen."""

    def __init__(self, base: nn.Linear, down: nn.Parameter):
        super().__init__()
        self.base, self.down = base, down  # down: [RANK, in]
        self.up = nn.Parameter(torch.zeros(base.out_features, RANK))
        self.on = True

    def forward(self, x):
        y = self.base(x)
        if not self.on:
            return y
        low = x @ self.down.to(x.dtype).T
        return y + SCALE * (low @ self.up.to(x.dtype).T)


def adapt(brain) -> dict[str, nn.Parameter]:
    """Wraps every product of every layer in place; returns the trainable parameters by name."""
    found = {}
    for number, layer in enumerate(brain.model.layers):
        for group, paths in GROUPS.items():
            width = layer.get_submodule(paths[0]).in_features
            down = nn.Parameter(torch.randn(RANK, width) / width**0.5)
            found[f"{number}.{group}.down"] = down
            for path in paths:
                parent, name = path.split(".")
                adapted = Adapted(layer.get_submodule(path), down)
                setattr(layer.get_submodule(parent), name, adapted)
                found[f"{number}.{path}.up"] = adapted.up
    return found


def switch(brain, on: bool) -> None:
    for module in brain.modules():
        if isinstance(module, Adapted):
            module.on = on
