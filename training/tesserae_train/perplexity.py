"""Perplexity of the exported brain on English prose that no part of this recipe reads: the descriptions of scikit-learn's data sets.

It is compared with the brain's own, as it came, once in the same precision and once in float32.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from .workspace import work_folder

TOKENS = 1024
FILES = ("breast_cancer", "california_housing", "diabetes", "kddcup99", "olivetti_faces", "twenty_newsgroups", "wine_data", "linnerud")


def texts(tokenizer) -> list[list[int]]:
    """Up to TOKENS ids of each description."""
    import sklearn

    folder = Path(sklearn.__path__[0]) / "datasets" / "descr"
    return [tokenizer((folder / f"{name}.rst").read_text(), add_special_tokens=False).input_ids[:TOKENS] for name in FILES]


def perplexity(runner: Callable[[list[int]], np.ndarray], sequences: list[list[int]]) -> tuple[float, int]:
    """runner(ids) → logits [token, vocab]; returns the perplexity and how many tokens it was measured on."""
    total, count = 0.0, 0
    for ids in sequences:
        logits = np.asarray(runner(ids), np.float32)[:-1]
        top = logits.max(-1)
        normaliser = top + np.log(np.exp(logits - top[:, None]).sum(-1))
        total += float((normaliser - logits[np.arange(len(logits)), ids[1:]]).sum())
        count += len(logits)
    return float(np.exp(total / count)), count


def graphs(folder: Path, facts: dict) -> Callable[[list[int]], np.ndarray]:
    """The brain in a model folder, by its manifest's `llm`."""
    from tesserae_export.brain_runner import BrainRunner

    def runner(ids: list[int]) -> np.ndarray:
        brain = BrainRunner(folder, facts, TOKENS)
        return brain.extend(brain.embed(np.array(ids)), logits_start=0)

    return runner


def own_at_same_precision(model) -> Path:
    """The brain as it came, written by the writer of the shipped one; kept until that writer changes."""
    from . import brain_graphs

    stamp = hashlib.sha256(Path(brain_graphs.__file__).read_bytes()).hexdigest()[:16]
    folder = work_folder() / f"own-brain-{stamp}"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "llm").mkdir(parents=True)
        weights = {name: tensor.float().numpy() for name, tensor in model.state_dict().items()}
        brain_graphs.write(model.config.to_dict(), weights, folder / "llm")
        (folder / "done").touch()
    return folder


def measure(out: str | Path, keep: bool = True) -> dict:
    """Perplexities of the exported brain, of the brain's own in the same precision and in float32; kept in training/perplexity.json where asked."""
    import torch

    from . import brain

    folder = Path(out)
    sequences = texts(brain.load_tokenizer())
    facts = json.loads((folder / "tesserae.json").read_text())["llm"]
    model = brain.load()

    def original(ids: list[int]) -> np.ndarray:
        with torch.no_grad():
            return model(torch.tensor([ids])).logits[0].numpy()

    result = {"tokens": 0}
    for name, runner in (("exported", graphs(folder, facts)), ("own_at_same_precision", graphs(own_at_same_precision(model), facts)), ("float32", original)):
        value, result["tokens"] = perplexity(runner, sequences)
        result[name] = round(value, 3)
    if keep:
        (folder / "training").mkdir(exist_ok=True)
        (folder / "training" / "perplexity.json").write_text(json.dumps(result) + "\n")
    print(result)
    return result
