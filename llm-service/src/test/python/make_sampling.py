"""Makes golden/sampling.json: what transformers' logits processors leave of random logits.

    python llm-service/src/test/python/make_sampling.py llm-service/src/test/resources
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers
from transformers.generation import logits_process as lp

VOCABULARY = 60


def case(rng, **options):
    logits = np.round(rng.normal(0, 3, VOCABULARY), 3).astype(np.float32)
    if options.pop("ties", False):
        logits = np.round(logits).astype(np.float32)
    prompt = rng.integers(0, VOCABULARY, 12).tolist()
    answer = rng.integers(0, VOCABULARY, 8).tolist()
    ids = torch.tensor([prompt + answer])
    scores = torch.tensor(logits[None])
    if bias := options.get("logit_bias"):
        scores = lp.SequenceBiasLogitsProcessor([[[int(token)], value] for token, value in bias.items()])(ids, scores)
    if (penalty := options.get("repetition_penalty", 1.0)) != 1.0:
        scores = lp.RepetitionPenaltyLogitsProcessor(penalty)(ids, scores)
    # transformers has neither of these two: OpenAI's formula.
    counts = torch.bincount(torch.tensor(answer), minlength=VOCABULARY).float()
    scores = scores - options.get("frequency_penalty", 0.0) * counts - options.get("presence_penalty", 0.0) * (counts > 0)
    if (temperature := options.get("temperature", 1.0)) != 1.0:
        scores = lp.TemperatureLogitsWarper(temperature)(ids, scores)
    if top_k := options.get("top_k", 0):
        scores = lp.TopKLogitsWarper(top_k)(ids, scores)
    if (top_p := options.get("top_p", 1.0)) < 1.0:
        scores = lp.TopPLogitsWarper(top_p)(ids, scores)
    if min_p := options.get("min_p", 0.0):
        scores = lp.MinPLogitsWarper(min_p)(ids, scores)
    probabilities = torch.softmax(scores[0], -1)
    return {"options": options, "logits": [float(value) for value in logits], "prompt": prompt, "answer": answer,
            "probabilities": [round(float(value), 7) for value in probabilities]}


def main(out):
    rng = np.random.default_rng(5)
    cases = [case(rng)]
    for options in ({"temperature": 0.3}, {"temperature": 1.7}, {"top_k": 1}, {"top_k": 5}, {"top_k": 500}, {"top_p": 0.1}, {"top_p": 0.5},
                    {"top_p": 0.95}, {"top_p": 0.999}, {"min_p": 0.05}, {"min_p": 0.5}, {"repetition_penalty": 1.3}, {"repetition_penalty": 0.7},
                    {"frequency_penalty": 1.5}, {"frequency_penalty": -1.0}, {"presence_penalty": 2.0}, {"presence_penalty": -2.0},
                    {"logit_bias": {"3": 5.0, "59": -100.0}}, {"top_k": 5, "ties": True},
                    {"temperature": 0.8, "top_k": 20, "top_p": 0.9, "min_p": 0.02, "repetition_penalty": 1.1, "frequency_penalty": 0.3,
                     "presence_penalty": 0.4, "logit_bias": {"7": 2.5}}):
        cases += [case(rng, **options) for _ in range(3)]
    for _ in range(60):
        cases.append(case(rng, temperature=float(np.round(rng.uniform(0.2, 2), 2)), top_k=int(rng.integers(0, 40)),
                          top_p=float(np.round(rng.uniform(0.05, 1), 2)), min_p=float(np.round(rng.uniform(0, 0.3), 2)),
                          repetition_penalty=float(np.round(rng.uniform(0.8, 1.5), 2))))
    document = {"made_by": "llm-service/src/test/python/make_sampling.py", "transformers": transformers.__version__,
                "torch": torch.__version__, "cases": cases}
    (out / "golden" / "sampling.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
