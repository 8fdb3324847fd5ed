"""openai-python, unchanged."""

import json
import typing

import openai
import pydantic
import pytest
from conftest import MODEL
from features import seen

CLIENT = "openai-python"


def question(picture_url, text="What is in this picture?"):
    return [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": picture_url, "detail": "low"}}, {"type": "text", "text": text}]}]


def test_whole_and_streamed_say_the_same(client, picture_url):
    asked = dict(model=MODEL, temperature=0, max_tokens=16, messages=question(picture_url))
    whole = client.chat.completions.create(**asked)
    seen(CLIENT, "chat")
    assert whole.usage.prompt_tokens_details.cached_tokens >= 0 and whole.system_fingerprint
    chunks = list(client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    assert whole.choices[0].message.content.strip()
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == whole.choices[0].message.content
    assert chunks[-1].usage.total_tokens == whole.usage.total_tokens
    seen(CLIENT, "streaming")
    seen(CLIENT, "pictures")


def test_several_answers_and_how_likely_they_are(client):
    answer = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Name a colour."}], n=3, seed=5, temperature=1, max_tokens=8,
                                            logprobs=True, top_logprobs=2)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    seen(CLIENT, "several answers")
    first = answer.choices[0].logprobs.content[0]
    assert first.logprob <= 0 and len(first.top_logprobs) == 2
    seen(CLIENT, "log-probabilities")


class Home(pydantic.BaseModel):
    place: typing.Literal["house", "wood", "sea"]
    rooms: int = pydantic.Field(ge=0, le=9)


class Animal(pydantic.BaseModel):
    name: str = pydantic.Field(max_length=24)
    legs: int = pydantic.Field(ge=0, le=8)
    kind: typing.Literal["cat", "dog"] | None
    home: Home
    colours: list[typing.Literal["black", "white", "red"]] = pydantic.Field(max_length=2)


def test_structured_outputs_by_pydantic(client):
    answer = client.chat.completions.parse(model=MODEL, messages=[{"role": "user", "content": "Describe a cat."}], response_format=Animal, max_tokens=160,
                                           temperature=0)
    assert isinstance(answer.choices[0].message.parsed, Animal)
    response = client.responses.parse(model=MODEL, input="Describe a dog.", text_format=Animal, max_output_tokens=160, temperature=0)
    assert isinstance(response.output_parsed, Animal)
    seen(CLIENT, "structured output")


TOOLS = [{"type": "function", "function": {"name": "get_weather", "description": "The weather of a city", "strict": True, "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}, "unit": {"enum": ["C", "F"]}}, "required": ["city", "unit"], "additionalProperties": False}}}]


def test_tools_are_called_and_answered(client):
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    asked = dict(model=MODEL, tools=TOOLS, tool_choice="required", parallel_tool_calls=False, temperature=0, max_tokens=80)
    answer = client.chat.completions.create(messages=messages, **asked)
    call = answer.choices[0].message.tool_calls[0]
    assert answer.choices[0].finish_reason == "tool_calls" and call.function.name == "get_weather"
    assert json.loads(call.function.arguments)["unit"] in "CF"
    chunks = list(client.chat.completions.create(messages=messages, stream=True, **asked))
    pieces = [piece for chunk in chunks for piece in (chunk.choices[0].delta.tool_calls or [])]
    assert pieces[0].function.name == "get_weather"
    assert "".join(piece.function.arguments or "" for piece in pieces) == call.function.arguments
    messages += [answer.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "rain, 9 degrees"}]
    last = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS, tool_choice="none", max_tokens=24)
    assert last.choices[0].message.content
    seen(CLIENT, "tools")


def test_responses(client, picture_url):
    asked = dict(model=MODEL, temperature=0, max_output_tokens=16, instructions="Answer briefly.", input=[{"role": "user", "content": [
        {"type": "input_image", "image_url": picture_url, "detail": "low"}, {"type": "input_text", "text": "What is in this picture?"}]}])
    whole = client.responses.create(**asked)
    assert whole.output_text.strip() and whole.usage.input_tokens > 0
    events = list(client.responses.create(**asked, stream=True))
    assert events[0].type == "response.created" and events[-1].type in ("response.completed", "response.incomplete")
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == whole.output_text
    with client.responses.stream(model=MODEL, input="What is the capital of France?", temperature=0, max_output_tokens=40) as stream:
        assert stream.get_final_response().output_text
    called = client.responses.create(model=MODEL, input="What is the weather in Paris?", tool_choice="required", max_output_tokens=80,
                                     tools=[{"type": "function", "name": "get_weather", "parameters": TOOLS[0]["function"]["parameters"], "strict": True}])
    assert called.output[0].type == "function_call" and json.loads(called.output[0].arguments)
    seen(CLIENT, "responses")


def test_errors_name_the_field(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "hi"}], response_format={"type": "json_schema", "json_schema": {
            "name": "a", "schema": {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}}})
    assert refused.value.param == "response_format.json_schema.schema" and "#/uniqueItems" in refused.value.message
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model=MODEL, input="hi", background=True)
    assert refused.value.param == "background"
    with pytest.raises(openai.BadRequestError, match="no space"):
        client.embeddings.create(model=MODEL, input="hi")
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="gpt-4v", messages=[{"role": "user", "content": "hi"}])
    seen(CLIENT, "errors")


def test_models(client):
    assert MODEL in [model.id for model in client.models.list()]
    seen(CLIENT, "models")
