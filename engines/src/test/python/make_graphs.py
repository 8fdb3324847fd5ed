"""Small graphs with known answers for the tests of the engines and of the services that run them.

Run from the repository root:  python engines/src/test/python/make_graphs.py

Graphs are built from ONNX operators; what they must answer is computed by numpy (and by torch where it has the layer), never by
the runtime under test. Versions of both stand in every golden file.
"""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

ROOT = Path(__file__).resolve().parents[4]
OPSET = [helper.make_opsetid("", 17)]
TILE = 32  # pixels
PATCH = 8  # pixels
PATCHES = (TILE // PATCH) ** 2
HIDDEN = 3  # the mean colour of a patch
WIDTH = 6
MEAN = [0.48145466, 0.4578275, 0.40821073]
STD = [0.26862954, 0.26130258, 0.27577711]
RESCALE = 0.00392156862745098


def node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs, outputs, **attributes)


def value(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def constant(name, array):
    return numpy_helper.from_array(np.ascontiguousarray(array), name)


def save(path, nodes, inputs, outputs, constants):
    graph = helper.make_graph(nodes, path.stem, inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=OPSET, ir_version=9, producer_name="make_graphs.py")
    onnx.checker.check_model(model, full_check=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


def mean_of_patches(path):
    """The eye: [tile, 3, TILE, TILE] -> image_features [tile, PATCHES, 3], each patch's mean; image_classes [tile, 2]."""
    save(
        path,
        [
            node("AveragePool", ["pixel_values"], ["pooled"], kernel_shape=[PATCH, PATCH], strides=[PATCH, PATCH]),
            node("Reshape", ["pooled", "flat"], ["channels_first"]),
            node("Transpose", ["channels_first"], ["image_features"], perm=[0, 2, 1]),
            node("ReduceMean", ["image_features"], ["colour"], axes=[1], keepdims=0),
            node("MatMul", ["colour", "classes"], ["image_classes"]),
        ],
        [value("pixel_values", TensorProto.FLOAT, ["tile", 3, TILE, TILE])],
        [
            value("image_features", TensorProto.FLOAT, ["tile", PATCHES, HIDDEN]),
            value("image_classes", TensorProto.FLOAT, ["tile", 2]),
        ],
        [
            constant("flat", np.array([0, HIDDEN, PATCHES], np.int64)),
            constant("classes", np.array([[1, 0], [0, 1], [1, -1]], np.float32)),
        ],
    )


def normalised(rgb):
    """As rescale and normalize of transformers.image_transforms do it for numpy arrays. [height, width, 3] uint8 -> [3, height, width]."""
    rescaled = (rgb.astype(np.float64) * RESCALE).astype(np.float32)
    return ((rescaled - np.array(MEAN, np.float32)) / np.array(STD, np.float32)).transpose(2, 0, 1)


def features_of(rgb):
    pixels = normalised(rgb).astype(np.float64)
    patches = pixels.reshape(HIDDEN, TILE // PATCH, PATCH, TILE // PATCH, PATCH).mean(axis=(2, 4))
    features = patches.reshape(HIDDEN, PATCHES).T
    colour = features.mean(axis=0)
    return features, np.array([colour[0] + colour[2], colour[1] - colour[2]])


def linear(path, random):
    weight = random.standard_normal((HIDDEN, WIDTH), np.float32)
    bias = random.standard_normal(WIDTH, np.float32)
    save(
        path,
        [node("MatMul", ["image_features", "weight"], ["product"]), node("Add", ["product", "bias"], ["image_embeds"])],
        [value("image_features", TensorProto.FLOAT, ["tile", PATCHES, HIDDEN])],
        [value("image_embeds", TensorProto.FLOAT, ["tile", PATCHES, WIDTH])],
        [constant("weight", weight), constant("bias", bias)],
    )
    return lambda features: features @ weight.astype(np.float64) + bias


def pixel_shuffle(path, random):
    """Idefics3's: 2x2 neighbours become one token of 4 * HIDDEN numbers, then a linear layer."""
    side, half = TILE // PATCH, TILE // PATCH // 2
    weight = random.standard_normal((4 * HIDDEN, WIDTH), np.float32)
    save(
        path,
        [
            node("Reshape", ["image_features", "rows"], ["a"]),
            node("Transpose", ["a"], ["b"], perm=[0, 2, 1, 3]),
            node("Reshape", ["b", "columns"], ["c"]),
            node("Transpose", ["c"], ["d"], perm=[0, 2, 1, 3]),
            node("Reshape", ["d", "tokens"], ["e"]),
            node("MatMul", ["e", "weight"], ["image_embeds"]),
        ],
        [value("image_features", TensorProto.FLOAT, ["tile", PATCHES, HIDDEN])],
        [value("image_embeds", TensorProto.FLOAT, ["tile", half * half, WIDTH])],
        [
            constant("rows", np.array([0, side, half, 2 * HIDDEN], np.int64)),
            constant("columns", np.array([0, half, half, 4 * HIDDEN], np.int64)),
            constant("tokens", np.array([0, half * half, 4 * HIDDEN], np.int64)),
            constant("weight", weight),
        ],
    )

    def answer(features):  # transformers.models.idefics3.modeling_idefics3.Idefics3Connector.pixel_shuffle, for one tile
        x = features.reshape(side, half, 2 * HIDDEN).transpose(1, 0, 2)
        x = x.reshape(half, half, 4 * HIDDEN).transpose(1, 0, 2)
        return x.reshape(half * half, 4 * HIDDEN) @ weight.astype(np.float64)

    return answer


def resampler(path, random):
    """Learned queries attend to all patches, one head: the answer is torch's scaled_dot_product_attention in double precision."""
    queries = random.standard_normal((5, WIDTH), np.float32)
    key = random.standard_normal((HIDDEN, WIDTH), np.float32)
    val = random.standard_normal((HIDDEN, WIDTH), np.float32)
    save(
        path,
        [
            node("MatMul", ["image_features", "key"], ["keys"]),
            node("MatMul", ["image_features", "value"], ["values"]),
            node("Transpose", ["keys"], ["keys_t"], perm=[0, 2, 1]),
            node("MatMul", ["queries", "keys_t"], ["scores"]),
            node("Mul", ["scores", "scale"], ["scaled"]),
            node("Softmax", ["scaled"], ["attention"], axis=-1),
            node("MatMul", ["attention", "values"], ["image_embeds"]),
        ],
        [value("image_features", TensorProto.FLOAT, ["tile", "patch", HIDDEN])],
        [value("image_embeds", TensorProto.FLOAT, ["tile", 5, WIDTH])],
        [
            constant("queries", queries),
            constant("key", key),
            constant("value", val),
            constant("scale", np.float32(WIDTH**-0.5)),
        ],
    )

    def answer(features):
        f = torch.from_numpy(features)
        attended = torch.nn.functional.scaled_dot_product_attention(
            torch.from_numpy(queries).double()[None], (f @ torch.from_numpy(key).double())[None], (f @ torch.from_numpy(val).double())[None])
        return attended[0].numpy()

    return answer


def instructed(path):
    """Reads the instruction: every feature is shifted by the sum of the instruction's token ids."""
    save(
        path,
        [
            node("ReduceSum", ["instruction_ids", "token_axis"], ["sums"], keepdims=1),
            node("Cast", ["sums"], ["shift"], to=TensorProto.FLOAT),
            node("Unsqueeze", ["shift", "token_axis"], ["shifts"]),
            node("Add", ["image_features", "shifts"], ["image_embeds"]),
        ],
        [
            value("image_features", TensorProto.FLOAT, ["tile", "patch", HIDDEN]),
            value("instruction_ids", TensorProto.INT64, ["tile", "token"]),
        ],
        [value("image_embeds", TensorProto.FLOAT, ["tile", "patch", HIDDEN])],
        [constant("token_axis", np.array([1], np.int64))],
    )


def engine_graphs(folder):
    """Graphs of the engines' own tests."""
    save(
        folder / "sums.onnx",
        [node("Add", ["left", "right"], ["sum"]), node("Mul", ["left", "right"], ["product"])],
        [value("left", TensorProto.FLOAT, ["batch", 3]), value("right", TensorProto.FLOAT, ["batch", 3])],
        [value("sum", TensorProto.FLOAT, ["batch", 3]), value("product", TensorProto.FLOAT, ["batch", 3])],
        [],
    )
    kinds = {
        "float32": TensorProto.FLOAT,
        "float16": TensorProto.FLOAT16,
        "bfloat16": TensorProto.BFLOAT16,
        "int64": TensorProto.INT64,
        "int32": TensorProto.INT32,
        "uint8": TensorProto.UINT8,
        "bool": TensorProto.BOOL,
    }
    save(
        folder / "kinds.onnx",
        [node("Identity", [name], [name + "_out"]) for name in kinds],
        [value(name, kind, ["batch", 2]) for name, kind in kinds.items()],
        [value(name + "_out", kind, ["batch", 2]) for name, kind in kinds.items()],
        [],
    )
    save(
        folder / "division.onnx",
        [node("Div", ["left", "right"], ["quotient"])],
        [value("left", TensorProto.INT64, ["batch", 1]), value("right", TensorProto.INT64, ["batch", 1])],
        [value("quotient", TensorProto.INT64, ["batch", 1])],
        [],
    )
    save(
        folder / "reshape.onnx",
        [node("Reshape", ["values", "shape"], ["reshaped"])],
        [value("values", TensorProto.FLOAT, ["batch", "n"]), value("shape", TensorProto.INT64, [2])],
        [value("reshaped", TensorProto.FLOAT, ["batch", "m"])],
        [],
    )
    # Many small nodes, so that a run lasts and can be stopped between two of them.
    layers = 400
    save(
        folder / "long.onnx",
        [node("MatMul", [f"x{i}" if i else "x", "weight"], [f"x{i + 1}" if i + 1 < layers else "y"]) for i in range(layers)],
        [value("x", TensorProto.FLOAT, ["batch", 64])],
        [value("y", TensorProto.FLOAT, ["batch", 64])],
        [constant("weight", np.eye(64, dtype=np.float32))],
    )
    # A cache that is input and output at once, as the brain's is: the step's row is written to its place.
    save(
        folder / "cache.onnx",
        [node("ScatterND", ["past", "place", "row"], ["present"]), node("ReduceSum", ["present"], ["total"], keepdims=0)],
        [value("past", TensorProto.FLOAT, ["capacity", 4]), value("place", TensorProto.INT64, [1, 1]), value("row", TensorProto.FLOAT, [1, 4])],
        [value("present", TensorProto.FLOAT, ["capacity", 4]), value("total", TensorProto.FLOAT, [])],
        [],
    )
    save(
        folder / "double.onnx",
        [node("Neg", ["double"], ["negative"])],
        [value("double", TensorProto.DOUBLE, ["batch"])],
        [value("negative", TensorProto.DOUBLE, ["batch"])],
        [],
    )


def manifest(folder, kind, projector, outputs):
    preprocessor = {
        "image_processor_type": "TesseraeImageProcessor",
        "size": {"height": TILE, "width": TILE},
        "resample": 3,
        "rescale_factor": RESCALE,
        "image_mean": MEAN,
        "image_std": STD,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor, indent=1) + "\n")
    (folder / "config.json").write_text(json.dumps({"model_type": "test"}) + "\n")
    files = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "tesserae.json"):
        data = path.read_bytes()
        files.append({"path": str(path.relative_to(folder)), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    revision = hashlib.sha256("".join(f"{f['path']}\0{f['sha256']}\n" for f in files).encode()).hexdigest()
    (folder / "tesserae.json").write_text(json.dumps({
        "format": 1, "name": f"test-{kind}", "family": "tesserae", "revision": revision, "license": "Apache-2.0",
        "origins": ["engines/src/test/python/make_graphs.py"],
        "vision": {"graph": "vision/model.onnx", "input": "pixel_values", "outputs": outputs,
                   "tile_width": TILE, "tile_height": TILE, "precision": "fp32"},
        "projector": projector, "files": files}, indent=1) + "\n")


def versions():
    return {"made_by": "engines/src/test/python/make_graphs.py", "numpy": np.__version__, "torch": torch.__version__}


def eye_model(folder):
    mean_of_patches(folder / "vision/model.onnx")
    manifest(folder, "eye", None, ["image_features", "image_classes"])


def normalisation_golden(path):
    table = normalised(np.arange(256, dtype=np.uint8)[None, :, None].repeat(3, axis=2))  # [3, 1, 256]
    bits = table.reshape(3, 256).view(np.uint32)
    path.write_text(json.dumps(versions() | {
        "rescale_factor": RESCALE, "image_mean": MEAN, "image_std": STD,
        "float_bits": [[f"{v:08x}" for v in channel] for channel in bits.tolist()]}) + "\n")


def eye_golden(path, random):
    tiles = []
    for _ in range(4):
        rgb = random.integers(0, 256, (TILE, TILE, 3), np.uint8)
        features, classes = features_of(rgb)
        tiles.append({"rgb": rgb.tobytes().hex(), "image_features": features.ravel().tolist(), "image_classes": classes.tolist()})
    path.write_text(json.dumps(versions() | {"tiles": tiles}) + "\n")


def several_nerves(folder, tokens):
    """One model with three nerves: the graphs of the models that have one each."""
    def nerve(kind, graph):
        target = folder / "three" / graph
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / kind / "projector/model.onnx", target)
        return {"graph": graph, "kind": kind, "inputs": ["image_features"], "output": "image_embeds",
                "tokens_per_tile": tokens[kind], "width": WIDTH, "precision": "fp32"}

    manifest(folder / "three", "three", nerve("pixel-shuffle", "projector/model.onnx") | {"alternatives": {
        "linear": nerve("linear", "projector/linear.onnx"), "queries": nerve("resampler", "projector/resampler.onnx")}}, ["image_features"])


def nerve_models(folder, random):
    makers = {"linear": linear, "pixel-shuffle": pixel_shuffle, "resampler": resampler}
    tokens = {"linear": PATCHES, "pixel-shuffle": PATCHES // 4, "resampler": 5}
    golden = versions() | {"features": [], "embeddings": {}}
    features = [random.standard_normal((PATCHES, HIDDEN), np.float32) for _ in range(3)]
    golden["features"] = [f.ravel().tolist() for f in features]
    for kind, make in makers.items():
        answer = make(folder / kind / "projector/model.onnx", random)
        golden["embeddings"][kind] = [answer(f.astype(np.float64)).ravel().tolist() for f in features]
        manifest(folder / kind, kind, {
            "graph": "projector/model.onnx", "kind": kind, "inputs": ["image_features"], "output": "image_embeds",
            "tokens_per_tile": tokens[kind], "width": WIDTH, "precision": "fp32"}, ["image_features"])
    several_nerves(folder, tokens)
    instructed(folder / "instructed/projector/model.onnx")
    manifest(folder / "instructed", "instructed", {
        "graph": "projector/model.onnx", "kind": "resampler", "inputs": ["image_features"], "output": "image_embeds",
        "tokens_per_tile": 0, "width": HIDDEN, "precision": "fp32",
        "instruction": {"tokenizer": "instruction.json", "most_tokens": 3, "vocab": 64}}, ["image_features"])
    (folder / "identity").mkdir(parents=True, exist_ok=True)
    manifest(folder / "identity", "identity", {
        "graph": None, "kind": "identity", "inputs": ["image_features"], "output": "image_features",
        "tokens_per_tile": PATCHES, "width": HIDDEN, "precision": "fp32"}, ["image_features"])
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")


def main():
    random = np.random.default_rng(20261124)
    resources = ROOT / "{}/src/test/resources"
    engine_graphs(Path(str(resources).format("engines")) / "graphs")
    vision = Path(str(resources).format("vision-service"))
    eye_model(vision / "model")
    normalisation_golden(vision / "normalisation.json")
    eye_golden(vision / "eye.json", random)
    nerve_models(Path(str(resources).format("projector-service")) / "models", random)


if __name__ == "__main__":
    main()
