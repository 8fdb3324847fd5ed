"""The fixed sample of the evaluation that './tesserae test' asks: a few pictures of every task, kept small, with what must hold.

`write` chooses them (always the same), asks the model as it is, and keeps how much of each task it got right; `floors.py` asks again and compares.
"""

import json
import random
from pathlib import Path

from PIL import Image

from . import tasks
from .asking import Question, Server, saved
from .floors import FOLDER, ask, floors, graphs_of, right_by_task

SIZES = {"photographs": 8, "emoji": 6, "colour": 4, "shape": 4, "place": 4, "bigger": 3, "count": 4, "large-print": 4, "small-print": 2, "absent": 6,
         "follow-up": 2, "two-pictures": 2}
LONGEST = 320
"""Longest side of a photograph, in pixels; drawn pictures stay as they are."""
FREE_LICENCES = ("CC0", "CC-BY", "public domain")


def chosen() -> list[Question]:
    """The same every time: a stream of its own, and of the photographs only those that may be handed on."""
    questions = []
    for name, size in SIZES.items():
        task, rng = tasks.TASKS[name], random.Random(f"sample {name}")
        made = task.make(rng, 10_000 if name == "photographs" else size * 3 if name == "absent" else size)
        if name in ("photographs", "absent"):
            made = [q for q in made if not isinstance(q.pictures[0], Path) or any(f" {licence}" in q.about for licence in FREE_LICENCES)]
        if name == "photographs":
            rng.shuffle(made)
        questions += made[:size]
    return questions


def small(picture: Image.Image | Path) -> tuple[str, bytes]:
    """(ending, bytes): photographs as JPEG, drawn pictures as PNG of at most 64 colours where that is smaller."""
    if isinstance(picture, Path):
        with Image.open(picture) as opened:
            photograph = opened.convert("RGB")
        photograph.thumbnail((LONGEST, LONGEST), Image.LANCZOS)
        return "jpg", saved(photograph, "JPEG", quality=85, optimize=True)
    plain = saved(picture.convert("P", palette=Image.ADAPTIVE, colors=64), "PNG", optimize=True)
    photo = saved(picture, "JPEG", quality=88, optimize=True)
    return ("png", plain) if len(plain) <= len(photo) or max(picture.size) > 1000 else ("jpg", photo)


def keep(questions: list[Question], folder: Path) -> list[dict]:
    """Writes the pictures, each once, and returns the questions as they are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.png"), *folder.glob("*.jpg")):
        old.unlink()
    kept = []
    for number, question in enumerate(questions):
        names = []
        for place, picture in enumerate(question.pictures):
            ending, data = small(picture)
            names.append(f"{question.task.replace(' ', '-')}-{number}{'ab'[place] if len(question.pictures) > 1 else ''}.{ending}")
            (folder / names[-1]).write_bytes(data)
        kept.append({"task": question.task, "pictures": names, "detail": question.detail, "turns": question.turns, "judge": question.judge,
                     "expected": question.expected} | ({"about": question.about} if question.about else {}))
    return kept


def write(server: Server, model: Path, at_once: int, folder: Path = FOLDER) -> None:
    kept = keep(chosen(), folder)
    rows = ask(server, kept, at_once, folder)
    right = right_by_task(rows)
    lines = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    head = {"made_by": "./tesserae eval --write-sample", "model": model.name, "graphs": graphs_of(model),
            "about": "answers and verdicts are those of these graphs; the test demands the floors, of any answers", "floors": floors(right)}
    text = json.dumps(head, indent=1, ensure_ascii=False)
    (folder / "sample.json").write_text(f"{text[:-2]},\n \"questions\": [\n  {lines}\n ]\n}}\n")
    (folder / "LICENCES.txt").write_text(licences(rows))
    size = sum(f.stat().st_size for f in folder.iterdir())
    print(f"{len(rows)} questions, {sum(right.values())} right, {size / 1e3:.0f} kB in {folder}")
    for task, n in right.items():
        print(f"  {task}: {n} of {sum(r['task'] == task for r in rows)}")


def licences(rows: list[dict]) -> str:
    """Where every picture comes from, a line each."""
    lines = []
    for row in rows:
        about = row.get("about", "")
        if any(licence in about for licence in FREE_LICENCES):
            source = f"{about}, made smaller"
        elif row["task"] == "emoji" or about == "emoji":
            source = "Twemoji, CC-BY-4.0, on a ground of our own"
        else:
            source = "drawn by training/tesserae_train, Apache-2.0"
        lines += [f"{name}: {source}." for name in row["pictures"]]
    return "\n".join(lines) + "\n"
