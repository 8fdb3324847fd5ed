"""Answers of the default model that are held to schemas, checked by the jsonschema package."""

import concurrent.futures
import json
import os
import pathlib
import statistics
import urllib.error
import urllib.request

import jsonschema
import pytest

HERE = pathlib.Path(__file__).resolve().parent
FIGURES = HERE.parents[2] / "target" / "figures"
URL = os.environ["TESSERAE_API_URL"] + "/v1/chat/completions"


def post(body):
    request = urllib.request.Request(URL, json.dumps(body).encode(), {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=240) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def figure(line):
    FIGURES.mkdir(parents=True, exist_ok=True)
    with open(FIGURES / "api-schemas.txt", "a") as figures:
        figures.write(line + "\n")
    print(line)


def ask(number, schema, **more):
    words = ["Make something up.", "Give an example as JSON.", "Describe a cat.", "What is 7 times 8?"][number % 4]
    return post({"messages": [{"role": "user", "content": words}], "max_tokens": 48,
                 "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}} | more)


WAYS = [{"temperature": 0}, {"temperature": 1.2, "seed": 1}, {"temperature": 0.7, "seed": 2, "n": 2}, {"temperature": 0, "stop": ["e", "}"]}]


def complaint(row):
    """What is wrong with the answers for a schema: none, or the schema was refused."""
    number, schema = row
    if isinstance(schema, bool):
        schema = {} if schema else {"enum": []}
    schema.pop("$schema", None)
    status, body = ask(number, schema, **WAYS[number % len(WAYS)])
    if status == 400:
        message = body["error"]["message"]
        return "refused" if "#" in message or "no value" in message or "shortest" in message else f"refused without a path: {message}"
    if status != 200:
        return f"{status} {body}"
    for choice in body["choices"]:
        text = choice["message"]["content"]
        try:
            jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(json.loads(text))
        except (ValueError, jsonschema.ValidationError) as invalid:
            return f"{schema} -> {text!r}: {str(invalid).splitlines()[0]}"
    return ""


def test_every_schema_is_held_to_or_refused():
    rows = [row["schema"] for row in json.loads((HERE / "json-schema-suite.json").read_text())]
    with concurrent.futures.ThreadPoolExecutor(8) as callers:
        results = list(callers.map(complaint, enumerate(rows)))
    held, refused = results.count(""), results.count("refused")
    figure(f"schemas × {len(rows)}: {held} held to (all answers valid), {refused} refused by path, {len(rows) - held - refused} wrong")
    wrong = [result for result in results if result not in ("", "refused")]
    assert not wrong, "\n".join(wrong)
    assert held >= 200


SCHEMA = {"type": "object", "required": ["title", "story", "people"], "additionalProperties": False, "properties": {
    "title": {"type": "string", "maxLength": 60}, "story": {"type": "string"},
    "people": {"type": "array", "items": {"type": "object", "required": ["name", "age"], "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}}}}


def pace(body):
    """Milliseconds a token, after the first."""
    status, answer = post(body)
    assert status == 200, answer
    return answer["timings"]["stages"]["decode_tokens_ms"] / (answer["usage"]["completion_tokens"] - 1)


@pytest.mark.parametrize("temperature", [0, 0.8])
def test_what_holding_costs(temperature):
    """The same words asked for, by turns free and held; a ratio of medians, since other work on the machine comes and goes."""
    free, held = [], []
    for turn in range(12):
        body = {"messages": [{"role": "user", "content": f"Write story number {turn} as JSON with title, story and people."}],
                "temperature": temperature, "seed": turn, "max_tokens": 96}
        free.append(pace(body | {"ignore_eos": True}))
        held.append(pace(body | {"response_format": {"type": "json_schema", "json_schema": {"name": "story", "schema": SCHEMA}}}))
    ratio = statistics.median(held) / statistics.median(free)
    figure(f"held to a schema, temperature {temperature}: {ratio:.3f} of the time a token takes free (median of {len(free)}, {statistics.median(free):.1f} ms free)")
    assert ratio > 0
