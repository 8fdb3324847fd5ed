"""Trains the eye's own layers (dense.Tower) on drawn pictures whose every character and shape is known; no brain takes part."""

import copy
import functools
import multiprocessing
import random
from pathlib import Path

import numpy as np
import torch

from . import dense, runs
from .eye import MEAN, STD
from .workspace import run_folder

SIDE, LAST_SIDE = 256, 384
"""The last fifth of the budget sees pictures as large as the tiles that are served, on which a shape may be larger than a whole one of before."""
LAST = 0.8


def draw(seed: str, put, batch: int, told, side, most_text: bool = False) -> None:
    """For ever: puts uint8 [picture, side, side, 3] and, of each picture, what `told` makes of its known things.

    side: a number that the processes share; batch: how many pictures of SIDE, fewer larger ones.
    """
    from .data import finding, fonts, photographs

    torch.set_num_threads(1)
    faces, photos = fonts.training(), photographs.grounds(768)
    number = 0
    while True:
        pictures, wanted, here = [], [], side.value
        for _ in range(round(batch * (SIDE / here) ** 2)):
            rng = random.Random(f"{seed} {number}")
            number += 1
            picture, things = finding.drawn(rng, faces, photos, here, most_text)
            pictures.append(np.asarray(picture.convert("RGB"), np.uint8))
            wanted.append(told(things, here))
        put((np.stack(pictures), wanted))


def pixels(batch: np.ndarray) -> torch.Tensor:
    """uint8 [picture, h, w, 3] → what the eye sees: float32 [picture, 3, h, w]"""
    return ((torch.from_numpy(batch).permute(0, 3, 1, 2).float() / 255 - MEAN[0]) / STD[0]).contiguous(memory_format=torch.channels_last)


def train(name: str = "dense", minutes: float = 45, batch: int = 24, rate: float = 2e-3, threads: int = 1, seed: int = 1, drawing: int = 1,
          rate_share: float = 1.0) -> Path:
    """Goes on from the run's checkpoint; a fixed budget in minutes sets the cosine."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    folder = run_folder(name)
    tower = dense.Tower().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(tower.parameters(), lr=rate, weight_decay=0.01)
    checkpoint = folder / "checkpoint.pt"
    saved = runs.resume(checkpoint) or runs.START
    if "tower" in saved:
        tower.load_state_dict(saved["tower"])
    if "optimizer" in saved:
        optimizer.load_state_dict(saved["optimizer"])
    earlier = saved["earlier"]
    before = saved.get("before") or (copy.deepcopy(tower.state_dict()) if earlier["step"] else None)
    tower.train(not earlier["step"])  # the norms of a published tower are folded away: what stands for them stays as it is
    step, seen, budget, recent = saved["step"], saved["samples"], runs.Budget(minutes, saved["seconds"] - earlier["seconds"]), []
    seconds = lambda: earlier["seconds"] + budget.seconds()
    side = multiprocessing.Value("i", LAST_SIDE if earlier["step"] else SIDE)

    def save():
        runs.save(checkpoint, tower=tower.state_dict(), optimizer=optimizer.state_dict(), step=step, samples=seen, seconds=seconds(), earlier=earlier, before=before)

    with runs.Drawers(functools.partial(draw, batch=batch, told=dense.targets, side=side), [f"{seed} {step} {i}" for i in range(drawing)]) as drawers:
        finished = budget.progress() >= 1
        while budget.progress() < 1:
            if budget.progress() > LAST:
                side.value = LAST_SIDE
            for group in optimizer.param_groups:
                group["lr"] = rate * rate_share * budget.rate(step - earlier["step"], rise=100, least=0.01)
            pictures, wanted = drawers.batch()
            with torch.autocast("cpu", torch.bfloat16):
                found = tower(pixels(pictures))
            parts = dense.loss(found, wanted)
            total = parts["class"] + parts["nothing"] + 6 * parts["colour"] + parts["place"] + 0.2 * parts["gap"]
            optimizer.zero_grad()
            total.backward()
            torch.nn.utils.clip_grad_norm_(tower.parameters(), 2.0)
            optimizer.step()
            step, seen = step + 1, seen + len(pictures)
            recent.append({k: float(torch.as_tensor(v).detach()) for k, v in parts.items()})
            if step % 25 == 0:
                print(runs.note(folder, "eye", step, seconds(), pictures=seen, waiting=drawers.waiting(), **runs.means(recent)), flush=True)
                recent = []
            if step % 200 == 0:
                save()
    if before and not finished:
        tower.load_state_dict(runs.blended(before, tower.state_dict()))
    save()
    return checkpoint
