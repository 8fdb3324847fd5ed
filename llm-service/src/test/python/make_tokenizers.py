"""Makes the corpus and the tokenizers that TokenizerCorpusTest compares, and what Python's tokenizers says of every line.

    PYTHONPATH=training/fixtures python llm-service/src/test/python/make_tokenizers.py llm-service/src/test/resources/corpus
    … make_tokenizers.py FOLDER FILE…      # the same for tokenizer.json files of your own, such as a published model's

Small vocabularies trained on the corpus, each with the normaliser, pre-tokenizer, byte handling and post-processor of one brain's published
tokenizer. Of each line's ids the first 8 hexadecimal digits of a SHA-256 are kept, over the ids in decimal with commas between.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import corpus

GPT2 = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
QWEN = r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
LLAMA3 = QWEN.replace(r"\p{N}| ", r"\p{N}{1,3}| ")
SIZE = 700


def trained(pre, normaliser=None, special=(), **model) -> Tokenizer:
    made = Tokenizer(models.BPE(**model))
    made.pre_tokenizer = pre
    if normaliser:
        made.normalizer = normaliser
    raw = [f"<0x{byte:02X}>" for byte in range(256)] if model.get("byte_fallback") else []
    alphabet = [] if raw else pre_tokenizers.ByteLevel.alphabet()
    few = {"limit_alphabet": 200} if raw else {}  # other letters are left to the bytes
    made.train_from_iterator(corpus.lines(), trainers.BpeTrainer(vocab_size=SIZE, special_tokens=[*special, *raw], initial_alphabet=alphabet,
                                                                 show_progress=False, **few))
    made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in (*special, "<image>")])
    return made


def first(made: Tokenizer, token: str) -> Tokenizer:
    made.post_processor = processors.TemplateProcessing(single=f"{token} $A", special_tokens=[(token, made.token_to_id(token))])
    return made


def split(pattern: str) -> pre_tokenizers.PreTokenizer:
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def byte_level(add_prefix_space: bool = False) -> pre_tokenizers.PreTokenizer:
    return pre_tokenizers.ByteLevel(add_prefix_space=add_prefix_space, use_regex=True)


KINDS = {
    "llama": lambda: first(trained(pre_tokenizers.Sequence([]), normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]),
                                   ("<unk>", "<s>", "</s>"), unk_token="<unk>", fuse_unk=True, byte_fallback=True), "<s>"),
    "vicuna": lambda: first(trained(pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=False), None,
                                    ("<unk>", "<s>", "</s>"), unk_token="<unk>", fuse_unk=True, byte_fallback=True), "<s>"),
    "gemma": lambda: first(trained(pre_tokenizers.Split(" ", behavior="merged_with_previous"), normalizers.Replace(" ", "▁"),
                                   ("<pad>", "<eos>", "<bos>", "<unk>"), unk_token="<unk>", fuse_unk=True, byte_fallback=True), "<bos>"),
    "qwen": lambda: trained(split(QWEN), normalizers.NFC(), ("<|endoftext|>", "<|im_start|>", "<|im_end|>")),
    "llama3": lambda: first(trained(split(LLAMA3), None, ("<|begin_of_text|>", "<|end_of_text|>"), ignore_merges=True), "<|begin_of_text|>"),
    "opt": lambda: first(trained(byte_level(), None, ("<pad>", "</s>")), "</s>"),
    "smollm2": lambda: trained(pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level()]), None,
                               ("<|endoftext|>", "<|im_start|>", "<|im_end|>")),
}


def digest(ids: list[int]) -> str:
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:8]


def write(folder: Path, name: str, tokenizer: Tokenizer) -> None:
    tokenizer.no_truncation()
    tokenizer.no_padding()
    encoded = [tokenizer.encode(line).ids for line in corpus.lines()]
    golden = {"made_by": "llm-service/src/test/python/make_tokenizers.py", "tokenizers": tokenizers.__version__, "tokens": sum(map(len, encoded)),
              "lines": "".join(map(digest, encoded))}
    (folder / f"{name}.golden.json").write_text(json.dumps(golden) + "\n")
    print(f"{name}: {len(encoded)} lines, {golden['tokens']} tokens, vocabulary {tokenizer.get_vocab_size()}")


def main(folder: Path, files: list[Path]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lines.json").write_text(json.dumps(corpus.lines(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    for file in files:
        name = file.resolve().parent.name if file.name == "tokenizer.json" else file.stem
        shutil.copyfile(file, folder / f"{name}.json")
        write(folder, name, Tokenizer.from_file(str(file)))
    for name, make in {} if files else KINDS.items():
        made = make()
        made.save(str(folder / f"{name}.json"), pretty=False)
        write(folder, name, Tokenizer.from_file(str(folder / f"{name}.json")))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(file) for file in sys.argv[2:]])
