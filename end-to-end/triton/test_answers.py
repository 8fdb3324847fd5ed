"""Answers do not depend on where their stages run."""

import pytest


@pytest.fixture(scope="module")
def own(start, questions):
    """What the onnx engine answers."""
    service = start("onnx").await_ready()
    answers = [service.tokens(question, picture) for question, picture in questions]
    service.stop()
    assert len({tuple(answer) for answer in answers}) > 5, "the questions tell no two answers apart"
    return answers


@pytest.mark.parametrize("stages", [("vision",), ("projector",), ("llm",), ("vision", "projector", "llm")], ids="+".join)
def test_greedy_tokens_are_those_of_the_onnx_engine(stages, own, start, triton, questions, figure):
    service = start("+".join(stages), triton.address, *stages).await_ready()
    answers = [service.tokens(question, picture) for question, picture in questions]
    metrics = service.get("/q/metrics")[1]
    service.stop()
    same = sum(one == other for one, other in zip(own, answers))
    figure(f"{'+'.join(stages)} on Triton: {same} of {len(own)} answers equal to the onnx engine's, token for token")
    for tag in {"vision": "encode", "projector": "project", "llm": "decode_tokens"}[stages[0]],:
        assert any(line.startswith("tesserae_engine_reach{") and 'engine="triton"' in line and f'stage="{tag}"' in line and line.endswith(" 1.0")
                   for line in metrics.splitlines()), metrics
    assert [index for index, pair in enumerate(zip(own, answers)) if pair[0] != pair[1]] == []


def test_sampled_answers_are_the_same_too(start, triton, everything):
    service = start("onnx-sampled").await_ready()
    for seed in range(4):
        options = {"temperature": 0.9, "top_p": 0.9, "top_k": 40, "seed": seed, "frequency_penalty": 0.3, "repetition_penalty": 1.1, "max_tokens": 16}
        texts = [asked.ask("Tell me about the sea.", **options)[1]["choices"][0]["message"]["content"] for asked in (service, everything)]
        assert texts[0] == texts[1], seed
    service.stop()
