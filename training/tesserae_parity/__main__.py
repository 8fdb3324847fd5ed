"""`./tesserae test --parity [--family NAME] [--shape TEXT] [--split] [--keep FOLDER]`: makes, exports, serves and compares.

For every row of `parity_models.SHAPES`: a checkpoint with random weights, its export in float32 with the exporter's own check, what
transformers answers, and what the services answer over HTTP. Anything below 100 % fails.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

from parity_models import SHAPES, Shape  # noqa: E402
from parity_reference import reference_of  # noqa: E402
from tesserae_export.__main__ import main as export  # noqa: E402
from tesserae_export.checkpoint import Checkpoint  # noqa: E402
from tesserae_export.families import FAMILIES  # noqa: E402

from . import questions  # noqa: E402
from .report import Result, write_junit, write_page  # noqa: E402
from .served import Served  # noqa: E402

TOKENS = 48
AT_ONCE = 4
TOGETHER, APART, PUBLISHED = "one process", "four processes", "published ONNX"


def arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("tesserae test --parity", description=__doc__.split("\n")[0])
    parser.add_argument("--family", action="append", help="only this family; may be repeated")
    parser.add_argument("--shape", help="only shapes whose name contains this")
    parser.add_argument("--split", action="store_true", help="also with the four services apart, not only in one process")
    parser.add_argument("--published", metavar="PYTHON", help="also folders that optimum exports in the layout of transformers.js, by this Python, "
                        "which has fixtures/requirements_transformers_js.txt")
    parser.add_argument("--keep", type=Path, help="folder to keep checkpoints, model folders and logs in")
    parser.add_argument("--junit", type=Path, help="file for the JUnit report")
    return parser.parse_args(given)


def asked(shape: Shape, folder: Path, pictures: Path, names: list[str]) -> dict[str, tuple]:
    """Makes the checkpoint in `folder/checkpoint` and asks transformers: case → (HTTP body, what was asked, tokens, gaps)."""
    model, _ = shape.make(folder / "checkpoint", shape.seed)
    reference = reference_of(shape.family, model, FAMILIES[shape.family].reference(Checkpoint(folder / "checkpoint")), pictures)
    known, found = {}, {}
    for detail in ("low", "high", "auto"):
        options = repr(reference.options(detail))
        if detail == "auto" and options in (repr(reference.options(other)) for other in ("low", "high")):
            continue
        for case, messages in questions.conversations(names, detail).items():
            if not reference.takes(messages):
                continue
            question = case, reference.treatment(detail, sum(part["type"] == "image" for message in messages for part in message["content"]))
            if question not in known:
                answer = reference.answer(reference.inputs(messages), TOKENS)
                known[question] = answer.tokens, answer.gaps
            found[f"{detail}: {case}"] = questions.request(messages, pictures, TOKENS), question, *known[question]
    return found


def compare(shape: Shape, folder: Path, cases: dict, deployment: str) -> Result:
    result, begun = Result(shape.family, shape.name, deployment), time.monotonic()
    model = folder / ("published" if deployment == PUBLISHED else "model")
    with Served(model, folder / "up.log", deployment == APART) as served, ThreadPoolExecutor(AT_ONCE) as callers:
        futures = {case: callers.submit(served.tokens, body) for case, (body, *_) in cases.items()}
        for case, (_, question, wanted, gaps) in cases.items():
            try:
                got = futures[case].result()
            except (RuntimeError, OSError) as failed:
                result.failures.append(f"{case}: {failed}")
                result.requests, result.tokens = result.requests + 1, result.tokens + len(wanted)
            else:
                result.add(case, question, wanted, got, gaps)
    result.judge()
    result.seconds = time.monotonic() - begun
    return result


def publish(python: str, folder: Path) -> None:
    """The checkpoint in the layout that transformers.js reads, by optimum's exporter in its own environment."""
    script = Path(__file__).parents[1] / "fixtures/make_transformers_js.py"
    made = subprocess.run([python, script, folder / "checkpoint", folder / "published"], capture_output=True, text=True)
    if made.returncode:
        raise RuntimeError(f"{script.name} failed: {made.stderr[-1000:]}")


def run(shape: Shape, folder: Path, pictures: Path, names: list[str], options: argparse.Namespace) -> list[Result]:
    folder.mkdir(parents=True, exist_ok=True)
    deployments = [TOGETHER] + [APART] * options.split + [PUBLISHED] * bool(shape.published and options.published)
    try:
        cases = asked(shape, folder, pictures, names)
        if export([str(folder / "checkpoint"), str(folder / "model"), "--license", "Apache-2.0", "--origin", "random weights"]):
            raise RuntimeError("the export failed")
        if PUBLISHED in deployments:
            publish(options.published, folder)
        return [compare(shape, folder, cases, deployment) for deployment in deployments]
    except Exception as broken:  # one shape's trouble must not hide the others' results
        return [Result(shape.family, shape.name, TOGETHER, failures=[f"{type(broken).__name__}: {broken}"])]


def main(given: list[str] | None = None) -> int:
    options = arguments(given)
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TRANSFORMERS_VERBOSITY="error", TQDM_DISABLE="1")
    torch.set_num_threads(1)
    chosen = [shape for shape in SHAPES if (not options.family or shape.family in options.family) and (options.shape or "") in shape.name]
    if not chosen:
        print(f"no shape fits; families are {', '.join(dict.fromkeys(shape.family for shape in SHAPES))}", file=sys.stderr)
        return 2
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        place = (options.keep or Path(scratch)).resolve()
        names = questions.draw(place / "pictures")
        for index, shape in enumerate(chosen):
            print(f"{shape.family}: {shape.name}", flush=True)
            for result in run(shape, place / f"{index:02d}-{shape.family}", place / "pictures", names, options):
                results.append(result)
                print("\n".join((result.row(), *(f"  {failure}" for failure in result.failures))), flush=True)
    write_page(results, [(shape.family, shape.name) for shape in SHAPES])
    if options.junit:
        write_junit(results, options.junit)
    whole = sum(result.whole for result in results)
    print(f"parity with transformers: {whole} of {len(results)} shapes whole, {sum(result.requests_equal for result in results)} of "
          f"{sum(result.requests for result in results)} requests, {sum(result.tokens_equal for result in results)} of "
          f"{sum(result.tokens for result in results)} tokens")
    return 0 if whole == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
