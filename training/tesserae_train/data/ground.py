"""Grounds to put things on: plain colours with names, gradients, noise, crops of wallpaper photographs."""

import random

import numpy as np
from PIL import Image

COLOURS = {
    "red": (214, 40, 40), "green": (46, 160, 67), "blue": (38, 92, 214), "yellow": (246, 214, 50), "orange": (245, 138, 30),
    "purple": (130, 62, 188), "pink": (245, 140, 185), "brown": (128, 82, 46), "black": (18, 18, 20), "white": (250, 250, 250),
    "gray": (135, 135, 138), "turquoise": (52, 200, 196),
}


def jitter(colour: tuple, rng: random.Random, amount: int = 18) -> tuple:
    return tuple(min(255, max(0, c + rng.randint(-amount, amount))) for c in colour)


def plain(width: int, height: int, rng: random.Random, without: tuple = ()) -> tuple[Image.Image, str]:
    name = rng.choice([c for c in COLOURS if c not in without])
    return Image.new("RGB", (width, height), jitter(COLOURS[name], rng)), name


def gradient(width: int, height: int, rng: random.Random) -> Image.Image:
    corners = np.array([[jitter((128, 128, 128), rng, 127) for _ in range(2)] for _ in range(2)], dtype=np.uint8)
    return Image.fromarray(corners, "RGB").resize((width, height), Image.BILINEAR)


def noise(width: int, height: int, rng: random.Random) -> Image.Image:
    side = rng.choice((4, 8, 16, 32))
    grains = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(8, 50), (side, side, 3))
    pixels = np.clip(np.array(jitter((128, 128, 128), rng, 110)) + grains, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels, "RGB").resize((width, height), rng.choice((Image.NEAREST, Image.BICUBIC)))


def crop(photograph: Image.Image, width: int, height: int, rng: random.Random) -> Image.Image:
    scale = rng.uniform(0.25, 1.0)
    side = min(photograph.width / width, photograph.height / height) * scale
    w, h = max(8, int(width * side)), max(8, int(height * side))
    left, top = rng.randint(0, photograph.width - w), rng.randint(0, photograph.height - h)
    piece = photograph.crop((left, top, left + w, top + h)).resize((width, height), Image.BICUBIC)
    return piece.transpose(Image.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else piece


def any_ground(width: int, height: int, photographs: list, rng: random.Random) -> tuple[Image.Image, str | None]:
    """A ground and its colour's name where it is plain."""
    kind = rng.random()
    if kind < 0.40 or not photographs:
        return plain(width, height, rng)
    if kind < 0.55:
        return gradient(width, height, rng), None
    if kind < 0.65:
        return noise(width, height, rng), None
    return crop(rng.choice(photographs), width, height, rng), None
