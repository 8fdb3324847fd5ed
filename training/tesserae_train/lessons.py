"""Draws training samples: pictures with their facts, and made-up posteriors over the features of an unrelated ground."""

import random
from dataclasses import dataclass

import numpy as np

from . import features
from .data import conversation
from .data.imagenet import Posteriors

MIX = {"emoji": 0.36, "shapes": 0.17, "posterior": 0.47}
TILED_SHARE = 0.12


@dataclass
class Lesson:
    features: np.ndarray  # [slot, patch, hidden] float16
    classes: np.ndarray  # [slot, class] float32
    grid: tuple[int, int] | None
    turns: list[tuple[str, str]]
    picture_last: bool = False
    """The picture stands after the first question instead of before it."""


class School:
    def __init__(self, classifier: np.ndarray, folder: str = "features", seed: int = 0):
        self.records: dict[str, list[features.Record]] = {}
        for record in features.load(folder):
            self.records.setdefault(record.kind, []).append(record)
        self.posteriors = Posteriors(classifier)
        self.rng = random.Random(seed)
        self.others = sorted({r.facts["name"] for r in self.records["emoji"]})

    def lesson(self, tiled: bool = False) -> Lesson:
        rng = self.rng
        kind = rng.choices(list(MIX), list(MIX.values()))[0]
        suffix = "-tiles" if tiled else ""
        if kind == "posterior":
            return self._posterior(rng.choice(self.records["ground" + suffix]))
        record = rng.choice(self.records[kind + suffix])
        turns = conversation.turns(record.facts, self.others, rng)
        return Lesson(record.features, record.classes.astype(np.float32), record.grid, turns, rng.random() < 0.12)

    def _posterior(self, ground: features.Record) -> Lesson:
        """Class names without a photograph: the tiles of a tiled one see the thing less clearly than the overview."""
        rng = self.rng
        posterior, facts = self.posteriors.lesson(rng)
        classes = ground.classes.astype(np.float32).copy()
        classes[0] = posterior
        number = int(posterior.argmax())
        for tile in range(1, len(classes)):
            if rng.random() < 0.5:
                classes[tile] = self.posteriors.made_up(number, rng.uniform(0.05, 0.6), rng)
        turns = conversation.turns(facts, self.posteriors.names, rng)
        return Lesson(ground.features, classes, ground.grid, turns, rng.random() < 0.12)

    def batches(self, size: int, tiled_size: int, at_once: int = 4):
        """Endless batches of lessons about equally long; a share of them tiled, those in smaller batches."""
        while True:
            plain = sorted((self.lesson() for _ in range(size * at_once)), key=_words)
            batches = [plain[i:i + size] for i in range(0, len(plain), size)]
            batches += [[self.lesson(tiled=True) for _ in range(tiled_size)] for _ in range(round(at_once * TILED_SHARE + self.rng.random() - 0.5))]
            self.rng.shuffle(batches)
            yield from batches


def _words(lesson: Lesson) -> int:
    return sum(len(text.split()) + 6 for turn in lesson.turns for text in turn)
