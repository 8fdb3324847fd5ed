"""What every training of the recipe keeps: a budget in minutes that sets its rate, a checkpoint that is whole at any moment, a loss curve."""

import json
import math
import multiprocessing
import queue
import time
from pathlib import Path

import torch


START = {"step": 0, "seconds": 0.0, "samples": 0, "earlier": {"step": 0, "seconds": 0.0}}
"""Where a training begins. earlier: what a published model had behind it, which the curve counts in and the budget does not."""


class Budget:
    """Minutes that a training may take, those before a stop counted in."""

    def __init__(self, minutes: float, spent: float = 0.0):
        self.minutes, self._started = minutes, time.time() - spent

    def seconds(self) -> float:
        return time.time() - self._started

    def progress(self) -> float:
        """From 0; at 1 the training ends."""
        return self.seconds() / (self.minutes * 60)

    def rate(self, step: int, rise: int, least: float) -> float:
        """Share of the highest learning rate: a linear rise over so many steps, then a cosine over the budget down to `least`."""
        cosine = 0.5 * (1 + math.cos(math.pi * min(1, self.progress())))
        return min(1, (step + 1) / rise) * (least + (1 - least) * cosine)


def save(path: Path, **state) -> None:
    """Written beside and moved into place, so that a stop never leaves half a checkpoint."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


def resume(path: Path) -> dict | None:
    return START | torch.load(path, weights_only=False) if path.exists() else None


def blended(before: dict, after: dict, share: float = 0.75) -> dict:
    """Between two states of one module, so much nearer to the later: what a short training that goes on has gained, with less of what it has forgotten."""
    return {name: torch.lerp(before[name], now, share) if now.is_floating_point() else now for name, now in after.items()}


def note(folder: Path, phase: str, step: int, seconds: float, **values) -> dict:
    """One point of the curve, as a JSON line; numbers rounded."""
    rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in values.items()}
    entry = {"phase": phase, "step": step, "seconds": round(seconds, 1), **rounded}
    with (folder / "loss.jsonl").open("a") as out:
        out.write(json.dumps(entry) + "\n")
    return entry


def means(points: list[dict[str, float]]) -> dict[str, float]:
    return {key: sum(point[key] for point in points) / len(points) for key in points[0]}


class Drawers:
    """Processes that draw batches ahead: `target(seed, put)` draws for ever. One that dies ends the training instead of leaving it waiting."""

    def __init__(self, target, seeds: list[str], ahead: int = 6):
        self._queue = multiprocessing.Queue(ahead)
        self._workers = [multiprocessing.Process(target=target, args=(seed, self._queue.put), daemon=True) for seed in seeds]

    def __enter__(self) -> "Drawers":
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(self, *_) -> None:
        for worker in self._workers:
            worker.terminate()

    def batch(self, patience: float = 5.0):
        while True:
            try:
                return self._queue.get(timeout=patience)
            except queue.Empty:
                if not all(worker.is_alive() for worker in self._workers):
                    raise RuntimeError("a process that draws pictures has ended; its error stands above") from None

    def waiting(self) -> int:
        return self._queue.qsize()
