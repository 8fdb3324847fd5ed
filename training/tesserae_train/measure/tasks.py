"""The tasks: which pictures nobody trained on, what is asked about them, and how much of it must be right.

Every maker takes a random stream and how many questions to make. Pictures are drawn with held-out fonts, styles, words and grounds.
"""

import functools
import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from ..data import emoji, fonts, ground, pages, photographs, scenes, words
from .asking import Question

SIDE = 384
WHERE_CLEAR = 0.05
"""How far, in parts of the picture's side, a thing's middle must lie from the lines between the nine places."""
ABSENT = ("elephant", "pizza", "guitar", "bicycle", "laptop", "umbrella", "zebra", "piano", "giraffe", "sandwich", "violin",
          "typewriter", "hamburger", "submarine", "microscope", "broccoli", "octopus", "trumpet")
"""Things that none of the held-out photographs shows."""


@dataclass(frozen=True)
class Task:
    title: str
    make: Callable[[random.Random, int], list[Question]]
    count: int
    floor: float | None = None  # percent that must be right; None where nothing is demanded


def plural(shape: str) -> str:
    return "crosses" if shape == "cross" else shape + "s"


def drawn(rng: random.Random, kind: str, fits: Callable[[list[dict], dict], bool]) -> tuple[Image.Image, dict]:
    """A scene of that kind whose objects fit."""
    while True:
        picture, facts = scenes.scene(photos=textures(), rng=rng, width=SIDE, height=SIDE, kind=kind)
        if fits(facts["objects"], facts):
            return picture, facts


@functools.cache
def textures() -> list[Image.Image]:
    """Grounds that show no thing of their own, so that what is drawn on them is all there is to name."""
    rng = random.Random("textures")
    return [(ground.gradient if i % 2 else ground.noise)(512, 512, rng) for i in range(16)]


@functools.cache
def photographed() -> list[Image.Image]:
    """The held-out photographs, small, to write words on: the wallpapers of training are not for asking."""
    found = []
    for entry in photographs.held_out():
        with Image.open(photographs.locate(entry)) as opened:
            opened.draft("RGB", (1024, 1024))
            picture = opened.convert("RGB")
        picture.thumbnail((1024, 1024))
        if min(picture.size) >= 256:
            found.append(picture)
    return found


def photograph_names(rng: random.Random, count: int) -> list[Question]:
    """Of things that the eye has a class for."""
    return _photographs(rng, count, True)


def other_photographs(rng: random.Random, count: int) -> list[Question]:
    """Of things that it has none for: nothing that it was taught names them."""
    return _photographs(rng, count, False)


def _photographs(rng: random.Random, count: int, imagenet: bool) -> list[Question]:
    entries = [e for e in photographs.held_out() if e["imagenet"] == imagenet]
    chosen = entries if count >= len(entries) else rng.sample(entries, count)
    return [Question("photographs", ["What is this?"], "named", e["accept"], [photographs.locate(e)], about=f"{e['about']} ({e['source']}, {e['licence']})")
            for e in chosen]


def emoji_names(key: str) -> list[str]:
    """What an emoji may be called."""
    return emoji.accepted(key)


def emoji_keys(rng: random.Random, count: int) -> list[str]:
    keys = emoji.evaluated()
    return rng.sample(keys, min(count, len(keys)))


def emoji_picture(key: str, rng: random.Random) -> Image.Image:
    return emoji.pasted(emoji.drawn(emoji.HELD_OUT_STYLE, key), textures(), rng, SIDE, SIDE)[0]


def emoji_styles(rng: random.Random, count: int) -> list[Question]:
    return [Question("emoji", ["What is this?"], "named", emoji_names(k), [emoji_picture(k, rng)], about=k) for k in emoji_keys(rng, count)]


def _alone(objects: list[dict], key: str) -> list[dict]:
    """Objects that are the only one of their shape (or colour)."""
    return [o for o in objects if sum(p[key] == o[key] for p in objects) == 1]


def colours(rng: random.Random, count: int) -> list[Question]:
    questions = []
    for i in range(count):
        picture, facts = drawn(rng, ("one", "two", "mixed", "one")[i % 4], lambda objects, _: bool(_alone(objects, "shape")))
        thing = rng.choice(_alone(facts["objects"], "shape"))
        text = f"What {rng.choice(('colour', 'color'))} is the {thing['shape']}?"
        questions.append(Question("colour", [text], "colour", thing["colour"], [picture]))
    return questions


def shapes(rng: random.Random, count: int) -> list[Question]:
    questions = []
    for i in range(count):
        picture, facts = drawn(rng, "one" if i % 2 else "two", lambda objects, _: bool(_alone(objects, "colour")))
        thing = rng.choice(_alone(facts["objects"], "colour"))
        text = "What shape is this?" if i % 2 else f"What shape is the {thing['colour']} one?"
        questions.append(Question("shape", [text], "shape", thing["shape"], [picture]))
    return questions


def _clear_place(objects: list[dict], _: dict) -> bool:
    x0, y0, x1, y1 = objects[0]["box"]
    middle = ((x0 + x1) / 2 / SIDE, (y0 + y1) / 2 / SIDE)
    return all(abs(m - line) > WHERE_CLEAR for m in middle for line in (1 / 3, 2 / 3))


def places(rng: random.Random, count: int) -> list[Question]:
    questions = []
    for _ in range(count):
        picture, facts = drawn(rng, "one", _clear_place)
        thing = facts["objects"][0]
        questions.append(Question("place", [f"Where is the {thing['shape']}?"], "place", scenes.place(thing, SIDE, SIDE), [picture]))
    return questions


def sizes(rng: random.Random, count: int) -> list[Question]:
    def fits(objects: list[dict], _: dict) -> bool:
        if len(objects) != 2 or objects[0]["shape"] == objects[1]["shape"] or objects[0]["colour"] == objects[1]["colour"]:
            return False
        small, large = sorted(map(scenes.size, objects))
        return large / small >= 1.3

    questions = []
    for i in range(count):
        picture, facts = drawn(rng, "two", fits)
        asked = "bigger" if i % 2 else "smaller"
        right, wrong = sorted(facts["objects"], key=scenes.size, reverse=asked == "bigger")
        first, second = rng.sample((right, wrong), 2)
        text = f"Which is {asked}, the {first['colour']} {first['shape']} or the {second['colour']} {second['shape']}?"
        expected = {"asked": asked, "right": [right["colour"], right["shape"]], "wrong": [wrong["colour"], wrong["shape"]]}
        questions.append(Question("bigger", [text], "bigger", expected, [picture]))
    return questions


def counts(rng: random.Random, count: int) -> list[Question]:
    """As many questions for each number from 1 to 6."""
    questions = []
    for i in range(count):
        wanted = 1 + i % 6
        kind = "one" if wanted == 1 and rng.random() < 0.5 else "mixed" if wanted <= 2 and rng.random() < 0.5 else "many" if wanted > 1 else "mixed"

        def numbered(objects: list[dict]) -> list[str]:
            return sorted({o["shape"] for o in objects if sum(p["shape"] == o["shape"] for p in objects) == wanted})

        picture, facts = drawn(rng, kind, lambda objects, _: bool(numbered(objects)))
        shape = rng.choice(numbered(facts["objects"]))
        questions.append(Question("count", [f"How many {plural(shape)} are there?"], "count", wanted, [picture]))
    return questions


def large_print(rng: random.Random, count: int) -> list[Question]:
    questions = []
    for _ in range(count):
        picture, facts = words.word(rng=rng, fonts=fonts.held_out(), width=SIDE, height=SIDE, photos=photographed(), asked=True)
        text = rng.choice(("What does it say?", "What is written here?", "What number is this?" if facts["kind"] == "number" else "What word is this?"))
        questions.append(Question("large-print", [text], "exact", facts["text"], [picture], about=facts["kind"]))
    return questions


def small_print(rng: random.Random, count: int) -> list[Question]:
    """A line of a page of 2000 pixels; asked twice, with tiles and without, by whoever measures."""
    questions = []
    for _ in range(count):
        picture, facts = pages.page(rng=rng, fonts=fonts.held_out())
        line = rng.choice(facts["lines"])
        questions.append(Question("small-print", [f"What is the {line['key']}?"], "exact", line["value"], [picture], "high",
                                  about=f"{picture.width} × {picture.height}"))
    return questions


def _article(thing: str) -> str:
    from ..data.conversation import a

    return a(thing)


def _apart(names: list[str], others: list[str]) -> bool:
    """No word of three letters or more in common."""
    def split(all_names):
        return {w.rstrip("s") for n in all_names for w in n.lower().split() if len(w) > 2}
    return not split(names) & split(others)


def absent(rng: random.Random, count: int) -> list[Question]:
    """"Is there a …?": half of the things are there; thirds are drawn scenes, emoji and photographs."""
    keys = emoji_keys(rng, 400)
    entries = rng.sample(photographs.held_out(), len(photographs.held_out()))
    questions = []
    for i in range(count):
        there, source = i % 2 == 0, i // 2 % 3
        if source == 0:
            picture, facts = drawn(rng, rng.choice(("one", "two", "mixed")), lambda objects, _: True)
            shown = {o["shape"] for o in facts["objects"]}
            thing = rng.choice(sorted(shown) if there else sorted(set(scenes.SHAPES) - shown))
        elif source == 1:
            key = keys[i % len(keys)]
            others = [k for k in keys if _apart(emoji_names(k) + [k.replace("-", " ")], emoji_names(key) + [key.replace("-", " ")])]
            picture, thing = emoji_picture(key, rng), emoji_names(key if there else rng.choice(others))[0]
        else:
            entry = entries[i // 6 % len(entries)]
            picture = photographs.locate(entry)
            named = f"photograph: {entry['about']} ({entry['source']}, {entry['licence']})"
            thing = entry["accept"][0] if there else rng.choice([t for t in ABSENT if _apart([t], entry["accept"])])
        form = rng.choice(("Is there {} in the picture?", "Do you see {}?"))
        questions.append(Question("absent", [form.format(_article(thing))], "yes_no", "yes" if there else "no", [picture],
                                  about=("scene", "emoji")[source] if source < 2 else named))
    return questions


def follow_ups(rng: random.Random, count: int) -> list[Question]:
    """The second question needs the picture again, and the first one or its answer."""
    questions = []
    for i in range(count):
        if i % 3 == 0:
            picture, facts = drawn(rng, "one", lambda objects, _: True)
            turns, thing = ["What shape is this?", f"What {rng.choice(('colour', 'color'))} is it?"], facts["objects"][0]
            questions.append(Question("follow-up", turns, "colour", thing["colour"], [picture]))
        elif i % 3 == 1:
            picture, facts = drawn(rng, "two", lambda objects, _: len(_alone(objects, "shape")) == 2)
            first, second = rng.sample(facts["objects"], 2)
            turns = [f"What colour is the {first['shape']}?", f"And the {second['shape']}?"]
            questions.append(Question("follow-up", turns, "colour", second["colour"], [picture]))
        else:
            picture, facts = drawn(rng, "many", lambda objects, _: 2 <= len(objects) <= 6)
            thing = facts["objects"][0]
            turns = [f"What colour are the {plural(thing['shape'])}?", "How many are there?"]
            questions.append(Question("follow-up", turns, "count", len(facts["objects"]), [picture]))
    return questions


def two_pictures(rng: random.Random, count: int) -> list[Question]:
    questions = []
    for i in range(count):
        def another(objects: list[dict], _: dict, of: dict | None = None, same: bool = False) -> bool:
            return of is None or (objects[0]["shape"] == of["shape"]) == same

        first, facts = drawn(rng, "one", another)
        one = facts["objects"][0]
        same = i % 4 == 0
        second, facts = drawn(rng, "one", functools.partial(another, of=one, same=same))
        other = facts["objects"][0]
        if i % 2 == 0:
            text = rng.choice(("Do both pictures show the same shape?", "Are the two shapes the same?"))
            questions.append(Question("two-pictures", [text], "yes_no", "yes" if same else "no", [first, second]))
        else:
            right = rng.choice(("first", "second"))
            shape = (one if right == "first" else other)["shape"]
            questions.append(Question("two-pictures", [f"Which picture shows the {shape}, the first or the second?"], "order", right, [first, second]))
    return questions


TASKS = {
    "photographs": Task("main object of real photographs", photograph_names, math.inf, 60),
    "other-photographs": Task("real photographs of things that the eye has no class for", other_photographs, math.inf),
    "emoji": Task("emoji in a style never trained on", emoji_styles, 300, 60),
    "colour": Task("colour", colours, 120, 90),
    "shape": Task("shape", shapes, 120, 90),
    "place": Task("place", places, 120, 90),
    "bigger": Task("which is bigger, which smaller", sizes, 120, 90),
    "count": Task("count, 1 to 6", counts, 120, 80),
    "large-print": Task("a word or number in large print, exact", large_print, 200, 80),
    "small-print": Task("one line of small print on a large page, with tiles, exact", small_print, 80),
    "absent": Task("is it there, yes or no, balanced", absent, 180, 80),
    "follow-up": Task("follow-up in a conversation", follow_ups, 60),
    "two-pictures": Task("two pictures compared", two_pictures, 60),
}
TILES_GAIN = 30
"""Percentage points by which tiles must beat the overview alone at small print."""
PERPLEXITY_LOSS = 5
"""Percent by which the brain's perplexity on text may exceed its own before training, at the same precision."""
