"""The brain in bfloat16 as both stages use it: frozen in the first, with adapters in the second."""

import numpy as np
import torch
from torch.nn import functional as F
from transformers import DynamicCache

from . import brain as brains
from . import prompt, spelling
from .data import pages, words
from .eye import OUTPUTS
from .lessons import Lesson
from .nerve import Nerve, Words, tokens

SPELLED = 400
"""How many of the most frequent words the nerve knows by their letters, beside the keys of pages."""


def see(nerve: Nerve, lessons: list[Lesson]) -> torch.Tensor:
    """[slot of all lessons, token, width]"""
    outputs = [torch.from_numpy(np.concatenate([l.outputs[name].astype(np.float32) for l in lessons])) for name in OUTPUTS]
    with torch.autocast("cpu", torch.bfloat16):
        return nerve(*outputs)


def seen_by(branches: torch.Tensor) -> torch.Tensor:
    """[lesson, token] → [lesson, 1, token, token], to be added to attention: the past, of the token's own branch and of what all share (0)."""
    length = branches.shape[1]
    same = (branches[:, None] == 0) | (branches[:, None] == branches[:, :, None])
    mask = torch.zeros(same.shape, dtype=torch.bfloat16).masked_fill(~(same & torch.ones(length, length, dtype=torch.bool).tril()), float("-inf"))
    return mask[:, None]


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
        encoded = [prompt.encode_lesson(self.tokenizer, l, count) for l in lessons]
        before = len(self.head_ids)
        if self.head is None:
            encoded = [prompt.after(self.head_ids, e) for e in encoded]
        longest = -(-max(len(e.ids) for e in encoded) // 16) * 16  # few distinct shapes: kernels are made once a shape
        ids = torch.full((len(lessons), longest), prompt.END_ID)
        targets, branches, positions = torch.full_like(ids, -100), torch.zeros_like(ids), torch.zeros_like(ids)
        for row, e in enumerate(encoded):
            for all_rows, values in ((ids, e.ids), (targets, e.targets), (branches, e.branches), (positions, e.positions)):
                all_rows[row, :len(values)] = torch.tensor(values)
        holes = ids == prompt.IMAGE_ID
        embeds = F.embedding(ids.masked_fill(holes, 0), self.table)
        if holes.any():
            embeds = embeds.masked_scatter(holes.unsqueeze(-1), see(nerve, [l for l in lessons if l.grids]).to(self.table.dtype))
        mask = seen_by(branches)
        if self.head is None:
            states = self.brain.model(inputs_embeds=embeds, attention_mask=mask, position_ids=positions, use_cache=False).last_hidden_state
        else:
            cache = DynamicCache()
            for layer, (keys, values) in enumerate(self.head):
                cache.update(keys.expand(len(lessons), -1, -1, -1), values.expand(len(lessons), -1, -1, -1), layer)
            states = self.brain.model(
                inputs_embeds=embeds, past_key_values=cache, use_cache=True, position_ids=positions + before,
                attention_mask=torch.cat((torch.zeros(len(lessons), 1, longest, before, dtype=mask.dtype), mask), -1),
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

    def teach_spelling(self, nerve: Nerve) -> float:
        """The keys of pages and the most frequent words; returns the share of them that is read right."""
        may = [w for w in words.vocabulary() if not words.held_out(w)]
        known = [*dict.fromkeys([*(k.lower() for k in pages.KEYS), *may[:SPELLED]])]
        others = [w for w in may[SPELLED:] if w not in known]
        return spelling.teach(nerve.readouts.spelling, self.table.float(), self.tokenizer, known, others)
