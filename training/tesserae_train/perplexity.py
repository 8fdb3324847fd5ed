"""Perplexity of the exported brain on English prose that no part of this recipe reads: the descriptions of scikit-learn's data sets."""

import json
from pathlib import Path

import numpy as np

TOKENS = 1024
FILES = ("breast_cancer", "california_housing", "diabetes", "kddcup99", "olivetti_faces", "twenty_newsgroups", "wine_data", "linnerud")


def texts(tokenizer) -> list[list[int]]:
    """Up to TOKENS ids of each description."""
    import sklearn

    folder = Path(sklearn.__path__[0]) / "datasets" / "descr"
    return [tokenizer((folder / f"{name}.rst").read_text(), add_special_tokens=False).input_ids[:TOKENS] for name in FILES]


def perplexity(runner, sequences: list[list[int]]) -> tuple[float, int]:
    """runner(ids) → logits [token, vocab]; returns the perplexity and how many tokens it was measured on."""
    total, count = 0.0, 0
    for ids in sequences:
        logits = np.asarray(runner(ids), np.float32)[:-1]
        top = logits.max(-1)
        normaliser = top + np.log(np.exp(logits - top[:, None]).sum(-1))
        total += float((normaliser - logits[np.arange(len(logits)), ids[1:]]).sum())
        count += len(logits)
    return float(np.exp(total / count)), count


def measure(out: str | Path) -> dict:
    """Exported brain against the float32 one it was made from; written to training/perplexity.json."""
    import torch
    from tesserae_export.brain_runner import BrainRunner

    from . import brain

    folder = Path(out)
    sequences = texts(brain.load_tokenizer())
    facts = json.loads((folder / "tesserae.json").read_text())["llm"]
    model = brain.load()

    def exported(ids):
        runner = BrainRunner(folder, facts, TOKENS)
        return runner.extend(runner.embed(np.array(ids)), logits_start=0)

    def original(ids):
        with torch.no_grad():
            return model(torch.tensor([ids])).logits[0].numpy()

    result = {"tokens": 0}
    for name, runner in (("exported", exported), ("float32", original)):
        value, result["tokens"] = perplexity(runner, sequences)
        result[name] = round(value, 3)
    (folder / "training" / "perplexity.json").write_text(json.dumps(result) + "\n")
    print(result)
    return result
