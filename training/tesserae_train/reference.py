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


@dataclass
class Answer:
    tiles: int  # of the picture, without the overview
    prompt_tokens: int
    ids: list[int]
    text: str
    least_margin: float  # smallest distance between the best and second best logit over the answer's steps


class Pipeline:
    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.manifest = json.loads((self.folder / "tesserae.json").read_text())
        self.tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
        self.template = environment.from_string((self.folder / "chat_template.jinja").read_text())
        self.vision = self._session(self.manifest["vision"]["graph"])
        self.projector = self._session(self.manifest["projector"]["graph"])
        self.brain = BrainRunner(self.folder, self.manifest["llm"], 2048)

    def _session(self, graph: str) -> onnxruntime.InferenceSession:
        return onnxruntime.InferenceSession(self.folder / graph, providers=["CPUExecutionProvider"])

    def see(self, images: list[Image.Image]) -> np.ndarray:
        """float32 [slot, token, width]"""
        features, classes = self.vision.run(["image_features", "image_classes"], {"pixel_values": pixels.normalised(images)})
        return self.projector.run(None, {"image_features": features, "image_classes": classes})[0]

    def ask(self, question: str, picture: Image.Image | None = None, detail: str = "low", tokens: int = 32) -> Answer:
        """One turn, greedy."""
        content: str | list = question
        slots, columns_rows = ([], None)
        if picture is not None:
            slots, columns_rows = pixels.slots(picture.convert("RGB"), detail)
            content = [{"type": "image"}, {"type": "text", "text": question}]
        text = self.template.render(messages=[{"role": "user", "content": content}], add_generation_prompt=True)
        if picture is not None:
            text = text.replace(prompt.IMAGE, prompt.expanded(columns_rows))
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
