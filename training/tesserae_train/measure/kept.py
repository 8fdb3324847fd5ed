"""Answers kept as they come, so that an evaluation that is stopped, or a machine that is lost to it for a while, costs no question twice."""

import hashlib
import json
from pathlib import Path

from PIL import Image

from .asking import Question


class Kept:
    """The answers of one revision of a model through one nerve; a line of JSON each, written at once."""

    def __init__(self, folder: Path, revision: str, nerve: str | None):
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{revision[:16]}-{nerve or 'own'}.jsonl"
        whole, _, cut = (self._file.read_text() if self._file.exists() else "").rpartition("\n")
        self._answers: dict[str, str] = dict(map(json.loads, whole.splitlines()))
        if cut:  # a stop came while it was written
            self._file.write_text(whole + "\n" if whole else "")

    def answer(self, question: Question) -> str | None:
        return self._answers.get(key(question))

    def add(self, question: Question, answer: str) -> None:
        self._answers[key(question)] = answer
        with self._file.open("a") as out:
            out.write(json.dumps([key(question), answer]) + "\n")


def key(question: Question) -> str:
    """What an answer follows from: every turn, the detail, and each picture to the pixel."""
    found = hashlib.sha256(json.dumps([question.turns, question.detail]).encode())
    for picture in question.pictures:
        if isinstance(picture, Image.Image):
            found.update(f"{picture.mode} {picture.size}".encode() + picture.tobytes())
        else:
            found.update(picture if isinstance(picture, bytes) else Path(picture).read_bytes())
    return found.hexdigest()
