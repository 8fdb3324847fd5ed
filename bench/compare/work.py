"""Where everything lies, and what was measured already: a run that was stopped goes on where it was."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def cache() -> Path:
    return Path(os.environ.get("TESSERAE_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tesserae")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Work:
    """One run's folder: models are made once, every measurement is kept under its name as soon as it is made."""

    def __init__(self, folder: Path, repeats: int, threads: int, precision: str, loud: bool = False):
        self.folder, self.repeats, self.threads, self.precision, self.loud = folder, repeats, threads, precision, loud
        for part in ("measured", "logs", "models"):
            (folder / part).mkdir(parents=True, exist_ok=True)

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint"

    @property
    def text_checkpoint(self) -> Path:
        return self.folder / "checkpoint-text"

    def model(self, name: str) -> Path:
        return self.folder / "models" / name

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    def measured(self, name: str, measure: Callable[[], dict]) -> dict:
        """What `measure` gives, or gave in an earlier run with as many repeats, on as quiet a machine. A failure is not kept: the next run tries again."""
        file = self.folder / "measured" / f"{name}.json"
        if file.is_file():
            kept = json.loads(file.read_text())
            if kept["repeats"] >= self.repeats and kept["threads"] == self.threads and (self.loud or not kept["loud"]):
                say(f"{name}: kept from an earlier run")
                return kept["result"]
        say(f"{name} …")
        result = measure()
        file.write_text(json.dumps({"repeats": self.repeats, "threads": self.threads, "loud": self.loud, "result": result}, indent=1) + "\n")
        say(f"{name}: {json.dumps(result)[:400]}")
        return result

    def forget(self, part: str) -> None:
        """Measurements in whose name this stands."""
        for file in (self.folder / "measured").glob(f"*{part}*.json"):
            file.unlink()
