"""Coloured shapes: which, what colour, how many, where."""

import math
import random

from PIL import Image, ImageDraw

from . import ground

SHAPES = ("circle", "square", "triangle", "star", "heart", "rectangle", "diamond", "cross")
PLACES = {(0, 0): "top left", (1, 0): "top right", (0, 1): "bottom left", (1, 1): "bottom right"}


def outline(shape: str, x: float, y: float, r: float, turn: float) -> list:
    """Corners of a shape of radius r about (x, y), turned by so many radians."""
    def ring(n, start=0.0, radii=(1.0,)):
        return [(math.cos(start + 2 * math.pi * i / n) * radii[i % len(radii)],
                 math.sin(start + 2 * math.pi * i / n) * radii[i % len(radii)]) for i in range(n)]

    up = -math.pi / 2
    a = 0.35
    corners = {
        "circle": lambda: ring(48), "square": lambda: ring(4, math.pi / 4), "triangle": lambda: ring(3, up),
        "star": lambda: ring(10, up, (1.0, 0.42)), "rectangle": lambda: [(-1, -0.5), (1, -0.5), (1, 0.5), (-1, 0.5)],
        "diamond": lambda: [(0, -1), (0.62, 0), (0, 1), (-0.62, 0)],
        "cross": lambda: [(-a, -1), (a, -1), (a, -a), (1, -a), (1, a), (a, a), (a, 1), (-a, 1), (-a, a), (-1, a), (-1, -a), (-a, -a)],
        "heart": lambda: [(0.062 * 16 * math.sin(t) ** 3,
                           -0.062 * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)))
                          for t in (2 * math.pi * i / 48 for i in range(48))],
    }[shape]()
    c, s = math.cos(turn), math.sin(turn)
    return [(x + r * (c * px - s * py), y + r * (s * px + c * py)) for px, py in corners]


def scene(photographs: list, rng: random.Random, width: int = 256, height: int = 256) -> tuple[Image.Image, dict]:
    """One shape (with place), several of one kind (with count), or two kinds side by side."""
    picture, ground_colour = ground.plain(width * 2, height * 2, rng)
    if rng.random() < 0.25:
        picture, ground_colour = ground.gradient(width * 2, height * 2, rng), None
    draw = ImageDraw.Draw(picture)
    usable = [c for c in ground.COLOURS if c != ground_colour]
    facts: dict = {"ground": ground_colour} if ground_colour else {}
    kind = rng.choices(("one", "many", "two"), (4, 3, 3))[0]
    side = min(width, height) * 2

    def put(shape, colour, x, y, r):
        draw.polygon(outline(shape, x, y, r, rng.uniform(-0.2, 0.2)), fill=ground.jitter(ground.COLOURS[colour], rng))

    if kind == "one":
        shape, colour = rng.choice(SHAPES), rng.choice(usable)
        r = side * rng.uniform(0.12, 0.38)
        x, y = rng.uniform(r, 2 * width - r), rng.uniform(r, 2 * height - r)
        put(shape, colour, x, y, r)
        facts |= {"shape": shape, "colour": colour, "count": 1}
        if abs(x - width) > 0.25 * width and abs(y - height) > 0.25 * height:
            facts["place"] = PLACES[(int(x > width), int(y > height))]
    elif kind == "many":
        shape, colour, count = rng.choice(SHAPES), rng.choice(usable), rng.randint(2, 5)
        cells = rng.sample([(i, j) for i in range(3) for j in range(3)], count)
        for i, j in cells:
            r = side / 6 * rng.uniform(0.55, 0.85)
            put(shape, colour, (i + 0.5) * width * 2 / 3, (j + 0.5) * height * 2 / 3, r)
        facts |= {"shape": shape, "colour": colour, "count": count}
    else:
        pairs = [(rng.choice(SHAPES), rng.choice(usable)) for _ in range(2)]
        for i, (shape, colour) in enumerate(pairs):
            r = side * rng.uniform(0.13, 0.22)
            put(shape, colour, width * (0.5 + i), height * rng.uniform(0.6, 1.4), r)
        facts |= {"left": pairs[0], "right": pairs[1]}
    return picture.resize((width, height), Image.BICUBIC), facts
