"""Wallpaper photographs as grounds, and the held-out ones that are only ever measured on.

None has a label of its own in training; where the eye is sure of a crop, its own word for it is used.
"""

import json
from pathlib import Path

from PIL import Image

from ..workspace import sources_folder

Image.MAX_IMAGE_PIXELS = None
PACKAGES = ("mate-backgrounds", "gnome-backgrounds", "plasma-workspace-wallpapers", "lomiri-wallpapers-16.04",
            "lomiri-wallpapers-20.04", "ukui-wallpapers")
HELD_OUT = Path(__file__).with_name("held_out_photographs.json")


def held_out() -> list[dict]:
    """[{file, source, licence, about, accept: [words], imagenet}], file relative to its package's folder.

    imagenet: whether the main object, or its everyday kind (a butterfly, an owl), is among the eye's 1000 classes; true where not said.
    """
    return [{"imagenet": True} | entry for entry in json.loads(HELD_OUT.read_text())]


def locate(entry: dict) -> Path:
    """Where a held-out photograph lies after `python -m tesserae_train sources`."""
    kind, package = entry["source"].split(":")
    if kind == "pypi":
        module = __import__({"scikit-image": "skimage", "scikit-learn": "sklearn"}[package])
        return Path(module.__path__[0]) / entry["file"]
    return sources_folder() / "debian" / package / entry["file"]


def grounds(longest: int = 1024) -> list[Image.Image]:
    """One picture of each wallpaper that is not held out, as RGB."""
    kept_out = {Path(e["file"]).name for e in held_out()} | {Path(e["file"]).parts[-4] for e in held_out() if "contents" in e["file"]}
    found: dict[str, Path] = {}
    for package in PACKAGES:
        for path in sorted((sources_folder() / "debian" / package).rglob("*")):
            if path.suffix.lower() not in (".jpg", ".jpeg", ".png", ".webp") or "screenshot" in path.name:
                continue
            key = path.parts[path.parts.index("contents") - 1] if "contents" in path.parts else path.name
            if key not in kept_out:
                found.setdefault(key, path)
    pictures = []
    for path in found.values():
        with Image.open(path) as opened:
            opened.draft("RGB", (longest, longest))
            picture = opened.convert("RGB")
        picture.thumbnail((longest, longest))
        if min(picture.size) >= 256:
            pictures.append(picture)
    return pictures
