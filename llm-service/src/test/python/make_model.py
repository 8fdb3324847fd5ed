"""Makes the tests' tiny brain (a random Llama with a byte-level tokenizer), a Metaspace tokenizer, and what transformers says of both.

    PYTHONPATH=training python llm-service/src/test/python/make_model.py llm-service/src/test/resources

Writes model/ (a model folder with the brain's stage only), tokenizers/metaspace.json, golden/generate.json and golden/text.json.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import tokenizers
import torch
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from tesserae_export.decoder import build_decoder

CORPUS = ["The quick brown fox jumps over the lazy dog. A cat sits on the mat; the dog barks at the cat!",
          "User: What is in the picture? Assistant: This is a picture of a coffee cup on a wooden table.",
          "Numbers 0 1 2 3 4 5 6 7 8 9, café, naïve, Zürich, 猫 and 你好, emoji 🐈 and 👍🏽.",
          "def main():\n    print('hello world')\n\nreturn 0"] * 4
TEMPLATE = ("{% for message in messages %}{{ '<|turn|>' + message['role'] + '\n' }}"
            "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
            "{% for part in message['content'] %}{% if part['type'] == 'image' %}{{ '<image>' }}{% else %}{{ part['text'] }}{% endif %}"
            "{% endfor %}{% endif %}{{ '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|turn|>assistant\n' }}{% endif %}")
TEXTS = ["", " ", "Hello world", " leading space", "trailing space ", "two  spaces\n\nlines", "café naïve Zürich", "猫 and 你好", "🐈‍⬛ 👍🏽 emoji",
         "The quick brown fox jumps over the lazy dog.", "<|turn|>user\nhello<|end|>\n", "mixed <|end|> middle", "tab\tand ' quotes \" done"]
PROMPTS = ["Hello", "<|turn|>user\nWhat is in the picture?<|end|>\n<|turn|>assistant\n", "<s>begun already", "猫 🐈", "The quick brown fox " * 12,
           "x"]
IMAGES = [["<|turn|>user\n", 4, "What is in the picture?<|end|>\n<|turn|>assistant\n"],
          ["look ", 1, "\n", 7, " and ", 3, "?"], [5, "first"], ["last", 6], ["a long text before " * 6, 16, "\n", 16, "after" * 9]]


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=390, special_tokens=["<s>", "</s>", "<|turn|>", "<|end|>"],
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_tokens([AddedToken("<plain>", special=False, normalized=False)])
    tokenizer.add_special_tokens([AddedToken("<image>", special=True, normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    return tokenizer


def metaspace():
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)])
    tokenizer.train_from_iterator([text.replace("猫", "").replace("🐈", "") for text in CORPUS], trainer)
    document = json.loads(tokenizer.to_str())
    # The trainer takes byte tokens for specials; Llama's are plain vocabulary.
    document["added_tokens"] = [token for token in document["added_tokens"] if not token["content"].startswith("<0x")]
    tokenizer = Tokenizer.from_str(json.dumps(document))
    tokenizer.add_special_tokens([AddedToken("<image>", special=True, normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


def greedy(model, embeds, steps):
    """ids of the likeliest next tokens, and the first step's logits; ends are ignored."""
    cache, ids, first = None, [], None
    with torch.inference_mode():
        for _ in range(steps):
            out = model(inputs_embeds=embeds, past_key_values=cache, use_cache=True)
            cache = out.past_key_values
            logits = out.logits[0, -1]
            first = logits if first is None else first
            ids.append(int(logits.argmax()))
            embeds = model.get_input_embeddings()(torch.tensor([[ids[-1]]]))
    return ids, first


def main(out):
    torch.manual_seed(7)
    rng = np.random.default_rng(7)
    folder = out / "model"
    folder.mkdir(parents=True, exist_ok=True)
    (out / "tokenizers").mkdir(exist_ok=True)
    (out / "golden").mkdir(exist_ok=True)
    raw, spaced = byte_level(), metaspace()
    raw.save(str(folder / "tokenizer.json"), pretty=False)
    spaced.save(str(out / "tokenizers" / "metaspace.json"), pretty=False)
    image = raw.token_to_id("<image>")
    # The image token comes after the vocabulary: it has no embedding of its own.
    config = LlamaConfig(vocab_size=image, hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=3,
                         num_key_value_heads=1, max_position_embeddings=512, initializer_range=0.25, bos_token_id=0, eos_token_id=1)
    model = LlamaForCausalLM(config).eval()
    (folder / "config.json").write_text(config.to_json_string())
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    special = {"bos_token": "<s>", "eos_token": "</s>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(special | {"tokenizer_class": "PreTrainedTokenizerFast"}, indent=1))
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": [1, 3], "bos_token_id": 0}, indent=1))
    weights = {name: tensor.float().numpy() for name, tensor in model.state_dict().items()}
    facts = build_decoder(config.to_dict(), weights, folder / "llm")
    manifest(folder, facts, image)

    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, **special)
    table = model.get_input_embeddings()
    cases = []
    for parts in [[prompt] for prompt in PROMPTS] + IMAGES:
        text = "".join(part if isinstance(part, str) else "<image>" * part for part in parts)
        ids = tokenizer(text, add_special_tokens=not text.startswith("<s>"))["input_ids"]
        slots = [rng.standard_normal((part, 48)).astype(np.float32) for part in parts if isinstance(part, int)]
        with torch.inference_mode():
            embeds = table(torch.tensor([[id if id < image else 0 for id in ids]])).clone()
            if slots:
                embeds[0, torch.tensor(ids) == image] = torch.tensor(np.concatenate(slots))
        answer, first = greedy(model, embeds, 64)
        cases.append({"parts": parts, "prompt_ids": ids, "embeddings": [base64.b64encode(slot.tobytes()).decode() for slot in slots],
                      "answer_ids": answer, "answer": tokenizer.decode(answer, skip_special_tokens=True),
                      "first_logits": [round(float(value), 5) for value in first]})
    versions = {"made_by": "llm-service/src/test/python/make_model.py", "transformers": transformers.__version__,
                "tokenizers": tokenizers.__version__, "torch": torch.__version__}
    write(out / "golden" / "generate.json", versions | {"cases": cases})

    text_cases = []
    for name, tokenizer_object in (("byte-level", raw), ("metaspace", spaced)):
        tokenizer = PreTrainedTokenizerFast(tokenizer_object=tokenizer_object, **special)
        sequences = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in TEXTS]
        # Streams of an untrained model: broken characters anywhere. Runs of byte tokens of a Metaspace tokenizer are judged as a whole by
        # the reference, which no stream can do, so only the byte-level one gets them.
        high = tokenizer_object.get_vocab_size()
        low = 0 if name == "byte-level" else 259
        sequences += [rng.integers(low, high, 40).tolist() for _ in range(30)]
        text_cases.append({"tokenizer": name, "encoded": [{"text": text, "ids": tokenizer(text, add_special_tokens=False)["input_ids"],
                                                          "ids_with_specials": tokenizer(text)["input_ids"]} for text in TEXTS],
                           "decoded": [{"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=True)} for ids in sequences]})
    write(out / "golden" / "text.json", versions | {"tokenizers_tested": text_cases})


def manifest(folder, facts, image):
    files = []
    for path in sorted(file for file in folder.rglob("*") if file.is_file() and file.name not in ("tesserae.json", "README.md")):
        content = path.read_bytes()
        files.append({"path": path.relative_to(folder).as_posix(), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
    revision = hashlib.sha256("".join(f"{file['path']}\0{file['sha256']}\n" for file in files).encode()).hexdigest()
    llm = {"embed": "llm/embed_tokens.onnx", "decoder": "llm/decoder.onnx", **facts, "bos_token": "<s>", "eos_token_ids": [1],
           "image_token": "<image>", "image_token_id": image}
    document = {"format": 1, "name": "tiny", "family": "tesserae", "revision": revision, "license": "Apache-2.0",
                "origins": ["random weights"], "llm": llm, "files": files}
    (folder / "tesserae.json").write_text(json.dumps(document, indent=1) + "\n")


def write(path, document):
    path.write_text(json.dumps(document, ensure_ascii=False, indent=None, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
