"""Trains the eye's own layers (dense.Tower) on drawn pictures whose every character and shape is known; no brain takes part."""

import functools
import random
from pathlib import Path

import numpy as np
import torch

from . import dense, runs
from .eye import MEAN, STD
from .workspace import run_folder

SIDE = 256


def draw(seed: str, put, batch: int, told, most_text: bool = False) -> None:
    """For ever: puts uint8 [picture, SIDE, SIDE, 3] and, of each picture, what `told` makes of its known things."""
    from .data import finding, fonts, photographs

    torch.set_num_threads(1)
    faces, photos = fonts.training(), photographs.grounds(768)
    number = 0
    while True:
        pictures, wanted = [], []
        for _ in range(batch):
            rng = random.Random(f"{seed} {number}")
            number += 1
            picture, things = finding.drawn(rng, faces, photos, SIDE, most_text)
            pictures.append(np.asarray(picture.convert("RGB"), np.uint8))
            wanted.append(told(things))
        put((np.stack(pictures), wanted))


def _targets(things: list[dict]) -> list[dict]:
    return dense.targets(things, SIDE)


def pixels(batch: np.ndarray) -> torch.Tensor:
    """uint8 [picture, h, w, 3] → what the eye sees: float32 [picture, 3, h, w]"""
    return ((torch.from_numpy(batch).permute(0, 3, 1, 2).float() / 255 - MEAN[0]) / STD[0]).contiguous(memory_format=torch.channels_last)


def train(name: str = "dense", minutes: float = 45, batch: int = 24, rate: float = 2e-3, threads: int = 1, seed: int = 1, drawing: int = 1) -> Path:
    """Goes on from the run's checkpoint; a fixed budget in minutes sets the cosine."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    folder = run_folder(name)
    tower = dense.Tower().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(tower.parameters(), lr=rate, weight_decay=0.01)
    checkpoint, step, spent = folder / "checkpoint.pt", 0, 0.0
    if saved := runs.resume(checkpoint):
        tower.load_state_dict(saved["tower"])
        optimizer.load_state_dict(saved["optimizer"])
        step, spent = saved["step"], saved["seconds"]
    budget, recent = runs.Budget(minutes, spent), []

    def save():
        runs.save(checkpoint, tower=tower.state_dict(), optimizer=optimizer.state_dict(), step=step, seconds=budget.seconds())

    with runs.Drawers(functools.partial(draw, batch=batch, told=_targets), [f"{seed} {step} {i}" for i in range(drawing)]) as drawers:
        while budget.progress() < 1:
            for group in optimizer.param_groups:
                group["lr"] = rate * budget.rate(step, rise=100, least=0.01)
            pictures, wanted = drawers.batch()
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
                print(runs.note(folder, "eye", step, budget.seconds(), pictures=step * batch, waiting=drawers.waiting(), **runs.means(recent)), flush=True)
                recent = []
            if step % 200 == 0:
                save()
    save()
    return checkpoint
