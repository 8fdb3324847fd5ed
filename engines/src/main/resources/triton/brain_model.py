"""A brain under Triton's Python backend, decoupled: prompt embeddings in, token after token out, sequences of all requests computed together.

Written by `tesserae triton-repository`. Inputs and outputs are described in docs/engines.md of Tesserae. Needs numpy and onnxruntime in the interpreter of
the backend. It runs on the CPU and is meant as the reference; on GPUs an engine made for them serves the same names.
"""

import json
import sys
from pathlib import Path

import numpy as np
import triton_python_backend_utils as pb_utils

sys.path.insert(0, str(Path(__file__).parent))
from decoder import Decoder  # noqa: E402
from sampling import Choice  # noqa: E402
from steps import Sequence, Steps  # noqa: E402

NUMBERS = ("temperature", "top_k", "top_p", "min_p", "repetition_penalty", "frequency_penalty", "presence_penalty", "seed")


class Observer:
    """What happens here, on Triton's own metrics page."""

    def __init__(self, model):
        labels = {"model": model}

        def metric(kind, name, text):
            self.families = getattr(self, "families", [])
            self.families.append(pb_utils.MetricFamily(name="tesserae_brain_" + name, description=text, kind=kind))
            return self.families[-1].Metric(labels=labels)

        counter, gauge = pb_utils.MetricFamily.COUNTER, pb_utils.MetricFamily.GAUGE
        self.steps = metric(counter, "steps_total", "Steps that wrote tokens")
        self.step_rows = metric(counter, "step_rows_total", "Sequences that these steps wrote a token of, together")
        self.tokens = metric(counter, "tokens_total", "Tokens generated")
        self.ends = metric(counter, "finished_total", "Answers that came to their end")
        self.leavers = metric(counter, "cancelled_total", "Answers given up because their caller left")
        self.queued = metric(counter, "queue_seconds_total", "Time that sequences waited for a row")
        self.admissions = metric(counter, "admitted_total", "Sequences that got a row")
        self.running = metric(gauge, "running", "Sequences being computed")
        self.waiting = metric(gauge, "waiting", "Sequences waiting for a row")

    def step(self, rows):
        self.steps.increment(1)
        self.step_rows.increment(rows)

    def token(self):
        self.tokens.increment(1)

    def finished(self):
        self.ends.increment(1)

    def cancelled(self):
        self.leavers.increment(1)

    def admitted(self, seconds):
        self.queued.increment(seconds)
        self.admissions.increment(1)

    def now(self, running, waiting):
        self.running.set(running)
        self.waiting.set(waiting)


class TritonPythonModel:
    def initialize(self, args):
        config = json.loads(args["model_config"])
        number = {key: int(value["string_value"]) for key, value in config["parameters"].items() if value["string_value"].isdigit()}
        self.context, self.vocab, rows = number["context"], number["vocab"], number["rows"]
        folder = Path(args["model_repository"]) / args["model_version"]
        decoder = Decoder(folder, number["layers"], number["kv_heads"], number["head_dim"], self.vocab, rows, self.context, number["threads"])
        self.steps = Steps(decoder, rows, Observer(args["model_name"]), config["dynamic_batching"]["default_queue_policy"]["max_queue_size"])

    def finalize(self):
        self.steps.close()

    def execute(self, requests):
        for request in requests:
            sender = request.get_response_sender()
            try:
                if not self.steps.submit(self.sequence(request, sender)):
                    refuse(sender, "the queue is full", pb_utils.TritonError.UNAVAILABLE)
            except ValueError as wrong:
                refuse(sender, str(wrong), pb_utils.TritonError.INVALID_ARG)
        # Answers come later, from the thread of the steps.
        return None

    def sequence(self, request, sender):
        def read(name):
            tensor = pb_utils.get_input_tensor_by_name(request, name)
            if tensor is None:
                return None
            array = tensor.as_numpy()
            if array.shape[0] != 1:
                raise ValueError(f"{name}: a request holds one prompt, not {array.shape[0]}")
            return np.array(array[0])  # the request's memory is not ours for long

        embeds, most = read("prompt_embeds"), int(read("max_tokens")[0])
        if len(embeds) < 1 or most < 1 or len(embeds) + most > self.context:
            raise ValueError(f"max_tokens: a prompt of {len(embeds)} tokens and {most} to generate do not fit the context of {self.context}")
        lists = {name: read(name) for name in ("prompt_ids", "generated_ids", "bias_ids", "biases", "end_ids")}
        lists = {name: [] if values is None else values.tolist() for name, values in lists.items()}
        if len(lists["bias_ids"]) != len(lists["biases"]) or any(not 0 <= id < self.vocab for id in lists["bias_ids"]):
            raise ValueError(f"bias_ids: must be as many as biases, each from 0 to {self.vocab - 1}")
        options = {name: value[0] for name in NUMBERS if (value := read(name)) is not None}
        choice = Choice(self.vocab, prompt=lists["prompt_ids"], generated=lists["generated_ids"], bias_ids=lists["bias_ids"], biases=lists["biases"], **options)
        top = read("top_logprobs")
        return Sequence(embeds, read("position_ids"), read("level_embeds"), read("attend_until"), choice, set(lists["end_ids"]), most,
                        -1 if top is None else int(top[0]), tell(sender), end(sender), sender.is_cancelled)


def tell(sender):
    def told(token, logprob, ids, values):
        tensors = [pb_utils.Tensor("token_id", np.array([[token]], np.int64))]
        if logprob is not None:
            tensors += [pb_utils.Tensor("logprob", np.array([[logprob]], np.float32)), pb_utils.Tensor("top_ids", ids[None]),
                        pb_utils.Tensor("top_logprobs", values[None])]
        sender.send(pb_utils.InferenceResponse(tensors))

    return told


def end(sender):
    def ended(failure):
        if failure is None:
            sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
        else:
            refuse(sender, str(failure), pb_utils.TritonError.INTERNAL)

    return ended


def refuse(sender, why, code):
    sender.send(pb_utils.InferenceResponse(error=pb_utils.TritonError(why, code)), flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
