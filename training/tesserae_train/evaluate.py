"""What the exported model can do, on pictures that no training sample holds; written to training/evaluation.json."""

import json
import random
import re
from pathlib import Path

from PIL import Image

from .data import emoji, photographs, shapes
from .reference import Pipeline

SEED = 20261124


def accepted(answer: str, words: list[str]) -> bool:
    """Whether one of the words stands in the answer, plural or not."""
    return any(re.search(rf"\b{re.escape(w.lower())}(s|es)?\b", answer.lower()) for w in words)


def measure(out: str | Path, photographs_only: bool = False) -> dict:
    folder = Path(out)
    pipeline = Pipeline(folder)
    report = {"revision_note": "measured with training/tesserae_train/reference.py, greedy, 24 tokens at most", "tasks": {}}
    tasks = {"photographs": photograph_task}
    if not photographs_only:
        tasks |= {"photographs_with_tiles": lambda p: photograph_task(p, "high"), "unseen_emoji_style": emoji_task,
                  "shape": lambda p: shape_task(p, "shape"), "colour": lambda p: shape_task(p, "colour"),
                  "count_to_5": lambda p: shape_task(p, "count"), "background_colour": lambda p: shape_task(p, "ground")}
    for name, task in tasks.items():
        rows = task(pipeline)
        right = sum(r["right"] for r in rows)
        print(f"{name}: {right} of {len(rows)}", flush=True)
        report["tasks"][name] = {"right": right, "of": len(rows), "answers": rows}
        if "imagenet" in rows[0]:
            report["tasks"][name] |= {"apart": apart(rows)}
            print(f"{name}, apart: {report['tasks'][name]['apart']}", flush=True)
    (folder / "training").mkdir(exist_ok=True)
    (folder / "training" / "evaluation.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return report


def photograph_task(pipeline: Pipeline, detail: str = "low") -> list[dict]:
    rows = []
    for entry in photographs.held_out():
        answer = pipeline.ask("What is this?", Image.open(photographs.locate(entry)), detail, 24).text
        rows.append({"picture": entry["about"], "file": entry["file"].rsplit("/", 1)[-1], "source": entry["source"],
                     "licence": entry["licence"], "answer": answer, "accept": entry["accept"], "imagenet": entry["imagenet"],
                     "right": accepted(answer, entry["accept"])})
    return rows


def apart(rows: list[dict]) -> dict:
    """{right, of} over things that the eye has a class for, and over the others: nothing that it was taught names those."""
    named = {"among_the_classes": [r for r in rows if r["imagenet"]], "not_among_the_classes": [r for r in rows if not r["imagenet"]]}
    return {name: {"right": sum(r["right"] for r in group), "of": len(group)} for name, group in named.items()}


def emoji_task(pipeline: Pipeline, count: int = 100) -> list[dict]:
    """Concepts drawn by a vendor whose pictures were never trained on; the whole name must be said."""
    rng = random.Random(SEED)
    rows = []
    keys = [k for k in emoji.concepts() if k in emoji.icons(emoji.HELD_OUT_STYLE)["icons"]]
    for key in rng.sample(keys, count):
        picture, _ = emoji.pasted(emoji.drawn(emoji.HELD_OUT_STYLE, key), [], rng)
        answer = pipeline.ask("What is this?", picture, tokens=24).text
        rows.append({"name": emoji.name(key), "answer": answer, "right": accepted(answer, [emoji.name(key)])})
    return rows


def shape_task(pipeline: Pipeline, fact: str, count: int = 40) -> list[dict]:
    rng = random.Random(f"{SEED} {fact}")
    numbers = "zero one two three four five".split()
    rows = []
    while len(rows) < count:
        picture, facts = shapes.scene([], rng)
        if fact not in facts or "left" in facts or (fact == "count") != (facts["count"] > 1):
            continue
        many = {"cross": "crosses"}.get(facts["shape"], facts["shape"] + "s")
        question, right = {
            "shape": ("What shape is this?", facts["shape"]),
            "colour": (f"What colour is the {facts['shape']}?", facts["colour"]),
            "count": (f"How many {many} are there?", numbers[facts["count"]]),
            "ground": ("What colour is the background?", facts.get("ground")),
        }[fact]
        answer = pipeline.ask(question, picture, tokens=24).text
        ways = [right, str(numbers.index(right))] if fact == "count" else [right]
        rows.append({"question": question, "expected": right, "answer": answer, "right": accepted(answer, ways)})
    return rows
