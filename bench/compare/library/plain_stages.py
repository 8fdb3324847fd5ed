"""Eye and prefill of the plain graphs, in onnxruntime or OpenVINO: milliseconds a tile, tokens a second.

    python -m compare.library.plain_stages FOLDER onnxruntime int8|float32
    python -m compare.library.plain_stages FOLDER openvino bf16|f32
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from .timing import median, options, report


def onnxruntime(file: Path, precision: str, threads: int) -> Callable[[np.ndarray], object]:
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = threads
    path = file.with_suffix(".int8.onnx") if precision == "int8" else file
    session = onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda given: session.run(None, {name: given})


def openvino(file: Path, precision: str, threads: int) -> Callable[[np.ndarray], object]:
    import openvino as runtime

    settings = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}
    request = runtime.Core().compile_model(file, "CPU", settings).create_infer_request()
    return lambda given: request.infer([given])


def main() -> None:
    given = options("folder", "system", "precision")
    open_ = {"onnxruntime": onnxruntime, "openvino": openvino}[given.system]
    random = np.random.default_rng(0)
    eye = open_(Path(given.folder) / "eye.onnx", given.precision, given.threads)
    tile = random.uniform(-1, 1, (1, 3, 512, 512)).astype(np.float32)
    eye_seconds = median(lambda: eye(tile), given.repeats)
    del eye
    brain = open_(Path(given.folder) / "brain.onnx", given.precision, given.threads)
    width = 576
    prompt = random.standard_normal((1, given.prompt, width)).astype(np.float32)
    report(eye_ms=1000 * eye_seconds, prefill=given.prompt / median(lambda: brain(prompt), given.repeats))


if __name__ == "__main__":
    main()
