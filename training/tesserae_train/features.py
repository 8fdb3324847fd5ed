"""Draw every picture of the training set once and keep what the frozen eye says about it.

Processes each write shards of a few hundred tiles: one .npz with the eye's OUTPUTS (float16, tile first) and records.json beside it.
"""

import json
import multiprocessing
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from . import eye, pixels
from .data import emoji, fonts, ground, pages, photographs, scenes, words
from .workspace import vision_graph, work_folder

PLAN = {"thing": 1500, "scene": 1700, "word": 1200, "note": 900, "ground": 400, "page-high": 90, "page-low": 40, "note-high": 60,
        "thing-high": 24, "scene-high": 24, "ground-high": 12}
"""How many pictures of each kind; a note is a page that one tile shows whole; '-high' are seen as overview and tiles."""


def draw(kind: str, number: int, photos: list, faces: list, things: list, rng: random.Random):
    """(picture, facts)"""
    name, _, detail = kind.partition("-")
    square = 0.85 if name == "scene" else 0.6  # where a shape lies is told of the tile, not of the picture in it
    width, height = (384, 384) if rng.random() < square else rng.choice(((512, 384), (384, 512), (640, 480), (480, 640), (600, 400), (400, 300)))
    if detail == "high" and name != "page":
        width, height = rng.choice(((768, 512), (512, 768), (640, 640), (900, 450), (450, 900), (760, 400)))
    if name == "scene":
        return scenes.scene(photos, rng, width, height)
    if name == "word":
        return words.word(rng, faces, width, height, photos)
    if name == "note":
        scale = 1 if detail == "high" else max(width, height) / 384
        return pages.page(rng, faces, width, height, rng.randint(1, 5 if detail != "high" else 9), (13 * scale, 24 * scale))
    if name == "page":
        small = rng.random() < 0.5 and detail == "high"
        size = rng.choice(((1100, 760), (760, 1100), (1100, 1100), (1500, 760))) if small else (None, None)
        picture, facts = pages.page(rng, faces, *size, print_size=(13, 22) if small else (17, 27))
        return picture, facts | {"readable": detail == "high"}
    if name == "ground":
        if rng.random() < 0.85:
            return ground.crop(rng.choice(photos), width, height, rng), {}
        return ground.any_ground(width, height, [], rng)[0], {}
    from .train_concepts import pasted_png

    label, _, png = things[rng.randrange(len(things))]
    return pasted_png(png, photos, rng, width, height, label)


def _shard(index: int, shards: int, folder: Path, plan: dict, seed: int) -> None:
    from .train_concepts import rendered

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(vision_graph(), options, providers=["CPUExecutionProvider"])
    photos, faces, things = photographs.grounds(), fonts.training(), rendered()
    jobs = [(kind, n) for kind, count in plan.items() for n in range(index, count, shards)]
    random.Random(seed).shuffle(jobs)
    waiting, records, outputs, part = [], [], [], 0

    def see():
        nonlocal waiting
        if waiting:
            outputs.append([v.astype(np.float16) for v in session.run(list(eye.OUTPUTS), {"pixel_values": pixels.normalised(waiting)})])
        waiting = []

    def flush():
        nonlocal records, outputs, part
        see()
        if records:
            arrays = {name: np.concatenate([o[i] for o in outputs]) for i, name in enumerate(eye.OUTPUTS)}
            np.savez(folder / f"part-{index}-{part:03d}.npz", **arrays)
            (folder / f"part-{index}-{part:03d}.json").write_text(json.dumps(records))
        records, outputs, part = [], [], part + 1

    tiles = 0
    for done, (kind, number) in enumerate(jobs):
        picture, facts = draw(kind, number, photos, faces, things, random.Random(f"{seed} {kind} {number}"))
        facts.pop("glyphs", None)
        images, columns_rows = pixels.slots(picture, "high" if kind.endswith("-high") else "low")
        records.append({"kind": kind, "facts": facts, "slots": [tiles, len(images)], "grid": columns_rows, "size": picture.size})
        tiles += len(images)
        waiting += images
        if len(waiting) >= 8:
            see()
        if tiles >= 300:
            flush()
            tiles = 0
            print(f"shard {index}: {done} of {len(jobs)} pictures", file=sys.stderr, flush=True)
    flush()


def compute(name: str = "features", plan: dict | None = None, seed: int = 1, shards: int = 2, share: float = 1.0) -> Path:
    """share: of the plan's pictures; a short training needs fewer."""
    from .train_concepts import rendered

    rendered()  # before the shards would each do it
    plan = {kind: round(count * share) for kind, count in (plan or PLAN).items()}
    folder = work_folder() / name
    folder.mkdir(parents=True, exist_ok=True)
    workers = [multiprocessing.Process(target=_shard, args=(i, shards, folder, plan, seed)) for i in range(shards)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        if worker.exitcode:
            raise RuntimeError(f"a shard failed with exit code {worker.exitcode}")
    return folder


@dataclass
class Record:
    kind: str
    facts: dict
    grid: tuple[int, int] | None
    size: tuple[int, int]
    outputs: dict[str, np.ndarray]
    """The eye's OUTPUTS, each [slot, …] float16."""


def load(name: str = "features") -> list[Record]:
    records = []
    for path in sorted((work_folder() / name).glob("part-*.json")):
        arrays = dict(np.load(path.with_suffix(".npz")))
        for r in json.loads(path.read_text()):
            start, count = r["slots"]
            outputs = {key: value[start:start + count] for key, value in arrays.items()}
            records.append(Record(r["kind"], r["facts"], tuple(r["grid"]) if r["grid"] else None, tuple(r["size"]), outputs))
    return records
