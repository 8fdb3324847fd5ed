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
from tesserae_export.check import session
from tesserae_export.manifest import files, revision

SIGLIP = dict(model_type="siglip_vision_model", hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=3, image_size=56,
              patch_size=14)
QWEN = dict(model_type="qwen2", num_key_value_heads=2)
QWEN3 = dict(model_type="qwen3", num_key_value_heads=2, head_dim=32)
FULL = dict(vision_feature_select_strategy="full")
TABLE = {f"{shape.family}, {shape.name}": shape for shape in parity_models.SHAPES
         if shape.family in ("blip2", "gemma3", "idefics2", "instructblip", "internvl", "llava_next", "llava_onevision")
         or "ViT" in shape.name or "SigLIP 2" in shape.name}
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
} | {name: lambda folder, shape=shape: shape.make(folder, shape.seed) for name, shape in TABLE.items()}


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


@pytest.mark.parametrize("shape", parity_models.SHAPES, ids=lambda shape: f"{shape.family}, {shape.name}")
def test_every_shape_opens_in_int4(shape, tmp_path):
    """Eyes are int8 there. What a graph is called must not depend on biases that only some have."""
    shape.make(tmp_path / "in", shape.seed)
    assert main([str(tmp_path / "in"), str(tmp_path / "out"), "--precision", "int4", "--no-check"]) == 0
    graphs = list((tmp_path / "out").rglob("*.onnx"))
    assert len(graphs) == 4
    for graph in graphs:
        session(graph)


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


def published_internvl(source, target, internlm2=False):
    """An InternVL as its makers have it: `InternVLChatModel`, packed matrices, settings in config.json, no template for pictures."""
    shutil.copytree(source, target)
    for name in ("model.safetensors", "chat_template.jinja", "processor_config.json"):
        (target / name).unlink()
    (target / "preprocessor_config.json").write_text(json.dumps({"crop_size": 56, "size": 56, "image_mean": [0.485, 0.456, 0.406]}))
    config = json.loads((source / "config.json").read_text())
    eye, brain = config["vision_config"], config["text_config"]
    brain["rope_theta"] = brain.pop("rope_parameters")["rope_theta"]
    kept = load_file(source / "model.safetensors")
    given = {name.removeprefix("model."): tensor for name, tensor in kept.items()}
    given = {name.removeprefix("language_model.model.").removeprefix("language_model.") if name.startswith("language_model.") else name: tensor
             for name, tensor in given.items()}
    packed = {}
    for name, tensor in given.items():
        if name.startswith("vision_tower."):
            for ours, theirs in (("vision_tower", "vision_model"), ("encoder.layer.", "encoder.layers."), ("attention.projection_layer", "attn.proj"),
                                 ("attention.", "attn."), ("layernorm_before", "norm1"), ("layernorm_after", "norm2"), ("lambda_", "ls"),
                                 ("cls_token", "class_embedding"), ("patch_embeddings.projection", "patch_embedding"),
                                 ("position_embeddings", "position_embedding")):
                name = name.replace(ours, theirs)
        elif name.startswith("multi_modal_projector."):
            for ours, theirs in (("multi_modal_projector.layer_norm", "mlp1.0"), ("multi_modal_projector.linear_1", "mlp1.1"),
                                 ("multi_modal_projector.linear_2", "mlp1.3")):
                name = name.replace(ours, theirs)
        else:
            name = "language_model." + ("" if name.startswith("lm_head") else "model.") + name
        packed[name] = tensor
    for name in [name for name in packed if ".attn.q_proj." in name]:
        parts = [packed.pop(name.replace("q_proj", f"{part}_proj")) for part in "qkv"]
        packed[name.replace("q_proj", "qkv")] = torch.cat(parts)
    if internlm2:
        groups, width = brain["num_key_value_heads"], brain["hidden_size"]
        for name in [name for name in packed if ".self_attn.q_proj." in name]:
            parts = [packed.pop(name.replace("q_proj", f"{part}_proj")).reshape(groups, -1, brain["head_dim"], width) for part in "qkv"]
            packed[name.replace("self_attn.q_proj", "attention.wqkv")] = torch.cat(parts, 1).reshape(-1, width)
        spelling = (("self_attn.o_proj", "attention.wo"), ("mlp.gate_proj", "feed_forward.w1"), ("mlp.up_proj", "feed_forward.w3"),
                    ("mlp.down_proj", "feed_forward.w2"), ("input_layernorm", "attention_norm"), ("post_attention_layernorm", "ffn_norm"),
                    ("model.embed_tokens", "model.tok_embeddings"), ("language_model.lm_head", "language_model.output"))
        renamed = {}
        for name, tensor in packed.items():
            for ours, theirs in spelling if name.startswith("language_model.") else ():
                name = name.replace(ours, theirs)
            renamed[name] = tensor
        packed = renamed
        brain |= {"model_type": "internlm2", "bias": False}
    save_file({name: tensor.contiguous() for name, tensor in packed.items()}, target / "model.safetensors", {"format": "pt"})
    (target / "config.json").write_text(json.dumps({
        "architectures": ["InternVLChatModel"], "model_type": "internvl_chat", "downsample_ratio": 0.5, "dynamic_image_size": True, "ps_version": "v2",
        "force_image_size": 56, "max_dynamic_patch": 6, "min_dynamic_patch": 1, "select_layer": -1, "use_thumbnail": True, "llm_config": brain,
        "vision_config": {key: eye[key] for key in ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "layer_norm_eps")}
                         | {"image_size": 56, "patch_size": 14, "qkv_bias": True, "qk_normalization": False, "norm_type": "layer_norm"}}))


@pytest.mark.parametrize("internlm2", [False, True])
def test_internvl_as_its_makers_publish_it(internlm2, tmp_path, capsys):
    text = dict(model_type="llama", num_attention_heads=4, num_key_value_heads=2) if internlm2 else None
    parity_models.internvl(tmp_path / "in", 3, text)
    published_internvl(tmp_path / "in", tmp_path / "published", internlm2)
    assert main([str(tmp_path / "published"), str(tmp_path / "out")]) == 0, capsys.readouterr()
    assert "greedy tokens equal 16 of 16" in capsys.readouterr().out
    # The same weights in both forms are the same model.
    assert main([str(tmp_path / "in"), str(tmp_path / "plain"), "--no-check"]) == 0
    for stage in ("vision/model.onnx.data", "projector/model.onnx.data", "llm/decoder.onnx.data"):
        assert (tmp_path / "out" / stage).read_bytes() == (tmp_path / "plain" / stage).read_bytes()
    assert json.loads((tmp_path / "out/preprocessor_config.json").read_text())["max_patches"] == 6
    assert "<IMG_CONTEXT>" in (tmp_path / "out/chat_template.jinja").read_text()


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


@pytest.mark.parametrize("family,file,changes,key", [
    ("llava_next", "config.json", {"vision_feature_select_strategy": "full"}, "vision_feature_select_strategy"),
    ("llava_next", "config.json", {"image_grid_pinpoints": [[56, 56]]}, "image_grid_pinpoints"),
    ("internvl", "config.json", {"vision_feature_select_strategy": "full"}, "vision_feature_select_strategy"),
    ("internvl", "config.json", {"vision_feature_layer": 9}, "vision_feature_layer"),
    ("internvl", "config.json", {"downsample_ratio": 0.3}, "downsample_ratio")])
def test_what_tiled_families_cannot_do_is_refused(family, file, changes, key, tmp_path, capsys):
    getattr(parity_models, family)(tmp_path / "in", 3)
    path = tmp_path / "in" / file
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    assert main([str(tmp_path / "in"), str(tmp_path / "out"), "--no-check"]) == 2
    assert key in capsys.readouterr().err


@pytest.mark.parametrize("key,value", [("ps_version", "v1"), ("pad2square", True), ("force_image_size", 112)])
def test_refusals_of_the_makers_form_name_the_key(key, value, tmp_path, capsys):
    parity_models.internvl(tmp_path / "in", 3)
    published_internvl(tmp_path / "in", tmp_path / "published")
    config = json.loads((tmp_path / "published/config.json").read_text()) | {key: value}
    (tmp_path / "published/config.json").write_text(json.dumps(config))
    assert main([str(tmp_path / "published"), str(tmp_path / "out"), "--no-check"]) == 2
    assert key in capsys.readouterr().err


@pytest.mark.parametrize("changes,key", [({"model_type": "siglip2_vision_model", "num_patches": 16}, "vision_config.model_type siglip2_vision_model (NaFlex)"),
                                         ({"model_type": "dinov2"}, "vision_config.model_type dinov2")])
def test_eyes_that_the_model_cannot_use_are_refused(changes, key, llava, tmp_path, capsys):
    shutil.copytree(llava, tmp_path / "in")
    config = json.loads((tmp_path / "in/config.json").read_text())
    config["vision_config"] = {name: value for name, value in config["vision_config"].items() if name not in ("image_size", "projection_dim")} | changes
    (tmp_path / "in/config.json").write_text(json.dumps(config))
    assert main([str(tmp_path / "in"), str(tmp_path / "out"), "--no-check"]) == 2
    assert key in capsys.readouterr().err


def test_a_vit_processor_without_its_filter_is_refused(tmp_path, capsys):
    parity_models.llava(tmp_path / "in", 3, eye=parity_models.VIT | {"image_size": 56, "patch_size": 14})
    settings = {"image_processor_type": "ViTImageProcessor", "size": {"height": 56, "width": 56}}
    (tmp_path / "in/preprocessor_config.json").write_text(json.dumps(settings))
    assert main([str(tmp_path / "in"), str(tmp_path / "out"), "--no-check"]) == 2
    assert "resample" in capsys.readouterr().err


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
