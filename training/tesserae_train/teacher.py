"""The brain in bfloat16 as both stages use it: frozen in the first, with adapters in the second."""

import numpy as np
import torch
from torch.nn import functional as F
from transformers import DynamicCache

from . import brain as brains
from . import prompt
from .eye import OUTPUTS
from .lessons import Lesson
from .nerve import Nerve, Words, tokens


def see(nerve: Nerve, lessons: list[Lesson]) -> torch.Tensor:
    """[slot of all lessons, token, width]"""
    outputs = [torch.from_numpy(np.concatenate([l.outputs[name].astype(np.float32) for l in lessons])) for name in OUTPUTS]
    with torch.autocast("cpu", torch.bfloat16):
        return nerve(*outputs)


class Teacher:
    """With the constant head of every prompt computed once while the brain is frozen."""

    def __init__(self, cached_head: bool = True):
        self.tokenizer = prompt.with_image_token(brains.load_tokenizer())
        self.brain = brains.load(torch.bfloat16)
        self.table = self.brain.get_input_embeddings().weight.detach()
        self.head_ids = self.tokenizer(prompt.HEAD, add_special_tokens=False).input_ids
        self.head = None
        if cached_head:
            with torch.no_grad():
                cache = self.brain.model(input_ids=torch.tensor([self.head_ids]), use_cache=True).past_key_values
            self.head = [(layer.keys, layer.values) for layer in cache.layers]  # each [1, kv_head, head, head_dim]

    def loss(self, nerve: Nerve, lessons: list[Lesson]) -> torch.Tensor:
        """Mean cross entropy over the answers' tokens."""
        count = tokens(nerve.patches.school)
        encoded = [prompt.encode(self.tokenizer, l.grids, l.turns, l.picture_last, count) for l in lessons]
        before = len(self.head_ids)
        if self.head is None:
            encoded = [(self.head_ids + ids, [-100] * before + targets) for ids, targets in encoded]
        longest = -(-max(len(ids) for ids, _ in encoded) // 16) * 16  # few distinct shapes: kernels are made once a shape
        ids = torch.full((len(lessons), longest), prompt.END_ID)
        targets = torch.full((len(lessons), longest), -100)
        for row, (i, t) in enumerate(encoded):
            ids[row, :len(i)], targets[row, :len(t)] = torch.tensor(i), torch.tensor(t)
        holes = ids == prompt.IMAGE_ID
        embeds = F.embedding(ids.masked_fill(holes, 0), self.table)
        if holes.any():
            embeds = embeds.masked_scatter(holes.unsqueeze(-1), see(nerve, [l for l in lessons if l.grids]).to(self.table.dtype))
        if self.head is None:
            states = self.brain.model(inputs_embeds=embeds, use_cache=False).last_hidden_state
        else:
            cache = DynamicCache()
            for layer, (keys, values) in enumerate(self.head):
                cache.update(keys.expand(len(lessons), -1, -1, -1), values.expand(len(lessons), -1, -1, -1), layer)
            states = self.brain.model(
                inputs_embeds=embeds, past_key_values=cache, use_cache=True,
                attention_mask=torch.ones(len(lessons), before + longest, dtype=torch.long),
                position_ids=torch.arange(before, before + longest).expand(len(lessons), -1),
            ).last_hidden_state
        said = targets != -100
        logits = states[said] @ self.table.T
        return F.cross_entropy(logits.float(), targets[said])

    def keep(self, ids: torch.Tensor, switch) -> torch.Tensor:
        """How far the adapted brain's next-token distributions on plain text are from its own: mean Kullback-Leibler divergence in nats."""
        switch(self.brain, False)
        with torch.no_grad():
            own = torch.log_softmax((self.brain.model(input_ids=ids, use_cache=False).last_hidden_state[:, ::2] @ self.table.T).float(), -1)
        switch(self.brain, True)
        now = torch.log_softmax((self.brain.model(input_ids=ids, use_cache=False).last_hidden_state[:, ::2] @ self.table.T).float(), -1)
        return (own.exp() * (own - now)).sum(-1).mean()

    def new_nerve(self, school: str, names: list[str]) -> Nerve:
        table = self.table.float()
        return Nerve(school, len(names), Words(self.tokenizer, table, names), float(table.pow(2).mean().sqrt()))
