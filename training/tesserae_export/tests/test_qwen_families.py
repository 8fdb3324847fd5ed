"""Whole checkpoints of the Qwen-VL line through the exporter's command line, which checks itself against transformers.

Run: python -m pytest training/tesserae_export/tests
"""

import json

import pytest

import parity_models
from tesserae_export.__main__ import main

SHAPES = [shape for shape in parity_models.SHAPES if shape.family in ("qwen2-vl", "qwen2.5-vl", "qwen3-vl")]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.family}, {shape.name}")
def test_shapes_equal_transformers(shape, tmp_path, capsys):
    shape.make(tmp_path / "in", 3)
    assert main([str(tmp_path / "in"), str(tmp_path / "out")]) == 0, capsys.readouterr()
    assert "greedy tokens equal 16 of 16" in capsys.readouterr().out
    manifest = json.loads((tmp_path / "out/tesserae.json").read_text())
    assert manifest["family"] == shape.family and manifest["llm"]["rope_axes"] == 3
    assert manifest["vision"]["tile_width"] == manifest["projector"]["tokens_per_tile"] == 0 and manifest["vision"]["tile_multiple"] > 0


def test_qwen2_vl_as_published_is_read(tmp_path, capsys):
    """A flat config, `rope_scaling` of type mrope, bounds in pixels, the template in a file of its own."""
    folder = tmp_path / "in"
    parity_models.qwen2_vl(folder, 3)
    config = json.loads((folder / "config.json").read_text())
    text = config.pop("text_config")
    rope = text.pop("rope_parameters")
    for key in ("model_type", "layer_types"):
        text.pop(key)
    config["vision_config"].pop("rope_parameters")
    config |= text | {"rope_theta": rope["rope_theta"], "rope_scaling": {"type": "mrope", "mrope_section": rope["mrope_section"]}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "preprocessor_config.json").write_text(json.dumps({
        "min_pixels": 256, "max_pixels": 8192, "patch_size": 4, "temporal_patch_size": 2, "merge_size": 2, "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711], "image_processor_type": "Qwen2VLImageProcessor"}))
    (folder / "chat_template.json").write_text(json.dumps({"chat_template": (folder / "chat_template.jinja").read_text()}))
    (folder / "chat_template.jinja").unlink()
    (folder / "processor_config.json").unlink()
    assert main([str(folder), str(tmp_path / "out")]) == 0, capsys.readouterr()
    assert "<|vision_start|>" in (tmp_path / "out/chat_template.jinja").read_text()


@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_smaller_precisions_report(precision, tmp_path, capsys):
    parity_models.qwen3_vl(tmp_path / "in", 3)
    assert main([str(tmp_path / "in"), str(tmp_path / "out"), "--precision", precision]) == 0
    assert "largest difference" in capsys.readouterr().out


def test_qwen_vl_is_exported_with_a_template_and_picture_settings_of_its_own(tmp_path, capsys):
    parity_models.qwen_vl(tmp_path / "in", 3)
    assert main([str(tmp_path / "in"), str(tmp_path / "out")]) == 0, capsys.readouterr()
    assert "not checked" in capsys.readouterr().out
    assert "<imgpad>" in (tmp_path / "out/chat_template.jinja").read_text()
    assert json.loads((tmp_path / "out/preprocessor_config.json").read_text())["size"] == {"height": 56, "width": 56}
    manifest = json.loads((tmp_path / "out/tesserae.json").read_text())
    assert manifest["projector"]["tokens_per_tile"] == 256 and manifest["llm"]["image_token"] == "<imgpad>"
    assert manifest["llm"]["context"] == 1280  # beyond seq_length the published code stretches its rotation, which is not exported


def test_qwen_without_an_eye_is_refused(tmp_path, capsys):
    parity_models.qwen_vl(tmp_path / "in", 3)
    config = json.loads((tmp_path / "in/config.json").read_text())
    config.pop("visual")
    (tmp_path / "in/config.json").write_text(json.dumps(config))
    assert main([str(tmp_path / "in"), str(tmp_path / "out"), "--no-check"]) == 2
    assert "visual" in capsys.readouterr().err


def test_an_image_processor_that_cuts_otherwise_is_refused(tmp_path, capsys):
    parity_models.qwen2_vl(tmp_path / "in", 3)
    settings = json.loads((tmp_path / "in/processor_config.json").read_text())
    settings["image_processor"]["patch_size"] = 6
    (tmp_path / "in/processor_config.json").write_text(json.dumps(settings))
    assert main([str(tmp_path / "in"), str(tmp_path / "out"), "--no-check"]) == 2
    assert "patch_size" in capsys.readouterr().err
