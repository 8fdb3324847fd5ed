"""Emoji of many vendors with their names, pasted on varied grounds: pictures of things, drawn in many ways.

A concept is a CLDR short name with hyphens, as most of the icon packages key their icons; `emoji_aliases.txt` maps the others.
"""

import functools
import io
import json
import random
import re
from pathlib import Path

from PIL import Image

from ..workspace import sources_folder
from . import ground

STYLES = ("noto", "noto-v1", "fluent-emoji", "fluent-emoji-flat", "emojione", "emojione-v1", "openmoji", "fxemoji", "streamline-emojis")
HELD_OUT_STYLE = "twemoji"
GROUPS = {"Animals & Nature", "Food & Drink", "Travel & Places", "Activities", "Objects"}
"""Unicode's groups that are taken whole; of the others only what emoji_names.txt lists."""
_CLOCK_FACES = re.compile(r"-(oclock|thirty)$")


def folder(style: str) -> Path:
    return sources_folder() / "npm" / f"iconify-json-{style}"


@functools.cache
def icons(style: str) -> dict:
    return json.loads((folder(style) / "icons.json").read_text())


def table(file: str) -> dict[str, list[str]]:
    """Lines "key: one, two" of a text file beside this module."""
    lines = Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines if line and not line.startswith("#"))
    return {key.strip(): [word.strip() for word in words.split(",")] for key, words in pairs}


@functools.cache
def _names() -> dict[str, list[str]]:
    return table("emoji_names.txt")


def matched(keys, aliases: dict[str, str], wanted: set[str]) -> dict[str, str]:
    """{concept: this set's own key}: the same key first, then what the aliases say, then a key that differs only by its spelling."""
    keys = list(keys)
    found = {key: key for key in keys if key in wanted}
    for own in keys:
        if aliases.get(own) in wanted:
            found.setdefault(aliases[own], own)
    flat = {concept.replace("-", ""): concept for concept in wanted}
    for own in keys:
        plain = re.sub(r"-\d+$", "", own)
        for spelling in (plain, plain.removesuffix("-face")):
            if spelling in wanted:
                found.setdefault(spelling, own)
        if "-" not in own and own in flat:
            found.setdefault(flat[own], own)
    return found


@functools.cache
def _own_keys(style: str) -> dict[str, str]:
    lines = table("emoji_aliases.txt").get(style, [])
    aliases = dict(pair.split("=") for pair in lines)
    book = icons(style)
    # An alias that mirrors or turns its parent has to be drawn so: only plain renamings are followed.
    plain = [key for key, alias in book.get("aliases", {}).items() if set(alias) == {"parent"} and alias["parent"] in book["icons"]]
    return matched([*book["icons"], *plain], aliases, set(_codes()))


@functools.cache
def _codes() -> dict[str, str]:
    """{key: the emoji itself}, of single emoji and of the few joined ones that are things (a polar bear, an astronaut)."""
    found: dict[str, str] = {}
    for style in ("noto", HELD_OUT_STYLE):
        for code, key in json.loads((folder(style) / "chars.json").read_text()).items():
            found.setdefault(key, "".join(chr(int(part, 16)) for part in code.split("-") if part != "fe0f"))
    return found


@functools.cache
def _groups() -> dict[str, str]:
    by_emoji = json.loads((sources_folder() / "npm" / "unicode-emoji-json" / "data-by-emoji.json").read_text())
    return {emoji.replace("\ufe0f", ""): about["group"] for emoji, about in by_emoji.items()}


@functools.cache
def _annotations(language: str) -> dict:
    file = sources_folder() / "npm" / "cldr-annotations-full" / "annotations" / language / "annotations.json"
    derived = file.parents[2] / "annotationsDerived" / language / "annotations.json"
    found = {}
    for path, root in ((derived, "annotationsDerived"), (file, "annotations")):
        if path.exists():
            found |= json.loads(path.read_text(encoding="utf-8"))[root]["annotations"]
    return found


@functools.cache
def concepts(least_styles: int = 4) -> tuple[str, ...]:
    """Keys that name a thing, that at least so many of the training styles draw, and the held-out style too."""
    drawn_by = [set(_own_keys(style)) for style in STYLES]
    return tuple(sorted(key for key in _own_keys(HELD_OUT_STYLE)
                        if _is_thing(key) and sum(key in keys for keys in drawn_by) >= least_styles))


def _is_thing(key: str) -> bool:
    if key in _names():
        return _names()[key] != ["-"]
    return _groups().get(_codes()[key]) in GROUPS and not _CLOCK_FACES.search(key)


@functools.cache
def cldr_name(key: str) -> str:
    about = _annotations("en").get(_codes()[key], {})
    return about.get("tts", [key.replace("-", " ")])[0].replace("’", "'")


def name(key: str) -> str:
    """What is taught: the everyday name; several emoji may share it (four mailboxes, two cats)."""
    return (_spoken(key, cldr_name(key), _names().get(key, [])))[0]


def accepted(key: str) -> list[str]:
    """Every name that counts as right, the taught one first."""
    return _spoken(key, cldr_name(key), _names().get(key, []))


def _spoken(key: str, cldr: str, listed: list[str]) -> list[str]:
    """The listed names, CLDR's, and the head noun of CLDR's unless the list forbids it."""
    words = [cldr if word == "=" else word for word in listed if word != "!"]
    head = head_noun(cldr)
    return list(dict.fromkeys([*words, cldr, *([head] if head and "!" not in listed else [])]))


def head_noun(phrase: str) -> str | None:
    """"red apple" → "apple", "glass of milk" → "glass"; None for one word or two things."""
    main = re.split(r" (?:with|of|in|on|behind|without) ", phrase)[0]
    if " and " in main or main == phrase and " " not in phrase:
        return None
    return main.split()[-1]


def evaluated() -> tuple[str, ...]:
    """One concept of each taught name: what is asked in the held-out style."""
    first: dict[str, str] = {}
    for key in concepts():
        first.setdefault(name(key).lower(), key)
    return tuple(sorted(first.values()))


def chinese(key: str) -> str | None:
    """CLDR's name in simplified Chinese."""
    return _annotations("zh").get(_codes()[key], {}).get("tts", [None])[0]


def drawn(style: str, key: str, side: int = 224) -> Image.Image | None:
    """RGBA, side × side; None where this vendor does not draw it."""
    own = _own_keys(style).get(key)
    return None if own is None else icon(style, own, side)


def icon(style: str, own: str, side: int = 224, colour: str = "#202124") -> Image.Image:
    """An icon by its set's own key; `colour` is what a set of one colour is drawn in."""
    import resvg_py

    book = icons(style)
    own = book.get("aliases", {}).get(own, {}).get("parent", own)
    drawing = book["icons"][own]
    w, h = (drawing.get(which, book.get(which, 16)) for which in ("width", "height"))
    left, top = (drawing.get(which, book.get(which, 0)) for which in ("left", "top"))
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" color="{colour}" '
           f'viewBox="{left} {top} {w} {h}" width="{side}" height="{side}">{drawing["body"]}</svg>')
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
