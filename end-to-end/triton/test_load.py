"""Many at once run together on Triton, and whoever leaves is stopped there."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import tritonclient.grpc
from conftest import drawn
from service import await_that

BRAIN, EYE = "tesserae-135m-llm", "tesserae-135m-vision"


def batches(triton, model):
    """How many runs had how many rows, by Triton's own statistics."""
    statistics = tritonclient.grpc.InferenceServerClient(triton.address).get_inference_statistics(model).model_stats[0]
    return {batch.batch_size: batch.compute_infer.count for batch in statistics.batch_stats}


def test_sixteen_at_once_run_together(triton, everything, figure):
    before = {model: batches(triton, model) for model in (EYE, BRAIN)}
    steps, rows = (triton.metric(f"tesserae_brain_{name}_total") for name in ("steps", "step_rows"))
    with ThreadPoolExecutor(16) as clients:
        answers = list(clients.map(lambda index: everything.ask("What is in this picture?", drawn(100 + index)), range(48)))
    assert [status for status, _ in answers] == [200] * 48
    for model in (EYE, BRAIN):
        grown = {size: count - before[model].get(size, 0) for size, count in batches(triton, model).items() if count > before[model].get(size, 0)}
        figure(f"48 pictures, 16 at once: {model}'s batches by size, by Triton's statistics: {dict(sorted(grown.items()))}")
        assert max(grown) > 1, grown
    mean = (triton.metric("tesserae_brain_step_rows_total") - rows) / (triton.metric("tesserae_brain_steps_total") - steps)
    figure(f"48 pictures, 16 at once: {mean:.2f} sequences a step of the brain")
    assert mean > 1


def test_whoever_leaves_stops_the_generation_on_triton(triton, everything, figure):
    cancelled, tokens = triton.metric("tesserae_brain_cancelled_total"), triton.metric("tesserae_brain_tokens_total")
    connection = http.client.HTTPConnection("127.0.0.1", everything.port, timeout=60)
    body = {"messages": [{"role": "user", "content": "Count to one thousand."}], "stream": True, "max_tokens": 3000, "ignore_eos": True, "temperature": 0}
    connection.request("POST", "/v1/chat/completions", json.dumps(body), {"content-type": "application/json"})
    answer = connection.getresponse()
    for _ in range(12):
        answer.readline()
    answer.close()
    connection.close()
    await_that(lambda: triton.metric("tesserae_brain_cancelled_total") == cancelled + 1, 60)
    await_that(lambda: triton.metric("tesserae_brain_running") == 0, 60)
    said = triton.metric("tesserae_brain_tokens_total") - tokens
    figure(f"a caller that left after some tokens of 3000: Triton had generated {said:.0f} when it stopped")
    assert 0 < said < 1000
    assert everything.ask("What is the capital of France?")[0] == 200
