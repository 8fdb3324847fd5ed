"""The list of held-out photographs is whole and fair in form; nothing is fetched."""

import struct
import zlib

import pytest

from tesserae_train import qt_resources, sources
from tesserae_train.data import photographs
from tesserae_train.measure import judges

FIELDS = {"file", "source", "licence", "about", "accept", "imagenet"}


def test_every_entry_says_all_that_is_needed():
    for entry in photographs.held_out():
        assert set(entry) == FIELDS, entry["file"]
        assert isinstance(entry["imagenet"], bool) and entry["licence"] and entry["about"]
        assert entry["accept"] and all(word.strip() == word != "" for word in entry["accept"]), entry["file"]
        assert not entry["file"].startswith("/") and ".." not in entry["file"].split("/")


def test_enough_photographs_and_none_twice():
    entries = photographs.held_out()
    assert sum(e["imagenet"] for e in entries) >= 60
    assert len({(e["source"], e["file"]) for e in entries}) == len(entries)


def test_every_source_is_one_that_is_fetched():
    for kind, package in {tuple(e["source"].split(":")) for e in photographs.held_out()}:
        assert (kind, package) in {("pypi", "scikit-image"), ("pypi", "scikit-learn")} or (kind == "debian" and package in sources.DEBIAN)


def test_a_bare_answer_is_right_only_by_its_words():
    for entry in photographs.held_out():
        assert judges.named(f"It is a {entry['accept'][0]}.", entry["accept"])
        assert not judges.named("This is a picture of a thing.", entry["accept"]), entry["file"]


def test_held_out_wallpapers_are_no_grounds(tmp_path, monkeypatch):
    from PIL import Image

    monkeypatch.setenv("TESSERAE_TRAIN_WORK", str(tmp_path))
    folder = tmp_path / "sources" / "debian" / "mate-backgrounds"
    folder.mkdir(parents=True)
    for name in ("LadyBird.jpg", "Another.jpg"):
        Image.new("RGB", (300, 300)).save(folder / name)
    assert len(photographs.grounds()) == 1


def resource_file() -> bytes:
    """One folder "a" with a plain b.png and a deflated c.png, laid out by hand."""
    names = data = b""
    where = []
    for name in ("a", "b.png", "c.png"):
        where.append(len(names))
        names += struct.pack(">HI", len(name), 0) + name.encode("utf-16-be")
    packed = struct.pack(">I", 4) + zlib.compress(b"deep")
    data = struct.pack(">I", 5) + b"plain" + struct.pack(">I", len(packed)) + packed
    tree = struct.pack(">iHii", 0, 2, 1, 1) + struct.pack(">iHii", where[0], 2, 2, 2)
    tree += struct.pack(">iHHHi", where[1], 0, 0, 0, 0) + struct.pack(">iHHHi", where[2], 1, 0, 0, 9)
    return b"qres" + struct.pack(">4i", 1, 20, 20 + len(tree), 20 + len(tree) + len(data)) + tree + data + names


def test_qt_resources_are_unpacked(tmp_path):
    (tmp_path / "x.rcc").write_bytes(resource_file())
    qt_resources.unpack(tmp_path / "x.rcc", tmp_path / "out")
    assert {p.name: p.read_bytes() for p in (tmp_path / "out" / "a").iterdir()} == {"b.png": b"plain", "c.png": b"deep"}
    (tmp_path / "y.rcc").write_bytes(b"not one")
    with pytest.raises(ValueError, match="y.rcc"):
        list(qt_resources.files(tmp_path / "y.rcc"))
