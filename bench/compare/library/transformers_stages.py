"""transformers itself in bfloat16: eye and nerve, prefill, decode.

    python -m compare.library.transformers_stages CHECKPOINT
"""

from __future__ import annotations

import statistics

import torch
from transformers import AutoModelForImageTextToText

from .timing import median, options, report, seconds


@torch.inference_mode()
def main() -> None:
    given = options("checkpoint")
    torch.set_num_threads(given.threads)
    model = AutoModelForImageTextToText.from_pretrained(given.checkpoint, dtype=torch.bfloat16).eval()
    tile = (torch.rand(1, 1, 3, 512, 512) * 2 - 1).to(torch.bfloat16)
    eye = median(lambda: model.get_image_features(pixel_values=tile), given.repeats)
    brain, head = model.model.text_model, model.lm_head
    prompt = torch.randn(1, given.prompt, model.config.text_config.hidden_size).to(torch.bfloat16)
    prefill = median(lambda: head(brain(inputs_embeds=prompt, use_cache=True).last_hidden_state[:, -1:]), given.repeats)
    read = brain(inputs_embeds=prompt, use_cache=True)
    cache, token = read.past_key_values, head(read.last_hidden_state[:, -1:]).argmax(-1)

    def step() -> None:
        nonlocal token
        token = head(brain(input_ids=token, past_key_values=cache, use_cache=True).last_hidden_state).argmax(-1)

    steps = [seconds(step) for _ in range(given.tokens)]
    report(eye_ms=1000 * eye, prefill=given.prompt / prefill, decode=1 / statistics.median(steps[4:]))


if __name__ == "__main__":
    main()
