"""The two servers: the real vLLM with the brain's text half, and Tesserae, whose brain it is."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
from compare.peers import install
from tesserae_parity.served import Served

CONTEXT = 2048
_START_SECONDS = 900


class Vllm:
    """vLLM's own server on one port; it can be killed and started again there."""

    def __init__(self, checkpoint: Path, log: Path):
        install.install_python()
        self._checkpoint, self._log = checkpoint, log
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = None

    def start(self) -> None:
        openmp = install.home() / "python/lib/libiomp5.so"
        threads = max(1, min(2, os.cpu_count() or 1))
        environment = {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": f"0-{threads - 1}", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1",
                       "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"} | ({"LD_PRELOAD": str(openmp)} if openmp.is_file() else {})
        # The key is read from PYTHONPATH's owner otherwise: vLLM runs in its own environment.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        command = [install.python(), "-m", "vllm.entrypoints.openai.api_server", "--model", self._checkpoint, "--served-model-name", "brain", "--host", "127.0.0.1",
                   "--port", self.port, "--max-model-len", CONTEXT, "--max-num-seqs", 32, "--dtype", "float32", "--enforce-eager", "--enable-prompt-embeds"]
        with open(self._log, "a") as output:
            self._process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=subprocess.STDOUT, env=kept | environment,
                                             start_new_session=True)
        begun = time.monotonic()
        while not self._up():
            if self._process.poll() is not None or time.monotonic() - begun > _START_SECONDS:
                self.kill()
                raise RuntimeError("vLLM did not start: " + self._log.read_text(errors="replace")[-3000:])
            time.sleep(0.2)

    def _up(self) -> bool:
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(self.url + "/health", timeout=2) as answer:
                return answer.status == 200
        return False

    def kill(self) -> None:
        """As a machine that fails does it: at once, with all that it started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(60)
            self._process = None

    def metric(self, name: str) -> float:
        """The sum of a metric's samples."""
        with urllib.request.urlopen(self.url + "/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((name + "{", name + " ")))


class Tesserae(Served):
    """`./tesserae up` whose brain is at that address."""

    def __init__(self, model: Path, log: Path, address: str, **settings: str):
        with _environment({"TESSERAE_LLM_ENGINE": "vllm", "TESSERAE_LLM_REMOTE_ADDRESSES": address, "TESSERAE_LLM_CONTEXT": str(CONTEXT),
                           "TESSERAE_LLM_REMOTE_PROBE": "500ms"} | settings):
            super().__init__(model, log)

    def open(self, body: dict):
        """A streamed answer, to be read line by line and closed."""
        asked = urllib.request.Request(self.url + "/v1/chat/completions", json.dumps(body | {"stream": True}).encode(), {"content-type": "application/json"})
        return urllib.request.urlopen(asked, timeout=600)

    def ready(self) -> bool:
        return self._ready()

    def refusal(self, body: dict) -> tuple[int, dict]:
        """Status and error of a question that is not answered."""
        asked = urllib.request.Request(self.url + "/v1/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(asked, timeout=600) as answer:
                raise AssertionError(f"it was answered: {answer.read()[:300]}")
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)["error"]

    def metrics(self) -> str:
        with urllib.request.urlopen(self.url + "/q/metrics", timeout=30) as answer:
            return answer.read().decode()

    def holds(self) -> tuple[int, int]:
        """Threads and open files of its process."""
        java = next(each for each in [*psutil.Process(self.process.pid).children(recursive=True)] if "java" in each.name())
        return java.num_threads(), java.num_fds()


@contextlib.contextmanager
def _environment(settings: dict[str, str]):
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def until(condition, complaint: str, seconds: float = 300) -> None:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, complaint
        time.sleep(0.1)
