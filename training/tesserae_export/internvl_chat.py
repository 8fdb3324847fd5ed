"""InternVL as its makers publish it (`InternVLChatModel`, with code of its own), in the words of transformers' `InternVLForConditionalGeneration`.

Config keys, tensor names, how pictures are prepared and a chat template: all that the two forms spell differently. Brains: Qwen2, Qwen3 and
Llama as they are; InternLM2 is Llama with queries, keys and values in one matrix.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
from transformers import InternVLConfig

from .weights import AsStored, Respelled

MODEL_TYPE = "internvl_chat"
# The published code writes turns in ChatML, a picture's tokens before a line break; its default system message is left to whoever asks.
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' }}{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}{% if part['type'] == 'image' %}{{ '<IMG_CONTEXT>\\n' }}{% elif part['type'] == 'text' %}"
    "{{ part['text'] }}{% endif %}{% endfor %}{% endif %}{{ '<|im_end|>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
MARKS = {"start_image_token": "<img>", "end_image_token": "</img>", "context_image_token": "<IMG_CONTEXT>", "video_token": "<video>"}
_MEAN, _STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]  # the published code's own, whatever preprocessor_config.json says

_EYE = {"attention.projection_layer": "attn.proj", "layernorm_before": "norm1", "layernorm_after": "norm2", "mlp.fc1": "mlp.fc1", "mlp.fc2": "mlp.fc2",
        "attention.q_norm": "attn.q_norm", "attention.k_norm": "attn.k_norm"}
_NERVE = {"layer_norm": "mlp1.0", "linear_1": "mlp1.1", "linear_2": "mlp1.3"}
_INTERNLM2 = {"input_layernorm": "attention_norm", "post_attention_layernorm": "ffn_norm", "self_attn.o_proj": "attention.wo",
              "mlp.gate_proj": "feed_forward.w1", "mlp.up_proj": "feed_forward.w3", "mlp.down_proj": "feed_forward.w2"}


class UnsupportedForm(ValueError):
    """The published config asks for something that transformers' form has no word for; the message names the key."""


def config(raw: Mapping, image_token_id: int) -> InternVLConfig:
    eye, brain = dict(raw["vision_config"]), dict(raw["llm_config"])
    for key, wanted in (("ps_version", "v2"), ("pad2square", False), ("use_thumbnail", True), ("dynamic_image_size", True)):
        if raw.get(key, wanted) != wanted:
            raise UnsupportedForm(f"{key} {raw[key]} is not supported ({wanted} is)")
    if brain.get("model_type") == "internlm2":
        brain["model_type"] = "llama"
        if brain.get("bias"):
            raise UnsupportedForm("llm_config.bias true is not supported")
    side = raw.get("force_image_size") or eye["image_size"]
    if side != eye["image_size"]:
        raise UnsupportedForm(f"force_image_size {side} differs from vision_config.image_size {eye['image_size']}")
    vision = {key: eye[key] for key in ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "hidden_act", "norm_type",
                                        "layer_norm_eps", "image_size", "patch_size") if key in eye}
    vision |= {"attention_bias": eye.get("qkv_bias", True), "use_qk_norm": eye.get("qk_normalization", False), "use_mean_pooling": True}
    # The published class ties its head where either config says so, as transformers' older ones did.
    tied = bool(brain.get("tie_word_embeddings", False))
    scale = raw.get("downsample_ratio", 0.5)
    return InternVLConfig(vision_config=vision, text_config=brain, image_token_id=image_token_id, downsample_ratio=scale, tie_word_embeddings=tied,
                          vision_feature_layer=raw.get("select_layer", -1), architectures=["InternVLForConditionalGeneration"],
                          image_seq_length=int((side // eye["patch_size"] * scale) ** 2))


def image_processor(raw: Mapping) -> dict:
    """Settings of transformers' processor, from where the published code has them: the model's config."""
    side = raw.get("force_image_size") or raw["vision_config"]["image_size"]
    return {"image_processor_type": "GotOcr2ImageProcessor", "size": {"height": side, "width": side}, "crop_to_patches": True, "resample": 3,
            "min_patches": raw.get("min_dynamic_patch", 1), "max_patches": raw.get("max_dynamic_patch", 12), "do_resize": True, "do_rescale": True,
            "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": _MEAN, "image_std": _STD}


def weights(raw: Mapping, published: Mapping[str, np.ndarray]) -> Respelled:
    """The checkpoint's tensors under transformers' names. Each is read when it is asked for."""
    readers = {}

    def plainly(ours: str, theirs: str) -> None:
        for kind in ("weight", "bias"):
            if f"{theirs}.{kind}" in published:
                readers[f"{ours}.{kind}"] = AsStored(published, f"{theirs}.{kind}")

    eye = "model.vision_tower"
    for ours, theirs in (("cls_token", "class_embedding"), ("position_embeddings", "position_embedding")):
        readers[f"{eye}.embeddings.{ours}"] = AsStored(published, f"vision_model.embeddings.{theirs}")
    plainly(f"{eye}.embeddings.patch_embeddings.projection", "vision_model.embeddings.patch_embedding")
    for layer in range(raw["vision_config"]["num_hidden_layers"]):
        ours, theirs = f"{eye}.encoder.layer.{layer}", f"vision_model.encoder.layers.{layer}"
        for mine, name in _EYE.items():
            plainly(f"{ours}.{mine}", f"{theirs}.{name}")
        for number in (1, 2):
            readers[f"{ours}.lambda_{number}"] = AsStored(published, f"{theirs}.ls{number}")
        for kind in ("weight", "bias"):
            for place, part in enumerate("qkv"):
                if f"{theirs}.attn.qkv.{kind}" in published:
                    readers[f"{ours}.attention.{part}_proj.{kind}"] = partial(_third, published, f"{theirs}.attn.qkv.{kind}", place)
    for ours, theirs in _NERVE.items():
        plainly(f"model.multi_modal_projector.{ours}", theirs)
    if raw["llm_config"].get("model_type") == "internlm2":
        _internlm2(raw["llm_config"], published, readers, plainly)
    else:
        for name in published:
            for theirs, ours in (("language_model.model.", "model.language_model."), ("language_model.lm_head.", "lm_head.")):
                if name.startswith(theirs):
                    readers[ours + name[len(theirs):]] = AsStored(published, name)
    return Respelled(readers)


def _internlm2(brain: Mapping, published: Mapping[str, np.ndarray], readers: dict, plainly) -> None:
    for ours, theirs in (("model.language_model.embed_tokens", "model.tok_embeddings"), ("model.language_model.norm", "model.norm"), ("lm_head", "output")):
        plainly(ours, f"language_model.{theirs}")
    groups = brain.get("num_key_value_heads") or brain["num_attention_heads"]
    for layer in range(brain["num_hidden_layers"]):
        ours, theirs = f"model.language_model.layers.{layer}", f"language_model.model.layers.{layer}"
        for mine, name in _INTERNLM2.items():
            plainly(f"{ours}.{mine}", f"{theirs}.{name}")
        for part in "qkv":
            readers[f"{ours}.self_attn.{part}_proj.weight"] = partial(_grouped, published, f"{theirs}.attention.wqkv.weight", brain, groups, part)


def _third(published: Mapping[str, np.ndarray], name: str, place: int) -> np.ndarray:
    return np.split(published[name], 3)[place]


def _grouped(published: Mapping[str, np.ndarray], name: str, brain: Mapping, groups: int, part: str) -> np.ndarray:
    """Each group of heads has its queries, then its key, then its value: [group, query + 2, head_dim, hidden]."""
    heads = brain["num_attention_heads"] // groups + 2
    packed = published[name].reshape(groups, heads, -1, brain["hidden_size"])
    taken = {"q": packed[:, :-2], "k": packed[:, -2:-1], "v": packed[:, -1:]}[part]
    return np.ascontiguousarray(taken).reshape(-1, brain["hidden_size"])


def is_published_form(folder: Path) -> bool:
    return json.loads((folder / "config.json").read_text()).get("model_type") == MODEL_TYPE
