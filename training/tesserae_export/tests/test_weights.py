"""Tensors from files: some rows at a time, and what the exporter holds of the large ones.

Run: python -m pytest training/tesserae_export/tests
"""

import hashlib

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

from tesserae_export import matrices, quantise, qwen1
from tesserae_export.decoder import build_decoder
from tesserae_export.weights import AsStored, MissingTensor, Renamed, Respelled, Safetensors, Stacked, StoredRows, rows

TABLES = ("model.embed_tokens.weight", "lm_head.weight")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_rows_are_those_of_the_whole(dtype, tmp_path):
    torch.manual_seed(1)
    save_file({"before": torch.rand(3, dtype=dtype), "transformer.wte.weight": torch.randn(7, 5).to(dtype)}, tmp_path / "model.safetensors")
    stored = Safetensors(tmp_path)
    whole = stored["transformer.wte.weight"]
    views = {"stored": (stored, "transformer.wte.weight"), "renamed": (Renamed(stored, {"transformer.": "brain."}), "brain.wte.weight"),
             "respelled": (Respelled({"table": AsStored(stored, "transformer.wte.weight")}), "table"),
             "the first Qwen's": (qwen1.PlainWeights(stored), "model.embed_tokens.weight")}
    for view, name in views.values():
        found = rows(view, name)
        assert isinstance(found, StoredRows) and found.shape == (7, 5)
        for part in (slice(0, 3), slice(3, 7), slice(5, 99), slice(None)):
            assert found[part].dtype == np.float32
            np.testing.assert_array_equal(found[part], whole[part])
        with pytest.raises(MissingTensor, match="another"):
            rows(view, "another")
    assert rows({"in memory": whole}, "in memory") is whole
    assert rows(stored, "before").shape == (3,)


def test_rows_of_what_is_packed_and_of_what_is_stacked(tmp_path):
    packed = torch.randn(12, 5)
    save_file({"transformer.h.0.attn.c_attn.weight": packed, "other": torch.randn(3, 5)}, tmp_path / "model.safetensors")
    stored = Safetensors(tmp_path)
    parts = [rows(qwen1.PlainWeights(stored), f"model.layers.0.self_attn.{part}_proj.weight") for part in "qkv"]
    assert all(isinstance(part, StoredRows) for part in parts)
    for part, wanted in zip(parts, packed.numpy().reshape(3, 4, 5)):
        np.testing.assert_array_equal(part[:], wanted)
    stacked = Stacked([*parts, rows(stored, "other")])
    whole = np.concatenate([packed.numpy(), stored["other"]])
    assert stacked.shape == whole.shape
    for first in range(15):
        for end in (first, first + 1, first + 6, 99):
            np.testing.assert_array_equal(stacked[first:end], whole[first:end])


class NoWholeTables(Safetensors):
    """Stands for a checkpoint whose tables are too large for memory."""

    def __getitem__(self, name):
        assert name not in TABLES, f"{name} was read as a whole"
        return super().__getitem__(name)


@pytest.mark.parametrize("precision", ["fp32", "fp16", "int8", "int4"])
@pytest.mark.parametrize("tied", [False, True])
def test_tables_come_out_the_same_in_parts(precision, tied, tmp_path, monkeypatch):
    torch.manual_seed(2)
    model = LlamaForCausalLM(LlamaConfig(vocab_size=199, hidden_size=96, intermediate_size=160, num_hidden_layers=1, num_attention_heads=6,
                                         max_position_embeddings=32, tie_word_embeddings=tied))
    tensors = {name: tensor for name, tensor in model.state_dict().items() if not (tied and name == "lm_head.weight")}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, tmp_path / "model.safetensors")

    def made(weights, folder):
        build_decoder(model.config.to_dict(), weights, folder, precision=precision)
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}

    whole = made({name: tensor.numpy() for name, tensor in tensors.items()}, tmp_path / "whole")
    monkeypatch.setattr(matrices, "_ROWS", 1000)
    monkeypatch.setattr(matrices, "_COLUMNS", 1000)
    monkeypatch.setattr(quantise, "_CHUNK", 1000)
    assert made(NoWholeTables(tmp_path), tmp_path / "parts") == whole
