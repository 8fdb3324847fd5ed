"""The real services on one model folder, started by the command line and asked over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
_START_SECONDS = 600  # the first start may build


class Served:
    """`./tesserae up` on a folder; a context manager."""

    def __init__(self, model: Path, log: Path, split: bool = False):
        http, grpc, vision, projector, llm = _free_ports(5)
        command = [str(ROOT / "tesserae"), "up", "--model", str(model), "--port", str(http), "--grpc-port", str(grpc)]
        ports = {"TESSERAE_VISION_PORT": vision, "TESSERAE_PROJECTOR_PORT": projector, "TESSERAE_LLM_PORT": llm}
        self.url, self._log = f"http://localhost:{http}", log
        with open(log, "w") as output:
            self.process = subprocess.Popen(command + (["--split"] if split else []), stdout=output, stderr=subprocess.STDOUT,
                                             env=os.environ | {name: str(port) for name, port in ports.items()})

    def __enter__(self) -> Served:
        begun = time.monotonic()
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() - begun > _START_SECONDS:
                self.__exit__()
                raise RuntimeError("the services did not start: " + self._log.read_text()[-2000:])
            time.sleep(0.1)
        return self

    def __exit__(self, *_) -> None:
        if self.process.poll() is None:
            self.process.terminate()  # not SIGINT, which is ignored by what was started from the background
        self.process.wait(60)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/q/health/ready", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def tokens(self, body: dict) -> list[int]:
        """The greedy token ids of one answer."""
        asked = urllib.request.Request(self.url + "/v1/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(asked, timeout=600) as answer:
                return json.load(answer)["choices"][0]["token_ids"]
        except urllib.error.HTTPError as refused:
            raise RuntimeError(f"{refused.code}: {refused.read().decode()[:500]}") from None


def _free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago. A stage's health is answered 920 ports below its own, so none may be low."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
