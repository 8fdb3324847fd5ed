"""How often a precision answers as transformers does in float32: what a faster precision is worth is said beside its speed."""

from __future__ import annotations

from .. import client, prompts
from ..measure import Measure

_QUESTIONS, _TOKENS, _PROMPT = 8, 32, 128
_FIRST = 900_000  # no other question has such seeds


def agreement(measure: Measure) -> dict:
    """Of greedy tokens, the part before the first difference: ours, and transformers' own in bfloat16. Weights are random, the hardest case: every layer
    enlarges what the one before it rounded, and logits lie close together."""
    def ask(server) -> dict:
        answers = [client.one(server.url, prompts.about_text(server, _FIRST + seed, _PROMPT, _TOKENS)).token_ids for seed in range(_QUESTIONS)]
        return {"answers": answers}

    ours = measure.served("tesserae", "agreement", ask)["answers"]
    wanted, half = (measure.work.measured(f"agreement, transformers {kind}", lambda: _reference(measure.work.checkpoint, kind))["answers"]
                    for kind in ("float32", "bfloat16"))
    return {"questions": _QUESTIONS, "tokens_each": _TOKENS, "tesserae": equal_parts(ours, wanted), "transformers bf16": equal_parts(half, wanted)}


def equal_parts(answers: list[list[int]], wanted: list[list[int]]) -> dict:
    """The part of all tokens that stand before an answer's first difference, and how many answers begin the same."""
    equal = [next((index for index, (mine, its) in enumerate(zip(got, tokens)) if mine != its), min(len(got), len(tokens)))
             for got, tokens in zip(answers, wanted, strict=True)]
    return {"before_first_difference": round(sum(equal) / sum(map(len, wanted)), 4), "first_token": sum(each > 0 for each in equal)}


def _reference(checkpoint, kind: str) -> dict:
    import torch
    from transformers import AutoModelForImageTextToText, AutoTokenizer

    model, tokenizer = AutoModelForImageTextToText.from_pretrained(checkpoint, dtype=getattr(torch, kind)).eval(), AutoTokenizer.from_pretrained(checkpoint)
    model.generation_config.eos_token_id = None  # goes on after an end token, as the services are asked to
    answers = []
    for seed in range(_QUESTIONS):
        messages = [{"role": "user", "content": [{"type": "text", "text": prompts.text(_FIRST + seed, _PROMPT)}]}]
        ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)["input_ids"]
        with torch.inference_mode():
            found = model.generate(input_ids=ids, max_new_tokens=_TOKENS, do_sample=False)
        answers.append(found[0, ids.shape[1]:].tolist())
    return {"answers": answers}
