"""What came of it: the table in docs/parity.md, and a JUnit report that `./tesserae test` counts."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import onnxruntime
import PIL
import torch
import transformers

PAGE = Path(__file__).parents[2] / "docs/parity.md"
COLUMNS = ("family", "shape", "deployment", "requests", "tokens", "equal", "answers that differ", "least gap")
_HEAD = f"""# Parity with transformers

The same greedy token ids as the reference, for checkpoints with random weights of several shapes a family. Each is made by
`training/fixtures/parity_models.py`, exported in float32 by `./tesserae export`, served, and asked over HTTP: twelve pictures from 1×1 to
2000×300 alone and three at a time, `detail` `low` and `high` (and `auto` where it is neither), up to 48 tokens an answer, four requests at a
time. The reference is transformers with its Pillow image processors, in float32, on the same files; for `qwen-vl`, which transformers has no
class for, a plain PyTorch module of the published architecture (`training/fixtures/qwen_vl_reference.py`).

*Published ONNX* are the same checkpoints in the layout that transformers.js reads, exported by optimum and served without conversion
([decision 8](decisions/0008-the-published-onnx-layout.md)); the others are exported by `./tesserae export`.

Written by `./tesserae test --parity`, which fails if anything is below 100 %; `--family NAME` runs and rewrites one family's rows. *Least
gap* is the smallest distance between the two best logits at any step: how far rounding is from changing a token. *Answers that differ*
counts different answers among what was asked: a model that says the same of every picture would show nothing, and fails too.

Versions: transformers {transformers.__version__}, torch {torch.__version__.split("+")[0]}, Pillow {PIL.__version__}, onnxruntime
{onnxruntime.__version__}, Python {platform.python_version()}.

| {" | ".join(COLUMNS)} |
|{"---|" * len(COLUMNS)}
"""


@dataclass
class Result:
    """Of one shape in one deployment."""

    family: str
    shape: str
    deployment: str
    requests: int = 0
    requests_equal: int = 0
    tokens: int = 0
    tokens_equal: int = 0
    least_gap: float = float("inf")
    answers: dict[tuple, tuple] = field(default_factory=dict)  # what was asked → the reference's answer
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, case: str, asked: tuple, wanted: list[int], got: list[int], gaps: list[float]) -> None:
        self.answers[asked] = tuple(wanted)
        same = next((index for index, pair in enumerate(zip(wanted, got)) if pair[0] != pair[1]), min(len(wanted), len(got)))
        self.requests += 1
        self.tokens += len(wanted)
        self.tokens_equal += same
        self.least_gap = min(self.least_gap, *gaps)
        if wanted == got:
            self.requests_equal += 1
        else:
            gap = f", where the two best logits are {gaps[same]:.1e} apart" if same < len(gaps) else ""
            self.failures.append(f"{case}: {same} of {len(wanted)} tokens equal{gap}")

    @property
    def different(self) -> int:
        return len(set(self.answers.values()))

    def judge(self) -> None:
        """Fails what equals the reference without showing anything."""
        if 2 * self.different < len(self.answers):
            self.failures.append(f"only {self.different} different answers to {len(self.answers)} questions: the shape's weights say nothing of pictures")

    @property
    def whole(self) -> bool:
        return not self.failures and self.requests > 0

    def row(self) -> str:
        # Rounded down: what is not whole must not look so.
        equal = int(1000 * self.tokens_equal / self.tokens) / 10 if self.tokens else 0
        cells = (self.family, self.shape, self.deployment, f"{self.requests_equal} of {self.requests}", f"{self.tokens_equal} of {self.tokens}",
                 f"{equal:g} %", f"{self.different} of {len(self.answers)}", f"{self.least_gap:.0e}")
        return "| " + " | ".join(cells) + " |"


def write_page(results: list[Result], order: list[tuple[str, str]]) -> None:
    """Puts the results' rows in the page. Rows of shapes that did not run stay, those of shapes that are no more go."""
    rows = {}
    for line in PAGE.read_text().splitlines() if PAGE.is_file() else ():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.match(r"\| [^-]", line) and len(cells) == len(COLUMNS) and cells[0] != COLUMNS[0]:
            rows[tuple(cells[:3])] = line
    rows |= {(result.family, result.shape, result.deployment): result.row() for result in results}
    kept = sorted((key for key in rows if key[:2] in order), key=lambda key: (order.index(key[:2]), key[2]))
    PAGE.write_text(_HEAD + "".join(rows[key] + "\n" for key in kept))


def write_junit(results: list[Result], file: Path) -> None:
    suite = ElementTree.Element("testsuite", name="parity", tests=str(len(results)), errors="0", skipped="0",
                                failures=str(sum(not result.whole for result in results)))
    for result in results:
        case = ElementTree.SubElement(suite, "testcase", classname=f"parity.{result.family}", name=f"{result.shape}, {result.deployment}",
                                      time=f"{result.seconds:.1f}")
        if not result.whole:
            ElementTree.SubElement(case, "failure", message=result.failures[0] if result.failures else "nothing ran").text = "\n".join(result.failures)
    file.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(suite).write(file, encoding="utf-8", xml_declaration=True)
