"""Drawn scenes of coloured shapes: which, what colour, how many, where, which is bigger."""

import math
import random

from PIL import Image, ImageDraw

from . import ground
from .shapes import outline as plain_outline

SHAPES = ("circle", "square", "triangle", "star", "heart", "rectangle", "diamond", "cross", "oval", "hexagon", "arrow", "ring")
COLOURS = tuple(ground.COLOURS)


def outline(shape: str, x: float, y: float, r: float, turn: float) -> list:
    """Corners of a shape of radius r about (x, y), turned by so many radians."""
    more = {
        "oval": lambda: [(math.cos(t), 0.6 * math.sin(t)) for t in (2 * math.pi * i / 48 for i in range(48))],
        "hexagon": lambda: [(math.cos(t), math.sin(t)) for t in (2 * math.pi * i / 6 for i in range(6))],
        "arrow": lambda: [(-1, -0.28), (0.15, -0.28), (0.15, -0.75), (1, 0), (0.15, 0.75), (0.15, 0.28), (-1, 0.28)],
    }.get(shape)
    if more is None:
        return plain_outline("circle" if shape == "ring" else shape, x, y, r, turn)
    c, s = math.cos(turn), math.sin(turn)
    return [(x + r * (c * px - s * py), y + r * (s * px + c * py)) for px, py in more()]


def put(picture: Image.Image, shape: str, colour: tuple, x: float, y: float, r: float, rng: random.Random) -> dict:
    """Draws one shape; returns its box. A ring shows the ground in its middle."""
    turn = rng.uniform(-0.2, 0.2)
    if shape == "arrow":
        turn += rng.choice((0, math.pi / 2, math.pi, -math.pi / 2))
    corners = outline(shape, x, y, r, turn)
    if shape == "ring":
        hole = outline("circle", x, y, r * rng.uniform(0.5, 0.72), 0)
        mask = Image.new("L", picture.size, 0)
        pen = ImageDraw.Draw(mask)
        pen.polygon(corners, fill=255)
        pen.polygon(hole, fill=0)
        picture.paste(colour, (0, 0), mask)
    else:
        ImageDraw.Draw(picture).polygon(corners, fill=colour)
    xs, ys = [p[0] for p in corners], [p[1] for p in corners]
    return {"box": [min(xs), min(ys), max(xs), max(ys)]}


def places(count: int, width: int, height: int, rng: random.Random, least: float = 0.05, most: float = 0.3) -> list[tuple]:
    """(x, y, radius) of so many circles that do not touch."""
    side, found = min(width, height), []
    most = min(most, 0.62 / math.sqrt(count))
    for attempt in range(400):
        if len(found) == count:
            break
        r = side * rng.uniform(least, max(least, most * (1 - attempt / 800)))
        x, y = rng.uniform(r, width - r), rng.uniform(r, height - r)
        if all(math.hypot(x - a, y - b) > (r + q) * 1.08 for a, b, q in found):
            found.append((x, y, r))
    return found


def scene(photos: list, rng: random.Random, width: int = 384, height: int = 384, kind: str | None = None) -> tuple[Image.Image, dict]:
    """One shape, several of one kind ("many"), two to four of one shape among others ("some"), or whatever comes ("mixed", "two"); drawn at twice the size and made smaller.

    facts: objects [{shape, colour, box [x0, y0, x1, y1]}] in drawing order, ground (a colour's name or None), kind.
    """
    picture, colour_name = ground.plain(width * 2, height * 2, rng)
    usable = [c for c in COLOURS if c != colour_name]
    if colour_name in ("white", "gray", "black") and rng.random() < 0.2:
        usable = [c for c in usable if c not in ("white", "gray", "black")] or usable
    if rng.random() < 0.12:
        back, _ = ground.any_ground(width * 2, height * 2, photos, rng)
        picture, colour_name, usable = back, None, list(COLOURS)
    kind = kind or rng.choices(("one", "many", "some", "mixed", "two"), (3, 4, 3, 2, 3))[0]
    if kind == "one":
        kinds = [(rng.choice(SHAPES), rng.choice(usable))]
        spots = places(1, width * 2, height * 2, rng, 0.1, 0.42)
    elif kind == "many":
        count = rng.randint(2, 6)
        same = (rng.choice(SHAPES), rng.choice(usable))
        kinds = [same] * count
        spots = places(count, width * 2, height * 2, rng, 0.06, 0.22)
        if rng.random() < 0.6:
            r = min(s[2] for s in spots)
            spots = [(x, y, r) for x, y, _ in spots]
    else:
        count = 2 if kind == "two" else rng.randint(3, 6)
        kinds = [(rng.choice(SHAPES), rng.choice(usable)) for _ in range(count)]
        if kind == "some":
            alike, n = rng.choice(SHAPES), rng.randint(2, min(4, count - 1))
            kinds = [(alike if i < n else shape, colour) for i, (shape, colour) in enumerate(kinds)]
        spots = places(count, width * 2, height * 2, rng, 0.06, 0.3)
        if kind == "two" and len(spots) == 2:
            (x, y, r), (a, b, q) = spots
            if 0.75 < r / q < 1.33:
                spots = [(x, y, r), (a, b, min(q, r) * 0.55)]
    objects = []
    for (shape, colour), (x, y, r) in zip(kinds, spots):
        box = put(picture, shape, ground.jitter(ground.COLOURS[colour], rng), x, y, r, rng)["box"]
        objects.append({"shape": shape, "colour": colour, "box": [v / 2 for v in box]})
    return picture.resize((width, height), Image.BOX), {"objects": objects, "ground": colour_name, "kind": kind}


def size(thing: dict) -> float:
    """The longer side of an object's box, in pixels."""
    x0, y0, x1, y1 = thing["box"]
    return max(x1 - x0, y1 - y0)


def place(thing: dict, width: int, height: int) -> str:
    """One of nine places: top left … centre … bottom right."""
    x0, y0, x1, y1 = thing["box"]
    column = ("left", "", "right")[min(2, int((x0 + x1) / 2 / width * 3))]
    row = ("top", "", "bottom")[min(2, int((y0 + y1) / 2 / height * 3))]
    return " ".join(p for p in (row, column) if p) or "centre"
