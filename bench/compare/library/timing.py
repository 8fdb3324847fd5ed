"""What the one-stage programs share: a median of timed calls, and one line of JSON at the end."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable


def options(*names: str) -> argparse.Namespace:
    """`--threads`, `--repeats`, `--tokens` and the named positional arguments."""
    parser = argparse.ArgumentParser()
    for name in names:
        parser.add_argument(name)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--prompt", type=int, default=1200, help="tokens of the prompt, and of the context that is decoded at")
    parser.add_argument("--tokens", type=int, default=64)
    return parser.parse_args()


def seconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def median(call: Callable[[], object], repeats: int, warm: int = 1) -> float:
    """Seconds of one call."""
    for _ in range(warm):
        call()
    return statistics.median(seconds(call) for _ in range(repeats))


def report(**figures) -> None:
    print(json.dumps({name: round(value, 3) if isinstance(value, float) else value for name, value in figures.items()}), flush=True)
