"""Draws training samples: pictures with their facts, and made-up posteriors over what the eye says of an unrelated ground."""

import random
from dataclasses import dataclass

import numpy as np

from . import features
from .data import conversation, glyphless
from .data.imagenet import Posteriors

MIX = {"scene": 0.34, "thing": 0.14, "posterior": 0.12, "word": 0.24, "note": 0.12, "two": 0.04}
"""Shares of one-tile lessons; 'two' compares two pictures."""
MADE_UP = 0.6
"""Share of the words that no picture was drawn of: copying is learned from any characters, and of pictures there are few."""
APART, MOST_APART = 0.75, 14
"""Share of lessons whose questions do not see each other, and how many of them there are at most: each is answered from the picture alone,
and the picture is paid for once."""


@dataclass
class Lesson:
    outputs: dict[str, np.ndarray]  # the eye's OUTPUTS, each [slot, …]
    grids: list
    """One entry a picture: its tiles' (columns, rows) or None; no entry where the lesson is text alone."""
    turns: list[tuple[str, str]]
    picture_last: bool = False
    apart: bool = False
    """Each turn is a question of its own about the same pictures."""


class School:
    def __init__(self, classifier: np.ndarray, folder: str = "features", seed: int = 0):
        self.records: dict[str, list[features.Record]] = {}
        for record in features.load(folder):
            self.records.setdefault(record.kind, []).append(record)
        self.posteriors = Posteriors(classifier)
        self.rng = random.Random(seed)
        self.others = sorted({r.facts["name"] for r in self.records["thing"]})

    def lesson(self, tiled: bool = False) -> Lesson:
        rng = self.rng
        suffix = "-high" if tiled else ""
        if tiled:
            kind = rng.choices(("page", "note", "thing", "scene", "posterior"), (4, 4, 0.6, 0.6, 0.6))[0]
            kind = kind if kind + suffix in self.records else "posterior"
        else:
            kinds = [k for k in MIX if k in self.records or k in ("posterior", "two")]
            kind = rng.choices(kinds, [MIX[k] for k in kinds])[0]
            if kind == "note" and rng.random() < 0.12:
                kind = "page-low"
        if kind == "two":
            return self._two()
        if kind in ("posterior", "ground"):
            return self._posterior(rng.choice(self.records["ground" + suffix]), kind == "ground")
        record = rng.choice(self.records[kind + suffix])
        subject = kind.partition("-")[0]
        if kind == "word" and rng.random() < MADE_UP:
            text, what = glyphless.text(rng)
            outputs = record.outputs | {"image_glyphs": glyphless.rows(text, rng)[None]}
            return self._asked("word", {"text": text, "kind": what}, record, outputs, self.others)
        return self._asked("page" if subject == "note" else subject, record.facts, record, record.outputs, self.others)

    def _asked(self, subject: str, facts: dict, record: features.Record, outputs: dict, others: list[str]) -> Lesson:
        if self.rng.random() < APART:
            turns = conversation.turns(subject, facts, record.size, others, self.rng, MOST_APART)
            return Lesson(outputs, [record.grid], [t for t in turns if not t[0].startswith("And ")], apart=True)
        return Lesson(outputs, [record.grid], conversation.turns(subject, facts, record.size, others, self.rng), self.rng.random() < 0.1)

    def _two(self) -> Lesson:
        things = self.records["thing"]
        alone = [r for r in self.records.get("scene", []) if r.facts["kind"] == "one"]
        shapes = bool(alone) and self.rng.random() < 0.6
        first, second = self.rng.sample(alone if shapes else things, 2)
        if shapes and self.rng.random() < 0.3:
            like = [r for r in alone if r is not first and r.facts["objects"][0]["shape"] == first.facts["objects"][0]["shape"]]
            second = self.rng.choice(like or [second])
        outputs = {key: np.concatenate((first.outputs[key], second.outputs[key])) for key in first.outputs}
        names = [r.facts["objects"][0]["shape"] if "objects" in r.facts else r.facts["name"] for r in (first, second)]
        same = [conversation.same_shape(*names, self.rng)] if shapes else []
        if names[0] == names[1] and not same:
            return self._two()
        others = conversation.compared(*names, self.rng) if names[0] != names[1] else []
        return Lesson(outputs, [None, None], [*same, *others], apart=self.rng.random() < APART)

    def _posterior(self, ground: features.Record, own: bool) -> Lesson:
        """Class names without a photograph: a made-up posterior over the ground's; or, where the eye is sure of the ground, its own."""
        rng = self.rng
        classes = ground.outputs["image_classes"].astype(np.float32).copy()
        sure = int(classes[0].argmax())
        if own and classes[0, sure] > 0.5:
            facts = {"name": self.posteriors.names[sure]}
        else:
            posterior, facts = self.posteriors.lesson(rng)
            classes[0] = posterior
            number = int(posterior.argmax())
            for tile in range(1, len(classes)):
                if rng.random() < 0.5:
                    classes[tile] = self.posteriors.made_up(number, rng.uniform(0.05, 0.6), rng)
        others = self.posteriors.names if rng.random() < 0.6 else self.others
        return self._asked("thing", facts, ground, ground.outputs | {"image_classes": classes}, others)

    def batches(self, size: int, tiled_size: int, at_once: int = 8, tiled: float = 0.2):
        """Endless batches of lessons about equally long, as many as cost what `size` of the longest do; a share of them tiled, those in smaller batches."""
        while True:
            batches = packed([self.lesson() for _ in range(size * at_once)], size)
            more = len(batches) * tiled
            batches += [[self.lesson(tiled=True) for _ in range(tiled_size)] for _ in range(int(more) + (self.rng.random() < more % 1))]
            self.rng.shuffle(batches)
            yield from batches


def packed(lessons: list[Lesson], size: int) -> list[list[Lesson]]:
    """Batches of like lengths; each is filled up to the length of its longest, and none costs more than `size` of the longest of all."""
    lessons = sorted(lessons, key=_words, reverse=True)
    most, batches = size * _words(lessons[0]), []
    while lessons:
        n = max(1, most // _words(lessons[0]))
        batches.append(lessons[:n])
        lessons = lessons[n:]
    return batches


def _words(lesson: Lesson) -> int:
    return 100 * len(lesson.grids) + sum(len(text.split()) + 6 for turn in lesson.turns for text in turn)
