"""The services in one JVM, some of their stages on Triton, and questions to them over the HTTP API."""

import base64
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from server import end_with_parent, free_port

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models/tesserae-135m"


def on_triton(address, *stages):
    """Properties that put these stages on a Triton."""
    properties = {}
    for stage in stages:
        properties[f"tesserae.{stage}.engine"] = "triton"
        properties["tesserae.llm.remote.addresses" if stage == "llm" else f"tesserae.{stage}.triton.addresses"] = address
    return properties


class Service:
    """`await_ready` waits for it; one that ends instead says why in `log`."""

    def __init__(self, log, properties, application="all-in-one"):
        self.port, self.grpc_port, self.log = free_port(), free_port(), Path(log)
        settings = {"quarkus.http.port": self.port, "quarkus.grpc.server.port": self.grpc_port, "quarkus.banner.enabled": "false"} | properties
        command = [os.environ.get("TESSERAE_JAVA", "java"), "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                   *(f"-D{key}={value}" for key, value in settings.items()), "-jar", str(ROOT / application / "target/quarkus-app/quarkus-run.jar")]
        self.process = subprocess.Popen(command, stdout=self.log.open("wb"), stderr=subprocess.STDOUT, preexec_fn=end_with_parent,
                                        env=os.environ | {"TESSERAE_MODEL": str(MODEL), "ORT_DISABLE_TELEMETRY": "1"})

    def get(self, path, timeout=10):
        """Status and body, whatever they are; (0, why) where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError as nobody:
            return 0, str(nobody)

    def ready(self):
        return self.get("/q/health/ready")[0] == 200

    def await_ready(self, seconds=300):
        await_that(lambda: self.ready() or self.process.poll() is not None, seconds, lambda: self.log.read_text()[-4000:])
        assert self.process.poll() is None, self.log.read_text()[-4000:]
        return self

    def ask(self, question, picture=None, timeout=120, **more):
        """Status and the answer's JSON."""
        content = [{"type": "text", "text": question}]
        if picture is not None:
            content.insert(0, {"type": "image_url", "image_url": {"url": "data:image/png;base64," + base64.b64encode(picture).decode(), "detail": "low"}})
        body = {"messages": [{"role": "user", "content": content}], "temperature": 0, "max_tokens": 24} | more
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def tokens(self, question, picture=None):
        """The answer's tokens as bytes; greedy."""
        status, answer = self.ask(question, picture, logprobs=True)
        assert status == 200, answer
        return [tuple(token["bytes"] or ()) for token in answer["choices"][0]["logprobs"]["content"]]

    def threads(self):
        return int(next(line for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines() if line.startswith("Threads:")).split()[1])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def await_that(condition, seconds, why=lambda: "it did not come to pass"):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, why()
        time.sleep(0.05)
