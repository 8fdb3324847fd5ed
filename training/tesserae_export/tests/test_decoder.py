"""The brain's graphs against transformers' own Llama, Mistral, Qwen2 and Qwen3, in ONNX Runtime.

Run: python -m pytest training/tesserae_export/tests
"""

import numpy as np
import onnxruntime as ort
import pytest
import torch
from transformers import (LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, OPTConfig, OPTForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config,
                          Qwen3ForCausalLM)

from tesserae_export import rotary
from tesserae_export.decoder import UnsupportedBrain, build_decoder

CAPACITY = 64
SIZES = dict(vocab_size=199, hidden_size=96, intermediate_size=160, num_hidden_layers=3, num_attention_heads=6,
             num_key_value_heads=2, max_position_embeddings=128, initializer_range=0.2, rms_norm_eps=1e-5)


def llama(**changes):
    return LlamaForCausalLM(LlamaConfig(**(SIZES | changes)))


def mistral(**changes):
    return MistralForCausalLM(MistralConfig(**(SIZES | dict(sliding_window=None) | changes)))


def qwen2(**changes):
    return Qwen2ForCausalLM(Qwen2Config(**(SIZES | changes)))


def qwen3(**changes):
    return Qwen3ForCausalLM(Qwen3Config(**(SIZES | dict(head_dim=32) | changes)))


def opt(**changes):
    sizes = dict(vocab_size=199, hidden_size=96, word_embed_proj_dim=96, ffn_dim=160, num_hidden_layers=3, num_attention_heads=6,
                 max_position_embeddings=128, init_std=0.2)
    return OPTForCausalLM(OPTConfig(**(sizes | changes)))


def lively(model):
    """Biases and norms begin as zeros and ones in a fresh model, and so would hide where they go."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias") or "norm" in name:
                parameter.add_(0.3 * torch.randn(parameter.shape))
    return model.eval()


MODELS = {
    "llama": lambda: llama(),
    "tied": lambda: llama(tie_word_embeddings=True),
    "biased": lambda: llama(attention_bias=True, mlp_bias=True),
    "wide heads": lambda: llama(head_dim=32),
    "far rotation": lambda: llama(rope_parameters={"rope_type": "default", "rope_theta": 100000.0}),
    "llama3 rotation": lambda: llama(rope_parameters={"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
                                                      "high_freq_factor": 4.0, "original_max_position_embeddings": 16}),
    "linear rotation": lambda: llama(rope_parameters={"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.0}),
    "yarn rotation": lambda: llama(rope_parameters={"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0,
                                                    "original_max_position_embeddings": 32}),
    "dynamic rotation": lambda: llama(rope_parameters={"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0}),
    "mistral": lambda: mistral(),
    "mistral, window": lambda: mistral(sliding_window=12, head_dim=32),
    "qwen2": lambda: qwen2(),
    "qwen2, tied": lambda: qwen2(tie_word_embeddings=True, rope_parameters={"rope_type": "default", "rope_theta": 1e6}),
    "qwen2, some windows": lambda: qwen2(use_sliding_window=True, sliding_window=9, max_window_layers=1),
    "qwen3": lambda: qwen3(),
    "qwen3, tied, wide heads": lambda: qwen3(tie_word_embeddings=True, head_dim=48, num_key_value_heads=3),
    "qwen3, biased": lambda: qwen3(attention_bias=True, num_key_value_heads=6),
    "opt": lambda: opt(),
    "opt, norms after, untied": lambda: opt(do_layer_norm_before=False, tie_word_embeddings=False, num_attention_heads=4),
    "opt, no biases, plain norms": lambda: opt(enable_bias=False, layer_norm_elementwise_affine=False, num_hidden_layers=2),
    "odd hidden": lambda: llama(hidden_size=80, num_attention_heads=5, num_key_value_heads=1, tie_word_embeddings=True),
}


class Brain:
    """Both graphs with one KV cache that past and present share."""

    def __init__(self, folder, facts, rows):
        self.embed, self.decode = (ort.InferenceSession(folder / f"{name}.onnx", providers=["CPUExecutionProvider"])
                                   for name in ("embed_tokens", "decoder"))
        self.cache = {}
        for layer in range(facts["layers"]):
            for part in ("key", "value"):
                room = np.full((rows, facts["kv_heads"], CAPACITY, facts["head_dim"]), np.nan, np.float32)
                self.cache[f"{layer}.{part}"] = room

    def step(self, ids, lengths, rows=slice(None), logits_start=0):
        """ids [batch, seq] appended to rows that were `lengths` long; logits [batch, seq - logits_start, vocab]"""
        embeds = self.embed.run(None, {"input_ids": np.asarray(ids, np.int64)})[0]
        after = np.asarray(lengths, np.int32) + embeds.shape[1]
        binding = self.decode.io_binding()
        held = {key: ort.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(room[rows])) for key, room in self.cache.items()}
        binding.bind_cpu_input("inputs_embeds", embeds)
        binding.bind_cpu_input("seqlens_k", after - 1)
        binding.bind_cpu_input("total_sequence_length", np.array(after.max(), np.int32))
        binding.bind_cpu_input("logits_start", np.array([logits_start], np.int64))
        binding.bind_output("logits")
        for key, value in held.items():
            binding.bind_ortvalue_input(f"past_key_values.{key}", value)
            binding.bind_ortvalue_output(f"present.{key}", value)
        self.decode.run_with_iobinding(binding)
        for key, value in held.items():
            self.cache[key][rows] = value.numpy()
        return binding.copy_outputs_to_cpu()[0]


def build(model, folder, **options):
    weights = {name.replace("model.decoder.", "model."): tensor.float().numpy() for name, tensor in model.state_dict().items()}
    return build_decoder(model.config.to_dict(), weights, folder, **options)


@pytest.mark.parametrize("name", MODELS)
def test_logits_equal_transformers(name, tmp_path):
    torch.manual_seed(1)
    model = lively(MODELS[name]())
    facts = build(model, tmp_path)
    brain = Brain(tmp_path, facts, rows=3)
    ids = np.random.default_rng(2).integers(0, 199, (3, 40))
    with torch.inference_mode():
        wanted = model(torch.tensor(ids)).logits.numpy()
    lengths = [9, 17, 30]
    for row, length in enumerate(lengths):  # prefill in two chunks, a row at a time; the second asks for its last logits only
        first = brain.step(ids[row : row + 1, :7], [0], slice(row, row + 1))
        np.testing.assert_allclose(first[0], wanted[row, :7], atol=1e-4)
        rest = brain.step(ids[row : row + 1, 7:length], [7], slice(row, row + 1), logits_start=length - 8)
        assert rest.shape == (1, 1, 199)
        np.testing.assert_allclose(rest[0, 0], wanted[row, length - 1], atol=1e-4)
    for step in range(10):  # decode three rows of different lengths together
        at = [length + step for length in lengths]
        logits = brain.step([[ids[row, position]] for row, position in enumerate(at)], at)
        for row, position in enumerate(at):
            np.testing.assert_allclose(logits[row, 0], wanted[row, position], atol=1e-4)


@pytest.mark.parametrize("precision,tolerance", [("fp16", 0.02), ("int8", 0.1), ("int4", 1.2)])
@pytest.mark.parametrize("name", ["llama", "tied", "odd hidden", "qwen2", "qwen3"])
def test_smaller_weights_stay_near(name, precision, tolerance, tmp_path):
    torch.manual_seed(1)
    model = lively(MODELS[name]())
    facts = build(model, tmp_path, precision=precision)
    ids = np.random.default_rng(3).integers(0, 199, (1, 30))
    logits = Brain(tmp_path, facts, rows=1).step(ids, [0])
    with torch.inference_mode():
        wanted = model(torch.tensor(ids)).logits.numpy()
    assert np.abs(logits - wanted).mean() < tolerance * np.abs(wanted).mean()


def test_int4_embeddings_and_head_share_one_table(tmp_path):
    model = llama(tie_word_embeddings=True)
    facts = build(model, tmp_path, precision="int8", head_precision="int4", embed_precision="int4")
    assert Brain(tmp_path, facts, rows=1).step([[1, 2, 3]], [0]).shape == (1, 3, 199)


def test_data_files_keep_below_the_limit(tmp_path):
    build(llama(), tmp_path, max_file_bytes=100_000)
    sizes = [file.stat().st_size for file in tmp_path.glob("*.data*")]
    assert len(sizes) > 3 and max(sizes) <= 100_000


@pytest.mark.parametrize("scaling", [None, {"type": "linear", "factor": 2.0}, {"rope_type": "default"}, {"type": "dynamic", "factor": 2.0},
                                     {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                                      "original_max_position_embeddings": 16}])
def test_published_configs_turn_alike(scaling, tmp_path):
    """`rope_theta` beside `rope_scaling`, and keys left out that have a default: as on the hub."""
    published = SIZES | {"model_type": "qwen2", "rope_theta": 500000.0, "rope_scaling": scaling}
    config = Qwen2Config(**published)
    model = lively(Qwen2ForCausalLM(config))
    weights = {name: tensor.float().numpy() for name, tensor in model.state_dict().items()}
    facts = build_decoder(published, weights, tmp_path)
    ids = np.random.default_rng(4).integers(0, 199, (1, 50))
    with torch.inference_mode():
        wanted = model(torch.tensor(ids)).logits.numpy()
    np.testing.assert_allclose(Brain(tmp_path, facts, rows=1).step(ids, [0]), wanted, atol=1e-4)


def first_qwen(model):
    """Config and tensors of a Qwen2 as the first Qwen spells them."""
    spelling = {"model.embed_tokens": "transformer.wte", "model.norm": "transformer.ln_f", "input_layernorm": "ln_1",
                "post_attention_layernorm": "ln_2", "self_attn.o_proj": "attn.c_proj", "mlp.up_proj": "mlp.w1", "mlp.gate_proj": "mlp.w2",
                "mlp.down_proj": "mlp.c_proj", "model.layers": "transformer.h"}
    tensors = {name: tensor.float().numpy() for name, tensor in model.state_dict().items()}
    found = {}
    for name, tensor in tensors.items():
        if "q_proj" in name:
            packed = np.concatenate([tensors[name.replace("q_proj", f"{part}_proj")] for part in "qkv"])
            found[name.replace("model.layers", "transformer.h").replace("self_attn.q_proj", "attn.c_attn")] = packed
        elif "k_proj" not in name and "v_proj" not in name:
            for ours, theirs in spelling.items():
                name = name.replace(ours, theirs)
            found[name] = tensor
    config = dict(model_type="qwen", hidden_size=96, num_hidden_layers=3, num_attention_heads=6, kv_channels=16, intermediate_size=2 * 160,
                  vocab_size=199, layer_norm_epsilon=1e-5, rotary_emb_base=10000, rotary_pct=1.0, seq_length=128, max_position_embeddings=512,
                  use_dynamic_ntk=True, use_logn_attn=True, no_bias=True, tie_word_embeddings=False)
    return config, found


def test_the_first_qwen_is_qwen2_in_other_words(tmp_path):
    """The published architecture has no class in transformers; with its tensors renamed it is Qwen2's."""
    torch.manual_seed(1)
    model = lively(qwen2(num_key_value_heads=6))
    config, weights = first_qwen(model)
    facts = build_decoder(config, weights, tmp_path)
    assert facts["context"] == 128
    ids = np.random.default_rng(5).integers(0, 199, (1, 50))
    with torch.inference_mode():
        wanted = model(torch.tensor(ids)).logits.numpy()
    np.testing.assert_allclose(Brain(tmp_path, facts, rows=1).step(ids, [0]), wanted, atol=1e-4)
    with pytest.raises(UnsupportedBrain, match="use_dynamic_ntk"):
        build_decoder(config, weights, tmp_path, context=256)


@pytest.mark.parametrize("key,value", [("hidden_act", "gelu"), ("model_type", "gpt2"), ("partial_rotary_factor", 0.5), ("head_dim", 24),
                                       ("layer_types", ["linear_attention"] * 3)])
def test_refusals_name_the_key(key, value, tmp_path):
    config = Qwen2Config(**SIZES, use_sliding_window=True, sliding_window=9).to_dict()
    with pytest.raises(UnsupportedBrain, match=key):
        build_decoder(config | {key: value}, {}, tmp_path)


@pytest.mark.parametrize("rope,context", [({"rope_type": "longrope"}, None), ({"rope_type": "dynamic", "factor": 2.0}, 256),
                                          ({"rope_type": "default", "partial_rotary_factor": 0.5}, None)])
def test_refused_rotations_name_the_key(rope, context):
    with pytest.raises(rotary.UnsupportedRotary, match="rope_type|partial_rotary_factor"):
        rotary.tables(SIZES | {"rope_parameters": rope}, 16, context or 128)
