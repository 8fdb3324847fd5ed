"""Qwen-VL, the first of its line: a CLIP-like eye over one square picture, one cross-attention with 256 queries, the first Qwen as brain.

Published with code of its own (`QWenLMHeadModel` with a `visual` config), which transformers has never had: nothing here can be
checked against it. The reference of the tests is a plain PyTorch module (`training/fixtures/qwen_vl_reference.py`). Read as published
(`pytorch_model-*.bin`, `qwen.tiktoken`), and with safetensors and a `tokenizer.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import torch
from onnx import TensorProto
from transformers import PreTrainedTokenizerFast
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

from .. import tiktoken_file
from ..checkpoint import Checkpoint, UnsupportedCheckpoint
from ..graph import CONTRIB, Graph
from ..matrices import Matrices
from ..transformer_eye import EyeShape, TransformerEye
from ..weights import MissingTensor, Renamed

NAME = "qwen-vl"
ARCHITECTURES = ("QWenLMHeadModel",)
UNCHECKED = "transformers has no class for Qwen-VL"
EPSILON = 1e-6  # in the published code, not in its config
HEAD = 128  # numbers a head of the resampler, likewise
QUERIES = 256
_MEAN, _STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
# The vocabulary's file, and the tokens whose ids follow its ranks: also in the published code alone.
VOCABULARY = "qwen.tiktoken"
SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", *(f"<|extra_{index}|>" for index in range(205)),
            "<ref>", "</ref>", "<box>", "</box>", "<quad>", "</quad>", "<img>", "</img>", "<imgpad>")
# What the published code writes around a conversation (`make_context`) and a picture (`from_list_format`).
TEMPLATE = (
    "{% set pictures = namespace(count=0) %}{% for message in messages %}{% if loop.first and message['role'] != 'system' %}<|im_start|>system\n"
    "You are a helpful assistant.<|im_end|>\n{% endif %}<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}{% if part['type'] == 'image' %}{% set pictures.count = pictures.count + 1 %}"
    "Picture {{ pictures.count }}: <img><imgpad></img>\n{% elif part['type'] == 'text' %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def brain(checkpoint: Checkpoint) -> Renamed:
    """Under the names of the first Qwen, which the decoder's builder knows."""
    return Renamed(checkpoint.weights, {"transformer.visual.": "visual.", "transformer.": "transformer.", "lm_head.": "lm_head."})


def brain_facts(checkpoint: Checkpoint) -> dict:
    """The published code stops at the end of a turn, whatever generation_config says."""
    tokens = [checkpoint.tokenizer.convert_tokens_to_ids(token) for token in ("<|im_end|>", "<|im_start|>", "<|endoftext|>")]
    return {"eos_token_ids": [token for token in tokens if token is not None]}


def image_token_id(checkpoint: Checkpoint) -> int:
    """<img>, </img> and <imgpad> follow one another."""
    return _visual(checkpoint)["image_start_id"] + 2


def tokenizer(checkpoint: Checkpoint) -> PreTrainedTokenizerFast | None:
    """Qwen2 cuts a text as its predecessor did."""
    file = checkpoint.folder / VOCABULARY
    if (checkpoint.folder / "tokenizer.json").is_file():
        return None
    if not file.is_file():
        raise UnsupportedCheckpoint(f"the folder holds neither {VOCABULARY} nor tokenizer.json")
    found = tiktoken_file.tokenizer(file, PRETOKENIZE_REGEX, SPECIALS, "<|endoftext|>", checkpoint.plain["seq_length"])
    if found.convert_tokens_to_ids("<img>") != _visual(checkpoint)["image_start_id"]:
        raise UnsupportedCheckpoint(f"visual.image_start_id {_visual(checkpoint)['image_start_id']} is not the id of <img> after the ranks of {VOCABULARY}")
    return found


def chat_template(checkpoint: Checkpoint) -> str:
    return TEMPLATE


def preprocessor(checkpoint: Checkpoint) -> dict:
    """Pictures are stretched to a square; the published code has the rest in itself."""
    side = _visual(checkpoint)["image_size"]
    return {"image_processor_type": "CLIPImageProcessor", "do_resize": True, "size": {"height": side, "width": side}, "resample": 3,
            "do_center_crop": False, "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": _MEAN, "image_std": _STD}


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    config = _visual(checkpoint)
    if config["image_size"] % config["patch_size"]:
        raise UnsupportedCheckpoint(f"visual.image_size {config['image_size']} is no whole number of patches of {config['patch_size']}")
    shape = EyeShape(config["image_size"], config["patch_size"], config["width"], config["heads"], config["layers"], EPSILON, "gelu")
    weights = EyeWeights(Renamed(checkpoint.weights, {"transformer.visual.": ""}), config["heads"], shape.side)
    eye = TransformerEye(graph, weights, shape, precision)
    hidden = eye.embed(np.arange(shape.side ** 2))
    for index in range(shape.layers):
        hidden = eye.layer(hidden, index)
    eye.finish([hidden], 0, shape.side ** 2)
    return {"tile_width": shape.tile, "tile_height": shape.tile}


def projector(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    """Queries look at the patches once. Positions are added to what is compared, not to what is read."""
    config, width = _visual(checkpoint), checkpoint.plain["hidden_size"]
    side, queries = config["image_size"] // config["patch_size"], config.get("n_queries", QUERIES)
    if config["output_dim"] != width or width % HEAD:
        raise UnsupportedCheckpoint(f"visual.output_dim {config['output_dim']} must be hidden_size {width} and a multiple of {HEAD}")
    weights = Renamed(checkpoint.weights, {"transformer.visual.": ""})
    pool = ResamplerWeights(weights)
    matrices = Matrices(graph, pool, precision)
    features = graph.input("image_features", TensorProto.FLOAT, ["tile", side * side, config["width"]])
    read = matrices.project(features, "kv", "read.wide", ("kv_proj",)) if "kv_proj.weight" in pool else features
    read = _norm(graph, weights, read, "attn_pool.ln_kv")
    table = weights["attn_pool.pos_embed"]
    placed = graph.node("Add", [read, graph.constant("patch.positions", stretched(table, side)[None])], "read.placed")
    keys = matrices.project(placed, "keys", "keys.out", ("k",))
    values = matrices.project(read, "values", "values.out", ("v",))
    asked = graph.node("Expand", [graph.constant("queries", _queries(weights, table, pool)[None]), _batch(graph, features)], "queries.all")
    attended = graph.node("MultiHeadAttention", [asked, keys, values], "attended", CONTRIB, num_heads=width // HEAD, scale=HEAD ** -0.5)
    mixed = _norm(graph, weights, matrices.project(attended, "out", "mixed", ("out",)), "ln_post")
    matrices.project(mixed, "proj", "image_embeds", ("proj",))
    graph.output("image_embeds", TensorProto.FLOAT, ["tile", queries, width])
    return {"kind": "resampler", "tokens_per_tile": queries, "width": width}


def reference(checkpoint: Checkpoint) -> Processor:
    settings = {key: value for key, value in preprocessor(checkpoint).items() if not key.endswith("_type")}
    return Processor(CLIPImageProcessorPil(**settings), checkpoint.tokenizer, _visual(checkpoint).get("n_queries", QUERIES))


class Processor:
    """Pictures and tokenizer, as a transformers processor would hold them: `<img>`, so many tokens, `</img>` for each picture."""

    def __init__(self, image_processor, tokenizer, queries: int):
        self.image_processor, self.tokenizer, self.queries = image_processor, tokenizer, queries

    def expanded(self, text: str) -> str:
        return text.replace("<imgpad>", "<imgpad>" * self.queries)


class EyeWeights(Mapping[str, np.ndarray]):
    """The published eye's tensors under the names that TransformerEye reads."""

    _TOP = {"embeddings.patch_embedding.weight": "conv1.weight", "pre_layrnorm.weight": "ln_pre.weight", "pre_layrnorm.bias": "ln_pre.bias"}
    _LAYER = {"layer_norm1": "ln_1", "layer_norm2": "ln_2", "self_attn.out_proj": "attn.out_proj", "mlp.fc1": "mlp.c_fc", "mlp.fc2": "mlp.c_proj"}
    _PACKED = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")

    def __init__(self, weights: Mapping[str, np.ndarray], heads: int, side: int):
        self._weights, self._heads, self._side = weights, heads, side

    def __getitem__(self, name: str) -> np.ndarray:
        if name == "embeddings.position_embedding.weight":
            return stretched(self._weights["positional_embedding"], self._side)
        if name in self._TOP:
            return self._weights[self._TOP[name]]
        if not name.startswith("encoder.layers."):
            raise MissingTensor(name)
        layer, _, part = name.removeprefix("encoder.layers.").partition(".")
        part, _, kind = part.rpartition(".")
        at = f"transformer.resblocks.{layer}"
        if part in self._PACKED:  # head by head: its queries, its keys, its values
            packed = self._weights[f"{at}.attn.in_proj.{kind}"]
            apart = packed.reshape(self._heads, 3, -1, *packed.shape[1:])[:, self._PACKED.index(part)]
            return np.ascontiguousarray(apart.reshape(-1, *packed.shape[1:]))
        if part not in self._LAYER:
            raise MissingTensor(name)
        return self._weights[f"{at}.{self._LAYER[part]}.{kind}"]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._TOP, "embeddings.position_embedding.weight"))

    def __len__(self) -> int:
        return len(self._TOP) + 1


class ResamplerWeights(dict):
    """The resampler's matrices as linear layers: `kv_proj`, `q`, `k`, `v`, `out`, `proj`."""

    def __init__(self, weights: Mapping[str, np.ndarray]):
        super().__init__()
        if "attn_pool.kv_proj.weight" in weights:
            self["kv_proj.weight"] = weights["attn_pool.kv_proj.weight"]
        for part, matrix, bias in zip("qkv", np.split(weights["attn_pool.attn.in_proj_weight"], 3), np.split(weights["attn_pool.attn.in_proj_bias"], 3)):
            self[f"{part}.weight"], self[f"{part}.bias"] = matrix, bias
        for kind in ("weight", "bias"):
            self[f"out.{kind}"] = weights[f"attn_pool.attn.out_proj.{kind}"]
        self["proj.weight"] = weights["proj"].T


def stretched(table: np.ndarray, side: int) -> np.ndarray:
    """A square table of positions at another size, bicubic, as the published code does it: float32 [side · side, width]"""
    own = round(len(table) ** 0.5)
    if own == side:
        return np.asarray(table, np.float32)
    grid = torch.tensor(np.asarray(table, np.float32)).reshape(1, own, own, -1).permute(0, 3, 1, 2)
    found = torch.nn.functional.interpolate(grid, size=(side, side), mode="bicubic", align_corners=False)
    return found.permute(0, 2, 3, 1).flatten(0, 2).numpy()


def _queries(weights: Mapping[str, np.ndarray], table: np.ndarray, pool: Mapping[str, np.ndarray]) -> np.ndarray:
    """What the queries ask is the same for every picture: float32 [query, width]"""
    query = torch.tensor(weights["attn_pool.query"])
    scale, bias = (torch.tensor(weights[f"attn_pool.ln_q.{kind}"]) for kind in ("weight", "bias"))
    normed = torch.nn.functional.layer_norm(query, query.shape[-1:], scale, bias, EPSILON).numpy() + table
    return (normed @ pool["q.weight"].T + pool["q.bias"]).astype(np.float32)


def _norm(graph: Graph, weights: Mapping[str, np.ndarray], source: str, name: str) -> str:
    parts = [graph.constant(f"{name}.{kind}", weights[f"{name}.{kind}"]) for kind in ("weight", "bias")]
    return graph.node("LayerNormalization", [source, *parts], f"{name}.out", axis=-1, epsilon=EPSILON)


def _batch(graph: Graph, features: str) -> str:
    tiles = graph.node("Shape", [features], "tiles", start=0, end=1)
    return graph.node("Concat", [tiles, graph.constant("ones", np.array([1, 1], np.int64))], "queries.shape", axis=0)


def _visual(checkpoint: Checkpoint) -> dict:
    found = checkpoint.plain.get("visual")
    if not found:
        raise UnsupportedCheckpoint("config.json has no 'visual': this is Qwen without an eye")
    return found
