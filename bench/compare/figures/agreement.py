"""How often a precision answers as transformers does in float32: what a faster precision is worth is said beside its speed."""

from __future__ import annotations

from .. import client, prompts
from ..measure import Measure

_QUESTIONS, _TOKENS, _PROMPT = 8, 32, 128
_FIRST = 900_000  # no other question has such seeds


def agreement(measure: Measure) -> dict:
    """Of greedy tokens, the part before the first difference."""
    def ask(server) -> dict:
        wanted = measure.work.measured("agreement, transformers float32", lambda: _reference(measure.work.checkpoint))["answers"]
        equal = []
        for seed, tokens in enumerate(wanted):
            got = client.one(server.url, prompts.about_text(server, _FIRST + seed, _PROMPT, _TOKENS) | {"return_token_ids": True}).token_ids
            equal.append(next((index for index, (mine, its) in enumerate(zip(got, tokens)) if mine != its), len(tokens)))
        return {"equal_before_first_difference": round(sum(equal) / (len(wanted) * _TOKENS), 4), "first_token_equal": sum(each > 0 for each in equal),
                "questions": len(wanted), "tokens_each": _TOKENS, "weights": "random, the hardest case: logits lie close together"}

    return measure.served("tesserae", "agreement", ask)


def _reference(checkpoint) -> dict:
    import torch
    from transformers import AutoModelForImageTextToText, AutoTokenizer

    model, tokenizer = AutoModelForImageTextToText.from_pretrained(checkpoint, dtype=torch.float32).eval(), AutoTokenizer.from_pretrained(checkpoint)
    model.generation_config.eos_token_id = None  # goes on after an end token, as the services are asked to
    answers = []
    for seed in range(_QUESTIONS):
        messages = [{"role": "user", "content": [{"type": "text", "text": prompts.text(_FIRST + seed, _PROMPT)}]}]
        ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)["input_ids"]
        with torch.inference_mode():
            found = model.generate(input_ids=ids, max_new_tokens=_TOKENS, do_sample=False)
        answers.append(found[0, ids.shape[1]:].tolist())
    return {"answers": answers}
