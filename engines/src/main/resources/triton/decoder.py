"""The brain's two graphs with a KV cache of rows, which the graph reads and writes in place. For one thread."""

from pathlib import Path

import numpy as np
import onnxruntime as ort


class Decoder:
    def __init__(self, folder, layers, kv_heads, head_dim, vocab, rows, context, threads=0):
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        folder = Path(folder)
        self.embed = ort.InferenceSession(str(folder / "embed_tokens.onnx"), options, providers=["CPUExecutionProvider"])
        self.session = ort.InferenceSession(str(folder / "decoder.onnx"), options, providers=["CPUExecutionProvider"])
        inputs = {tensor.name: tensor for tensor in self.session.get_inputs()}
        self.hidden = inputs["inputs_embeds"].shape[2]
        self.axes = 3 if "position_ids" in inputs else 0
        self.levels = inputs["level_embeds"].shape[0] if "level_embeds" in inputs else 0
        self.looks_ahead = "attend_until" in inputs
        self.vocab = vocab
        # [row, head, token, number]; memory that no token was written to is not taken from the system.
        self.cache = [(f"{i}.{part}", np.zeros((rows, kv_heads, context, head_dim), np.float32)) for i in range(layers) for part in ("key", "value")]

    def _run(self, row, rows, embeds, lengths, scored, extras):
        """One run over `rows` rows from `row` on: logits [rows, scored, vocab] of the last `scored` tokens."""
        binding = self.session.io_binding()
        held = []

        def bind(name, array):
            array = np.ascontiguousarray(array)
            held.append(array)  # the binding holds an address, not the array
            binding.bind_input(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)

        bind("inputs_embeds", embeds)
        bind("seqlens_k", np.asarray(lengths, np.int32) - 1)
        bind("total_sequence_length", np.asarray(max(lengths), np.int32))
        bind("logits_start", np.asarray([embeds.shape[1] - scored], np.int64))
        for name, array in extras.items():
            bind(name, array)
        for name, array in self.cache:
            part = array[row : row + rows]
            binding.bind_input("past_key_values." + name, "cpu", 0, np.float32, part.shape, part.ctypes.data)
            binding.bind_output("present." + name, "cpu", 0, np.float32, part.shape, part.ctypes.data)
        logits = np.empty((rows, scored, self.vocab), np.float32)
        binding.bind_output("logits", "cpu", 0, np.float32, logits.shape, logits.ctypes.data)
        self.session.run_with_iobinding(binding)
        return logits

    def prefill(self, row, past, embeds, positions=None, levels=None, look_ahead=None):
        """Appends embeddings [token, hidden] behind `past` tokens of a row; logits [vocab] after the last."""
        count, extras = len(embeds), {}
        if self.axes:
            extras["position_ids"] = positions[:, None, :]
        if self.levels:
            extras["level_embeds"] = np.zeros((self.levels, 1, 1, self.hidden), np.float32) if levels is None else levels[:, None]
        if self.looks_ahead:
            extras["attend_until"] = np.zeros(count, np.int64) if look_ahead is None else look_ahead
        return self._run(row, 1, np.asarray(embeds, np.float32)[None], [past + count], 1, extras)[0, 0]

    def decode(self, tokens, lengths, positions):
        """Appends one token to each of the first rows, which hold `lengths` tokens: logits [row, vocab]."""
        rows, extras = len(tokens), {}
        embeds = self.embed.run(None, {"input_ids": np.asarray(tokens, np.int64)[:, None]})[0]
        if self.axes:
            extras["position_ids"] = np.broadcast_to(np.asarray(positions, np.int64)[None, :, None], (self.axes, rows, 1))
        if self.levels:
            extras["level_embeds"] = np.zeros((self.levels, 1, 1, self.hidden), np.float32)
        if self.looks_ahead:
            extras["attend_until"] = np.zeros(1, np.int64)
        return self._run(0, rows, embeds, [length + 1 for length in lengths], 1, extras)[:, 0]

    def move(self, source, target, tokens):
        """Copies the first tokens of one row over another."""
        for _, array in self.cache:
            array[target, :, :tokens] = array[source, :, :tokens]
