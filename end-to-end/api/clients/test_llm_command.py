"""The llm command line, which speaks to any server of this kind by a few lines of its own settings."""

import json
import os
import pathlib
import subprocess
import sys

import pytest
from conftest import MODEL, ROOT
from features import seen

CLIENT = "llm"


@pytest.fixture
def llm(url, tmp_path):
    (tmp_path / "extra-openai-models.yaml").write_text(
        f"- model_id: tesserae\n  model_name: {MODEL}\n  api_base: {url}/v1\n  vision: true\n  supports_schema: true\n  supports_tools: true\n")
    environment = os.environ | {"LLM_USER_PATH": str(tmp_path), "OPENAI_API_KEY": "not-needed"}

    def run(*arguments):
        command = [str(pathlib.Path(sys.executable).parent / "llm"), *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)

    return run


def test_asks_and_streams(llm):
    whole = llm("-m", "tesserae", "--no-stream", "-o", "temperature", 0, "-o", "max_tokens", 12, "What is the capital of France?")
    assert whole.returncode == 0 and "Paris" in whole.stdout, whole.stderr
    seen(CLIENT, "chat")
    streamed = llm("-m", "tesserae", "-o", "temperature", 0, "-o", "max_tokens", 12, "What is the capital of France?")
    assert streamed.stdout.strip() == whole.stdout.strip()
    seen(CLIENT, "streaming")


def test_looks_at_pictures(llm):
    answer = llm("-m", "tesserae", "-o", "max_tokens", 12, "-a", ROOT / "models" / MODEL / "examples" / "coffee.jpg", "What is in this picture?")
    assert answer.returncode == 0 and answer.stdout.strip(), answer.stderr
    seen(CLIENT, "pictures")


def test_holds_to_a_schema(llm):
    answer = llm("-m", "tesserae", "-o", "max_tokens", 60, "--schema", "name, age int", "Make up a person.")
    assert answer.returncode == 0 and isinstance(json.loads(answer.stdout)["age"], int), answer.stderr + answer.stdout
    seen(CLIENT, "structured output")


def test_says_what_is_wrong(llm):
    answer = llm("-m", "tesserae", "-o", "temperature", 1, "-o", "max_tokens", 100000, "hi")
    assert answer.returncode != 0 and "context" in answer.stderr
    seen(CLIENT, "errors")
