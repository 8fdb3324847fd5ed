"""Font files to draw words with: a regular, a bold and an italic face of each family that has every ordinary character."""

import functools
import json
import re
from pathlib import Path

from .. import font_sources
from ..workspace import sources_folder

CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;!?-+/()&%'\"$#@*="
_UNWANTED = re.compile(r"symbol|math|dingbat|emoji|music|icon|bullet|chorus|initial|outline|shadow|capitals|small ?caps|swash|unicase"
                       r"|classic|unslanted|funny|variable|\bvf\b|key ?caps?|pcfont|\bcaps\b|keyboard|keyfont|script|style std|humor|\bsc\b|ocr ?b l|tiresias infofont z", re.I)
_NOTO_LATIN = re.compile(r"Noto(Sans|Serif)(Display)?-")


def training() -> list[Path]:
    """Faces of 80 and more families."""
    return _faces("training")


def held_out() -> list[Path]:
    """Faces of families of which none is in training()."""
    return _faces("held_out")


def families(paths: list[Path]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in paths:
        found.setdefault(described(path)["family"], []).append(path)
    return found


def chosen(fonts: list[dict]) -> list[dict]:
    """Of each family the upright face nearest to weight 400, the one nearest to 700 if it is bold, and an italic near 400."""
    by_family: dict[str, list[dict]] = {}
    for font in fonts:
        if not font["missing"] and not _UNWANTED.search(font["family"] + " " + font["style"]):
            by_family.setdefault(font["family"], []).append(font)
    kept = []
    for faces in by_family.values():
        upright = [f for f in faces if not f["italic"]] or faces
        regular = min(upright, key=lambda f: (abs(f["weight"] - 400), f["path"]))
        bold = min(upright, key=lambda f: (abs(f["weight"] - 700), f["path"]))
        italics = sorted((f for f in faces if f["italic"] and abs(f["weight"] - 400) <= 100), key=lambda f: (abs(f["weight"] - 400), f["path"]))
        picked = [regular, *([bold] if bold["weight"] >= 600 else []), *italics[:1]]
        kept += list({f["path"]: f for f in picked}.values())
    return sorted(kept, key=lambda f: f["path"])


def described(path: Path) -> dict:
    """Family, style, weight, italic, and which of CHARACTERS the face lacks."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True, fontNumber=0) as font:
        names = font["name"]
        known = font.getBestCmap() or {}
        style = names.getDebugName(17) or names.getDebugName(2) or ""
        family = names.getDebugName(16) or names.getDebugName(1) or path.stem
        weight = font["OS/2"].usWeightClass if "OS/2" in font else 400
        return {
            "path": str(path), "family": family.strip(), "style": style,
            "weight": max(weight, 700) if re.search(r"(^|\s)bold", style, re.I) else weight,
            "italic": bool(re.search("italic|oblique|slanted", style + path.stem, re.I)),
            "missing": "".join(c for c in CHARACTERS if ord(c) not in known),
        }


@functools.cache
def _faces(kind: str) -> list[Path]:
    return [Path(font["path"]) for font in chosen(_scanned(kind))]


def _scanned(kind: str) -> list[dict]:
    """What is known of every font file; kept in a file of the work folder, for reading a thousand tables takes a while."""
    files = sorted(_files(kind))
    kept = sources_folder() / f"fonts_{kind}.json"
    if kept.exists():
        fonts = json.loads(kept.read_text())
        if {font["path"] for font in fonts} == {str(file) for file in files}:
            return fonts
    fonts = [described(file) for file in files]
    kept.write_text(json.dumps(fonts))
    return fonts


def _files(kind: str) -> list[Path]:
    debian = {"training": font_sources.DEBIAN_TRAINING, "held_out": {}}[kind]
    npm = {"training": font_sources.NPM_TRAINING, "held_out": font_sources.NPM_HELD_OUT}[kind]
    roots = [sources_folder() / "debian" / name / "usr/share" for name in font_sources.folders(debian, "fonts-")]
    roots += [sources_folder() / "npm" / name for name in font_sources.folders(npm, "expo-google-fonts-")]
    found: dict[str, Path] = {}
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.suffix.lower() in (".ttf", ".otf") and (not path.name.startswith("Noto") or _NOTO_LATIN.match(path.name)):
                found.setdefault(path.stem.lower(), path.resolve())
    return list(found.values())
