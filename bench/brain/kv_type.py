"""What one decode step of `GroupQueryAttention` takes with keys and values in float32 and in float16, on one thread.

    python bench/brain/kv_type.py        # needs numpy, onnx, onnxruntime

The sizes are SmolLM2-135M's: 9 heads, 3 of keys and values, 64 wide, 1200 tokens held, cache in place.
"""

import time

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper

HEADS, KV_HEADS, WIDTH, HELD, CAPACITY = 9, 3, 64, 1200, 2048


def model(kind: int, rows: int) -> bytes:
    def value(name: str, *shape: int, of: int = kind):
        return helper.make_tensor_value_info(name, of, list(shape))

    cache = (rows, KV_HEADS, CAPACITY, WIDTH)
    node = helper.make_node("GroupQueryAttention", ["q", "k", "v", "pk", "pv", "s", "t"], ["o", "ok", "ov"], domain="com.microsoft",
                            num_heads=HEADS, kv_num_heads=KV_HEADS)
    graph = helper.make_graph(
        [node], "attention",
        [value("q", rows, 1, HEADS * WIDTH), value("k", rows, 1, KV_HEADS * WIDTH), value("v", rows, 1, KV_HEADS * WIDTH), value("pk", *cache),
         value("pv", *cache), value("s", rows, of=TensorProto.INT32), value("t", of=TensorProto.INT32)],
        [value("o", rows, 1, HEADS * WIDTH), value("ok", *cache), value("ov", *cache)])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()


def step(kind: int, numpy_type: type, rows: int) -> tuple[float, float]:
    """Least and median microseconds of 300 steps."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model(kind, rows), options)
    random = np.random.default_rng(0)

    def numbers(*shape: int) -> np.ndarray:
        return random.standard_normal(shape).astype(numpy_type)

    binding = session.io_binding()
    alive = []  # The binding does not keep what it is given.

    def bound(name: str, array: np.ndarray) -> ort.OrtValue:
        alive.extend([array, ort.OrtValue.ortvalue_from_numpy(array)])
        binding.bind_ortvalue_input(name, alive[-1])
        return alive[-1]

    for name, heads in (("q", HEADS), ("k", KV_HEADS), ("v", KV_HEADS)):
        bound(name, numbers(rows, 1, heads * WIDTH))
    for past, present in (("pk", "ok"), ("pv", "ov")):
        binding.bind_ortvalue_output(present, bound(past, numbers(rows, KV_HEADS, CAPACITY, WIDTH)))
    binding.bind_output("o")
    bound("s", np.full(rows, HELD - 1, np.int32))
    bound("t", np.array(HELD, np.int32))
    times = []
    for _ in range(300):
        begun = time.perf_counter()
        session.run_with_iobinding(binding)
        times.append(time.perf_counter() - begun)
    return min(times) * 1e6, float(np.median(times)) * 1e6


for batch in (1, 8):
    for name, kind, numpy_type in (("float32", TensorProto.FLOAT, np.float32), ("float16", TensorProto.FLOAT16, np.float16)):
        least, median = step(kind, numpy_type, batch)
        print(f"{batch} rows, {name}: least {least:.0f} us, median {median:.0f} us")
