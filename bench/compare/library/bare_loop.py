"""Tesserae's own graphs in a bare Python loop: what our services may cost nothing above.

    python -m compare.library.bare_loop MODEL_FOLDER --prompt TOKENS

Eye and nerve tile by tile, a prompt in one piece, then greedy steps with every buffer bound once. The same version of onnxruntime, the same threads and
session options as the services'.
"""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import numpy as np
import onnxruntime as ort

from .timing import median, options, report, seconds


def session(path: Path, threads: int, settings: ort.SessionOptions | None = None) -> ort.InferenceSession:
    settings = settings or ort.SessionOptions()
    settings.intra_op_num_threads = threads
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(path, settings, providers=["CPUExecutionProvider"])


class Loop:
    """One sequence, keys and values in place, as the graphs are made for."""

    def __init__(self, folder: Path, facts: dict, capacity: int, threads: int, settings: ort.SessionOptions | None = None):
        self.embed, self.decoder = session(folder / facts["embed"], threads), session(folder / facts["decoder"], threads, settings)
        self.facts, shape = facts, (1, facts["kv_heads"], capacity, facts["head_dim"])
        self.cache = [(f"{layer}.{part}", ort.OrtValue.ortvalue_from_numpy(np.zeros(shape, np.float32)))
                      for layer in range(facts["layers"]) for part in ("key", "value")]
        self.lengths, self.longest = np.zeros(1, np.int32), np.zeros((), np.int32)
        self.start, self.logits = np.zeros(1, np.int64), np.zeros((1, 1, facts["vocab"]), np.float32)
        self.step_binding = self.step_input = None

    def binding(self, embeds: np.ndarray):
        """Inputs and outputs that stay where they are."""
        binding = self.decoder.io_binding()
        for name, array in (("inputs_embeds", embeds), ("seqlens_k", self.lengths), ("total_sequence_length", self.longest), ("logits_start", self.start)):
            binding.bind_cpu_input(name, array)
        for name, value in self.cache:
            binding.bind_ortvalue_input(f"past_key_values.{name}", value)
            binding.bind_ortvalue_output(f"present.{name}", value)
        binding.bind_output("logits", "cpu", 0, np.float32, self.logits.shape, self.logits.ctypes.data)
        return binding

    def prefill(self, embeds: np.ndarray, past: int = 0) -> int:
        count = embeds.shape[1]
        self.lengths[0], self.longest[...], self.start[0] = past + count - 1, past + count, count - 1
        self.decoder.run_with_iobinding(self.binding(embeds))
        self.length = past + count
        return int(self.logits[0, 0].argmax())

    def step(self, token: int) -> int:
        row = self.embed.run(None, {"input_ids": np.array([[token]])})[0]
        if self.step_binding is None:
            self.step_input = row.copy()
            self.step_binding = self.binding(self.step_input)
        self.step_input[...] = row
        self.lengths[0], self.longest[...], self.start[0] = self.length, self.length + 1, 0
        self.decoder.run_with_iobinding(self.step_binding)
        self.length += 1
        return int(self.logits[0, 0].argmax())


def main() -> None:
    given = options("folder")
    folder = Path(given.folder)
    manifest = json.loads((folder / "tesserae.json").read_text())
    random = np.random.default_rng(0)
    eye, nerve = (session(folder / manifest[part]["graph"], given.threads) for part in ("vision", "projector"))
    pixels = random.uniform(-1, 1, (1, 3, 512, 512)).astype(np.float32)
    names, source = manifest["vision"]["outputs"], manifest["projector"]["inputs"][0]

    def see() -> np.ndarray:
        return nerve.run([manifest["projector"]["output"]], {source: eye.run(names[:1], {manifest["vision"]["input"]: pixels})[0]})[0]

    tile = median(see, given.repeats)
    loop = Loop(folder, manifest["llm"], given.prompt + given.tokens + 8, given.threads)
    embeds = random.standard_normal((1, given.prompt, manifest["llm"]["hidden"])).astype(np.float32) * 0.5
    prefill = median(lambda: loop.prefill(embeds), given.repeats)
    token, rates = loop.prefill(embeds), []
    for _ in range(given.repeats):
        loop.length = given.prompt
        took = []
        for _ in range(given.tokens):
            def step() -> None:
                nonlocal token
                token = loop.step(token)
            took.append(seconds(step))
        rates.append(1 / statistics.mean(took[1:]))
    report(eye_ms=1000 * tile, prefill_seconds=prefill, prefill=given.prompt / prefill, decode=statistics.median(rates))


if __name__ == "__main__":
    main()
