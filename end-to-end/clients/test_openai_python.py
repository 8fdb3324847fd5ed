"""The official openai client, unchanged, against the all-in-one and the four services."""

import openai
import pytest


@pytest.fixture
def client(system):
    return openai.OpenAI(base_url=system.url + "/v1", api_key="not-needed", max_retries=0)


def question(url, text="What is in this picture?"):
    return [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": text}]}]


ANSWERS = {}


def test_whole_and_streamed_are_the_same_everywhere(client, system, photograph_url):
    whole = client.chat.completions.create(model="tesserae-135m", messages=question(photograph_url), temperature=0, max_tokens=24)
    answer = whole.choices[0].message.content
    assert answer.strip()
    assert whole.usage.prompt_tokens + whole.usage.completion_tokens == whole.usage.total_tokens

    stream = client.chat.completions.create(model="tesserae-135m", messages=question(photograph_url), temperature=0, max_tokens=24,
                                            stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == answer
    assert chunks[-1].usage == whole.usage or chunks[-1].usage.total_tokens == whole.usage.total_tokens
    # Fixtures run the all-in-one first: the split system must give the same greedy answer.
    assert ANSWERS.setdefault("photograph", answer) == answer


def test_models(client):
    assert [model.id for model in client.models.list()] == ["tesserae-135m"]


def test_errors_are_the_clients_own_exceptions(client):
    with pytest.raises(openai.BadRequestError) as error:
        client.chat.completions.create(model="tesserae-135m", messages=[])
    assert error.value.param == "messages"
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="gpt-4v", messages=[{"role": "user", "content": "Hello"}])
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="tesserae-135m", messages=question("https://example.com/cat.jpg"))
