"""A published model's graphs become weights again that answer as the graphs do."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from tesserae_train import adapters, brain_graphs, small_weights, unpack
from tesserae_train.dense import Tower

PROJECTOR = Path(__file__).parents[3] / "models" / "tesserae-135m" / "projector"
CONFIG = {
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "vocab_size": 320,
    "max_position_embeddings": 128, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "tie_word_embeddings": True, "hidden_act": "silu", "model_type": "llama",
}
SIZES = {"q_proj": (64, 64), "k_proj": (32, 64), "v_proj": (32, 64), "o_proj": (64, 64), "gate_proj": (96, 64), "up_proj": (96, 64), "down_proj": (64, 96)}


@pytest.mark.parametrize(("graph", "school"), [("model.onnx", "c-abstractor"), ("linear.onnx", "linear"), ("resampler.onnx", "resampler")])
def test_a_nerve_says_what_its_graph_says(graph, school):
    session = onnxruntime.InferenceSession(PROJECTOR / graph, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(5)
    feeds = {i.name: rng.random((2, *i.shape[1:]), np.float32) for i in session.get_inputs()}
    with torch.no_grad():
        said = unpack.nerve(PROJECTOR / graph, school)(*map(torch.from_numpy, feeds.values())).numpy()
    wanted = session.run(None, feeds)[0]
    assert np.abs(said - wanted).max() < 1e-5 * np.abs(wanted).max()


def test_a_graph_of_another_recipe_is_refused():
    with pytest.raises(ValueError, match="is of another recipe: patches"):
        unpack.nerve(PROJECTOR / "linear.onnx", "c-abstractor")


def test_a_tower_without_norms_and_one_with_them_answer_alike():
    torch.manual_seed(2)
    plain = unpack.unnormed(Tower()).eval()
    for parameter in plain.parameters():
        nn.init.normal_(parameter, std=0.1)
    whole = Tower().eval()
    whole.load_state_dict(unpack.normed(plain))
    pixels = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        for one, other in zip(plain(pixels), whole(pixels), strict=True):
            assert all(torch.allclose(a, b, atol=1e-4, rtol=1e-3) for a, b in zip(one, other, strict=True))


def test_small_weights_come_back_and_are_stored_the_same_again(tmp_path):
    class Layers(nn.Module):
        def __init__(self):
            super().__init__()
            self.classes, self.turn = nn.Parameter(torch.randn(40, 128)), nn.Linear(128, 96)

        def forward(self, x):
            return self.turn(x @ self.classes)

    torch.manual_seed(1)
    layers, path = Layers(), tmp_path / "layers.onnx"
    stored = []
    for _ in range(2):
        torch.onnx.export(layers, (torch.zeros(2, 40),), str(path), dynamo=False)
        small_weights.shrink(path)
        stored.append({w.name: w.raw_data for w in onnx.load(path).graph.initializer})
        restored = small_weights.restored(path)
        assert np.abs(restored["classes"] - layers.classes.detach().numpy()).max() < 0.5  # 4 bits of values up to 4
        unpack.fill(layers, path, lambda: layers(torch.zeros(1, 40)))
    assert stored[0] == stored[1]


def brain(seed: int) -> dict[str, np.ndarray]:
    """A tiny brain whose 'up' has remainders half as large as its 'gate'."""
    rng = np.random.default_rng(seed)
    normal = lambda *shape, size=1.0: (rng.normal(size=shape) * size).astype(np.float32)
    weights = {"model.embed_tokens.weight": normal(320, 64), "model.norm.weight": np.ones(64, np.float32)}
    for layer in range(2):
        at = f"model.layers.{layer}"
        weights |= {f"{at}.{n}.weight": np.ones(64, np.float32) for n in ("input_layernorm", "post_attention_layernorm")}
        for name, shape in SIZES.items():
            weights[f"{at}.{'self_attn' if name[0] in 'qkvo' else 'mlp'}.{name}.weight"] = normal(*shape, size=0.2 if name == "up_proj" else 0.4)
    return weights


def low_rank(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    made = {}
    for layer in range(2):
        for group, paths in adapters.GROUPS.items():
            width = SIZES[paths[0].split(".")[1]][1]
            made[f"{layer}.{group}.down"] = (rng.normal(size=(adapters.RANK, width)) / 8).astype(np.float32)
            made |= {f"{layer}.{p}.up": (rng.normal(size=(SIZES[p.split(".")[1]][0], adapters.RANK)) * 0.05).astype(np.float32) for p in paths}
    return made


def products(adapted: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """B·A of every matrix."""
    return {f"{layer}.{path}": adapted[f"{layer}.{path}.up"] @ adapted[f"{layer}.{group}.down"]
            for layer in range(2) for group, paths in adapters.GROUPS.items() for path in paths}


def test_adapters_come_back_from_the_columns_that_they_ride_in(tmp_path):
    given = low_rank(3)
    brain_graphs.write(CONFIG, brain(4), tmp_path, frequent=256, adapted=given)
    found = brain_graphs.stored_adapters(tmp_path / "decoder.onnx")
    assert found.keys() == given.keys()
    for name, wanted in products(given).items():
        said = products(found)[name]
        gain = float((said * wanted).sum() / (wanted * wanted).sum())
        assert abs(gain - 1) < 0.03, f"{name}: {gain}"  # 'gate' and 'up' share an A and must share its factor
        assert np.abs(said - wanted).mean() < 0.2 * np.abs(wanted).mean(), name


def test_adapters_that_came_back_are_written_nearly_the_same_again(tmp_path):
    brain_graphs.write(CONFIG, brain(4), tmp_path, frequent=256, adapted=low_rank(3))
    first = brain_graphs.stored_adapters(tmp_path / "decoder.onnx")
    brain_graphs.write(CONFIG, brain(4), tmp_path, frequent=256, adapted=first)
    second = products(brain_graphs.stored_adapters(tmp_path / "decoder.onnx"))
    for name, once in products(first).items():
        assert np.abs(second[name] - once).mean() < 0.05 * np.abs(once).mean(), name
