"""From a published model folder back to checkpoints, so that a model is trained further without the hours that made it.

Weights come back as they are served: multiplied out of 8 or 4 bits, the tower's norms folded into its convolutions, the adapters out of the
columns that they ride in. The brain's own weights are not read: they are frozen, and the GGUF has them. Optimizers begin anew.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from . import adapters, brain_graphs, eye, runs, small_weights, train, train_concepts
from .concepts import Concepts
from .dense import Tower
from .export import CURVES, STAGES, graph_name
from .nerve import SCHOOLS, Nerve
from .reader import Reader
from .workspace import run_folder

EYES_OWN = ("concepts", "dense", "reader")
"""The runs that the eye's own layers are of."""
PHASES = {"dense": "eye"}
"""What a run calls itself in its curve where that is not its name."""


def write(model: str | Path) -> None:
    """Writes the checkpoints that `export` and the stages after the first read; refuses to overwrite those of another training."""
    folder = Path(model)
    paths = [run_folder(name) / "checkpoint.pt" for name in EYES_OWN] + [train.checkpoint(stage) for stage in STAGES.values()]
    if there := [str(path) for path in paths if path.exists()]:
        raise FileExistsError(f"checkpoints are there already; move them away first: {', '.join(there)}")
    write_eye(folder)
    adapted = brain_adapters(folder / "llm")
    for school in SCHOOLS:
        graph = folder / "projector" / graph_name(school)
        if graph.exists():
            stage = STAGES[school]
            runs.save(train.checkpoint(stage), nerve=nerve(graph, school).state_dict(), brain=adapted, school=school, **how_far(folder, f"stage-{stage}"))
    write_curves(folder)


def how_far(folder: Path, phase: str) -> dict:
    """Where a phase ended: a training that goes on adds its steps and minutes to these."""
    points = [point for point in loss_points(folder) if point["phase"] == phase] or [{}]
    last = {"step": points[-1].get("step", 0), "seconds": points[-1].get("seconds", 0.0), "samples": points[-1].get("samples", points[-1].get("pictures", 0))}
    return last | {"earlier": last}


def loss_points(folder: Path) -> list[dict]:
    path = folder / "training" / "loss.json"
    return json.loads(path.read_text()) if path.exists() else []


def write_curves(folder: Path) -> None:
    """Each run's loss curve again where its training left it, so that one that goes on has the whole of it."""
    for run in CURVES:
        mine = [json.dumps(point) + "\n" for point in loss_points(folder) if point["phase"] == PHASES.get(run, run)]
        if mine:
            (run_folder(run) / "loss.jsonl").write_text("".join(mine))


def write_eye(folder: Path) -> None:
    names = train_concepts.names()
    pretrained = eye.Eye()
    whole = eye.WholeEye(pretrained, Concepts(pretrained, len(names)), unnormed(Tower()), Reader()).eval()
    fill(whole, folder / "vision" / "model.onnx", lambda: whole(torch.zeros(1, 3, eye.TILE, eye.TILE)))
    parts = {"concepts": {"layers": whole.concepts.state_dict(), "names": names}, "dense": {"tower": normed(whole.tower)},
             "reader": {"reader": whole.finder.reader.state_dict()}}
    for name, part in parts.items():
        runs.save(run_folder(name) / "checkpoint.pt", **part, **how_far(folder, PHASES.get(name, name)))


def unnormed(tower: Tower) -> Tower:
    """With a bias in each convolution in place of the norm after it, as the graph has them."""
    for block in (m for m in tower.modules() if isinstance(m, nn.Sequential) and isinstance(m[0], nn.Conv2d)):
        block[0].bias, block[1] = nn.Parameter(torch.zeros(block[0].out_channels)), nn.Identity()
    return tower


def normed(tower: Tower) -> dict[str, torch.Tensor]:
    """The weights of a Tower that answers like this one, which is `unnormed`: norms that add the bias and do nothing else."""
    given, whole = tower.state_dict(), Tower()
    for name, module in whole.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            conv = name.removesuffix("1") + "0"
            nn.init.constant_(module.weight, (1 + module.eps) ** 0.5)
            module.bias.data.copy_(given.pop(f"{conv}.bias"))
    missing, unexpected = whole.load_state_dict(given, strict=False)
    if unexpected or any(not name.split(".")[-2].endswith("1") for name in missing):
        raise ValueError(f"not the weights of a tower: {missing}, {unexpected}")
    return whole.state_dict()


def nerve(graph: Path, school: str) -> Nerve:
    names = small_weights.restored(graph)["readouts.concepts"].shape[0]
    made = Nerve(school, names).eval()
    inputs = [torch.zeros(1, *(d.dim_value for d in i.type.tensor_type.shape.dim[1:])) for i in onnx.load(graph, load_external_data=False).graph.input]
    fill(made, graph, lambda: made(*inputs))
    return made


def fill(module: nn.Module, graph: Path, call) -> None:
    """Puts a graph's weights into the module that it was exported from. Where the exporter has folded a layer's weight and dropped its name,
    the layers stand in the graph in the order in which `call` calls them."""
    weights = small_weights.restored(graph)
    unnamed = iter(_unnamed(onnx.load(graph, load_external_data=False).graph, set(weights)))
    for name, layer in _called(module, call):
        if f"{name}.weight" not in weights and (here := next(unnamed, None)):
            weight, bias = here
            values = weights.pop(weight)
            weights[f"{name}.weight"] = values.T if isinstance(layer, nn.Linear) else values
            if bias:
                weights[f"{name}.bias"] = weights.pop(bias)
    wanted = {name: tuple(value.shape) for name, value in module.named_parameters()}
    differ = [name for name, shape in wanted.items() if name not in weights or weights[name].shape != shape]
    if differ or next(unnamed, None):
        raise ValueError(f"{graph} is of another recipe: {', '.join(differ[:5]) or 'it has layers that are not known here'}")
    with torch.no_grad():
        for name, value in module.named_parameters():
            value.copy_(torch.from_numpy(np.array(weights[name])))


def _called(module: nn.Module, call) -> list[tuple[str, nn.Module]]:
    """The layers with a weight, in the order of their first call."""
    layers, order = {m: n for n, m in module.named_modules() if isinstance(m, (nn.Linear, nn.Conv1d, nn.Conv2d))}, {}

    def note(layer: nn.Module, *_) -> None:
        order.setdefault(layer, layers[layer])

    hooks = [layer.register_forward_hook(note) for layer in layers]
    with torch.no_grad():
        call()
    for hook in hooks:
        hook.remove()
    return [(name, layer) for layer, name in order.items()]


def _unnamed(graph: onnx.GraphProto, weights: set[str]) -> list[tuple[str, str | None]]:
    """(weight, bias or None) of layers that lost their name, in the order of the graph."""
    found = {}
    for node in graph.node:
        if node.op_type in ("Conv", "MatMul", "Gemm"):
            weight = next((name for name in node.input[1:2] if name.startswith("onnx::") and name in weights), None)
            if weight:
                found.setdefault(weight, node.input[2] if len(node.input) > 2 and node.input[2].startswith("onnx::") else None)
    return list(found.items())


def brain_adapters(folder: Path) -> dict[str, torch.Tensor]:
    """A and B of every product, by adapters.py's names. A carries the factor that B was divided by when it was quantised."""
    found = brain_graphs.stored_adapters(folder / "decoder.onnx")
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in found.items()}
