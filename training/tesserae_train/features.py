"""Draw every picture of the training set once and keep what the frozen eye says about it.

Two processes each write one shard: features.npy [slot, patch, hidden] float16, classes.npy [slot, class] float16, records.json.
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
from .data import emoji, ground, photographs, shapes
from .workspace import vision_graph, work_folder

PLAN = {"emoji": 10000, "shapes": 3600, "ground": 1600, "emoji-tiles": 450, "shapes-tiles": 150, "ground-tiles": 100}
"""How many pictures of each kind; '-tiles' are drawn larger and seen as overview and tiles."""


def draw(kind: str, number: int, photos: list, rng: random.Random):
    """(picture, facts) or None where the vendor lacks that emoji."""
    width, height = (256, 256)
    if kind.endswith("-tiles"):
        width, height = rng.choice(((768, 512), (512, 768), (640, 640), (900, 450), (450, 900), (800, 600)))
    elif rng.random() < 0.35:
        width, height = rng.choice(((320, 240), (240, 320), (384, 256), (256, 384)))
    name = kind.removesuffix("-tiles")
    if name == "shapes":
        return shapes.scene(photos, rng, width, height)
    if name == "ground":
        if rng.random() < 0.75:
            return ground.crop(rng.choice(photos), width, height, rng), {}
        return ground.any_ground(width, height, [], rng)[0], {}
    keys = emoji.concepts()
    order = list(range(len(keys)))
    random.Random(number // len(keys)).shuffle(order)
    key = keys[order[number % len(keys)]]
    image = emoji.drawn(rng.choice(emoji.STYLES), key)
    if image is None:
        return None
    picture, facts = emoji.pasted(image, photos, rng, width, height)
    return picture, facts | {"name": emoji.name(key)}


def _shard(index: int, shards: int, folder: Path, plan: dict, seed: int) -> None:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(vision_graph(), options, providers=["CPUExecutionProvider"])
    photos = photographs.grounds()
    jobs = [(kind, n) for kind, count in plan.items() for n in range(index, count, shards)]
    random.Random(seed).shuffle(jobs)
    most = sum(7 if kind.endswith("-tiles") else 1 for kind, _ in jobs)
    path = folder / f"features-{index}.npy"
    features = np.lib.format.open_memmap(path, "w+", np.float16, (most, eye.PATCHES, eye.HIDDEN))
    classes = np.zeros((most, 1000), np.float16)
    records, used, waiting = [], 0, []

    def flush():
        nonlocal used, waiting
        values, posterior = session.run(["image_features", "image_classes"], {"pixel_values": pixels.normalised(waiting)})
        features[used:used + len(waiting)] = values
        classes[used:used + len(waiting)] = posterior
        used, waiting = used + len(waiting), []

    for done, (kind, number) in enumerate(jobs):
        drawn = draw(kind, number, photos, random.Random(f"{seed} {kind} {number}"))
        if drawn is None:
            continue
        images, columns_rows = pixels.slots(drawn[0], "high" if kind.endswith("-tiles") else "low")
        records.append({"kind": kind, "facts": drawn[1], "slots": [used + len(waiting), len(images)], "grid": columns_rows})
        waiting += images
        if len(waiting) >= 16:
            flush()
        if done % 500 == 0:
            print(f"shard {index}: {done} of {len(jobs)} pictures", file=sys.stderr, flush=True)
    if waiting:
        flush()
    features.flush()
    np.save(folder / f"classes-{index}.npy", classes[:used])
    (folder / f"records-{index}.json").write_text(json.dumps(records))


def compute(name: str = "features", plan: dict | None = None, seed: int = 1, shards: int = 2) -> Path:
    folder = work_folder() / name
    folder.mkdir(parents=True, exist_ok=True)
    workers = [multiprocessing.Process(target=_shard, args=(i, shards, folder, plan or PLAN, seed)) for i in range(shards)]
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
    features: np.ndarray  # [slot, patch, hidden] float16
    classes: np.ndarray  # [slot, class] float16


def load(name: str = "features") -> list[Record]:
    """All records, features left on disk until they are touched."""
    folder = work_folder() / name
    records = []
    for path in sorted(folder.glob("records-*.json")):
        shard = path.stem.removeprefix("records-")
        features = np.load(folder / f"features-{shard}.npy", mmap_mode="r")
        classes = np.load(folder / f"classes-{shard}.npy")
        for r in json.loads(path.read_text()):
            start, count = r["slots"]
            grid = tuple(r["grid"]) if r["grid"] else None
            records.append(Record(r["kind"], r["facts"], grid, features[start:start + count], classes[start:start + count]))
    return records
