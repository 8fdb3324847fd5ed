"""The model that is asked: SmolLM2-135M's shape with its real tokenizer and random weights, behind a small eye; in float32, so that tokens can be compared."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).parents[2]
PROMPTS = (
    "What is the capital of France?", "Name three colours.", "Write a line about the sea.", "How many legs has a spider?", "Say hello.", "What is two plus two?",
    "Who wrote Hamlet?", "Tell me about tiles.", "Translate 'good morning' into Spanish.", "Was ist ein Mosaik?", "Why is the sky blue?", "List the planets.",
    "Describe a cat to someone who has never seen one.", "日本の首都はどこですか。", "Finish the sentence: once upon a time", "def fibonacci(n):", "What is a language model?",
    "Give me a recipe for bread, in five steps.", "🙂🙃 what do these mean?", "Is a tomato a fruit? Answer in one word, then say why, then say what else is one.",
)


class Brain:
    """Made once in a folder: `checkpoint` as Hugging Face has it, `text` its language model alone, for vLLM, and `model` as Tesserae serves it."""

    def __init__(self, folder: Path):
        self.checkpoint, self.text, self.model = folder / "checkpoint", folder / "checkpoint-text", folder / "vllm-brain"
        if not (self.text / "config.json").is_file():
            folder.mkdir(parents=True, exist_ok=True)
            self._make()
        if not (self.model / "tesserae.json").is_file():
            subprocess.run([sys.executable, "-m", "tesserae_export", str(self.checkpoint), str(self.model), "--precision", "fp32"], check=True)

    def _make(self) -> None:
        import parity_models
        from compare.checkpoint import VOCAB, _save_text, tokenizer

        def save(where: Path, model, processor) -> None:
            model.save_pretrained(where)
            processor.save_pretrained(where)
            processor.tokenizer.chat_template = processor.chat_template
            _save_text(model, processor.tokenizer, where.with_name(where.name + "-text"))

        shape = dict(hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3, head_dim=64, vocab_size=VOCAB,
                     max_position_embeddings=8192)
        with mock.patch.object(parity_models, "byte_level", tokenizer), mock.patch.object(parity_models, "save", save):
            parity_models.idefics3(self.checkpoint, 1, shape)

    @cached_property
    def _reference(self):
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        return AutoTokenizer.from_pretrained(self.text), AutoModelForCausalLM.from_pretrained(self.text, dtype=torch.float32).eval()

    def prompt_ids(self, prompt: str) -> list[int]:
        """The chat's ids, by transformers."""
        words, _ = self._reference
        content = [{"type": "text", "text": prompt}]
        text = words.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False)
        return words(text, add_special_tokens=False)["input_ids"]

    def embeddings(self, ids: list[int]):
        """[token, hidden] in float32, by transformers."""
        import torch

        with torch.no_grad():
            return self._reference[1].get_input_embeddings()(torch.tensor(ids))

    def greedy(self, prompt: str, tokens: int) -> list[int]:
        """What transformers says, end tokens or not."""
        import torch

        ids = torch.tensor([self.prompt_ids(prompt)])
        with torch.no_grad():
            said = self._reference[1].generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False, eos_token_id=None,
                                               pad_token_id=0)
        return said[0, ids.shape[1]:].tolist()


def body(prompt: str, tokens: int, **further) -> dict:
    """A greedy question that goes on for so many tokens."""
    return {"messages": [{"role": "user", "content": prompt}], "max_tokens": tokens, "temperature": 0, "ignore_eos": True, "return_token_ids": True} | further


def events(answer):
    """The streamed chunks of an answer."""
    for line in answer:
        if line.startswith(b"data: ") and b"[DONE]" not in line:
            yield json.loads(line[6:])
