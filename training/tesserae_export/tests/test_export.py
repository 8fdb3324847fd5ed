"""Whole checkpoints through the exporter's command line, which checks itself against transformers.

Run: python -m pytest training/tesserae_export/tests
"""

import json
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

import parity_models
from tesserae_export.__main__ import main
from tesserae_export.manifest import files, revision

SIGLIP = dict(model_type="siglip_vision_model", hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=3, image_size=56,
              patch_size=14)
QWEN = dict(model_type="qwen2", num_key_value_heads=2)
QWEN3 = dict(model_type="qwen3", num_key_value_heads=2, head_dim=32)
FULL = dict(vision_feature_select_strategy="full")
SHAPES = {
    "idefics3": lambda folder: parity_models.idefics3(folder, 3),
    "idefics3, tied, odd heads": lambda folder: parity_models.idefics3(
        folder, 3, dict(num_attention_heads=5, num_key_value_heads=1, hidden_size=80, tie_word_embeddings=True), tie_word_embeddings=True),
    "llava": lambda folder: parity_models.llava(folder, 3),
    "llava, first layers": lambda folder: parity_models.llava(folder, 3, vision_feature_layer=1),
    "llava, two layers": lambda folder: parity_models.llava(folder, 3, vision_feature_layer=[-1, -3]),
    "llava, class token kept": lambda folder: parity_models.llava(folder, 3, processor_changes=FULL, **FULL),
    "llava, no projector bias": lambda folder: parity_models.llava(folder, 3, multimodal_projector_bias=False),
    "llava, qwen2": lambda folder: parity_models.llava(folder, 3, QWEN),
    "llava, qwen3": lambda folder: parity_models.llava(folder, 3, QWEN3),
    "llava, siglip": lambda folder: parity_models.llava(folder, 3, eye=SIGLIP, vision_feature_layer=-1,
                                                        processor_changes=FULL | {"num_additional_image_tokens": 0}, **FULL),
    "llava, biases": lambda folder: parity_models.llava(folder, 3, dict(attention_bias=True, mlp_bias=True)),
}


@pytest.fixture(scope="session")
def llava(tmp_path_factory):
    folder = tmp_path_factory.mktemp("llava") / "checkpoint"
    parity_models.llava(folder, 3)
    return folder


@pytest.fixture(scope="session")
def idefics3(tmp_path_factory):
    folder = tmp_path_factory.mktemp("idefics3") / "checkpoint"
    parity_models.idefics3(folder, 3)
    return folder


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_equal_transformers(shape, tmp_path, capsys):
    SHAPES[shape](tmp_path / "in")
    assert main([str(tmp_path / "in"), str(tmp_path / "out")]) == 0, capsys.readouterr()
    assert "greedy tokens equal 16 of 16" in capsys.readouterr().out


def test_manifest_names_every_file(idefics3, tmp_path):
    assert main([str(idefics3), str(tmp_path / "named"), "--no-check"]) == 0
    manifest = json.loads((tmp_path / "named/tesserae.json").read_text())
    assert manifest["name"] == "named" and manifest["family"] == "idefics3"
    assert manifest["files"] == files(tmp_path / "named") and manifest["revision"] == revision(manifest["files"])
    assert manifest["vision"]["tile_width"] == 64 and manifest["projector"]["tokens_per_tile"] == 16
    assert manifest["llm"]["bos_token"] == "<|im_start|>" and manifest["llm"]["image_token"] == "<image>"
    assert {"config.json", "preprocessor_config.json", "chat_template.jinja", "tokenizer.json"} <= {entry["path"] for entry in manifest["files"]}


@pytest.mark.parametrize("precision", ["fp16", "int8", "int4"])
def test_smaller_precisions_are_smaller_and_report(precision, llava, tmp_path, capsys):
    assert main([str(llava), str(tmp_path / "full"), "--no-check"]) == 0
    assert main([str(llava), str(tmp_path / "small"), "--precision", precision]) == 0
    assert "largest difference" in capsys.readouterr().out
    size = {name: sum(entry["bytes"] for entry in files(tmp_path / name) if ".onnx" in entry["path"]) for name in ("full", "small")}
    assert size["small"] < 0.65 * size["full"]


def published(source, target):
    """The same LLaVA as the hub has it: two shards in bfloat16, older names, terse configs, template in chat_template.json."""
    shutil.copytree(source, target)
    (target / "model.safetensors").unlink()
    tensors = {name.replace("vision_tower.", "vision_tower.vision_model."): tensor.to(torch.bfloat16).contiguous()
               for name, tensor in load_file(source / "model.safetensors").items()}
    names = sorted(tensors)
    shards = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    for file, held in shards.items():
        save_file({name: tensors[name] for name in held}, target / file, {"format": "pt"})
    index = {"metadata": {}, "weight_map": {name: file for file, held in shards.items() for name in held}}
    (target / "model.safetensors.index.json").write_text(json.dumps(index))
    config = json.loads((target / "config.json").read_text())
    text = config["text_config"]
    text["rope_theta"] = text.pop("rope_parameters")["rope_theta"]
    for key in ("attention_bias", "hidden_act", "mlp_bias", "pretraining_tp", "use_cache", "tie_word_embeddings", "head_dim"):
        text.pop(key)
    for key in ("tie_word_embeddings", "multimodal_projector_bias", "image_seq_length"):
        config.pop(key)
    (target / "config.json").write_text(json.dumps(config))
    processor = json.loads((target / "processor_config.json").read_text())
    (target / "preprocessor_config.json").write_text(json.dumps(processor.pop("image_processor")))
    (target / "processor_config.json").write_text(json.dumps(processor))
    (target / "chat_template.json").write_text(json.dumps({"chat_template": (target / "chat_template.jinja").read_text()}))
    (target / "chat_template.jinja").unlink()


def test_the_published_form_is_read(llava, tmp_path, capsys):
    published(llava, tmp_path / "published")
    assert main([str(tmp_path / "published"), str(tmp_path / "out")]) == 0, capsys.readouterr()
    assert (tmp_path / "out/chat_template.jinja").read_text() == (llava / "chat_template.jinja").read_text()


def test_smolvlm_is_idefics3_by_another_name(idefics3, tmp_path, capsys):
    shutil.copytree(idefics3, tmp_path / "in")
    config = json.loads((tmp_path / "in/config.json").read_text())
    config |= {"architectures": ["SmolVLMForConditionalGeneration"], "model_type": "smolvlm"}
    config["vision_config"]["model_type"] = "smolvlm_vision"
    (tmp_path / "in/config.json").write_text(json.dumps(config))
    processor = (tmp_path / "in/processor_config.json").read_text()
    (tmp_path / "in/processor_config.json").write_text(processor.replace("Idefics3", "SmolVLM"))
    assert main([str(tmp_path / "in"), str(tmp_path / "out")]) == 0, capsys.readouterr()
    assert json.loads((tmp_path / "out/tesserae.json").read_text())["family"] == "idefics3"


@pytest.mark.parametrize("key,value", [("architectures", ["BertModel"]), ("vision_feature_layer", 9), ("projector_hidden_act", "tanh")])
def test_refusals_name_the_key(key, value, llava, tmp_path, capsys):
    shutil.copytree(llava, tmp_path / "in")
    config = json.loads((tmp_path / "in/config.json").read_text()) | {key: value}
    (tmp_path / "in/config.json").write_text(json.dumps(config))
    assert main([str(tmp_path / "in"), str(tmp_path / "out"), "--no-check"]) == 2
    assert key in capsys.readouterr().err


def test_a_missing_tensor_is_named(llava, tmp_path, capsys):
    shutil.copytree(llava, tmp_path / "in")
    tensors = load_file(llava / "model.safetensors")
    del tensors["multi_modal_projector.linear_1.weight"]
    save_file(tensors, tmp_path / "in/model.safetensors")
    assert main([str(tmp_path / "in"), str(tmp_path / "out"), "--no-check"]) == 2
    assert "linear_1.weight" in capsys.readouterr().err


def test_a_folder_without_config_is_refused(tmp_path, capsys):
    assert main([str(tmp_path), str(tmp_path / "out")]) == 2
    assert "config.json" in capsys.readouterr().err


def test_quantised_blocks_come_back_near():
    from tesserae_export.quantise import quantise, restore

    matrix = np.random.default_rng(0).normal(size=(7, 80)).astype(np.float32)
    for bits, step in ((8, 2 / 127), (4, 2 / 7)):
        restored = restore(quantise(matrix, bits), bits, 80)
        assert np.abs(restored - matrix).max() < step * np.abs(matrix).max()
