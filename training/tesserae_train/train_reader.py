"""Trains the reader (reader.py) on what the finished tower makes of drawn text; the tower is frozen."""

import copy
import functools
import multiprocessing
from pathlib import Path

import torch
from torch.nn import functional as F

from . import dense, runs
from .reader import Reader, matched
from .train_dense import LAST_SIDE, SIDE, draw, pixels
from .workspace import run_folder


def _as_known(things: list[dict], side: int) -> list[dict]:
    return things


def candidates(tower: dense.Tower, finder: dense.Finder, pictures: torch.Tensor) -> torch.Tensor:
    """What the tower takes for characters: [picture, slot, GLYPH_FEATURES]"""
    with torch.no_grad():
        with torch.autocast("cpu", torch.bfloat16):
            found = tower(pictures)
        return finder.candidates([tuple(v.float() for v in level) for level in found])


def train(name: str = "reader", minutes: float = 10, batch: int = 24, rate: float = 2e-3, threads: int = 1, seed: int = 1,
          rate_share: float = 1.0) -> Path:
    """Goes on from the run's checkpoint; one that a published model gave is taught on pictures of the size of tiles."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    folder = run_folder(name)
    tower = dense.Tower().to(memory_format=torch.channels_last)
    tower.load_state_dict(torch.load(run_folder("dense") / "checkpoint.pt", weights_only=False)["tower"])
    tower.eval().requires_grad_(False)
    reader = Reader()
    optimizer = torch.optim.AdamW(reader.parameters(), lr=rate, weight_decay=0.01)
    checkpoint = folder / "checkpoint.pt"
    saved = runs.resume(checkpoint) or runs.START
    if "reader" in saved:
        reader.load_state_dict(saved["reader"])
    if "optimizer" in saved:
        optimizer.load_state_dict(saved["optimizer"])
    earlier = saved["earlier"]
    before = saved.get("before") or (copy.deepcopy(reader.state_dict()) if earlier["step"] else None)
    step, seen, budget, recent = saved["step"], saved["samples"], runs.Budget(minutes, saved["seconds"] - earlier["seconds"]), []
    seconds = lambda: earlier["seconds"] + budget.seconds()
    side = multiprocessing.Value("i", LAST_SIDE if earlier["step"] else SIDE)
    finder = dense.Finder(side.value)

    def save():
        runs.save(checkpoint, reader=reader.state_dict(), optimizer=optimizer.state_dict(), step=step, samples=seen, seconds=seconds(), earlier=earlier, before=before)

    with runs.Drawers(functools.partial(draw, batch=batch, told=_as_known, side=side, most_text=True), [f"reader {seed} {step}"]) as drawers:
        finished = budget.progress() >= 1
        while budget.progress() < 1:
            for group in optimizer.param_groups:
                group["lr"] = rate * rate_share * budget.rate(step - earlier["step"], rise=50, least=0.01)
            pictures, things = drawers.batch()
            rows = candidates(tower, finder, pixels(pictures))
            losses, points = loss(reader, rows, *matched(rows, things, side.value))
            optimizer.zero_grad()
            losses.backward()
            torch.nn.utils.clip_grad_norm_(reader.parameters(), 2.0)
            optimizer.step()
            step, seen = step + 1, seen + len(pictures)
            recent.append(points)
            if step % 25 == 0:
                print(runs.note(folder, "reader", step, seconds(), pictures=seen, waiting=drawers.waiting(), **runs.means(recent)), flush=True)
                recent = []
            if step % 200 == 0:
                save()
    if before and not finished:
        reader.load_state_dict(runs.blended(before, reader.state_dict()))
    save()
    return checkpoint


def loss(reader: Reader, rows: torch.Tensor, characters: torch.Tensor, gaps: torch.Tensor):
    """(loss, what the curve keeps: share of characters right before and after, share of candidates rightly kept or thrown out)"""
    logits, real, gap = reader.judge(rows)
    there, known = rows[..., dense.N_GLYPH] > 0.5, characters >= 0
    if not known.any():
        return (logits * 0).sum(), {"loss": 0.0, "before": 1.0, "after": 1.0, "kept": 1.0}
    spelled = F.cross_entropy(logits[known], characters[known])
    kept = F.binary_cross_entropy_with_logits(real[there], known[there].float())
    gapped = F.binary_cross_entropy_with_logits(gap[known], gaps[known])
    total = spelled + kept + 0.5 * gapped
    before = (rows[..., :dense.N_GLYPH].argmax(-1) == characters)[known].float().mean()
    after = (logits.argmax(-1) == characters)[known].float().mean()
    rightly = ((real > 0) == known)[there].float().mean()
    return total, {"loss": float(total.detach()), "before": float(before), "after": float(after), "kept": float(rightly)}
