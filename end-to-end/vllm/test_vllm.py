"""What a real vLLM as the brain must show: transformers' own tokens, streaming, leaving, many at once, dying and coming back."""

from __future__ import annotations

import base64
import io
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from brain import PROMPTS, Brain, body, events
from compare.work import cache
from double import Keeper
from servers import Tesserae, Vllm, until

ROOT = Path(__file__).parents[2]
TOKENS = 32
PICTURE = ROOT / "end-to-end/fixtures/pictures/photo-640x480.jpg"


@pytest.fixture(scope="session")
def folder() -> Path:
    found = cache() / "vllm-brain"
    found.mkdir(parents=True, exist_ok=True)
    return found


@pytest.fixture(scope="session")
def brain(folder) -> Brain:
    return Brain(folder)


@pytest.fixture(scope="session")
def vllm(brain, folder):
    log = folder / "vllm.log"
    log.unlink(missing_ok=True)
    server = Vllm(brain.text, log)
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def tesserae(brain, vllm, folder):
    with Tesserae(brain.model, folder / "tesserae.log", vllm.url) as server:
        yield server


@pytest.mark.parametrize("kind,rounded", [("float32", torch.float32), ("bfloat16", torch.bfloat16), ("float16", torch.float16)])
def test_torch_reads_what_is_sent_and_it_is_what_transformers_embeds(brain, folder, kind, rounded):
    with Keeper() as keeper, Tesserae(brain.model, folder / "tesserae-keeper.log", keeper.url, TESSERAE_LLM_VLLM_EMBEDDINGS=kind) as server:
        for prompt in PROMPTS[:5]:
            server.tokens(body(prompt, 1))
    assert len(keeper.files) == 5
    for file, prompt in zip(keeper.files, PROMPTS):
        read = torch.load(io.BytesIO(file), weights_only=True)
        assert read.dtype == rounded
        assert torch.equal(read, brain.embeddings(brain.prompt_ids(prompt)).to(rounded))


def test_greedy_tokens_are_those_of_transformers(brain, tesserae, figures):
    same = 0
    for prompt in PROMPTS:
        wanted, said = brain.greedy(prompt, TOKENS), tesserae.tokens(body(prompt, TOKENS))
        same += said == wanted
        if said != wanted:
            print(f"{prompt!r}: {said} instead of {wanted}")
    figures(f"vLLM {same} of {len(PROMPTS)} prompts answered with transformers' own {TOKENS} tokens")
    assert same == len(PROMPTS)
    assert len({tuple(brain.greedy(prompt, TOKENS)) for prompt in PROMPTS}) > len(PROMPTS) // 2, "the model says the same to everything, which shows little"


def test_a_picture_is_seen_by_the_brain_elsewhere_as_by_the_one_here(brain, tesserae, folder):
    asked = body("", 16)
    asked["messages"][0]["content"] = [
        {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64," + base64.b64encode(PICTURE.read_bytes()).decode()}},
        {"type": "text", "text": "What is this?"}]
    there = tesserae.tokens(asked)
    with Tesserae(brain.model, folder / "tesserae-onnx.log", "", TESSERAE_LLM_ENGINE="onnx") as here:
        assert here.tokens(asked) == there


def test_tokens_come_one_by_one(tesserae):
    with tesserae.open(body(PROMPTS[0], 48)) as answer:
        chunks = [chunk for chunk in events(answer) if chunk["choices"] and chunk["choices"][0].get("token_ids")]
    assert sum(len(chunk["choices"][0]["token_ids"]) for chunk in chunks) == 48
    assert len(chunks) >= 24, f"48 tokens came in {len(chunks)} chunks"


def test_log_probabilities_are_those_of_the_model(brain, tesserae):
    ids = brain.prompt_ids(PROMPTS[0])
    with torch.no_grad():
        wanted = brain._reference[1](torch.tensor([ids])).logits[0, -1].log_softmax(-1).topk(5)
    with tesserae.open(body(PROMPTS[0], 1, logprobs=True, top_logprobs=5)) as answer:
        first = next(chunk["choices"][0]["logprobs"]["content"][0] for chunk in events(answer) if chunk["choices"] and chunk["choices"][0].get("logprobs"))
    said = torch.tensor([each["logprob"] for each in first["top_logprobs"]])
    assert torch.allclose(said, wanted.values, atol=1e-3), f"{said} instead of {wanted.values}"


def test_a_caller_who_leaves_stops_vllm(vllm, tesserae, figures):
    before = vllm.metric("vllm:generation_tokens_total")
    answer = tesserae.open(body(PROMPTS[1], 1900))
    seen = next(events(answer))
    assert seen["choices"] is not None
    until(lambda: vllm.metric("vllm:num_requests_running") == 1, "vLLM did not run it")
    answer.close()
    until(lambda: vllm.metric("vllm:num_requests_running") == 0, "vLLM went on for nobody")
    stopped = vllm.metric("vllm:generation_tokens_total")
    time.sleep(2)
    assert vllm.metric("vllm:generation_tokens_total") == stopped
    figures(f"vLLM cancelled after {stopped - before:.0f} of 1900 tokens")
    assert stopped - before < 1900


def test_eight_streams_at_once_say_what_each_says_alone(brain, vllm, tesserae, figures):
    alone = [tesserae.tokens(body(prompt, TOKENS)) for prompt in PROMPTS[:8]]
    most, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.is_set():
            most[0] = max(most[0], vllm.metric("vllm:num_requests_running"))

    def streamed(prompt: str) -> list[int]:
        with tesserae.open(body(prompt, TOKENS)) as answer:
            return [token for chunk in events(answer) if chunk["choices"] for token in chunk["choices"][0].get("token_ids") or []]

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(streamed, PROMPTS[:8]))
    done.set()
    watcher.join()
    same = sum(one == other for one, other in zip(together, alone))
    figures(f"vLLM 8 streams at once, {same} of 8 as alone, at most {most[0]:.0f} run together")
    assert together == alone
    assert most[0] > 1


def test_what_cannot_be_done_is_refused_by_name(tesserae):
    status, error = tesserae.refusal(body(PROMPTS[0], 4, repetition_penalty=1.3))
    assert (status, error["param"]) == (400, "repetition_penalty")
    assert 'engine="vllm"' in tesserae.metrics()


def test_the_wrong_vllm_is_named(brain, vllm, folder):
    log = folder / "tesserae-wrong.log"
    wrong = Tesserae(brain.model, log, vllm.url, TESSERAE_LLM_VLLM_MODEL="another", TESSERAE_START_SECONDS="60")
    try:
        until(lambda: "does not serve 'another' (tesserae.llm.vllm.model); it serves brain" in log.read_text(), "it did not say what is wrong")
        assert not wrong.ready()
    finally:
        wrong.__exit__()


def test_killed_and_started_again(vllm, tesserae, figures):
    rounds = int(os.environ.get("TESSERAE_VLLM_ROUNDS", "3"))
    wanted = tesserae.tokens(body(PROMPTS[2], TOKENS))
    held = []
    for _ in range(rounds):
        answers = [tesserae.open(body(prompt, 1500)) for prompt in PROMPTS[:4]]
        for answer in answers:
            next(events(answer))
        vllm.kill()
        for answer in answers:
            with answer:
                last = list(events(answer))[-1]
            assert last["error"]["code"] == "stage_unavailable", last
        until(lambda: not tesserae.ready(), "it stayed ready without its brain")
        status, error = tesserae.refusal(body(PROMPTS[0], 4))
        assert (status, error["code"]) == (503, "stage_unavailable")
        vllm.start()
        until(tesserae.ready, "it did not become ready again")
        assert tesserae.tokens(body(PROMPTS[2], TOKENS)) == wanted
        held.append(tesserae.holds())
    figures(f"vLLM killed {rounds} times; threads and files of our process after each: {held}")
    assert held[-1][0] <= held[0][0] + 4 and held[-1][1] <= held[0][1] + 8, held
