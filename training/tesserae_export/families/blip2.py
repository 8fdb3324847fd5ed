"""BLIP-2: a ViT-g eye over one square picture, a Q-Former and one linear layer, an OPT (or Llama-like) brain.

The checkpoint has no chat template, and its image tokens stand before BOS: both are said here.
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto
from transformers import AddedToken, AutoTokenizer, Blip2Processor, PreTrainedTokenizerBase
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

from ..checkpoint import Checkpoint, UnsupportedCheckpoint
from ..graph import Graph
from ..matrices import Matrices
from ..qformer import QFormer
from ..spelling import blip
from ..transformer_eye import EyeShape, TransformerEye
from ..weights import Renamed

NAME = "blip2"
ARCHITECTURES = ("Blip2ForConditionalGeneration",)
IMAGE = "<image>"
# The picture first, whichever turn shows it; then questions and answers as BLIP-2's authors put several turns together.
CHAT_TEMPLATE = """\
{%- for message in messages if message['content'] is not string -%}
    {%- for part in message['content'] if part['type'] == 'image' -%}{{ '<image>' }}{%- endfor -%}
{%- endfor -%}
{%- for message in messages -%}
    {%- if message['role'] not in ['user', 'assistant'] -%}
        {{ raise_exception('BLIP-2 takes user and assistant messages alone, not ' + message['role']) }}
    {%- endif -%}
    {%- set ns = namespace(text='') -%}
    {%- if message['content'] is string -%}
        {%- set ns.text = message['content'] -%}
    {%- else -%}
        {%- for part in message['content'] if part['type'] == 'text' -%}{%- set ns.text = ns.text + part['text'] -%}{%- endfor -%}
    {%- endif -%}
    {%- if message['role'] == 'user' -%}
        {%- if ns.text -%}{{ ('' if loop.first else ' ') + 'Question: ' + ns.text + ' Answer:' }}{%- endif -%}
    {%- else -%}
        {{ ' ' + ns.text + '.' }}
    {%- endif -%}
{%- endfor -%}
"""


def chat_template(checkpoint: Checkpoint) -> str:
    return CHAT_TEMPLATE


def brain(checkpoint: Checkpoint) -> Renamed:
    """OPT's names begin with `model.decoder.`, others' with `model.`; transformers 5 may write `language_model.` in another place."""
    found = {}
    for outer in ("language_model.", "model.language_model."):
        found |= {f"{outer}model.decoder.": "model.", f"{outer}model.": "model.", f"{outer}lm_head.": "lm_head."}
    return Renamed(checkpoint.weights, found)


def text_config(checkpoint: Checkpoint) -> dict:
    """Whether the head is tied is the language model's own affair: it is a whole model inside."""
    if not checkpoint.config.use_decoder_only_language_model:
        raise UnsupportedCheckpoint(f"text_config.model_type {checkpoint.config.text_config.model_type} (an encoder and a decoder) is not supported")
    return checkpoint.config.text_config.to_dict()


def tokenizer(checkpoint: Checkpoint) -> PreTrainedTokenizerBase:
    """The folder's own; the processor adds the image token where an older one lacks it."""
    found = AutoTokenizer.from_pretrained(checkpoint.folder, local_files_only=True)
    found.add_tokens([AddedToken(IMAGE, normalized=False, special=True)], special_tokens=True)
    return found


def image_token_id(checkpoint: Checkpoint) -> int:
    found, said = checkpoint.tokenizer.convert_tokens_to_ids(IMAGE), checkpoint.config.image_token_index
    if said is not None and said != found:
        raise UnsupportedCheckpoint(f"image_token_index {said} is another token than {IMAGE}, whose id is {found}")
    return found


def brain_facts(checkpoint: Checkpoint) -> dict:
    return {"images_before_bos": True}


def vision(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    """All tokens of the last layer, the class token's among them, normed."""
    shape = _shape(checkpoint)
    eye = TransformerEye(graph, blip(Renamed(checkpoint.weights, {"vision_model.": "", "model.vision_model.": ""})), shape, precision)
    tokens = shape.side ** 2 + 1
    hidden = eye.embed(np.arange(tokens))
    for index in range(shape.layers):
        hidden = eye.layer(hidden, index)
    eye.finish([eye.norm(hidden, "post_layernorm")], skip=0, patches=tokens)
    return {"tile_width": shape.tile, "tile_height": shape.tile}


def projector(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    return project(checkpoint, graph, precision, instructed=False)


def project(checkpoint: Checkpoint, graph: Graph, precision: str, instructed: bool) -> dict:
    """The Q-Former and the linear layer behind it; `instructed` adds an input for the instruction's ids."""
    shape, config = _shape(checkpoint), checkpoint.config
    weights = Renamed(checkpoint.weights, {"model.query_tokens": "query_tokens", "query_tokens": "query_tokens", "model.qformer.": "qformer.",
                                           "qformer.": "qformer.", "model.language_projection.": "language_projection.",
                                           "language_projection.": "language_projection."})
    features = graph.input("image_features", TensorProto.FLOAT, ["tile", shape.side ** 2 + 1, shape.hidden])
    ids = graph.input("instruction_ids", TensorProto.INT64, ["tile", "word"]) if instructed else None
    former = QFormer(graph, weights, config.qformer_config.to_dict(), precision)
    width = config.text_config.hidden_size
    Matrices(graph, weights, precision).project(former.run(features, ids), "language_projection", "image_embeds", ("language_projection",))
    graph.output("image_embeds", TensorProto.FLOAT, ["tile", former.queries, width])
    return {"kind": "resampler", "tokens_per_tile": former.queries, "width": width}


def reference(checkpoint: Checkpoint):
    return Blip2Processor(pictures(checkpoint), checkpoint.tokenizer, num_query_tokens=checkpoint.config.num_query_tokens)


def pictures(checkpoint: Checkpoint) -> BlipImageProcessorPil:
    return checkpoint.image_processor(BlipImageProcessorPil)


def _shape(checkpoint: Checkpoint) -> EyeShape:
    config = checkpoint.config.vision_config
    size = checkpoint.image_processor_config().get("size") or {}
    if (size.get("height"), size.get("width")) != (config.image_size, config.image_size):
        raise UnsupportedCheckpoint(f"pictures are prepared as {size}, but vision_config.image_size is {config.image_size}")
    return EyeShape.of(config.to_dict(), config.image_size)
