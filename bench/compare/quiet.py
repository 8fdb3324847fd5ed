"""Nothing is measured while others use the processors: one busy neighbour costs some systems a twentiefold, and others a tenth."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from .work import say

_TICK = os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """Of all processors since the machine started."""
    user, nice, system, _, _, irq, softirq, steal = map(int, open("/proc/stat").readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / _TICK


class Gate:
    """`wait` returns once others have used less than `most` of one processor for `seconds`; with `most` of None at once.

    What the server that is about to be measured does while nobody asks it anything is not others': `own` tells its seconds."""

    def __init__(self, most: float | None = 0.1, seconds: float = 2.0, patience: float = 3600.0):
        self.most, self.seconds, self.patience = most, seconds, patience

    def wait(self, own: Callable[[], float] = lambda: 0.0) -> None:
        begun, told = time.monotonic(), False
        while self.most is not None:
            before, start = busy_seconds() - own(), time.monotonic()
            time.sleep(self.seconds)
            used = (busy_seconds() - own() - before) / (time.monotonic() - start)
            if used < self.most:
                return
            if not told:
                say(f"  waiting for a quiet machine: others use {used:.1f} processors")
                told = True
            if time.monotonic() - begun > self.patience:
                raise TimeoutError(f"the machine was not quiet for {self.patience:.0f} s; --loud measures all the same, and says so")
