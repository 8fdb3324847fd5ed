"""An ONNX graph with an open batch axis under Triton's Python backend: requests that Triton hands over together run in one run of ONNX Runtime.

Written by `tesserae triton-repository --backend python`. Needs numpy and onnxruntime in the interpreter of the backend.
"""

import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import triton_python_backend_utils as pb_utils


def providers(args):
    if args["model_instance_kind"] == "GPU":
        return [("CUDAExecutionProvider", {"device_id": int(args["model_instance_device_id"])}), "CPUExecutionProvider"]
    return ["CPUExecutionProvider"]


def session_options(config):
    options = ort.SessionOptions()
    options.intra_op_num_threads = int(config["parameters"].get("threads", {}).get("string_value", "0"))
    # Threads that spin between runs take the processors from other models on this machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


class TritonPythonModel:
    def initialize(self, args):
        config = json.loads(args["model_config"])
        graph = Path(args["model_repository"]) / args["model_version"] / "model.onnx"
        self.session = ort.InferenceSession(str(graph), session_options(config), providers=providers(args))
        self.inputs = [tensor["name"] for tensor in config["input"]]
        self.outputs = [tensor["name"] for tensor in config["output"]]

    def execute(self, requests):
        live = [request for request in requests if not request.is_cancelled()]
        answers = {}
        # Requests of one shape run together; Triton only hands over such, but where an extent is open it need not.
        groups = {}
        for request in live:
            feed = {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in self.inputs}
            groups.setdefault(tuple(array.shape[1:] for array in feed.values()), []).append((request, feed))
        for group in groups.values():
            self.run(group, answers)
        gone = pb_utils.InferenceResponse(error=pb_utils.TritonError("the caller left", pb_utils.TritonError.CANCELLED))
        return [answers.get(id(request), gone) for request in requests]

    def run(self, group, answers):
        rows = [next(iter(feed.values())).shape[0] for _, feed in group]
        ends = np.cumsum(rows)
        try:
            batch = {name: group[0][1][name] if len(group) == 1 else np.concatenate([feed[name] for _, feed in group]) for name in self.inputs}
            results = self.session.run(self.outputs, batch)
        except Exception as failed:  # whatever ONNX Runtime says, the callers are told
            for request, _ in group:
                answers[id(request)] = pb_utils.InferenceResponse(error=pb_utils.TritonError(str(failed)))
            return
        for (request, _), end, count in zip(group, ends, rows):
            wanted = set(request.requested_output_names())
            answers[id(request)] = pb_utils.InferenceResponse(
                [pb_utils.Tensor(name, np.ascontiguousarray(result[end - count : end])) for name, result in zip(self.outputs, results) if name in wanted])
