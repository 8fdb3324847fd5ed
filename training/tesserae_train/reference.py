"""The whole path in Python: picture and question → greedy token ids, through the exported graphs alone.

What the services do in four places is done here in one; golden answers for them come from here.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import jinja2
import numpy as np
import onnxruntime
from PIL import Image
from tesserae_export.brain_runner import BrainRunner
from tokenizers import Tokenizer

from . import pixels, prompt


def nerves(manifest: dict) -> dict[str, dict]:
    """Every nerve of a model by the name that requests give, its own first."""
    own = manifest["projector"]
    return {own["kind"]: own} | own.get("alternatives", {})


@dataclass
class Answer:
    tiles: int  # of the picture, without the overview
    prompt_tokens: int
    ids: list[int]
    text: str
    least_margin: float  # smallest distance between the best and second best logit over the answer's steps


class Pipeline:
    """A model folder's graphs. nerve: one of the model's nerves by name; None for the folder's own."""

    def __init__(self, folder: str | Path, nerve: str | None = None):
        self.folder = Path(folder)
        self.manifest = json.loads((self.folder / "tesserae.json").read_text())
        self.tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
        self.template = environment.from_string((self.folder / "chat_template.jinja").read_text())
        self.nerve = nerves(self.manifest)[nerve] if nerve else self.manifest["projector"]
        self.vision = self._session(self.manifest["vision"]["graph"])
        self.projector = self._session(self.nerve["graph"])
        self.brain = BrainRunner(self.folder, self.manifest["llm"], 2048)

    def _session(self, graph: str) -> onnxruntime.InferenceSession:
        return onnxruntime.InferenceSession(self.folder / graph, providers=["CPUExecutionProvider"])

    def see(self, images: list[Image.Image]) -> np.ndarray:
        """float32 [slot, token, width]"""
        names = self.manifest["vision"]["outputs"]
        features = dict(zip(names, self.vision.run(names, {self.manifest["vision"]["input"]: pixels.normalised(images)})))
        return self.projector.run([self.nerve["output"]], {name: features[name] for name in self.nerve["inputs"]})[0]

    def ask(self, question: str, picture: Image.Image | None = None, detail: str = "low", tokens: int = 32) -> Answer:
        """One turn, greedy."""
        content: str | list = question
        slots, columns_rows = ([], None)
        if picture is not None:
            slots, columns_rows = pixels.slots(picture.convert("RGB"), detail)
            content = [{"type": "image"}, {"type": "text", "text": question}]
        text = self.template.render(messages=[{"role": "user", "content": content}], add_generation_prompt=True)
        if picture is not None:
            text = text.replace(prompt.IMAGE, prompt.expanded(columns_rows, self.nerve["tokens_per_tile"]))
        ids = np.array(self.tokenizer.encode(text, add_special_tokens=False).ids)
        holes = ids == prompt.IMAGE_ID
        embeds = self.brain.embed(np.where(holes, 0, ids)).copy()
        if slots:
            embeds[holes] = self.see(slots).reshape(-1, embeds.shape[1])
        said, margin = self._greedy(embeds, tokens)
        return Answer(max(0, len(slots) - 1), len(ids), said, self.tokenizer.decode(said, skip_special_tokens=True), round(margin, 4))

    def _greedy(self, embeds: np.ndarray, tokens: int) -> tuple[list[int], float]:
        """Up to `tokens` ids, the end token kept as the last, and the least margin of any choice."""
        self.brain.length = 0
        logits, said, margin = self.brain.extend(embeds), [], float("inf")
        for _ in range(tokens):
            second, best = np.partition(logits, -2)[-2:]
            margin = min(margin, float(best - second))
            said.append(int(logits.argmax()))
            if said[-1] in self.manifest["llm"]["eos_token_ids"]:
                break
            logits = self.brain.extend(self.brain.embed(np.array(said[-1:])))
        return said, margin


def main(folder: str, picture: str, question: str, detail: str = "low") -> None:
    answer = Pipeline(folder).ask(question, Image.open(picture), detail)
    print(answer.text)


if __name__ == "__main__":
    main(*sys.argv[1:])
