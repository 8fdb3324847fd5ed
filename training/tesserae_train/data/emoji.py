"""Emoji of several vendors with their names, pasted on varied grounds: pictures of things, drawn in many ways."""

import functools
import io
import json
import random
import re
from pathlib import Path

from PIL import Image

from ..workspace import sources_folder
from . import ground

STYLES = ("noto", "noto-v1", "fluent-emoji", "fluent-emoji-flat", "emojione")
HELD_OUT_STYLE = "twemoji"
_UNWANTED = re.compile(
    r"(^|-)(skin|tone|dark|light|medium|flag|flags|keycap|button|oclock|thirty|arrow|squared|japanese|ideograph|input|sign|symbol"
    r"|letter|zodiac|trigram|hexagon|selector|regional|type|mark|ligature|blood|copyright|registered|silhouette|with-ears)($|-)"
)
_PEOPLE = re.compile(r"^(man|woman|men|women|person|people|family|couple|kiss|boy|girl|mx)-|-(man|woman|men|women)$|-(man|woman)-")
_DULL = set("1st-place-medal 2nd-place-medal 3rd-place-medal restroom mens-room om cancer taurus sagittarius aries gemini leo virgo libra "
            "scorpio capricorn aquarius pisces ophiuchus no-littering page water-closet double-curly-loop moai one-piece-swimsuit".split())
_TONES = ("-dark", "-light", "-medium-dark", "-medium-light", "-medium")
_ANIMALS = "cat dog pig horse cow rabbit mouse tiger lion fox wolf bear panda monkey dragon hamster frog".split()


def folder(style: str) -> Path:
    return sources_folder() / "npm" / f"iconify-json-{style}"


@functools.cache
def icons(style: str) -> dict:
    return json.loads((folder(style) / "icons.json").read_text())


@functools.cache
def concepts(least_styles: int = 4) -> tuple[str, ...]:
    """Icon keys that name a thing and that at least so many of all styles draw."""
    count: dict[str, int] = {}
    for style in (*STYLES, HELD_OUT_STYLE):
        for key in icons(style)["icons"]:
            count[key] = count.get(key, 0) + 1
    keys = (k for k, n in count.items() if n >= least_styles and _is_thing(k))
    return tuple(sorted(keys))


def _is_thing(key: str) -> bool:
    return key not in _DULL and not _UNWANTED.search(key) and not _PEOPLE.search(key) and not key.endswith(_TONES) and key.count("-") <= 2


def name(key: str) -> str:
    """The thing's name in words: the CLDR name, an animal's face counting as the animal."""
    first, _, rest = key.partition("-")
    return first if rest == "face" and first in _ANIMALS else key.replace("-", " ")


def drawn(style: str, key: str, side: int = 224) -> Image.Image | None:
    """RGBA, side × side; None where this vendor does not draw it."""
    import resvg_py

    book = icons(style)
    icon = book["icons"].get(key)
    if icon is None:
        return None
    w, h = icon.get("width", book.get("width", 16)), icon.get("height", book.get("height", 16))
    left, top = icon.get("left", 0), icon.get("top", 0)
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
           f'viewBox="{left} {top} {w} {h}" width="{side}" height="{side}">{icon["body"]}</svg>')
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg))
    return Image.open(io.BytesIO(png)).convert("RGBA")


def pasted(image: Image.Image, photographs: list, rng: random.Random, width: int = 256, height: int = 256):
    """One emoji on a ground → (picture, facts besides its name)."""
    back, colour = ground.any_ground(width, height, photographs, rng)
    side = int(min(width, height) * rng.uniform(0.5, 0.98))
    thing = image.rotate(rng.uniform(-15, 15), Image.BICUBIC) if rng.random() < 0.4 else image
    thing = thing.resize((side, side), Image.BICUBIC)
    if rng.random() < 0.3:
        thing = thing.transpose(Image.FLIP_LEFT_RIGHT)
    back.paste(thing, (rng.randint(0, width - side), rng.randint(0, height - side)), thing)
    return back, ({"ground": colour} if colour else {})
