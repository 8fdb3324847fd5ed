"""`tesserae.json`: what a model folder holds, and the revision that names exactly this content.

    from tesserae_export.manifest import write_manifest
    write_manifest(folder, {"name": …, "family": …, "license": …, "origins": […], "vision": {…}, "projector": {…}, "llm": {…}})
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

FORMAT = 1
_LEFT_OUT = {"tesserae.json", "README.md"}


def files(folder: Path) -> list[dict]:
    """Every file of the folder but the manifest and the card: path, bytes, sha256, sorted by path."""
    entries = []
    for file in folder.rglob("*"):
        path = file.relative_to(folder).as_posix()
        if file.is_file() and path not in _LEFT_OUT:
            with open(file, "rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            entries.append({"path": path, "bytes": file.stat().st_size, "sha256": digest})
    return sorted(entries, key=lambda entry: entry["path"])


def revision(entries: list[dict]) -> str:
    """SHA-256 over the lines `path NUL sha256 LF`, in the order of the paths."""
    lines = "".join(f"{entry['path']}\0{entry['sha256']}\n" for entry in entries)
    return hashlib.sha256(lines.encode()).hexdigest()


def write_manifest(folder: Path | str, facts: Mapping) -> dict:
    """Hashes the folder's files and writes its manifest; `facts` are every key but format, revision and files."""
    folder = Path(folder)
    entries = files(folder)
    head = {"format": FORMAT, "name": facts["name"], "family": facts["family"], "revision": revision(entries)}
    manifest = head | {key: value for key, value in facts.items() if key not in head} | {"files": entries}
    (folder / "tesserae.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    return manifest
