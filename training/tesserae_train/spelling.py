"""Characters → the word that they spell, as the brain's own embedding of it.

The brain finds "Total" in a question by its token, and the eye reads it letter by letter. These two layers look back from the last
character of a word over its letters and say the token, so that a word read in a picture looks like one read in text. They are taught
some hundred words before the nerve is (a minute, no picture, no brain but its table); what is no word of theirs they leave alone.
"""

import random
import string

import torch
from torch import nn
from torch.nn import functional as F

from .dense import N_GLYPH, shifted
from .data.glyphs import CHARACTERS

WINDOW, INNER = 10, 256
_SURE = 0.9
"""Highest probability that made-up reading gives to the character that stands there."""


class Spelling(nn.Module):
    """glyphs [tile, slot, N_GLYPH + 7] → [tile, slot, width]: at the last character of a word its embedding, elsewhere zeros."""

    def __init__(self, width: int):
        super().__init__()
        self.read, self.say = nn.Linear(WINDOW * N_GLYPH, INNER), nn.Linear(INNER, width)
        self.known = nn.Linear(INNER, 1)

    def word(self, window: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """[…, WINDOW · N_GLYPH], the last character first → (embedding, logit of being a known word)"""
        hidden = F.gelu(self.read(window), approximate="tanh")
        return self.say(hidden), self.known(hidden)[..., 0]

    def forward(self, glyphs: torch.Tensor) -> torch.Tensor:
        characters, there = glyphs[..., :N_GLYPH], glyphs[..., N_GLYPH]
        starts = torch.maximum(glyphs[..., N_GLYPH + 2], glyphs[..., N_GLYPH + 3])
        window, inside = [], there
        for k in range(WINDOW):
            if k:
                inside = inside * (1 - shifted(starts, k - 1)) * shifted(there, k)
            window.append(shifted(characters, k) * inside[..., None])
        last = torch.maximum(shifted(starts, -1), 1 - shifted(there, -1))
        embedding, known = self.word(torch.cat(window, -1))
        return embedding * (torch.sigmoid(known) * last * there)[..., None]


def forms(word: str, rng: random.Random) -> str:
    """A word as print has it."""
    text = rng.choice((word.lower, word.title, word.upper))()
    return text + rng.choices(("", ":", ",", "."), (6, 4, 0.5, 0.5))[0]


def spoilt(text: str, rng: random.Random) -> str:
    """The same with one or two other letters: no word."""
    text = list(text)
    for _ in range(rng.choice((1, 2))):
        text[rng.randrange(len(text))] = rng.choice(string.ascii_letters)
    return "".join(text)


def window(text: str, rng: random.Random) -> torch.Tensor:
    """[WINDOW, N_GLYPH]: the text from its end, each character less or more sure."""
    rows = torch.zeros(WINDOW, N_GLYPH)
    for place, character in enumerate(reversed(text[-WINDOW:])):
        sure = 1.0 if rng.random() < 0.7 else rng.uniform(0.4, _SURE)
        rows[place, CHARACTERS.index(character)] = sure
        if sure < 1:
            rows[place, rng.randrange(N_GLYPH)] += 1 - sure
    return rows


def teach(spelling: Spelling, table: torch.Tensor, tokenizer, words: list[str], others: list[str], steps: int = 3000, size: int = 192,
          seed: int = 1) -> float:
    """Teaches the words' tokens (the mean of them where a word has several), and of other words that they are none of these; returns the share named right of the last 50 batches."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    targets = torch.stack([table[tokenizer(" " + w.lower(), add_special_tokens=False).input_ids].mean(0) for w in words])
    scale = float(targets.pow(2).mean().sqrt())
    directions = F.normalize(targets, dim=-1)
    optimizer = torch.optim.AdamW(spelling.parameters(), lr=3e-3, weight_decay=0.01)
    right = []
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * min(1, (step + 1) / 50) * (1 - step / steps)
        chosen = [rng.randrange(len(words)) for _ in range(size)]
        shown = [forms(words[n], rng) for n in chosen]
        none = []
        for _ in range(size):
            if rng.random() < 0.5:
                none.append(forms(rng.choice(others), rng))
                continue
            made_up = "".join(rng.choice(string.digits + "." if rng.random() < 0.5 else string.ascii_letters) for _ in range(rng.randint(1, 8)))
            none.append(made_up if rng.random() < 0.5 else spoilt(forms(rng.choice(words), rng), rng))
        windows = torch.stack([window(t, rng) for t in shown + none]).flatten(1)
        said, known = spelling.word(windows)
        said = said[:size]
        logits = 20 * F.normalize(said, dim=-1) @ directions.T
        wanted = torch.tensor(chosen)
        real = torch.cat((torch.ones(size), torch.zeros(len(none))))
        loss = F.cross_entropy(logits, wanted) + F.mse_loss(said, targets[wanted]) / scale**2 + 3 * F.binary_cross_entropy_with_logits(known, real)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right.append(float((logits.argmax(-1) == wanted).float().mean()))
    return sum(right[-50:]) / len(right[-50:])
