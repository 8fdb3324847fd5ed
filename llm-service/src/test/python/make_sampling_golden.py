"""What the Python of Triton's repositories chooses, for the test that holds the Java side to it.

Run from the repository root, with numpy:  python llm-service/src/test/python/make_sampling_golden.py
"""

import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "engines/src/main/resources/triton"))
from sampling import Choice, logprobs, random_at  # noqa: E402

VOCABULARY, TOKENS = 400, 12
CASES = [
    {},
    {"temperature": 0.7, "seed": 1},
    {"temperature": 1.3, "top_k": 5, "seed": 2},
    {"temperature": 1.0, "top_p": 0.5, "seed": 3},
    {"temperature": 1.0, "top_p": 0.95, "top_k": 50, "min_p": 0.02, "seed": -4},
    {"temperature": 2.0, "min_p": 0.1, "seed": 1 << 40},
    {"repetition_penalty": 1.3, "frequency_penalty": 0.5, "presence_penalty": 0.25},
    {"temperature": 0.9, "repetition_penalty": 0.8, "frequency_penalty": -0.5, "presence_penalty": 1.5, "top_p": 0.9, "seed": 5},
    {"temperature": 1.0, "bias_ids": [3, 77], "biases": [8.0, -100.0], "seed": 6},
]


def logits(case, token):
    """Numbers that both sides make alike: spread over [-6, 6), some of them equal."""
    return np.array([np.float32(int(random_at(case, token * VOCABULARY + i) * 1000) * 0.012 - 6) for i in range(VOCABULARY)], np.float32)


def main():
    golden = []
    for number, case in enumerate(CASES):
        choice = Choice(VOCABULARY, prompt=[1, 2, 3, 900], generated=[7, 7, 8], **case)
        chosen = [choice.next(logits(number, token)) for token in range(TOKENS)]
        own, ids, values = logprobs(logits(number, 0), chosen[0], 4)
        golden.append({"options": case, "tokens": chosen, "logprob": float(own), "top_ids": ids.tolist(), "top_logprobs": values.tolist()})
    target = ROOT / "llm-service/src/test/resources/sampling/triton.json"
    target.write_text(json.dumps({"vocabulary": VOCABULARY, "cases": golden}, indent=1) + "\n")


main()
