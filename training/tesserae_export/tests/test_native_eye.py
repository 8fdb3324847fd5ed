"""Parts of the Qwen-VL line on their own against transformers: windows, eyes, positions with three axes, levels of embeddings.

Run: python -m pytest training/tesserae_export/tests
"""

import numpy as np
import onnxruntime as ort
import pytest
import torch
from onnx import TensorProto
from transformers import (Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration, Qwen2VLConfig, Qwen2VLForConditionalGeneration, Qwen3VLConfig,
                          Qwen3VLForConditionalGeneration)
from transformers.vision_utils import get_vision_window_index

from tesserae_export import mrope
from tesserae_export.brain_runner import BrainRunner
from tesserae_export.decoder import build_decoder
from tesserae_export.graph import DataFiles, Graph
from tesserae_export.native_eye import NativeEye, NativeShape, UnsupportedEye
from tesserae_export.weights import Renamed
from tesserae_export.windows import Windows

SETTINGS = dict(patch_size=4, merge_size=2, temporal_patch_size=2)
TEXT = dict(vocab_size=97, hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
            max_position_embeddings=256, rms_norm_eps=1e-6, bos_token_id=0, eos_token_id=1, pad_token_id=2)
TOKENS = dict(image_token_id=7, video_token_id=8, vision_start_token_id=9, vision_end_token_id=10)
EYE = dict(depth=4, num_heads=2, patch_size=4)
ROPE = dict(rope_type="default", rope_theta=10000.0, mrope_section=[2, 3, 3])


def qwen2():
    return Qwen2VLForConditionalGeneration(Qwen2VLConfig(
        text_config=TEXT | dict(rope_parameters=dict(ROPE)), vision_config=EYE | dict(embed_dim=32, mlp_ratio=2, hidden_size=64), **TOKENS))


def qwen2_5():
    return Qwen2_5_VLForConditionalGeneration(Qwen2_5_VLConfig(
        text_config=TEXT | dict(rope_parameters=dict(ROPE)), vision_config=EYE | dict(
            hidden_size=32, intermediate_size=48, window_size=24, fullatt_block_indexes=[2], out_hidden_size=64), **TOKENS))


def qwen3():
    return Qwen3VLForConditionalGeneration(Qwen3VLConfig(
        text_config=TEXT | dict(head_dim=16, rope_parameters=ROPE | dict(mrope_section=[4, 2, 2])), vision_config=EYE | dict(
            hidden_size=32, intermediate_size=48, num_position_embeddings=36, deepstack_visual_indexes=[3, 1], out_hidden_size=64), **TOKENS))


MODELS = {"qwen2": qwen2, "qwen2.5": qwen2_5, "qwen3": qwen3}


def made(name):
    torch.manual_seed(1)
    model = MODELS[name]().eval()
    with torch.no_grad():
        for parameter_name, parameter in model.named_parameters():
            if parameter_name.endswith("bias") or "norm" in parameter_name:
                parameter.add_(0.3 * torch.randn(parameter.shape))
            else:
                parameter.mul_(8)  # fresh weights are so small that nothing would show
    return model


def weights(model):
    return {name: tensor.float().numpy() for name, tensor in model.state_dict().items()}


@pytest.mark.parametrize("side", [1, 2, 3, 4])
def test_windows_hold_the_tokens_of_the_reference_in_its_order(side, tmp_path):
    graph = Graph("windows", DataFiles(tmp_path, "windows.onnx", 10**9))
    for axis in ("rows", "columns"):
        graph.input(axis, TensorProto.INT64, [1])
    Windows(graph, "rows", "columns", 2, side)
    graph.output("window.places", TensorProto.INT64, ["place"])
    graph.output("window.kept", TensorProto.BOOL, ["window", "token"])
    graph.output("window.back", TensorProto.INT64, ["token"])
    graph.save(tmp_path / "windows.onnx")
    session = ort.InferenceSession(tmp_path / "windows.onnx", providers=["CPUExecutionProvider"])
    for high, wide in ((1, 1), (1, 9), (9, 1), (4, 4), (5, 7), (8, 6), (3, 12)):
        places, kept, back = session.run(None, {"rows": np.array([2 * high]), "columns": np.array([2 * wide])})
        wanted, ends = get_vision_window_index(torch.tensor([[1, 2 * high, 2 * wide]]), 2, window_size=side * 8, patch_size=4)
        np.testing.assert_array_equal(places[kept.reshape(-1)], wanted.numpy())
        np.testing.assert_array_equal(np.cumsum(kept.sum(1)) * 4, ends[1:].numpy())
        np.testing.assert_array_equal(places[back], np.arange(high * wide))


@pytest.mark.parametrize("name", MODELS)
def test_eyes_equal_transformers_on_pictures_of_any_size(name, tmp_path):
    model = made(name)
    config = model.config.vision_config.to_dict()
    shape = NativeShape.of(config, config.get("embed_dim") or config["hidden_size"], SETTINGS)
    graph = Graph("eye", DataFiles(tmp_path, "eye.onnx", 10**9))
    outputs = NativeEye(graph, Renamed(weights(model), {"model.visual.": ""}), shape, "fp32").build()["outputs"]
    graph.save(tmp_path / "eye.onnx")
    session = ort.InferenceSession(tmp_path / "eye.onnx", providers=["CPUExecutionProvider"])
    for rows, columns in ((2, 2), (2, 18), (18, 2), (6, 6), (10, 14), (4, 12)):
        tiles = np.random.default_rng(rows).normal(size=(2, 3, 4 * rows, 4 * columns)).astype(np.float32)
        ours = session.run(outputs, {"pixel_values": tiles})
        wanted = [reference(model, tile) for tile in tiles]
        for output, mine in zip(outputs, ours):
            np.testing.assert_allclose(mine, np.stack([each[output] for each in wanted]), atol=2e-4, rtol=1e-4, err_msg=f"{output} of {rows} x {columns}")


@torch.inference_mode()
def reference(model, tile):
    """The states that leave the reference's eye, by our names, in the order of tokens."""
    rows, columns = tile.shape[1] // 4, tile.shape[2] // 4
    blocks = tile.reshape(3, rows // 2, 2, 4, columns // 2, 2, 4).transpose(1, 4, 2, 5, 0, 3, 6)[..., None, :, :].repeat(2, -3)
    visual, grid, states = model.model.visual, torch.tensor([[1, rows, columns]]), []
    hooks = [block.register_forward_hook(lambda _, __, state: states.append(state)) for block in visual.blocks]
    visual(torch.tensor(np.ascontiguousarray(blocks.reshape(rows * columns, -1))), grid_thw=grid)
    for hook in hooks:
        hook.remove()
    states = [state.numpy() for state in states]
    if hasattr(visual, "window_size"):  # there patches are sorted by window
        order, _ = get_vision_window_index(grid, 2, visual.window_size, 4)
        states = [state.reshape(len(order), 4, -1)[np.argsort(order.numpy())].reshape(len(state), -1) for state in states]
    levels = sorted(getattr(visual, "deepstack_visual_indexes", []))
    return {"image_features": states[-1]} | {f"level_features.{number}": states[layer] for number, layer in enumerate(levels)}


@pytest.mark.parametrize("name", MODELS)
def test_positions_with_axes_and_levels_equal_transformers(name, tmp_path):
    """The brain alone: random embeddings and levels for two pictures' tokens, in chunks, then token by token."""
    model = made(name)
    levels = len(getattr(model.config.vision_config, "deepstack_visual_indexes", []))
    brain = Renamed(weights(model), {"model.language_model.": "model.", "lm_head.": "lm_head."})
    facts = build_decoder(model.config.text_config.to_dict(), brain, tmp_path, levels=levels) | {"embed": "embed_tokens.onnx", "decoder": "decoder.onnx"}
    assert facts["rope_axes"] == 3 and facts.get("levels", 0) == levels
    random, grids = np.random.default_rng(5), [(3, 5), (6, 2)]
    prompt = np.concatenate([random.integers(11, 97, 4), [7] * 15, random.integers(11, 97, 6), [7] * 12, random.integers(11, 97, 3)])
    here = prompt == 7
    seen = random.normal(size=(1 + levels, here.sum(), 64)).astype(np.float32)
    answer = random.integers(11, 97, 4)
    wanted = reference_logits(model, np.concatenate([prompt, answer]), seen, grids)

    runner = BrainRunner(tmp_path, facts, 64)
    embeds, further = runner.embed(np.where(here, 0, prompt)), np.zeros((levels, len(prompt), 64), np.float32)
    embeds[here], further[:, here] = seen[0], seen[1:]
    places = mrope.places(prompt, 7, grids)
    for begin, end in ((0, 2), (2, 9), (9, 22), (22, 40)):  # within pictures, and a chunk of text alone
        part = further[:, begin:end] if here[begin:end].any() else None
        logits = runner.extend(embeds[begin:end], 0, places[:, begin:end], part)
        np.testing.assert_allclose(logits, wanted[begin:end], atol=2e-3, rtol=1e-3)
    for step, token in enumerate(answer):  # positions go on by themselves
        np.testing.assert_allclose(runner.extend(runner.embed(np.array([token]))), wanted[40 + step], atol=2e-3, rtol=1e-3)


@torch.inference_mode()
def reference_logits(model, ids, seen, grids):
    kinds = torch.tensor((ids == 7).astype(np.int64))[None]
    places, _ = model.model.get_rope_index(input_ids=torch.tensor(ids)[None], mm_token_type_ids=kinds,
                                           image_grid_thw=torch.tensor([(1, 2 * rows, 2 * columns) for rows, columns in grids]))
    np.testing.assert_array_equal(places[:, 0].numpy(), mrope.places(ids, 7, grids))
    embeds = model.get_input_embeddings()(torch.tensor(ids)).clone()
    embeds[kinds[0].bool()] = torch.tensor(seen[0])
    deep = dict(visual_pos_masks=kinds.bool(), deepstack_visual_embeds=list(torch.tensor(seen[1:]))) if len(seen) > 1 else {}
    hidden = model.model.language_model(inputs_embeds=embeds[None], position_ids=places, **deep).last_hidden_state
    return model.lm_head(hidden)[0].numpy()


@pytest.mark.parametrize("name,key,value", [("qwen3", "deepstack_visual_indexes", [9]), ("qwen2", "in_channels", 1), ("qwen2", "num_heads", 3),
                                            ("qwen2", "patch_size", 5)])
def test_refusals_name_the_key(name, key, value):
    config = MODELS[name]().config.vision_config.to_dict() | {key: value}
    with pytest.raises(UnsupportedEye, match=key):
        NativeShape.of(config, 32, SETTINGS)


def test_sections_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="mrope_section"):
        mrope.axes(dict(rope_parameters=dict(mrope_section=[1, 2, 3])), 16)
