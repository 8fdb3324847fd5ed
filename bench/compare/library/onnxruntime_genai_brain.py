"""onnxruntime-genai on what its own model builder made: prefill and decode, tokens a second.

    python -m compare.library.onnxruntime_genai_brain FOLDER
"""

from __future__ import annotations

import json
import statistics

import numpy as np
import onnxruntime_genai as genai

from .timing import options, report, seconds


def main() -> None:
    given = options("folder")
    config = genai.Config(given.folder)
    config.overlay(json.dumps({"model": {"decoder": {"session_options": {"intra_op_num_threads": given.threads}}}}))
    model = genai.Model(config)
    ids = np.random.default_rng(0).integers(100, 40000, (1, given.prompt)).astype(np.int32)
    prefills, steps = [], []
    for attempt in range(given.repeats + 1):
        search = genai.GeneratorParams(model)
        length = given.prompt + given.tokens + 8
        search.set_search_options(do_sample=False, batch_size=1, max_length=length, min_length=length)
        generator = genai.Generator(model, search)
        took = seconds(lambda: generator.append_tokens(ids))
        generator.generate_next_token()
        each = [seconds(generator.generate_next_token) for _ in range(given.tokens)]
        if attempt:  # the first is a warm-up
            prefills.append(took)
            steps += each[4:]
        del generator
    report(prefill=given.prompt / statistics.median(prefills), decode=1 / statistics.median(steps))


if __name__ == "__main__":
    main()
