"""What an exporter needs to know of a Hugging Face checkpoint folder, in whichever form it was saved."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import CONFIG_MAPPING, AutoConfig, AutoModelForImageTextToText, AutoTokenizer, PretrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from . import internvl_chat
from .torch_files import stored

# Files that the services read as they are.
_COPIED = ("config.json", "preprocessor_config.json", "processor_config.json", "tokenizer_config.json",
           "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", "generation_config.json")
_SAMPLE = "USER: two  spaces,\n\na line; déjà vu, 图片 🐈 1234</s> <s>end"


class UnsupportedCheckpoint(ValueError):
    """The checkpoint cannot be exported; the message says why."""


class Checkpoint:
    """One folder, read without a network: config (with the defaults that the file leaves out), weights, tokenizer.

    `plain` is config.json as it is. `made_template`, `made_pictures` and `made_tokenizer` are what a family says of its chat template, its
    picture settings and its tokenizer, for checkpoints that come without.
    """

    def __init__(self, folder: Path):
        if not (folder / "config.json").is_file():
            raise UnsupportedCheckpoint(f"{folder} holds no config.json")
        self.folder = folder
        self.weights = stored(folder)
        self.plain = json.loads((folder / "config.json").read_text())
        self._settings, self._template = None, None  # in place of the folder's own, where its form is not transformers'
        self.made_template, self.made_pictures, self.made_tokenizer = None, None, None
        if internvl_chat.is_published_form(folder):
            self._translate(self.plain)
        else:
            if self.plain.get("model_type") in CONFIG_MAPPING:
                self.config = AutoConfig.from_pretrained(folder, local_files_only=True)
            else:  # what transformers has no class for is judged by its architecture
                self.config = PretrainedConfig.from_dict({key: value for key, value in self.plain.items() if key != "model_type"})
        architectures = self.config.architectures or []
        if not architectures:
            raise UnsupportedCheckpoint("config.json names no architectures")
        self.architecture = architectures[0]

    @cached_property
    def tokenizer(self) -> PreTrainedTokenizerBase:
        return self.made_tokenizer or AutoTokenizer.from_pretrained(self.folder, local_files_only=True)

    def _translate(self, raw: dict) -> None:
        """InternVL as its makers publish it, into transformers' words."""
        for name, token in internvl_chat.MARKS.items():
            setattr(self.tokenizer, name, token)
            setattr(self.tokenizer, f"{name}_id", self.tokenizer.convert_tokens_to_ids(token))
        self.config = internvl_chat.config(raw, self.tokenizer.context_image_token_id)
        self.weights = internvl_chat.weights(raw, self.weights)
        self._settings, self._template = internvl_chat.image_processor(raw), internvl_chat.CHAT_TEMPLATE

    def model(self) -> PreTrainedModel:
        """transformers' own, in float32."""
        if self._settings is None:
            return AutoModelForImageTextToText.from_pretrained(self.folder, dtype=torch.float32, local_files_only=True).eval()
        model = AutoModelForImageTextToText.from_config(self.config)
        missing, unknown = model.load_state_dict({name: torch.from_numpy(np.array(self.weights[name])) for name in self.weights}, strict=False)
        if unknown or set(missing) - {"lm_head.weight"} or (missing and not self.config.tie_word_embeddings):
            raise UnsupportedCheckpoint(f"tensors {', '.join([*unknown, *missing])} are not where the published form has them")
        model.tie_weights()
        return model.eval()

    def text_config(self) -> dict:
        """The brain's config, with tying as the whole model has it."""
        nested = getattr(self.config, "text_config", None)
        found = nested.to_dict() if nested else dict(self.plain)
        found["tie_word_embeddings"] = bool(self.config.tie_word_embeddings)
        return found

    def image_processor_config(self) -> dict:
        """`preprocessor_config.json`, or the image part of `processor_config.json`, where transformers 5 saves it."""
        if self._settings is not None:
            return self._settings
        for name, key in (("preprocessor_config.json", None), ("processor_config.json", "image_processor")):
            file = self.folder / name
            if file.is_file():
                found = json.loads(file.read_text())
                found = found.get(key) if key else found
                if found:
                    return found
        if self.made_pictures:
            return self.made_pictures
        raise UnsupportedCheckpoint("neither preprocessor_config.json nor processor_config.json says how pictures are prepared")

    def image_processor(self, kind: Callable):
        """The reference's processor of this kind with the checkpoint's settings; what only names a kind is none of them."""
        return kind(**{key: value for key, value in self.image_processor_config().items() if not key.endswith("_type")})

    def copy_files(self, out: Path) -> None:
        """The Hugging Face files; the picture settings and the chat template also under the one name that is read first."""
        for name in _COPIED:
            if (self.folder / name).is_file():
                shutil.copyfile(self.folder / name, out / name)
        if self._settings is not None or not (out / "preprocessor_config.json").exists():
            (out / "preprocessor_config.json").write_text(json.dumps(self.image_processor_config(), indent=2) + "\n")
        self._write_tokenizer(out / "tokenizer.json")
        template = self.chat_template()
        if template and (self._template is not None or not (out / "chat_template.jinja").exists()):
            (out / "chat_template.jinja").write_text(template)

    def _write_tokenizer(self, file: Path) -> None:
        """The checkpoint's own tokenizer.json, unless transformers reads something else from the folder: that is the reference."""
        own = self.folder / "tokenizer.json"
        if own.is_file():
            found = Tokenizer.from_file(str(own))
            if found.get_vocab_size() == len(self.tokenizer) and found.encode(_SAMPLE).ids == self.tokenizer(_SAMPLE)["input_ids"]:
                shutil.copyfile(own, file)
                return
        self.tokenizer.backend_tokenizer.save(str(file))

    def chat_template(self) -> str | None:
        """The default template, from whichever of the four places holds it."""
        if self._template is not None:
            return self._template
        jinja = self.folder / "chat_template.jinja"
        if jinja.is_file():
            return jinja.read_text()
        for name in ("chat_template.json", "processor_config.json", "tokenizer_config.json"):
            if (self.folder / name).is_file():
                found = json.loads((self.folder / name).read_text()).get("chat_template")
                if isinstance(found, list):  # named templates
                    found = next((entry["template"] for entry in found if entry["name"] == "default"), None)
                if found:
                    return found
        return self.made_template

    def text_facts(self, image_token_id: int) -> dict:
        """The manifest's facts about tokens."""
        generation = self.folder / "generation_config.json"
        ends = json.loads(generation.read_text()).get("eos_token_id") if generation.is_file() else None
        if ends is None:
            ends = getattr(getattr(self.config, "text_config", None), "eos_token_id", None)
        if ends is None:
            ends = self.tokenizer.eos_token_id
        return {"bos_token": self.tokenizer.bos_token,
                "eos_token_ids": ends if isinstance(ends, list) else [] if ends is None else [ends],
                "image_token": self.tokenizer.convert_ids_to_tokens(image_token_id), "image_token_id": image_token_id}
