"""Model families. One module each, with the same functions:

- `ARCHITECTURES`: the Hugging Face classes that it exports
- `brain(checkpoint)` → the brain's weights under their plain names (`model.layers.0.…`, `lm_head.weight`)
- `image_token_id(checkpoint)` → the token that stands for picture embeddings in a prompt
- `vision(checkpoint, graph, precision)` → adds the eye's nodes, returns the manifest's facts about tiles
- `projector(checkpoint, graph, precision)` → adds the nerve's nodes, returns the manifest's facts about embeddings
- `reference(checkpoint)` → transformers' own processor with its Pillow image part, for the check
- `tiles(checkpoint, inputs)`, where that processor's pictures are no plain stack of tiles: → the tiles [3, height, width] of its output
- `joined(checkpoint, inputs, embeddings)`, where tiles are no runs of their own: → embeddings as they stand in the prompt
"""

from __future__ import annotations

from types import ModuleType

from ..checkpoint import UnsupportedCheckpoint
from . import idefics3, internvl, llava, llava_next, llava_onevision

FAMILIES = {"idefics3": idefics3, "internvl": internvl, "llava": llava, "llava_next": llava_next, "llava_onevision": llava_onevision}


def family_of(architecture: str) -> tuple[str, ModuleType]:
    for name, family in FAMILIES.items():
        if architecture in family.ARCHITECTURES:
            return name, family
    known = ", ".join(sorted(name for family in FAMILIES.values() for name in family.ARCHITECTURES))
    raise UnsupportedCheckpoint(f"architectures {architecture} is not supported (one of {known})")
