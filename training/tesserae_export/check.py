"""An exported folder against transformers: one picture, one question, logits and greedy tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import onnxruntime as ort
import torch
from PIL import Image

from .brain_runner import BrainRunner
from .checkpoint import Checkpoint

TOLERANCE = 1e-3
_TOKENS = 16


@dataclass(frozen=True)
class Comparison:
    """What differed. `greedy_equal` counts the leading tokens that are the same."""

    embeddings: float
    logits: float
    largest_logit: float
    greedy_equal: int
    greedy_length: int

    def __str__(self) -> str:
        return (f"largest difference: embeddings {self.embeddings:.2e}, logits {self.logits:.2e} (of {self.largest_logit:.1f}); "
                f"greedy tokens equal {self.greedy_equal} of {self.greedy_length}")

    @property
    def within(self) -> bool:
        return max(self.embeddings, self.logits) <= TOLERANCE and self.greedy_equal == self.greedy_length


def picture(width: int = 333, height: int = 257) -> Image.Image:
    """A picture with edges and gradients, the same every time."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack((x * 255 // width, y * 255 // height, (x // 16 + y // 16) % 2 * 200), -1).astype(np.uint8)
    return Image.fromarray(pixels)


def session(path: Path) -> ort.InferenceSession:
    return ort.InferenceSession(path, providers=["CPUExecutionProvider"])


def embeddings(folder: Path, pixels: np.ndarray) -> np.ndarray:
    """[tile, 3, height, width] → [tile, token, width], through eye and nerve."""
    features = session(folder / "vision/model.onnx").run(None, {"pixel_values": pixels})[0]
    return session(folder / "projector/model.onnx").run(None, {"image_features": features})[0]


def tiles(family: ModuleType, checkpoint: Checkpoint, inputs: Mapping) -> list[np.ndarray]:
    """A processor's output as tiles [3, height, width]."""
    if hasattr(family, "tiles"):
        return family.tiles(checkpoint, inputs)
    pixels = np.asarray(inputs["pixel_values"])
    return list(pixels.reshape(-1, *pixels.shape[-3:]))


def joined(family: ModuleType, checkpoint: Checkpoint, inputs: Mapping, embeds: np.ndarray) -> np.ndarray:
    """Tiles' embeddings [tile, token, width] as they stand in the prompt, [token, width]."""
    return family.joined(checkpoint, inputs, embeds) if hasattr(family, "joined") else embeds.reshape(-1, embeds.shape[-1])


@torch.inference_mode()
def compare(checkpoint: Checkpoint, folder: Path, manifest: dict, family: ModuleType) -> Comparison:
    processor = family.reference(checkpoint)
    model = checkpoint.model()
    token = manifest["llm"]["image_token"]
    inputs = processor(images=[picture()], text=f"{token}\nWhat is this?", return_tensors="pt")
    inputs = {name: torch.as_tensor(np.asarray(value)) for name, value in inputs.items()}
    inputs["pixel_values"] = inputs["pixel_values"].float()
    about = {name: inputs[name] for name in ("pixel_values", "image_sizes", "batch_num_images") if name in inputs}
    reference = model.get_image_features(**about).pooler_output
    reference = torch.cat(list(reference)).reshape(-1, manifest["projector"]["width"]).numpy()
    ours = joined(family, checkpoint, inputs, embeddings(folder, np.stack(tiles(family, checkpoint, inputs))))
    sequence = model.generate(**inputs, max_new_tokens=_TOKENS, do_sample=False, return_dict_in_generate=True, output_logits=True)
    prompt = inputs["input_ids"][0].numpy()
    wanted = sequence.sequences[0, len(prompt):].numpy()

    brain = BrainRunner(folder, manifest["llm"], capacity=len(prompt) + _TOKENS)
    embeds = brain.embed(np.where(prompt == manifest["llm"]["image_token_id"], 0, prompt))
    embeds[prompt == manifest["llm"]["image_token_id"]] = ours
    logits, largest, equal = brain.extend(embeds), 0.0, 0
    for step, reference_logits in enumerate(sequence.logits):
        largest = max(largest, float(np.abs(logits - reference_logits[0].numpy()).max()))
        if int(logits.argmax()) != wanted[step]:
            break
        equal += 1
        logits = brain.extend(brain.embed(wanted[step : step + 1]))
    return Comparison(float(np.abs(ours - reference).max()), largest, float(sequence.logits[0].abs().max()), equal, len(wanted))
