"""An exported folder against transformers: one picture, one question, logits and greedy tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from types import ModuleType

import numpy as np
import onnxruntime as ort
import torch
from PIL import Image

from . import mrope
from .brain_runner import BrainRunner
from .checkpoint import Checkpoint

TOLERANCE = 1e-3
_TOKENS = 16
# What `get_image_features` takes beside pictures, where a processor gives it.
_BESIDE = ("pixel_values", "image_sizes", "batch_num_images", "image_grid_thw", "qformer_input_ids", "qformer_attention_mask")


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


def see(folder: Path, manifest: dict, tiles: Sequence[np.ndarray], instruction: Sequence[int] | None = None) -> list[np.ndarray]:
    """Tiles [3, height, width], of any sizes → each one's embeddings [1 + level, token, width], through eye and nerve.

    `instruction`: ids for a nerve that reads them."""
    eye, nerve = session(folder / manifest["vision"]["graph"]), session(folder / manifest["projector"]["graph"])
    names, facts = manifest["vision"]["outputs"], manifest["projector"]
    wanted = [facts["output"], *facts.get("level_outputs", [])]
    words = {} if instruction is None else {"instruction_ids": np.array([instruction], np.int64)}
    seen = []
    for tile in tiles:
        features = eye.run(names, {manifest["vision"]["input"]: np.ascontiguousarray(tile[None], np.float32)})
        read = {name: feature for name, feature in zip(names, features) if name in facts["inputs"]}
        seen.append(np.concatenate(nerve.run(wanted, read | words)))
    return seen


def tiles(family: ModuleType, checkpoint: Checkpoint, inputs: Mapping) -> list[np.ndarray]:
    """A processor's output as tiles [3, height, width]."""
    if hasattr(family, "tiles"):
        return family.tiles(checkpoint, inputs)
    pixels = np.asarray(inputs["pixel_values"])
    return list(pixels.reshape(-1, *pixels.shape[-3:]))


def standing(family: ModuleType, checkpoint: Checkpoint, inputs: Mapping, seen: Sequence[np.ndarray]) -> np.ndarray:
    """What `see` gives, as it stands in the prompt: [1 + level, token, width]"""
    if hasattr(family, "joined"):
        return family.joined(checkpoint, inputs, np.stack([embeds[0] for embeds in seen]))[None]
    return np.concatenate(seen, 1)


def picture_features(model, inputs: Mapping):
    """transformers' `get_image_features` of a processor's output: `pooler_output` is what stands in the prompt."""
    about = {name: inputs[name] for name in _BESIDE if name in inputs}
    if "pixel_attention_mask" in signature(model.get_image_features).parameters:
        about["pixel_attention_mask"] = inputs["pixel_attention_mask"]
    return model.get_image_features(**about)


def instruction(inputs: Mapping) -> list[int] | None:
    """The ids that the nerve reads, where it reads any."""
    return inputs["qformer_input_ids"][0].tolist() if "qformer_input_ids" in inputs else None


def token_grids(family: ModuleType, checkpoint: Checkpoint, inputs: Mapping) -> list[tuple[int, int]]:
    """Rows and columns of each picture's tokens, where the family's brain asks."""
    return family.token_grids(checkpoint, inputs) if hasattr(family, "token_grids") else []


@torch.inference_mode()
def compare(checkpoint: Checkpoint, folder: Path, manifest: dict, family: ModuleType) -> Comparison:
    processor = family.reference(checkpoint)
    model = checkpoint.model()
    token = manifest["llm"].get("template_image_token") or manifest["llm"]["image_token"]
    question = "What is this?" if manifest["llm"].get("images_before_bos") else f"{token}\nWhat is this?"
    inputs = processor(images=[picture()], text=question, return_tensors="pt")
    inputs = {name: torch.as_tensor(np.asarray(value)) for name, value in inputs.items()}
    inputs["pixel_values"] = inputs["pixel_values"].float()
    features = picture_features(model, inputs)
    reference = torch.cat(list(features.pooler_output)).reshape(-1, manifest["projector"]["width"]).numpy()
    ours = standing(family, checkpoint, inputs, see(folder, manifest, tiles(family, checkpoint, inputs), instruction(inputs)))
    further = [torch.cat(list(level)).numpy() for level in getattr(features, "deepstack_features", None) or []]
    apart = max(float(np.abs(mine - wanted).max()) for mine, wanted in zip(ours, [reference, *further], strict=True))
    sequence = model.generate(**inputs, max_new_tokens=_TOKENS, do_sample=False, return_dict_in_generate=True, output_logits=True)
    prompt = inputs["input_ids"][0].numpy()
    wanted = sequence.sequences[0, -len(sequence.logits):].numpy()

    brain = BrainRunner(folder, manifest["llm"], capacity=len(prompt) + _TOKENS)
    logits, largest, equal = read(brain, manifest, prompt, ours, token_grids(family, checkpoint, inputs)), 0.0, 0
    for step, reference_logits in enumerate(sequence.logits):
        largest = max(largest, float(np.abs(logits - reference_logits[0].numpy()).max()))
        if int(logits.argmax()) != wanted[step]:
            break
        equal += 1
        logits = brain.extend(brain.embed(wanted[step : step + 1]))
    return Comparison(apart, largest, float(sequence.logits[0].abs().max()), equal, len(wanted))


def read(brain: BrainRunner, manifest: dict, prompt: np.ndarray, seen: np.ndarray | None, grids: Sequence[tuple[int, int]]) -> np.ndarray:
    """Logits after a prompt int64 [token] with embeddings [1 + level, image token, width] where its image tokens stand."""
    here = prompt == manifest["llm"]["image_token_id"]
    embeds = brain.embed(np.where(here, 0, prompt))
    levels = None
    if seen is not None:
        embeds[here] = seen[0]
        levels = np.zeros((len(seen) - 1, *embeds.shape), np.float32)
        levels[:, here] = seen[1:]
    placed = mrope.places(prompt, manifest["llm"]["image_token_id"], grids) if manifest["llm"].get("rope_axes") else None
    return brain.extend(embeds, places=placed, levels=levels, attend_until=brain.ahead(prompt))
