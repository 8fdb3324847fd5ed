"""Triton killed and restarted under load, and repositories that are wrong."""

import json
import os
import re
import shutil
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import drawn
from server import TritonServer
from service import await_that

ROUNDS = int(os.environ.get("TESSERAE_TRITON_ROUNDS", "20"))
STAGES = ("vision", "projector", "llm")


def test_killed_and_restarted_mid_load(repository, start, tmp_path, figure):
    triton = TritonServer(repository, tmp_path / "triton.log").start()
    service = start("rounds", triton.address, *STAGES, tesserae__llm__remote__probe="500ms").await_ready()
    outcomes, marks = {}, []
    stopping = threading.Event()

    def load(client):
        index = 0
        while not stopping.is_set():
            index += 1
            started = time.monotonic()
            status, answer = service.ask("What is in this picture?", drawn(1000 * client + index), max_tokens=8)
            assert time.monotonic() - started < 120
            assert status == 200 or answer["error"]["message"], answer
            outcomes[status] = outcomes.get(status, 0) + 1
            if status != 200:
                time.sleep(0.1)

    with ThreadPoolExecutor(4) as clients:
        running = [clients.submit(load, client) for client in range(4)]
        try:
            for number in range(ROUNDS):
                served = outcomes.get(200, 0)
                await_that(lambda: outcomes.get(200, 0) > served or any(client.done() for client in running), 240, lambda: f"round {number}: {outcomes}")
                triton.kill()
                await_that(lambda: not service.ready(), 60, lambda: f"round {number}: still ready")
                triton.start()
                await_that(service.ready, 120, lambda: f"round {number}: not ready again\n{service.log.read_text()[-3000:]}")
                marks.append((service.threads(), service.descriptors()))
        finally:
            stopping.set()
        for client in running:
            client.result()
    triton.stop()
    figure(f"{ROUNDS} rounds of kill and restart under 4 callers: answers by status {dict(sorted(outcomes.items()))}; threads {marks[2][0]} after round 3, "
           f"{marks[-1][0]} after round {ROUNDS}; descriptors {marks[2][1]}, {marks[-1][1]}")
    assert set(outcomes) <= {200, 429, 503, 504}, outcomes
    assert marks[-1][0] <= marks[2][0] + 8, marks
    assert marks[-1][1] <= marks[2][1] + 12, marks


@pytest.fixture(scope="module")
def wrong(repository, tmp_path_factory):
    """A server whose models are wrong, each in its way."""
    broken = tmp_path_factory.mktemp("wrong") / "repository"
    shutil.copytree(repository / "tesserae-135m-vision", broken / "good")

    def variant(name, pattern, replacement):
        shutil.copytree(repository / "tesserae-135m-vision", broken / name)
        config = (broken / name / "config.pbtxt").read_text()
        changed = re.sub(pattern, replacement, config, count=1)
        assert changed != config, name
        (broken / name / "config.pbtxt").write_text(changed)

    variant("type", r'(name: "image_classes"\s+data_type: TYPE_)FP32', r"\g<1>FP16")
    variant("shape", r"dims: 1000", "dims: 999")
    variant("revision", r'(key: "tesserae_revision"\s+value \{\s+string_value: ")\w+', r"\g<1>feed")
    for config in broken.glob("*/config.pbtxt"):
        config.write_text(re.sub(r'^name: ".*"', f'name: "{config.parent.name}"', config.read_text(), flags=re.M, count=1))
    with TritonServer(broken, tmp_path_factory.mktemp("log") / "wrong.log") as server:
        yield server


@pytest.mark.parametrize("model, version, said", [
    ("missing", "", "its repository has no model 'missing', only "),
    ("good", "7", "model 'good' version 7 is not loaded"),
    ("type", "", "output 'image_classes' is FP16, must be FP32"),
    ("shape", "", "output 'image_classes' has shape [any, 999], must be [any, 1000]"),
    ("revision", "", "it was made of revision feed of the model, the model folder holds "),
])
def test_a_service_does_not_start_with_the_wrong_model_and_says_why(model, version, said, wrong, start):
    more = {"tesserae__vision__triton__model": model} | ({"tesserae__vision__triton__version": version} if version else {})
    service = start(f"wrong-{model}{version}", wrong.address, "vision", application="vision-service", **more)
    assert service.process.wait(240) != 0
    assert said in service.log.read_text(), service.log.read_text()[-3000:]


def test_a_brain_that_is_another_model_is_never_ready_and_the_log_says_why(wrong, start):
    service = start("wrong-brain", wrong.address, "llm", application="llm-service", tesserae__llm__triton__model="good")
    await_that(lambda: "it is not decoupled" in service.log.read_text() or service.process.poll() is not None, 240, lambda: service.log.read_text()[-3000:])
    assert "has no input 'prompt_embeds'" in service.log.read_text()
    assert service.get("/q/health/ready")[0] in (0, 503)


def test_a_model_unloaded_while_serving_is_named_and_serves_again_once_loaded(triton, everything):
    def repository(model, what):
        request = urllib.request.Request(f"http://127.0.0.1:{triton.http}/v2/repository/models/{model}/{what}", json.dumps({}).encode(), method="POST")
        urllib.request.urlopen(request, timeout=120).read()

    for number, model in enumerate(("tesserae-135m-vision", "tesserae-135m-llm")):
        repository(model, "unload")
        await_that(lambda: not everything.ready(), 60)
        status, answer = everything.ask("What is in this picture?", drawn(7000 + number))
        assert status in (503, 504) and answer["error"]["message"], (status, answer)
        await_that(lambda: re.search(f"model '{model}' is not loaded", everything.log.read_text()), 60, lambda: everything.log.read_text()[-2000:])
        repository(model, "load")
        await_that(everything.ready, 120)
        await_that(lambda: everything.ask("What is in this picture?", drawn(7100 + number))[0] == 200, 120)
