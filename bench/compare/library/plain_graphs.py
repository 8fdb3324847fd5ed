"""The checkpoint's eye with nerve, and its brain's prefill, through PyTorch's own exporter: what OpenVINO and plain onnxruntime are given.

    python -m compare.library.plain_graphs CHECKPOINT OUT

OUT/{eye,brain}.onnx in float32 and OUT/{eye,brain}.int8.onnx by onnxruntime's dynamic quantisation, weights a column, as its documentation advises for
transformers on a processor.
    eye: pixel_values [tile, 3, 512, 512] → [tile, 64, hidden];  brain: embeddings [1, token, hidden] → logits [1, 1, vocab], keys and values
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch.nn.functional import scaled_dot_product_attention as attention
from transformers import AutoModelForImageTextToText


class Eye(torch.nn.Module):
    """Whole square tiles only, so that every patch has its own position."""

    def __init__(self, model):
        super().__init__()
        self.eye, self.nerve = model.model.vision_model, model.model.connector

    def forward(self, pixel_values):
        embeddings = self.eye.embeddings
        hidden = embeddings.patch_embedding(pixel_values).flatten(2).transpose(1, 2) + embeddings.position_embedding.weight[None]
        for layer in self.eye.encoder.layers:
            at, normed = layer.self_attn, layer.layer_norm1(hidden)
            heads = (*normed.shape[:2], at.num_heads, at.head_dim)
            query, key, value = (part(normed).reshape(heads).transpose(1, 2) for part in (at.q_proj, at.k_proj, at.v_proj))
            mixed = attention(query, key, value).transpose(1, 2).reshape(normed.shape)
            hidden = hidden + at.out_proj(mixed)
            hidden = hidden + layer.mlp(layer.layer_norm2(hidden))
        return self.nerve(self.eye.post_layernorm(hidden))


class Brain(torch.nn.Module):
    """A prompt from nothing: logits of its last token, and what a decoder would go on from."""

    def __init__(self, model):
        super().__init__()
        self.brain, self.head = model.model.text_model, model.lm_head

    def forward(self, embeddings):
        hidden, kept = embeddings, []
        turn = self.brain.rotary_emb(hidden, torch.arange(hidden.shape[1])[None])
        for layer in self.brain.layers:
            at, normed = layer.self_attn, layer.input_layernorm(hidden)
            query, key, value = (part(normed).unflatten(-1, (-1, at.head_dim)).transpose(1, 2) for part in (at.q_proj, at.k_proj, at.v_proj))
            query, key = _turned(query, *turn), _turned(key, *turn)
            kept += [key, value]
            groups = at.num_key_value_groups
            mixed = attention(query, key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1), is_causal=True)
            hidden = hidden + at.o_proj(mixed.transpose(1, 2).flatten(2))
            hidden = hidden + layer.mlp(layer.post_attention_layernorm(hidden))
        return self.head(self.brain.norm(hidden[:, -1:])), *kept


def _turned(states, cos, sin):
    first, second = states.chunk(2, -1)
    return states * cos[:, None] + torch.cat((-second, first), -1) * sin[:, None]


def main() -> None:
    checkpoint, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True)
    model = AutoModelForImageTextToText.from_pretrained(checkpoint, dtype=torch.float32).eval()
    with torch.inference_mode():
        pixels, prompt = torch.rand(1, 3, 512, 512), torch.randn(1, 9, model.config.text_config.hidden_size)
        seen = model.get_image_features(pixel_values=pixels[None]).pooler_output
        apart = (Eye(model)(pixels) - seen.reshape(1, -1, seen.shape[-1])).abs().max() / seen.abs().max()
        wanted = model.lm_head(model.model.text_model(inputs_embeds=prompt).last_hidden_state[:, -1:])
        further = (Brain(model)(prompt)[0] - wanted).abs().max() / wanted.abs().max()
    assert apart < 1e-4 and further < 1e-4, f"these are not the checkpoint's stages: {apart}, {further}"
    for name, part, sample, axis in (("eye", Eye(model), torch.rand(2, 3, 512, 512), {0: torch.export.Dim("tile", min=1, max=64)}),
                                     ("brain", Brain(model), prompt, {1: torch.export.Dim("token", min=2, max=8192)})):
        with torch.inference_mode():
            program = torch.onnx.export(part.eval(), (sample,), dynamo=True, opset_version=20, dynamic_shapes=(axis,), verbose=False)
        program.save(out / f"{name}.onnx", external_data=False)
        quantize_dynamic(out / f"{name}.onnx", out / f"{name}.int8.onnx", per_channel=True, weight_type=QuantType.QInt8,
                         op_types_to_quantize=["MatMul", "Gemm"], extra_options={"DefaultTensorType": 1})


if __name__ == "__main__":
    main()
