"""Trains the eye's own layers (dense.Tower) on drawn pictures whose every character and shape is known; no brain takes part."""

import json
import multiprocessing
import random
import time
from pathlib import Path

import numpy as np
import torch

from . import dense
from .workspace import run_folder

SIDE = 256
MEAN, STD = 127 / 255, 128 / 255


def _draw(seed: int, queue, batch: int, stop) -> None:
    from .data import finding, fonts, photographs

    torch.set_num_threads(1)
    faces, photos = fonts.training(), photographs.grounds(768)
    number = 0
    while not stop.is_set():
        pictures, wanted = [], []
        for _ in range(batch):
            rng = random.Random(f"{seed} {number}")
            number += 1
            picture, things = finding.drawn(rng, faces, photos, SIDE)
            pictures.append(np.asarray(picture.convert("RGB"), np.uint8))
            wanted.append(dense.targets(things, SIDE))
        queue.put((np.stack(pictures), wanted))


def pixels(batch: np.ndarray) -> torch.Tensor:
    return ((torch.from_numpy(batch).permute(0, 3, 1, 2).float() / 255 - MEAN) / STD).contiguous(memory_format=torch.channels_last)


def train(name: str = "dense", minutes: float = 45, batch: int = 24, rate: float = 2e-3, threads: int = 1, seed: int = 1, drawers: int = 1) -> Path:
    """Goes on from the run's checkpoint; a fixed budget in minutes sets the cosine."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    folder = run_folder(name)
    tower = dense.Tower().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(tower.parameters(), lr=rate, weight_decay=0.01)
    checkpoint, step, spent = folder / "checkpoint.pt", 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=False)
        tower.load_state_dict(saved["tower"])
        optimizer.load_state_dict(saved["optimizer"])
        step, spent = saved["step"], saved["seconds"]
    queue, stop = multiprocessing.Queue(6), multiprocessing.Event()
    workers = [multiprocessing.Process(target=_draw, args=(f"{seed} {step} {i}", queue, batch, stop), daemon=True) for i in range(drawers)]
    for worker in workers:
        worker.start()
    started, recent = time.time() - spent, []
    log = (folder / "loss.jsonl").open("a")
    while True:
        seconds = time.time() - started
        progress = seconds / (minutes * 60)
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = float(rate * min(1, (step + 1) / 100) * (0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * progress))))
        pictures, wanted = queue.get()
        with torch.autocast("cpu", torch.bfloat16):
            found = tower(pixels(pictures))
        parts = dense.loss(found, wanted)
        total = parts["class"] + parts["nothing"] + 2.5 * parts["colour"] + parts["place"] + 0.2 * parts["gap"]
        optimizer.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(tower.parameters(), 2.0)
        optimizer.step()
        step += 1
        recent.append({k: float(torch.as_tensor(v).detach()) for k, v in parts.items()})
        if step % 25 == 0:
            entry = {"phase": "eye", "step": step, "seconds": round(seconds, 1), "pictures": step * batch, "waiting": queue.qsize()}
            entry |= {k: round(sum(r[k] for r in recent) / len(recent), 4) for k in recent[0]}
            log.write(json.dumps(entry) + "\n")
            log.flush()
            print(entry, flush=True)
            recent = []
        if step % 200 == 0:
            save(checkpoint, tower, optimizer, step, seconds)
    save(checkpoint, tower, optimizer, step, time.time() - started)
    stop.set()
    for worker in workers:
        worker.terminate()
    return checkpoint


def save(path: Path, tower, optimizer, step: int, seconds: float) -> None:
    part = path.with_suffix(".part")
    torch.save({"tower": tower.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "seconds": seconds}, part)
    part.replace(path)


if __name__ == "__main__":
    import sys

    train(minutes=float(sys.argv[1]), threads=int(sys.argv[2]))
