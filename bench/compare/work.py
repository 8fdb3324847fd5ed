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

    def __init__(self, folder: Path, repeats: int, threads: int, precision: str):
        self.folder, self.repeats, self.threads, self.precision = folder, repeats, threads, precision
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
        """What `measure` gives, or gave in an earlier run with as many repeats. A failure is kept in no file, so that the next run tries again."""
        file = self.folder / "measured" / f"{name}.json"
        if file.is_file():
            kept = json.loads(file.read_text())
            if kept["repeats"] >= self.repeats and kept["threads"] == self.threads:
                say(f"{name}: kept from an earlier run")
                return kept["result"]
        say(f"{name} …")
        result = measure()
        file.write_text(json.dumps({"repeats": self.repeats, "threads": self.threads, "result": result}, indent=1) + "\n")
        say(f"{name}: {json.dumps(result)[:400]}")
        return result

    def forget(self, name: str) -> None:
        for file in (self.folder / "measured").glob(f"{name}*.json"):
            file.unlink()
