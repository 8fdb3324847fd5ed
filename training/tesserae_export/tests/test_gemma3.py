"""Gemma 3's decoder against transformers' own, in ONNX Runtime: text alone, and with pictures whose tokens see each other.

Run: python -m pytest training/tesserae_export/tests
"""

import numpy as np
import pytest
import torch
from transformers import Gemma3Config, Gemma3ForConditionalGeneration, Gemma3TextConfig, SiglipVisionConfig

from tesserae_export.brain_runner import BrainRunner
from tesserae_export.brain_shape import UnsupportedBrain
from tesserae_export.decoder import build_decoder
from tesserae_export.weights import Renamed

SIZES = dict(vocab_size=199, hidden_size=64, intermediate_size=112, num_hidden_layers=5, num_attention_heads=4, num_key_value_heads=2, head_dim=32,
             max_position_embeddings=160, sliding_window=12, query_pre_attn_scalar=24, initializer_range=0.2,
             layer_types=["sliding_attention", "sliding_attention", "full_attention", "sliding_attention", "full_attention"])
SHAPES = {
    "published form": dict(rope_scaling={"rope_type": "linear", "factor": 8.0}),
    "untied, one key head": dict(tie_word_embeddings=False, num_key_value_heads=1, num_hidden_layers=3, layer_types=None, sliding_window=9),
    "biased": dict(attention_bias=True, head_dim=48, num_attention_heads=2, hidden_size=80),
}
IMAGE = 198


def model_of(changes):
    torch.manual_seed(3)
    text = Gemma3TextConfig(**(SIZES | changes))
    eye = SiglipVisionConfig(hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=16, patch_size=8)
    model = Gemma3ForConditionalGeneration(Gemma3Config(text_config=text, vision_config=eye, image_token_index=IMAGE, mm_tokens_per_image=4,
                                                        tie_word_embeddings=text.tie_word_embeddings)).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias") or "norm" in name:
                parameter.add_(0.2 * torch.randn(parameter.shape))
    return model


@pytest.mark.parametrize("name", SHAPES)
def test_logits_equal_transformers(name, tmp_path):
    model = model_of(SHAPES[name])
    names = {key: tensor.float().numpy() for key, tensor in model.state_dict().items()}
    config = model.config.text_config.to_dict() | {"tie_word_embeddings": model.config.tie_word_embeddings}
    facts = build_decoder(config, Renamed(names, {"model.language_model.": "model.", "lm_head.": "lm_head."}), tmp_path)
    facts |= {"embed": "embed_tokens.onnx", "decoder": "decoder.onnx", "image_token_id": IMAGE, "bidirectional_image_tokens": 24}

    random = np.random.default_rng(4)
    ids = random.integers(0, IMAGE, 90)
    pictures = [(7, 31), (34, 50)]  # longer than the window, and shorter
    for begin, end in pictures:
        ids[begin:end] = IMAGE
    embeds = model.get_input_embeddings()(torch.tensor(ids)).detach()
    seen = torch.tensor(random.normal(size=(len(ids), embeds.shape[1])).astype(np.float32))
    types = torch.tensor(ids == IMAGE)
    embeds = torch.where(types[:, None], seen, embeds)
    with torch.inference_mode():
        wanted = model(inputs_embeds=embeds[None], token_type_ids=types[None].int(), use_cache=False).logits[0].numpy()
        causal = model(inputs_embeds=embeds[None], use_cache=False).logits[0].numpy()
    assert np.abs(wanted - causal).max() > 0.1, "seeing ahead changes what is said"

    brain = BrainRunner(tmp_path, facts, 128)
    np.testing.assert_allclose(brain.embed(ids[:7]), embeds[:7].numpy(), atol=1e-5)
    until = brain.ahead(ids)
    assert set(until) == {0, 31, 50}
    for begin, end in ((0, 5), (5, 32), (32, 60), (60, 70)):
        logits = brain.extend(embeds[begin:end].numpy(), 0, attend_until=until[begin:end])
        np.testing.assert_allclose(logits, wanted[begin:end], atol=2e-4)
    for at in range(70, 90):
        np.testing.assert_allclose(brain.extend(embeds[at : at + 1].numpy()), wanted[at], atol=2e-4)


@pytest.mark.parametrize("key,value", [("final_logit_softcapping", 30.0), ("hidden_activation", "gelu"), ("head_dim", 24), ("layer_types", ["chunked_attention"] * 5)])
def test_refusals_name_the_key(key, value, tmp_path):
    with pytest.raises(UnsupportedBrain, match=key):
        build_decoder(Gemma3TextConfig(**SIZES).to_dict() | {key: value}, {}, tmp_path)
