"""Text drawn glyph by glyph, so that where each character stands is known exactly."""

import functools
import random
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;-/$%&?!'\"()+#@=*"
"""What the eye's reading layers know, in the order of their classes."""


@dataclass(frozen=True)
class Glyph:
    character: str
    x: float  # the middle of the character's advance, in pixels
    y: float  # the middle of its line's capitals
    size: float  # height of its line's capitals
    gap: bool  # a space or the start of a line stands before it


@functools.lru_cache(maxsize=512)
def font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def capital_height(face: ImageFont.FreeTypeFont) -> float:
    left, top, right, bottom = face.getbbox("H", anchor="ls")
    return max(1.0, -top)


def of_height(path: Path, capitals: float) -> ImageFont.FreeTypeFont:
    """The face whose capitals are about so many pixels high."""
    ratio = capital_height(font(path, 100)) / 100
    return font(path, max(4, round(capitals / ratio)))


def width(text: str, face: ImageFont.FreeTypeFont, spacing: float = 0.0) -> float:
    return sum(face.getlength(c) + spacing for c in text)


def line(draw: ImageDraw.ImageDraw, text: str, x: float, baseline: float, face: ImageFont.FreeTypeFont, fill,
         spacing: float = 0.0) -> list[Glyph]:
    """Draws one line from x on; returns its glyphs, spaces left out."""
    high = capital_height(face)
    glyphs, gap = [], True
    for character in text:
        advance = face.getlength(character) + spacing
        if character == " ":
            gap = True
        else:
            draw.text((x, baseline), character, font=face, fill=fill, anchor="ls")
            glyphs.append(Glyph(character, x + (advance - spacing) / 2, baseline - high / 2, high, gap))
            gap = False
        x += advance
    return glyphs


def contrasting(ground: tuple, rng: random.Random, least: float = 90) -> tuple:
    """A colour whose luminance differs from the ground's."""
    def light(c):
        return 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2]

    if rng.random() < 0.5:
        colour = (15, 15, 15) if light(ground) > 127 else (245, 245, 245)
        return tuple(min(255, max(0, c + rng.randint(-20, 20))) for c in colour)
    for _ in range(40):
        colour = tuple(rng.randint(0, 255) for _ in range(3))
        if abs(light(colour) - light(ground)) > least:
            return colour
    return (0, 0, 0) if light(ground) > 127 else (255, 255, 255)


def mean_colour(picture: Image.Image, box: tuple) -> tuple:
    return picture.crop(tuple(int(v) for v in box)).resize((1, 1), Image.BOX).getpixel((0, 0))
