"""Vocabularies in tiktoken's form (`qwen.tiktoken`): a line for each token, its bytes in base64 and its rank, which is its id."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, normalizers
from transformers import PreTrainedTokenizerFast
from transformers.convert_slow_tokenizer import TikTokenConverter


class _Converter(TikTokenConverter):
    """Reads the file without the library that wrote it."""

    @staticmethod
    def load_tiktoken_bpe(file: Path) -> dict[bytes, int]:
        try:
            pairs = [line.split() for line in Path(file).read_bytes().splitlines() if line]
            ranks = {base64.b64decode(token, validate=True): int(rank) for token, rank in pairs}
        except (ValueError, binascii.Error):
            raise ValueError(f"{Path(file).name} is no list of tokens and ranks") from None
        if sorted(ranks.values()) != list(range(len(ranks))) or not all(bytes([byte]) in ranks for byte in range(256)):
            raise ValueError(f"{Path(file).name}: ranks must be 0 to {len(ranks) - 1}, and every byte must be a token")
        return ranks


def tokenizer(file: Path, pattern: str, specials: Sequence[str], end: str, longest: int) -> PreTrainedTokenizerFast:
    """`pattern` cuts a text, put in Unicode's composed form, before tokens are merged; `specials` have the ids that follow the ranks."""
    found: Tokenizer = _Converter(file, pattern).converted()
    found.normalizer = normalizers.NFC()
    found.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in specials])
    return PreTrainedTokenizerFast(tokenizer_object=found, bos_token=None, eos_token=end, unk_token=None, pad_token=end, model_max_length=longest,
                                   clean_up_tokenization_spaces=False)
