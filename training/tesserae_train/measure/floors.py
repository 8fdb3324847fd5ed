"""Asking the fixed sample and holding the answers against what must be right. Needs no package beside Python's own."""

import hashlib
import json
from pathlib import Path

from . import judges
from .asking import Question, Server

FOLDER = Path(__file__).parents[3] / "end-to-end" / "fixtures" / "evaluation"
SLACK_A_TASK, SLACK_IN_ALL = 1, 2
"""How many fewer may be right than were when the sample was written: another processor's arithmetic may change an answer whose two best tokens
were close."""


def read(folder: Path = FOLDER) -> dict:
    return json.loads((folder / "sample.json").read_text())


def graphs_of(model: Path) -> str:
    """What answers follow from, of a model's folder: one hash over its graphs, its tokenizer and its settings, but not its card and reports."""
    files = json.loads((model / "tesserae.json").read_text())["files"]
    kept = [f"{f['path']} {f['sha256']}" for f in files if not f["path"].startswith(("training/", "examples/")) and f["path"] != "golden.json"]
    return hashlib.sha256("\n".join(kept).encode()).hexdigest()


def ask(server: Server, kept: list[dict], at_once: int, folder: Path = FOLDER) -> list[dict]:
    """Each question with its answer and whether that is right."""
    questions = [Question(k["task"], k["turns"], k["judge"], k["expected"], [(folder / name).read_bytes() for name in k["pictures"]], k["detail"]) for k in kept]
    return [k | {"answer": answer, "right": judges.JUDGES[k["judge"]](answer, k["expected"])} for k, answer in zip(kept, server.ask_all(questions, at_once))]


def right_by_task(rows: list[dict]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row["task"]] = found.get(row["task"], 0) + row["right"]
    return found


def floors(right: dict[str, int]) -> dict[str, int]:
    """What must hold of each task and in all."""
    return {task: max(0, n - SLACK_A_TASK) for task, n in right.items()} | {"in all": max(0, sum(right.values()) - SLACK_IN_ALL)}


def shortfalls(right: dict[str, int], wanted: dict[str, int]) -> list[str]:
    """Where less is right than must be; empty where all holds."""
    found = right | {"in all": sum(right.values())}
    return [f"{task}: {found.get(task, 0)} right, at least {least} wanted" for task, least in wanted.items() if found.get(task, 0) < least]


def check(server: Server, at_once: int = 2, folder: Path = FOLDER) -> tuple[list[dict], list[str]]:
    """(every question with its answer, what falls short)."""
    kept = read(folder)
    rows = ask(server, kept["questions"], at_once, folder)
    return rows, shortfalls(right_by_task(rows), kept["floors"])
