"""Checkpoints in the forms that older ones are published in: weights as PyTorch saves them, a vocabulary as tiktoken does.

Run: python -m pytest training/tesserae_export/tests
"""

import base64
import hashlib
import json
import unicodedata

import numpy as np
import pytest
import regex
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

import parity_models
import parity_tokenizers
from tesserae_export import tiktoken_file
from tesserae_export.__main__ import main
from tesserae_export.families.qwen_vl import SPECIALS
from tesserae_export.torch_files import stored

TEXTS = ("What is in this picture?", "Größe, Straße\n\n  déjà vu", "图片里有什么？ 写真", "e\u0301 is é", "it's 12345 I'LL  \t\r\n end ", "🐈‍⬛ \u200b", "",
         "a<|im_start|>b <img><imgpad></img>", *list(parity_tokenizers.corpus())[-60:])


def ranks() -> dict[bytes, int]:
    """A small vocabulary: every byte, then what was learned, in its order."""
    letters = {letter: byte for byte, letter in bytes_to_unicode().items()}
    learned = json.loads(parity_tokenizers.qwen().backend_tokenizer.to_str())["model"]["merges"]
    return {token: rank for rank, token in enumerate([*(bytes([byte]) for byte in range(256)),
                                                      *(bytes(letters[letter] for letter in "".join(merge)) for merge in learned)])}


def write(file, found: dict[bytes, int]) -> None:
    file.write_text("".join(f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in found.items()))


def merged(piece: bytes, known: dict[bytes, int]) -> list[int]:
    """The oracle: of neighbours that are a token together those of the lowest rank become one, from the left, until none are."""
    if piece in known:
        return [known[piece]]
    parts = [piece[index : index + 1] for index in range(len(piece))]
    while True:
        pairs = [(known[one + other], index) for index, (one, other) in enumerate(zip(parts, parts[1:])) if one + other in known]
        if not pairs:
            return [known[part] for part in parts]
        _, at = min(pairs)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]


def oracle(text: str, known: dict[bytes, int]) -> list[int]:
    ids = []
    for part in regex.split("(" + "|".join(map(regex.escape, SPECIALS)) + ")", unicodedata.normalize("NFC", text)):
        if part in SPECIALS:
            ids.append(len(known) + SPECIALS.index(part))
        else:
            ids += [token for piece in regex.findall(PRETOKENIZE_REGEX, part) for token in merged(piece.encode(), known)]
    return ids


def test_a_vocabulary_of_tiktoken_gives_its_ids(tmp_path):
    known = ranks()
    write(tmp_path / "qwen.tiktoken", known)
    found = tiktoken_file.tokenizer(tmp_path / "qwen.tiktoken", PRETOKENIZE_REGEX, SPECIALS, "<|endoftext|>", 2048)
    for text in TEXTS:
        assert found(text)["input_ids"] == oracle(text, known), text
        assert found.decode(oracle(text, known)) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("lines", ["no ranks here", "IQ== 0\nIg== 1"])
def test_a_file_that_is_no_vocabulary_is_refused(lines, tmp_path):
    (tmp_path / "qwen.tiktoken").write_text(lines)
    with pytest.raises(ValueError, match="qwen.tiktoken"):
        tiktoken_file.tokenizer(tmp_path / "qwen.tiktoken", PRETOKENIZE_REGEX, SPECIALS, "<|endoftext|>", 2048)


def published(folder, image_start: int | None = None) -> None:
    """A Qwen-VL with the files of the published one, beside `folder` with ours."""
    known = ranks()
    start = len(known) + SPECIALS.index("<img>") if image_start is None else image_start
    parity_models.qwen_vl(folder.with_name("ours"), 3, dict(vocab_size=-(-(len(known) + len(SPECIALS)) // 16) * 16), dict(image_start_id=start))
    folder.mkdir()
    (folder / "config.json").write_bytes((folder.with_name("ours") / "config.json").read_bytes())
    tensors = load_file(folder.with_name("ours") / "model.safetensors")
    for number, names in enumerate((list(tensors)[::2], list(tensors)[1::2]), 1):
        torch.save({name: tensors[name] for name in names}, folder / f"pytorch_model-0000{number}-of-00002.bin")
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 8192, "tokenizer_class": "QWenTokenizer", "auto_map": {
        "AutoTokenizer": ["tokenization_qwen.QWenTokenizer", None]}}))
    write(folder / "qwen.tiktoken", known)


def test_qwen_vl_as_published_becomes_the_same_graphs(tmp_path, capsys):
    published(tmp_path / "in")
    for name in ("in", "ours"):
        assert main([str(tmp_path / name), str(tmp_path / f"{name}-out")]) == 0, capsys.readouterr()
    made, ours = (tmp_path / f"{name}-out" for name in ("in", "ours"))
    graphs = sorted(file.relative_to(ours) for file in ours.rglob("model.onnx*")) + sorted(file.relative_to(ours) for file in ours.glob("llm/*"))
    assert len(graphs) == 7
    for graph in graphs:
        assert hashlib.sha256((made / graph).read_bytes()).digest() == hashlib.sha256((ours / graph).read_bytes()).digest(), graph
    known, tokenizer = ranks(), Tokenizer.from_file(str(made / "tokenizer.json"))
    for text in TEXTS:
        assert tokenizer.encode(text).ids == oracle(text, known)
    facts = json.loads((made / "tesserae.json").read_text())["llm"]
    assert facts["image_token"] == "<imgpad>" and facts["image_token_id"] == len(known) + len(SPECIALS) - 1
    assert facts["eos_token_ids"] == [len(known) + 2, len(known) + 1, len(known)] and facts["bos_token"] is None


def test_an_image_token_elsewhere_and_no_vocabulary_are_refused(tmp_path, capsys):
    published(tmp_path / "in", image_start=300)
    assert main([str(tmp_path / "in"), str(tmp_path / "out")]) == 2
    assert "visual.image_start_id 300" in capsys.readouterr().err
    (tmp_path / "in/qwen.tiktoken").unlink()
    assert main([str(tmp_path / "in"), str(tmp_path / "out")]) == 2
    assert "qwen.tiktoken" in capsys.readouterr().err


def test_any_family_is_read_from_files_of_pytorch(tmp_path, capsys):
    parity_models.llava(tmp_path / "in", 3)
    torch.save(load_file(tmp_path / "in/model.safetensors"), tmp_path / "in/pytorch_model.bin")
    (tmp_path / "in/model.safetensors").unlink()
    assert main([str(tmp_path / "in"), str(tmp_path / "out")]) == 0, capsys.readouterr()
    assert "greedy tokens equal 16 of 16" in capsys.readouterr().out


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.int64])
def test_tensors_of_pytorch_are_those_that_were_saved(dtype, tmp_path):
    whole = torch.arange(60).reshape(12, 5).to(dtype)
    torch.save({"whole": whole, "rows": whole[3:7], "same": whole, "one": torch.tensor(3).to(dtype)}, tmp_path / "pytorch_model.bin")
    found = stored(tmp_path)
    for name, wanted in (("whole", whole), ("rows", whole[3:7]), ("same", whole), ("one", torch.tensor(3))):
        np.testing.assert_array_equal(found[name], wanted.float().numpy())
    np.testing.assert_array_equal(found.rows("rows")[1:3], whole[4:6].float().numpy())


class Command:
    """What a pickle may ask for when it is read by who runs it."""

    def __reduce__(self):
        return exec, ("raise SystemExit('it ran')",)


@pytest.mark.parametrize("content, why", [
    ({"a": torch.ones(4, 6).T}, "row after row"), ({"a": 1}, "no tensor"), ({"a": Command()}, "weights alone")])
def test_files_of_pytorch_that_are_no_plain_tensors_are_refused(content, why, tmp_path):
    torch.save(content, tmp_path / "pytorch_model.bin")
    with pytest.raises(ValueError, match=why):
        stored(tmp_path)


def test_the_oldest_form_of_pytorch_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="pytorch_model"):
        stored(tmp_path)
    torch.save({"a": torch.ones(3)}, tmp_path / "pytorch_model.bin", _use_new_zipfile_serialization=False)
    with pytest.raises(ValueError, match="before 1.6"):
        stored(tmp_path)


def terse(text: dict, *further: str) -> None:
    """The rotation in the older words, and what has its default left out."""
    rope = text.pop("rope_parameters", None)
    if rope:
        text["rope_theta"] = rope["rope_theta"]
        if rope.get("mrope_section"):
            text["rope_scaling"] = {"rope_type": "default", "type": "mrope", **{key: rope[key] for key in ("mrope_section", "mrope_interleaved") if key in rope}}
    for key in ("attention_bias", "attention_dropout", "hidden_act", "mlp_bias", "pretraining_tp", "use_cache", "initializer_range", "layer_types", *further):
        text.pop(key, None)


def older_gemma3(config: dict) -> None:
    text = config["text_config"]
    full, near = (text["rope_parameters"][kind] for kind in ("full_attention", "sliding_attention"))
    text |= {"rope_scaling": {"factor": full["factor"], "rope_type": "linear"}, "rope_theta": full["rope_theta"], "rope_local_base_freq": near["rope_theta"],
             "sliding_window_pattern": 2}
    for key in ("rope_parameters", "_sliding_window_pattern", "layer_types", "use_bidirectional_attention", "attn_logit_softcapping", "final_logit_softcapping",
                "hidden_activation", "rms_norm_eps", "tie_word_embeddings"):
        text.pop(key)
    config.pop("tie_word_embeddings")


def older_blip(config: dict) -> None:
    terse(config["text_config"], "head_dim", "dropout", "enable_bias", "layer_norm_elementwise_affine", "_remove_final_layer_norm", "layerdrop", "init_std")
    for part, kept in (("qformer_config", ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size", "max_position_embeddings",
                                           "encoder_hidden_size", "model_type")),
                       ("vision_config", ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "image_size", "patch_size", "model_type"))):
        config[part] = {key: config[part][key] for key in kept}


def older_idefics2(config: dict) -> None:
    terse(config["text_config"], "head_dim", "bos_token_id", "eos_token_id")
    config["perceiver_config"]["model_type"] = config["vision_config"]["model_type"] = "idefics2"


def older_llava(config: dict) -> None:
    terse(config["text_config"], "head_dim", "tie_word_embeddings")
    for key in ("tie_word_embeddings", "multimodal_projector_bias", "image_seq_length"):
        config.pop(key, None)


def flat_qwen(config: dict) -> None:
    """Qwen2.5-VL's: the language model's keys beside the eye's."""
    text = config.pop("text_config")
    terse(text, "model_type", "tie_word_embeddings")
    config["vision_config"].pop("rope_parameters", None)
    config |= text


def nested_qwen(config: dict) -> None:
    terse(config["text_config"], "tie_word_embeddings")
    config["vision_config"].pop("rope_parameters", None)


OLDER = {"gemma3": older_gemma3, "blip2": older_blip, "instructblip": older_blip, "idefics2": older_idefics2, "llava_next": older_llava,
         "llava_onevision": older_llava, "qwen2_5_vl": flat_qwen, "qwen3_vl": nested_qwen}


@pytest.mark.parametrize("name", OLDER)
def test_published_configs_and_names_are_read(name, tmp_path, capsys):
    """Terse configs in older words, `vision_tower.vision_model.`, settings of pictures in preprocessor_config.json, the template in chat_template.json."""
    folder = tmp_path / "in"
    getattr(parity_models, name)(folder, 3)
    config = json.loads((folder / "config.json").read_text())
    OLDER[name](config)
    (folder / "config.json").write_text(json.dumps(config))
    tensors = {key.replace("vision_tower.", "vision_tower.vision_model."): tensor for key, tensor in load_file(folder / "model.safetensors").items()}
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    processor = json.loads((folder / "processor_config.json").read_text())
    (folder / "preprocessor_config.json").write_text(json.dumps(processor.pop("image_processor")))
    processor.pop("video_processor", None)
    (folder / "processor_config.json").write_text(json.dumps(processor))
    if (folder / "chat_template.jinja").is_file():
        (folder / "chat_template.json").write_text(json.dumps({"chat_template": (folder / "chat_template.jinja").read_text()}))
        (folder / "chat_template.jinja").unlink()
    assert main([str(folder), str(tmp_path / "out")]) == 0, capsys.readouterr()
    assert "greedy tokens equal 16 of 16" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["blip2", "instructblip"])
def test_an_image_token_that_the_tokenizer_lacks_is_added_as_the_processor_does(name, tmp_path, capsys):
    folder = tmp_path / "in"
    getattr(parity_models, name)(folder, 3)
    file = folder / "tokenizer.json"
    tokenizer = json.loads(file.read_text())
    last = max(tokenizer["added_tokens"], key=lambda token: token["id"])["id"]
    image = next(token for token in tokenizer["added_tokens"] if token["content"] == "<image>")
    tokenizer["added_tokens"].remove(image)
    file.write_text(json.dumps(tokenizer))
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    settings.get("added_tokens_decoder", {}).pop(str(image["id"]), None)
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    if image["id"] < last:  # another has a later id: the processor would give the image token a new one
        assert main([str(folder), str(tmp_path / "out")]) == 2
        assert f"image_token_index {image['id']}" in capsys.readouterr().err
        return
    assert main([str(folder), str(tmp_path / "out")]) == 0, capsys.readouterr()
    assert Tokenizer.from_file(str(tmp_path / "out/tokenizer.json")).token_to_id("<image>") == image["id"]
