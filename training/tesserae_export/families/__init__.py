"""Model families. One module each, found by being here, with the same functions:

- `NAME`: the family's name in manifests, by which the services know it
- `ARCHITECTURES`: the Hugging Face classes that it exports
- `brain(checkpoint)` → the brain's weights under their plain names (`model.layers.0.…`, `lm_head.weight`)
- `image_token_id(checkpoint)` → the token that stands for picture embeddings in a prompt
- `vision(checkpoint, graph, precision)` → adds the eye's nodes, returns the manifest's facts about tiles
- `projector(checkpoint, graph, precision)` → adds the nerve's nodes, returns the manifest's facts about embeddings
- `brain_facts(checkpoint)`, where the brain needs to be told more: further keys of the manifest's `llm`
- `text_config(checkpoint)`, where the brain's config is not the checkpoint's text config with the whole model's tying
- `copy_files(checkpoint, out)`, where the services read further files
- `chat_template(checkpoint)`, `preprocessor(checkpoint)`, where checkpoints come without these files: what they would say
- `tokenizer(checkpoint)`, where they come without a tokenizer that transformers reads: one, or None where this one has it
- `UNCHECKED`, where transformers has no such model: why the exporter's check is left out
- `reference(checkpoint)` → transformers' own processor with its Pillow image part, for the check
- `tiles(checkpoint, inputs)`, where that processor's pictures are no plain stack of tiles: → the tiles [3, height, width] of its output
- `token_grids(checkpoint, inputs)`, where the brain asks where tokens stand: → rows and columns of each picture's tokens
- `joined(checkpoint, inputs, embeddings)`, where tiles are no runs of their own: → embeddings as they stand in the prompt
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from ..checkpoint import Checkpoint, UnsupportedCheckpoint

FAMILIES: dict[str, ModuleType] = {module.NAME: module for module in (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))}


def complete(checkpoint: Checkpoint, family: ModuleType) -> None:
    """Tells a checkpoint what its family knows and its folder does not say."""
    if hasattr(family, "chat_template"):
        checkpoint.made_template = family.chat_template(checkpoint)
    if hasattr(family, "preprocessor"):
        checkpoint.made_pictures = family.preprocessor(checkpoint)
    if hasattr(family, "tokenizer"):
        checkpoint.made_tokenizer = family.tokenizer(checkpoint)


def family_of(architecture: str) -> tuple[str, ModuleType]:
    for name, family in FAMILIES.items():
        if architecture in family.ARCHITECTURES:
            return name, family
    known = ", ".join(sorted(name for family in FAMILIES.values() for name in family.ARCHITECTURES))
    raise UnsupportedCheckpoint(f"architectures {architecture} is not supported (one of {known})")
