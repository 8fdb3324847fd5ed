"""grpcurl: the same in gRPC, by reflection alone."""

import base64
import json
import os
import shutil
import subprocess

import pytest
from conftest import MODEL, ROOT
from features import seen

CLIENT = "grpcurl"
GRPCURL = shutil.which("grpcurl")
pytestmark = pytest.mark.skipif(not GRPCURL, reason="grpcurl is not installed")


def call(method, request):
    return subprocess.run([GRPCURL, "-plaintext", "-max-msg-sz", "67108864", "-d", "@", os.environ["TESSERAE_API_GRPC"], f"tesserae.chat.v1.Chat/{method}"],
                          input=json.dumps(request), capture_output=True, text=True, timeout=240)


def asked(text, **more):
    return {"messages": [{"role": "user", "content": [{"text": text}]}], "temperature": 0, "maxTokens": 24} | more


def answer(method, request):
    done = call(method, request)
    assert done.returncode == 0, done.stderr
    decoder, text, values = json.JSONDecoder(), done.stdout.strip(), []
    while text:
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:].strip()
    return values


def test_chats_whole_and_streamed():
    whole = answer("Complete", asked("What is the capital of France?"))[0]
    assert "Paris" in whole["text"] and whole["finish_reason"] in ("stop", "length")
    seen(CLIENT, "chat")
    chunks = answer("StreamChat", asked("What is the capital of France?"))
    assert "".join(chunk.get("text", "") for chunk in chunks) == whole["text"]
    assert chunks[-1]["usage"]["completion_tokens"] == whole["usage"]["completion_tokens"]
    seen(CLIENT, "streaming")


def test_looks_at_pictures():
    data = base64.b64encode((ROOT / "models" / MODEL / "examples" / "coffee.jpg").read_bytes()).decode()
    request = asked("What is in this picture?")
    request["messages"][0]["content"].append({"image": {"data": data, "detail": "DETAIL_LOW"}})
    assert answer("Complete", request)[0]["usage"]["image_tokens"] > 0
    seen(CLIENT, "pictures")


def test_several_answers_and_how_likely_they_are():
    whole = answer("Complete", asked("Name a colour.", n=2, temperature=1, seed="3", topLogprobs=1))[0]
    assert len(whole["choices"]) == 2 and whole["choices"][0]["logprobs"][0]["logprob"] <= 0
    seen(CLIENT, "several answers")
    seen(CLIENT, "log-probabilities")


def test_holds_to_a_schema():
    schema = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name", "age"]}
    whole = answer("Complete", asked("Make up a person.", maxTokens=60, responseFormat={"jsonSchema": json.dumps(schema)}))[0]
    assert isinstance(json.loads(whole["text"])["age"], int)
    seen(CLIENT, "structured output")


def test_calls_tools():
    tools = [{"name": "get_weather", "parameters": json.dumps({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]})}]
    whole = answer("Complete", asked("What is the weather in Paris?", tools=tools, toolChoice="function", toolName="get_weather", maxTokens=60))[0]
    assert whole["finish_reason"] == "tool_calls" and "city" in json.loads(whole["tool_calls"][0]["arguments"])
    chunks = answer("StreamChat", asked("What is the weather in Paris?", tools=tools, toolChoice="required", maxTokens=60))
    arguments = "".join(piece.get("arguments", "") for chunk in chunks for piece in chunk.get("tool_calls", []))
    assert "city" in json.loads(arguments)
    seen(CLIENT, "tools")


def test_models_and_errors():
    assert answer("ListModels", {})[0]["models"][0]["id"] == MODEL
    seen(CLIENT, "models")
    refused = call("Complete", asked("hi", responseFormat={"jsonSchema": json.dumps({"not": {}})}))
    assert refused.returncode != 0 and "InvalidArgument" in refused.stderr and "#/not" in refused.stderr
    seen(CLIENT, "errors")
