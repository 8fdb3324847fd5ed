"""Words and numbers in large print, and what else a sign may say."""

import functools
import random
import string
from pathlib import Path

from PIL import Image, ImageDraw

from . import glyphs, ground


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """Plain English words of three to eight letters: whole-word pieces of the brain's own vocabulary, the most frequent first."""
    import json

    from ..workspace import brain_folder

    tokens = json.loads((brain_folder() / "tokenizer.json").read_text())["model"]["vocab"]
    words = [t[1:] for t in sorted(tokens, key=tokens.get) if t.startswith("Ġ") and t[1:].isascii() and t[1:].isalpha() and t[1:].islower()]
    return tuple(w for w in words if 3 <= len(w) <= 8)[:9000]


def held_out(word: str) -> bool:
    """A tenth of the vocabulary is only ever asked about, never trained on."""
    return sum(ord(c) * (i + 3) for i, c in enumerate(word)) % 10 == 0


def pick(rng: random.Random, asked: bool = False) -> tuple[str, str]:
    """(text, kind): a word in one of three cases, or a number of one to eight digits."""
    if rng.random() < 0.35:
        length = rng.randint(1, 8)
        return "".join(rng.choice(string.digits) for _ in range(length)), "number"
    while True:
        word = rng.choice(vocabulary())
        if held_out(word) == asked:
            return rng.choice((word.upper, word.upper, word.title, word.lower))(), "word"


def word(rng: random.Random, fonts: list[Path], width: int = 384, height: int = 384, photos: list = (), asked: bool = False):
    """One word or number in large print → (picture, {text, kind, glyphs})."""
    text, kind = pick(rng, asked)
    back, _ = ground.any_ground(width, height, photos if rng.random() < 0.3 else [], rng)
    path = rng.choice(fonts)
    one = glyphs.of_height(path, 100)
    widest = width * 0.9 / max(0.2, glyphs.width(text, one) / 100)
    high = min(rng.uniform(0.45, 1.0) * widest, height * rng.uniform(0.2, 0.5))
    face = glyphs.of_height(path, max(14, high))
    wide, high = glyphs.width(text, face), glyphs.capital_height(face)
    x = rng.uniform(width * 0.03, max(width * 0.03, width * 0.97 - wide))
    base = rng.uniform(high * 1.3 + 4, max(high * 1.3 + 5, height - high * 0.5 - 4))
    box = (max(0, x - high * 0.4), max(0, base - high * 1.35), min(width, x + wide + high * 0.4), min(height, base + high * 0.45))
    draw = ImageDraw.Draw(back)
    if rng.random() < 0.3:
        draw.rounded_rectangle(box, radius=int(high * 0.2), fill=tuple(rng.randint(0, 255) for _ in range(3)))
    fill = glyphs.contrasting(glyphs.mean_colour(back, box), rng)
    placed = glyphs.line(draw, text, x, base, face, fill)
    return back, {"text": text, "kind": kind, "glyphs": placed}
