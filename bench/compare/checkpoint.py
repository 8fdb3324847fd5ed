"""The one checkpoint that everybody serves: SmolVLM-256M's shape with random weights and SmolLM2's real tokenizer.

Random weights cost what trained ones cost, and nobody need download any. They are drawn as the parity tests draw theirs, so that logits lie apart and
greedy answers vary. Saved in bfloat16, which each system turns into the precision that it runs.
"""

from __future__ import annotations

import json
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).parents[2]
SHAPE = "SmolVLM-256M"
VOCAB = 49280  # as published: 49152 of SmolLM2's, SmolVLM's own, and room


def make(folder: Path) -> None:
    """Writes the checkpoint to `folder`, and its brain alone, as a Llama, to `<folder>-text` for what knows no pictures."""
    import parity_models
    import torch
    from real_shapes import SHAPES

    def save(where: Path, model, processor) -> None:
        model = model.to(torch.bfloat16)
        model.save_pretrained(where)
        processor.save_pretrained(where)
        processor.tokenizer.chat_template = processor.chat_template
        _save_text(model, processor.tokenizer, where.with_name(where.name + "-text"))

    with mock.patch.object(parity_models, "byte_level", tokenizer), mock.patch.object(parity_models, "save", save):
        SHAPES[SHAPE].make(folder)


def tokenizer():
    """SmolLM2's, from the default model's folder, and SmolVLM's special tokens after it at their published ids."""
    from tokenizers import AddedToken, Tokenizer
    from transformers import PreTrainedTokenizerFast

    stored = json.loads((ROOT / "models/tesserae-135m/tokenizer.json").read_text())
    stored["added_tokens"] = [token for token in stored["added_tokens"] if token["id"] < 49152]  # without the default model's own
    stored["truncation"] = stored["padding"] = None
    found = Tokenizer.from_str(json.dumps(stored))
    own = ["<global-img>", *(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)), "<fake_token_around_image>", "<image>"]
    spare = VOCAB - 1 - 49152 - len(own)
    own += [*(f"<|reserved_special_token_{index}|>" for index in range(spare)), "<end_of_utterance>"]
    found.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in own])
    assert (found.token_to_id("<image>"), found.token_to_id("<end_of_utterance>")) == (49190, 49279)
    return PreTrainedTokenizerFast(tokenizer_object=found, bos_token="<|im_start|>", eos_token="<end_of_utterance>", unk_token="<|endoftext|>",
                                   pad_token="<|im_end|>", model_max_length=8192, clean_up_tokenization_spaces=False)


def _save_text(model, words, folder: Path) -> None:
    from transformers import LlamaConfig, LlamaForCausalLM

    config = model.config.text_config.to_dict()
    plain = LlamaForCausalLM(LlamaConfig(**{key: value for key, value in config.items() if key not in ("model_type", "architectures")})).to(model.dtype)
    own = {name.replace("model.text_model.", "model."): tensor for name, tensor in model.state_dict().items()
           if name.startswith(("model.text_model.", "lm_head."))}
    plain.load_state_dict(own)
    plain.generation_config.eos_token_id = model.generation_config.eos_token_id
    plain.save_pretrained(folder)
    words.save_pretrained(folder)
