"""Pages larger than a tile: receipts, forms, labels and screens, whose small print only tiles can read."""

import random
import string
from pathlib import Path

from PIL import Image, ImageDraw

from . import glyphs

KEYS = (
    "Total", "Subtotal", "Tax", "Date", "Time", "Phone", "Order", "Table", "Room", "Gate", "Seat", "Flight", "Price", "Weight", "Code",
    "Invoice", "Customer", "Account", "Balance", "Amount", "Change", "Cash", "Card", "Discount", "Quantity", "Size", "Model", "Serial",
    "Version", "Page", "Batch", "Speed", "Height", "Width", "Length", "Volume", "Power", "Voltage", "Pressure", "Distance", "Score", "Level",
    "Budget", "Salary", "Rent", "Water", "Coffee", "Tea", "Bread", "Milk", "Apples", "Cheese", "Soup", "Salad", "Pizza", "Juice",
)


def value(rng: random.Random) -> str:
    kind = rng.random()
    digits = lambda n: "".join(rng.choice(string.digits) for _ in range(n))
    if kind < 0.45:
        return str(rng.randint(1, 9)) + digits(rng.randint(1, 4))
    if kind < 0.8:
        return f"{rng.randint(1, 99)}.{digits(2)}"
    return rng.choice(string.ascii_uppercase) + digits(rng.randint(2, 4))


def page(rng: random.Random, fonts: list[Path], width: int | None = None, height: int | None = None, lines: int | None = None,
         print_size: tuple[float, float] = (17, 26)):
    """A page of short lines "Key: value" → (picture, {lines [{key, value}], glyphs}).

    print_size: height of the small print's capitals, in pixels of the page.
    """
    if width is None:
        width, height = rng.choice(((2000, 1500), (1500, 2000), (2000, 2000), (2000, 1300), (1600, 2000)))
    paper = rng.choice(((255, 255, 255), (250, 248, 240), (240, 244, 250), (252, 250, 225), (32, 34, 40)))
    picture = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(picture)
    ink = glyphs.contrasting(paper, rng, 140) if rng.random() < 0.25 else ((20, 20, 24) if paper[0] > 127 else (235, 235, 235))
    face = glyphs.of_height(rng.choice(fonts), rng.uniform(*print_size))
    high = glyphs.capital_height(face)
    chosen = rng.sample(KEYS, min(len(KEYS), lines or rng.randint(8, 16)))
    columns = rng.choice((1, 2, 2, 3)) if width >= 1200 else 1
    rows = -(-len(chosen) // columns)
    pitch = (height - high * 6) / rows
    facts, placed = [], []
    for i, key in enumerate(chosen):
        column, row = i // rows, i % rows
        text, answer = key, value(rng)
        left = width / columns * column + rng.uniform(0.04, 0.1) * width / columns
        base = high * 4 + pitch * (row + rng.uniform(0.3, 0.6))
        label = f"{text}: " if rng.random() < 0.7 else f"{text} "
        placed += glyphs.line(draw, label + answer, left, base, face, ink)
        facts.append({"key": key, "value": answer})
        if rng.random() < 0.15:
            draw.line((left, base + high * 0.8, left + width / columns * 0.7, base + high * 0.8), fill=ink, width=rng.randint(1, 3))
    return picture, {"lines": facts, "glyphs": placed}
