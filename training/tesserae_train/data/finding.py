"""Pictures for the eye's own layers: text and shapes of every size on every ground, with where each stands."""

import io
import random
import string
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from . import emoji, glyphs, ground, pages, scenes, words

GLYPH_CLASS = {c: 1 + i for i, c in enumerate(glyphs.CHARACTERS)}
SHAPE_CLASS = {s: 1 + len(glyphs.CHARACTERS) + i for i, s in enumerate(scenes.SHAPES)}


MIXED, LIKE_PRINT = (0.35, 0.2, 0.2, 0.15, 0.1), (0.66, 0.14, 0.04, 0.14, 0.02)
"""Shares of words, lines of pages, letters and digits at random, numbers, marks of all kinds; the first so that every character is seen often,
the second as text is."""


def _text(rng: random.Random, shares: tuple = MIXED) -> str:
    kind = rng.choices(range(5), shares)[0]
    if kind == 0:
        word = words.pick(rng)[0]
        return f"{word} {words.pick(rng)[0]}" if rng.random() < 0.25 else word
    if kind == 1:
        return f"{rng.choice(pages.KEYS)}{rng.choice((': ', ' ', '  '))}{pages.value(rng)}"
    if kind == 2:
        return "".join(rng.choice(string.ascii_letters + string.digits) for _ in range(rng.randint(2, 9)))
    if kind == 3:
        return "".join(rng.choice(string.digits) for _ in range(rng.randint(1, 9)))
    return "".join(rng.choice(glyphs.CHARACTERS) for _ in range(rng.randint(3, 8)))


def _of_glyphs(placed: list) -> list[dict]:
    return [{"class": GLYPH_CLASS[g.character], "x": g.x, "y": g.y, "size": g.size, "colour": -1, "gap": g.gap} for g in placed]


def of_scene(facts: dict) -> list[dict]:
    found = []
    for o in facts["objects"]:
        x0, y0, x1, y1 = o["box"]
        found.append({"class": SHAPE_CLASS[o["shape"]], "x": (x0 + x1) / 2, "y": (y0 + y1) / 2, "size": max(x1 - x0, y1 - y0),
                      "colour": scenes.COLOURS.index(o["colour"]), "gap": False})
    return found


def lines(picture: Image.Image, rng: random.Random, fonts: list[Path], most: int, shares: tuple = MIXED) -> list[dict]:
    """Draws up to so many lines of text that do not touch; sizes from small print to four tenths of the picture."""
    width, height = picture.size
    draw = ImageDraw.Draw(picture)
    taken, found = [], []
    same = rng.random() < 0.4
    capitals = None
    for _ in range(most * 3):
        if len(taken) >= most:
            break
        if capitals is None or not same:
            capitals = float(np.exp(rng.uniform(np.log(9.5), np.log(min(24, height / 3)) if most > 3 else np.log(height * 0.42))))
            path = rng.choice(fonts)
        text, face = _text(rng, shares), glyphs.of_height(path, capitals)
        spacing = rng.uniform(0, 0.25) * capitals if rng.random() < 0.12 else 0.0
        wide, high = glyphs.width(text, face, spacing), glyphs.capital_height(face)
        if wide > width * 0.97 and rng.random() < 0.8:
            text = text[: max(1, int(len(text) * width * 0.95 / wide))].strip() or "A"
            wide = glyphs.width(text, face, spacing)
        x, base = rng.uniform(-high * 0.3, max(1, width - wide)), rng.uniform(high * 1.1, max(high * 1.2, height - high * 0.3))
        box = (x - high * 0.5, base - high * 1.5, x + wide + high * 0.5, base + high * 0.55)
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            continue
        inside = (max(0, box[0]), max(0, box[1]), min(width, max(1, box[2])), min(height, max(1, box[3])))
        if inside[2] - inside[0] < 2 or inside[3] - inside[1] < 2:
            continue
        if rng.random() < 0.15:
            draw.rectangle(inside, fill=tuple(rng.randint(0, 255) for _ in range(3)))
        fill = glyphs.contrasting(glyphs.mean_colour(picture, inside), rng, rng.uniform(60, 130))
        found += _of_glyphs(glyphs.line(draw, text, x, base, face, fill, spacing))
        taken.append(box)
    return found


def _worn(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Blur, noise, JPEG: what cameras and the web do."""
    if rng.random() < 0.25:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0)))
    if rng.random() < 0.2:
        pixels = np.asarray(picture, np.float32)
        pixels = pixels + np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(2, 10), pixels.shape)
        picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if rng.random() < 0.2:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=rng.randint(45, 92))
        picture = Image.open(buffer).convert("RGB")
    return picture


def _page(side: int, photos: list, rng: random.Random) -> Image.Image:
    """What lines are written on: a ground of any kind, bright or dark paper."""
    kind = rng.random()
    if kind < 0.1:
        return Image.new("RGB", (side, side), tuple(rng.randint(0, 50) for _ in range(3)))
    if kind < 0.64:
        return ground.any_ground(side, side, photos, rng)[0]
    return Image.new("RGB", (side, side), tuple(rng.randint(225, 255) for _ in range(3)))


def drawn(rng: random.Random, fonts: list[Path], photos: list, side: int = 256, most_text: bool = False) -> tuple[Image.Image, list[dict]]:
    """One picture and its things: {class, x, y, size, colour, gap}. most_text: four of five pictures show text as print has it, else half of them text of all kinds."""
    kind = rng.uniform(0.35 if most_text else 0, 1)
    scale = rng.choice((1, 1, 2))
    big = side * scale
    if kind < 0.4:  # a scene of shapes
        picture, facts = scenes.scene(photos, rng, side, side)
        return _worn(picture, rng), of_scene(facts)
    if kind < 0.47:  # nothing to find
        if rng.random() < 0.5:
            return _worn(ground.any_ground(side, side, photos, rng)[0], rng), []
        key = rng.choice(emoji.concepts())
        image = emoji.drawn(rng.choice(emoji.STYLES), key)
        picture = emoji.pasted(image, photos, rng, side, side)[0] if image else ground.any_ground(side, side, photos, rng)[0]
        return picture, []
    if rng.random() < 0.25:  # print so large that only the smallest scale has it whole
        picture, facts = words.word(rng, fonts, big, big, photos)
        things = _of_glyphs(facts["glyphs"])
    else:
        picture = _page(big, photos, rng)
        things = lines(picture, rng, fonts, rng.choice((1, 1, 2, 4, 8, 12)), LIKE_PRINT if most_text else MIXED)
    if rng.random() < 0.08:
        key = rng.choice(scenes.SHAPES)
        box = scenes.put(picture, key, (200, 40, 40), big * 0.5, big * 0.5, big * 0.1, rng)["box"]
        things = [t for t in things if not (box[0] - t["size"] < t["x"] < box[2] + t["size"] and box[1] - t["size"] < t["y"] < box[3] + t["size"])]
        things += of_scene({"objects": [{"shape": key, "colour": "red", "box": box}]})
    if scale != 1:
        picture = picture.resize((side, side), Image.BOX if rng.random() < 0.5 else Image.BICUBIC)
        for t in things:
            t["x"], t["y"], t["size"] = t["x"] / scale, t["y"] / scale, t["size"] / scale
    return _worn(picture, rng), things
