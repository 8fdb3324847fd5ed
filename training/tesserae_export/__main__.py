"""The exporter: `python -m tesserae_export HF_DIR OUT [--precision fp32|fp16|int8|int4]`, without a network.

What a precision means for each stage is in `STAGES`; the check at the end holds fp32 exports to transformers' numbers.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

STAGES = {  # eye, nerve, brain
    "fp32": ("fp32", "fp32", "fp32"),
    "fp16": ("fp16", "fp16", "fp16"),
    "int8": ("int8", "fp16", "int8"),
    "int4": ("int8", "fp16", "int4"),
}


def arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("tesserae export", description="Turns a Hugging Face checkpoint into a Tesserae model folder.")
    parser.add_argument("checkpoint", type=Path, metavar="HF_DIR", help="folder with config.json and *.safetensors (or pytorch_model*.bin)")
    parser.add_argument("out", type=Path, metavar="OUT", help="model folder to write; its last part becomes the model's name")
    parser.add_argument("--precision", choices=STAGES, default="fp32", help="of the weights (default %(default)s)")
    parser.add_argument("--max-file-bytes", type=int, default=1_900_000_000, help="size above which weights go on in another file")
    parser.add_argument("--license", default="unknown", help="SPDX name for the manifest")
    parser.add_argument("--origin", action="append", default=[], help="where the checkpoint came from; may be repeated")
    parser.add_argument("--no-check", action="store_true", help="skip the comparison with transformers, which needs the whole model in memory")
    return parser.parse_args(given)


def say(text: str) -> None:
    print(text, flush=True)


def export(options: argparse.Namespace) -> dict:
    """Checkpoint → model folder; returns its manifest."""
    from .checkpoint import Checkpoint
    from .decoder import build_decoder
    from .families import complete, family_of
    from .graph import DataFiles, Graph
    from .manifest import write_manifest

    checkpoint, out = Checkpoint(options.checkpoint), options.out
    name, family = family_of(checkpoint.architecture)
    complete(checkpoint, family)
    eye, nerve, brain = STAGES[options.precision]
    say(f"{checkpoint.architecture}: family {name}, {options.precision}")
    facts = {"name": out.name, "family": name, "license": options.license, "origins": options.origin}
    for folder in ("vision", "projector", "llm"):
        (out / folder).mkdir(parents=True, exist_ok=True)

    def stage(folder, build, precision):
        began = time.time()
        graph = Graph(folder, DataFiles(out / folder, "model.onnx", options.max_file_bytes))
        found = build(checkpoint, graph, precision)
        graph.save(out / folder / "model.onnx")
        say(f"  {folder}: {precision}, {time.time() - began:.1f} s")
        return {"graph": f"{folder}/model.onnx", **found, "precision": precision}

    facts["vision"] = {"input": "pixel_values", "outputs": ["image_features"]} | stage("vision", family.vision, eye)
    facts["projector"] = {"inputs": facts["vision"]["outputs"], "output": "image_embeds"} | stage("projector", family.projector, nerve)
    began = time.time()
    config = getattr(family, "text_config", Checkpoint.text_config)
    sizes = build_decoder(config(checkpoint), family.brain(checkpoint), out / "llm", precision=brain,
                          max_file_bytes=options.max_file_bytes, levels=len(facts["projector"].get("level_outputs", [])),
                          progress=lambda done, total: say(f"  llm: layer {done} of {total}"))
    say(f"  llm: {brain}, {time.time() - began:.1f} s")
    paths = {"embed": "llm/embed_tokens.onnx", "decoder": "llm/decoder.onnx"}
    facts["llm"] = paths | sizes | checkpoint.text_facts(family.image_token_id(checkpoint))
    if hasattr(family, "brain_facts"):
        facts["llm"] |= family.brain_facts(checkpoint)
    checkpoint.copy_files(out)
    if hasattr(family, "copy_files"):
        family.copy_files(checkpoint, out)
    manifest = write_manifest(out, facts)
    say(f"  {sum(entry['bytes'] for entry in manifest['files']) / 1e6:.1f} MB, revision {manifest['revision'][:12]}")
    return manifest


def check(options: argparse.Namespace, manifest: dict) -> bool:
    from .check import compare
    from .checkpoint import Checkpoint
    from .families import FAMILIES, complete

    checkpoint, family = Checkpoint(options.checkpoint), FAMILIES[manifest["family"]]
    complete(checkpoint, family)
    if hasattr(family, "UNCHECKED"):
        say(f"  not checked: {family.UNCHECKED}")
        return True
    result = compare(checkpoint, options.out, manifest, family)
    say(f"  against transformers, {result}")
    return result.within


def main(given: list[str] | None = None) -> int:
    options = arguments(given)
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TRANSFORMERS_VERBOSITY="error")
    try:
        manifest = export(options)
        if options.no_check:
            return 0
        if not check(options, manifest) and options.precision == "fp32":
            print("tesserae export: the exported graphs differ from transformers by more than 1e-3", file=sys.stderr)
            return 1
        return 0
    except (ValueError, KeyError, FileNotFoundError) as refusal:
        print(f"tesserae export: {refusal}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
