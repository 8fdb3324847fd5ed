"""Where a model folder's graphs spend their time: a table of operators for eye, prefill and decode.

    PYTHONPATH=bench python -m compare.library.node_times MODEL_FOLDER [--threads 1] [--prompt 1200] [--chunk 128]

One tile; a prompt in chunks, from nothing; steps of one row after it. Shares are of the time inside operators.
"""

from __future__ import annotations

import argparse
import collections
import json
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort

from .bare_loop import Loop

_STEPS = 30


def table(file: str) -> list[tuple[str, float, int]]:
    """(operator, share, calls), the largest first."""
    taken, calls = collections.Counter(), collections.Counter()
    for event in json.loads(Path(file).read_text()):
        if event.get("cat") == "Node" and event["name"].endswith("kernel_time"):
            taken[event["args"]["op_name"]] += event["dur"]
            calls[event["args"]["op_name"]] += 1
    whole = sum(taken.values())
    return [(name, part / whole, calls[name]) for name, part in taken.most_common() if part / whole > 0.005]


def show(title: str, session: ort.InferenceSession, seconds: float) -> None:
    print(f"\n{title}: {seconds * 1000:.1f} ms of processor time\n\n| operator | share | calls |\n|---|---|---|")
    for name, share, calls in table(session.end_profiling()):
        print(f"| {name} | {100 * share:.1f} % | {calls} |")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    for name, value in (("threads", 1), ("prompt", 1200), ("chunk", 128)):
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    manifest = json.loads((given.folder / "tesserae.json").read_text())
    random = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as scratch:
        def settings(name: str) -> ort.SessionOptions:
            found = ort.SessionOptions()
            found.intra_op_num_threads, found.enable_profiling, found.profile_file_prefix = given.threads, True, f"{scratch}/{name}"
            return found

        eye = ort.InferenceSession(given.folder / manifest["vision"]["graph"], settings("eye"))
        facts = manifest["vision"]
        tile = {facts["input"]: random.uniform(-1, 1, (1, 3, facts["tile_height"], facts["tile_width"])).astype(np.float32)}
        begun = time.process_time()
        eye.run(None, tile)
        show("eye, one tile, the first run", eye, time.process_time() - begun)
        embeds = random.standard_normal((1, given.prompt, manifest["llm"]["hidden"])).astype(np.float32) * 0.5
        for title in ("prefill", "decode"):
            loop = Loop(given.folder, manifest["llm"], given.prompt + _STEPS + 1, given.threads, settings(title) if title == "prefill" else None)
            begun = time.process_time()
            for at in range(0, given.prompt, given.chunk):
                token = loop.prefill(np.ascontiguousarray(embeds[:, at:at + given.chunk]), at)
            if title == "prefill":
                show(f"prefill of {given.prompt} tokens, {given.chunk} at a time", loop.decoder, time.process_time() - begun)
                continue
            loop.decoder, loop.step_binding = ort.InferenceSession(given.folder / manifest["llm"]["decoder"], settings(title)), None
            begun = time.process_time()
            for _ in range(_STEPS):
                token = loop.step(token)
            show(f"{_STEPS} steps of one row at context {given.prompt}", loop.decoder, time.process_time() - begun)


if __name__ == "__main__":
    main()
