"""Reads Qt's binary resource files (.rcc), in which some Debian packages keep their photographs.

Layout (big-endian), as `rcc --binary` writes it: "qres", version, then the offsets of the tree, the data and the names. A tree entry is 14 bytes
(22 from version 2 on); its name is a length, a hash and UTF-16; its data are a length and the bytes, deflated if flag 1 is set.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

DEFLATED, FOLDER, ZSTANDARD = 1, 2, 4


def files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """(path inside the archive, contents) of each file. ValueError: not a resource file, or one packed with Zstandard."""
    stored = archive.read_bytes()
    if stored[:4] != b"qres":
        raise ValueError(f"{archive}: not a Qt resource file")
    version, tree, data, names = struct.unpack_from(">4i", stored, 4)
    size = 22 if version >= 2 else 14

    def name(offset: int) -> str:
        (length,) = struct.unpack_from(">H", stored, names + offset)
        return stored[names + offset + 6:names + offset + 6 + 2 * length].decode("utf-16-be")

    def walk(entry: int, folder: str) -> Iterator[tuple[str, bytes]]:
        offset = tree + entry * size
        named, flags = struct.unpack_from(">iH", stored, offset)
        path = "/".join(filter(None, (folder, name(named) if entry else "")))
        if flags & FOLDER:
            count, first = struct.unpack_from(">ii", stored, offset + 6)
            for child in range(first, first + count):
                yield from walk(child, path)
            return
        if flags & ZSTANDARD:
            raise ValueError(f"{archive}: {path} is packed with Zstandard")
        start = data + struct.unpack_from(">i", stored, offset + 10)[0]
        (length,) = struct.unpack_from(">I", stored, start)
        contents = stored[start + 4:start + 4 + length]
        yield path, zlib.decompress(contents[4:]) if flags & DEFLATED else contents

    yield from walk(0, "")


def unpack(archive: Path, target: Path) -> None:
    """The photographs (WebP, JPEG, PNG) of the archive as files under target."""
    for path, contents in files(archive):
        if path.lower().endswith((".webp", ".jpg", ".png")):
            file = target / path
            if not file.resolve().is_relative_to(target.resolve()):
                raise ValueError(f"{archive}: {path} leads out of the folder")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(contents)
