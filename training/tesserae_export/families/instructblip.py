"""InstructBLIP: BLIP-2 whose Q-Former also reads the instruction, by a tokenizer of its own; a Llama (Vicuna) brain."""

from __future__ import annotations

import shutil
from pathlib import Path

from transformers import AutoTokenizer, InstructBlipProcessor

from ..checkpoint import Checkpoint, UnsupportedCheckpoint
from ..graph import Graph
from . import blip2
from .blip2 import brain, brain_facts, image_token_id, text_config, tokenizer, vision

__all__ = ["brain", "brain_facts", "image_token_id", "text_config", "tokenizer", "vision"]

NAME = "instructblip"
ARCHITECTURES = ("InstructBlipForConditionalGeneration",)
# Where the Q-Former's tokenizer lies in a checkpoint and in a model folder.
TOKENIZER = "qformer_tokenizer"
# One instruction, bare, after the picture.
CHAT_TEMPLATE = """\
{%- for message in messages if message['content'] is not string -%}
    {%- for part in message['content'] if part['type'] == 'image' -%}{{ '<image>' }}{%- endfor -%}
{%- endfor -%}
{%- for message in messages -%}
    {%- if message['role'] != 'user' -%}
        {{ raise_exception('InstructBLIP follows one instruction: it takes user messages alone, not ' + message['role']) }}
    {%- endif -%}
    {%- if message['content'] is string -%}
        {{ message['content'] }}
    {%- else -%}
        {%- for part in message['content'] if part['type'] == 'text' -%}{{ part['text'] }}{%- endfor -%}
    {%- endif -%}
{%- endfor -%}
"""


def chat_template(checkpoint: Checkpoint) -> str:
    return CHAT_TEMPLATE


def projector(checkpoint: Checkpoint, graph: Graph, precision: str) -> dict:
    config = checkpoint.config.qformer_config
    found = blip2.project(checkpoint, graph, precision, instructed=True)
    return found | {"instruction": {"tokenizer": f"{TOKENIZER}/tokenizer.json", "most_tokens": config.max_position_embeddings, "vocab": config.vocab_size}}


def copy_files(checkpoint: Checkpoint, out: Path) -> None:
    """The Q-Former's tokenizer, as transformers reads it."""
    own = checkpoint.folder / TOKENIZER
    if not own.is_dir():
        raise UnsupportedCheckpoint(f"{own.name}/ is missing: the Q-Former reads the instruction by a tokenizer of its own")
    (out / TOKENIZER).mkdir(exist_ok=True)
    if (own / "tokenizer.json").is_file():
        shutil.copyfile(own / "tokenizer.json", out / TOKENIZER / "tokenizer.json")
    else:
        AutoTokenizer.from_pretrained(own, local_files_only=True).backend_tokenizer.save(str(out / TOKENIZER / "tokenizer.json"))


def reference(checkpoint: Checkpoint):
    words = AutoTokenizer.from_pretrained(checkpoint.folder / TOKENIZER, local_files_only=True)
    return InstructBlipProcessor(blip2.pictures(checkpoint), checkpoint.tokenizer, words, num_query_tokens=checkpoint.config.num_query_tokens)
