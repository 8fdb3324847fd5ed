"""The server under attack, and what is measured of it."""

import json
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

import psutil
import pytest


@dataclass
class Server:
    url: str
    grpc: str
    log: str
    pid: int
    key: str

    @property
    def host(self):
        return self.url.split("//")[1].split(":")[0]

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1])

    @property
    def headers(self):
        return {"authorization": f"Bearer {self.key}", "content-type": "application/json"}

    def get(self, path):
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, headers=self.headers), timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()

    def post(self, body, timeout=180, path="/v1/chat/completions"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, data, self.headers), timeout=timeout) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def metric(self, name, must=True):
        """The sum of a metric over its tags."""
        lines = [line for line in self.get("/q/metrics")[1].decode().splitlines() if line.startswith((name + "{", name + " "))]
        assert lines or not must, f"no metric {name}"
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def heap(self):
        """Bytes of the heap that are in use, garbage included."""
        return sum(
            float(line.rsplit(" ", 1)[1])
            for line in self.get("/q/metrics")[1].decode().splitlines()
            if line.startswith("jvm_memory_used_bytes{") and 'area="heap"' in line
        )

    def live_heap(self):
        """Bytes of the heap after a full collection: what is held, not what is thrown away."""
        os.system(f"jcmd {self.pid} GC.run > /dev/null 2>&1")
        return self.heap()

    def resident(self):
        return psutil.Process(self.pid).memory_info().rss

    def log_since(self, position):
        with open(self.log, errors="replace") as file:
            file.seek(position)
            return file.read()

    def log_end(self):
        return os.path.getsize(self.log)


def ask(text="hi", most=4, **more):
    return {"messages": [{"role": "user", "content": text}], "max_completion_tokens": most, **more}


def picture(url, text="What is this?", **more):
    content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": text}]
    return {"messages": [{"role": "user", "content": content}], "max_completion_tokens": 2, **more}


@pytest.fixture(scope="session")
def server():
    under_attack = Server(
        os.environ["TESSERAE_API_URL"], os.environ["TESSERAE_API_GRPC"], os.environ["TESSERAE_API_LOG"], int(os.environ["TESSERAE_API_PID"]),
        os.environ["TESSERAE_API_KEY"],
    )
    for _ in range(3):
        assert under_attack.post(ask())[0] == 200
    return under_attack


@pytest.fixture
def unbroken(server):
    """Whatever a test does, nothing unexpected stands in the log afterwards, and the server still answers."""
    position = server.log_end()
    yield
    status, body = server.post(ask())
    assert status == 200, body
    said = server.log_since(position)
    bad = [line for line in said.splitlines() if " ERROR " in line or "Exception" in line or line.startswith("\tat ")]
    assert not bad, "\n".join(bad[:40])


@pytest.fixture(scope="session")
def figure():
    def write(name, value):
        line = f"{name}: {value}"
        print(f"  {line}")
        with open(os.environ["TESSERAE_API_FIGURES"], "a") as file:
            file.write(line + "\n")

    return write


@pytest.fixture(scope="session")
def scale():
    factor = float(os.environ.get("TESSERAE_API_SCALE", "1"))
    return lambda count: max(1, int(count * factor))


def within(seconds, condition, what):
    """Waits for a condition, generously."""
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, f"waited {seconds} s in vain until {what}"
        time.sleep(0.1)
