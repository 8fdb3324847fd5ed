"""Openly licensed Latin fonts of Debian's packages: those the eye learns to read by, and whole families kept for asking."""

import functools
import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ..workspace import sources_folder, work_folder
from .glyphs import CHARACTERS

HELD_OUT = ("opensans", "quicksand", "jetbrainsmono", "carlito", "caladea", "ebgaramond", "courier prime", "cantarell", "inter", "comicneue",
            "texgyreschola", "texgyreadventor", "robotoslab")
"""Families (starts of file names, lower case) that no training picture uses."""
_NOT_TEXT = ("symbol", "math", "dingbat", "initials", "keyboard", "music", "rashi", "chorus", "_k.", "_i.otf_", "emoji", "icons", "variable", "oblique-", "swash",
             "ornament", "smallcaps", "-sc", "small cap", "rzi", "adfstd", "cond2", "outline", "shadow", "libertine_i", "upright", "antt", "fauxcursive")


def _name(path: Path) -> str:
    return path.name.lower().replace("-", " ").replace("_", " ").replace("comic neue", "comicneue").replace("open sans", "opensans")


def is_held_out(path: Path) -> bool:
    name = _name(path)
    return any(name.startswith(h) for h in HELD_OUT)


@functools.cache
def _usable() -> tuple[Path, ...]:
    """Every text face under the sources' fonts-* folders that has all of CHARACTERS, each drawn differently from a missing glyph."""
    kept = work_folder() / "fonts.json"
    if kept.exists():
        return tuple(Path(p) for p in json.loads(kept.read_text()))
    found = []
    for path in sorted(sources_folder().glob("debian/fonts-*/**/*")):
        if path.suffix.lower() not in (".ttf", ".otf") or path.is_symlink() or any(n in path.name.lower() for n in _NOT_TEXT):
            continue
        if path.name.startswith("Noto") and not path.name.startswith(("NotoSans-", "NotoSerif-", "NotoSansDisplay-", "NotoSansMono-")):
            continue
        try:
            face = ImageFont.truetype(str(path), 40, layout_engine=ImageFont.Layout.BASIC)
            if _complete(face):
                found.append(path)
        except OSError:
            continue
    kept.write_text(json.dumps([str(p) for p in found]))
    return tuple(found)


def _complete(face: ImageFont.FreeTypeFont) -> bool:
    drawn = {}
    for character in CHARACTERS + "\uffff":
        picture = Image.new("L", (80, 80))
        ImageDraw.Draw(picture).text((20, 50), character, font=face, fill=255, anchor="ls")
        drawn[character] = picture.tobytes()
    missing = drawn.pop("\uffff")
    return missing not in drawn.values() and drawn["A"] != drawn["a"] and all(any(v) for v in drawn.values())


def training() -> list[Path]:
    return [p for p in _usable() if not is_held_out(p)]


def held_out() -> list[Path]:
    return [p for p in _usable() if is_held_out(p)]
