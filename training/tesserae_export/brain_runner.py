"""Runs the brain's two graphs in ONNX Runtime, one row, with its cache in place: how the services use them, in small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort


class BrainRunner:
    """One sequence. `facts` is the manifest's `llm`; `capacity` the longest sequence, in tokens."""

    def __init__(self, folder: Path, facts: dict, capacity: int):
        self._embed, self._decode = (ort.InferenceSession(Path(folder) / facts[part], providers=["CPUExecutionProvider"])
                                     for part in ("embed", "decoder"))
        shape = (1, facts["kv_heads"], capacity, facts["head_dim"])
        self._cache = {f"{layer}.{part}": ort.OrtValue.ortvalue_from_numpy(np.zeros(shape, np.float32))
                       for layer in range(facts["layers"]) for part in ("key", "value")}
        self._axes, self._levels, self._hidden = facts.get("rope_axes", 0), facts.get("levels", 0), facts["hidden"]
        self._looks_ahead = "attend_until" in {given.name for given in self._decode.get_inputs()}
        self._image_token = facts["image_token_id"] if facts.get("bidirectional_image_tokens") else None
        self.length = 0
        self._place = 0

    def ahead(self, ids: np.ndarray) -> np.ndarray:
        """A whole prompt's int64 [token] → its `attend_until`: the end of the picture that a token belongs to."""
        until, end = np.zeros(len(ids), np.int64), 0
        for place in range(len(ids) - 1, -1, -1):
            end = (end or place + 1) if ids[place] == self._image_token else 0
            until[place] = end
        return until

    def embed(self, ids: np.ndarray) -> np.ndarray:
        """int64 [token] → float32 [token, hidden]"""
        return self._embed.run(None, {"input_ids": np.asarray(ids, np.int64)[None]})[0][0]

    def extend(self, embeds: np.ndarray, logits_start: int | None = None, places: np.ndarray | None = None,
               levels: np.ndarray | None = None, attend_until: np.ndarray | None = None) -> np.ndarray:
        """float32 [token, hidden] after what came before → the last token's logits [vocab], or all from `logits_start`.

        `places`: int64 [3, token] where the brain's positions have axes, else (and by default) one after another. `levels`: float32
        [level, token, hidden] where the brain takes them; zeros by default. `attend_until`: int64 [token], where a token sees beyond
        itself up to which position (exclusive), 0 elsewhere.
        """
        start = len(embeds) - 1 if logits_start is None else logits_start
        self.length += len(embeds)
        binding = self._decode.io_binding()
        if self._axes:
            places = np.tile(self._place + np.arange(len(embeds)), (self._axes, 1)) if places is None else places
            self._place = int(places.max()) + 1
            binding.bind_cpu_input("position_ids", np.ascontiguousarray(places[:, None], np.int64))
        if self._levels:
            levels = np.zeros((self._levels, 1, self._hidden), np.float32) if levels is None else levels
            binding.bind_cpu_input("level_embeds", np.ascontiguousarray(levels[:, None], np.float32))
        for name, value in (("inputs_embeds", np.ascontiguousarray(embeds[None], np.float32)), ("seqlens_k", np.array([self.length - 1], np.int32)),
                            ("total_sequence_length", np.array(self.length, np.int32)), ("logits_start", np.array([start], np.int64))):
            binding.bind_cpu_input(name, value)
        if self._looks_ahead:
            binding.bind_cpu_input("attend_until", np.zeros(len(embeds), np.int64) if attend_until is None else attend_until)
        binding.bind_output("logits")
        for name, value in self._cache.items():
            binding.bind_ortvalue_input(f"past_key_values.{name}", value)
            binding.bind_ortvalue_output(f"present.{name}", value)
        self._decode.run_with_iobinding(binding)
        logits = binding.copy_outputs_to_cpu()[0][0]
        return logits[-1] if logits_start is None else logits
