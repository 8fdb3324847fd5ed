"""The shell's own way in: ./tesserae ask, curl-shaped SSE, and grpcurl where it is installed."""

import json
import shutil
import subprocess

import pytest

from conftest import ROOT


def test_ask_streams_an_answer(system, photograph):
    result = subprocess.run([ROOT / "tesserae", "ask", photograph, "What is in this picture?", "--url", system.url, "--max-tokens", "16"],
                            capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()


def test_ask_says_what_is_wrong(system, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 no picture")
    result = subprocess.run([ROOT / "tesserae", "ask", broken, "What is this?", "--url", system.url], capture_output=True, text=True, timeout=120)
    assert result.returncode == 1
    assert "image" in result.stderr or "picture" in result.stderr


GRPCURL = shutil.which("grpcurl")


@pytest.mark.skipif(not GRPCURL, reason="grpcurl is not installed")
def test_grpcurl_chats(system):
    request = {"messages": [{"role": "user", "content": [{"text": "What is the capital of France?"}]}], "temperature": 0, "maxTokens": 12}
    target = f"localhost:{system.grpc_port}"
    listed = subprocess.run([GRPCURL, "-plaintext", target, "list"], capture_output=True, text=True, check=True, timeout=60).stdout
    assert "tesserae.chat.v1.Chat" in listed
    answer = subprocess.run([GRPCURL, "-plaintext", "-d", json.dumps(request), target, "tesserae.chat.v1.Chat/Complete"],
                            capture_output=True, text=True, check=True, timeout=60).stdout
    assert "Paris" in json.loads(answer)["text"]
