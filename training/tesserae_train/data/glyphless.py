"""Words that no picture shows: what the eye would say of them, made up, as a posterior is made up of a thing without a photograph."""

import random
import string

import numpy as np

from . import words
from .glyphs import CHARACTERS

SLOTS, FACTS = 32, 7
_SURE = 0.85
"""Share of the characters that the eye has no doubt of."""


def text(rng: random.Random) -> tuple[str, str]:
    """(text, kind): as large print has it, or characters at random; in a third of both a character stands twice in a row, which is copied wrong most often."""
    if rng.random() < 0.6:
        said, kind = words.pick(rng)
    else:
        digits = rng.random() < 0.4
        alphabet = string.digits if digits else rng.choice((string.ascii_uppercase, string.ascii_lowercase))
        said, kind = "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 8))), "number" if digits else "word"
    if rng.random() < 1 / 3 and len(said) < 9:
        at = rng.randrange(len(said))
        said = said[:at] + said[at] + said[at:]
    return said, kind


def rows(said: str, rng: random.Random) -> np.ndarray:
    """[SLOTS, characters + FACTS] float16, as dense.Finder gives one line of large print: there, certainty, gap, first of its line, x, y, the size's logarithm."""
    made = np.zeros((SLOTS, len(CHARACTERS) + FACTS), np.float32)
    advance = rng.uniform(0.5, 0.9) / max(4, len(said))
    x, y = rng.uniform(0.03, 0.97 - advance * len(said)) + advance / 2, rng.uniform(0.2, 0.85)
    size = np.log2(advance * rng.uniform(0.9, 1.8) * 16 + 1e-3) / 4
    for slot, character in enumerate(said[:SLOTS]):
        sure = 1.0 if rng.random() < _SURE else rng.uniform(0.5, 0.95)
        made[slot, CHARACTERS.index(character)] = sure
        made[slot, rng.randrange(len(CHARACTERS))] += 1 - sure
        gap = rng.uniform(0.9, 1) if slot == 0 else rng.uniform(0, 0.05)
        made[slot, len(CHARACTERS):] = (1, rng.uniform(0.7, 1), gap, slot == 0, x + slot * advance, y + rng.uniform(-0.01, 0.01), size)
    return made.astype(np.float16)
