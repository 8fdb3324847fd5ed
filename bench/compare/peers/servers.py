"""The servers, ours and the peers': one base that starts a process, waits for its health and ends it; the same threads for all."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request

import psutil

from ..work import ROOT, Work
from . import install

_START_SECONDS = 900  # vLLM compiles its model first


class Server:
    """A context manager: inside it the server answers at `url`, to requests for `model`."""

    name = ""
    model = "m"
    health = "/health"
    # In its requests beside the question. Random weights say half letters, which servers hold back until they are whole: ids come with every token.
    beside: dict = {"return_token_ids": True}

    def __init__(self, work: Work):
        self.work, self.port = work, _free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def command(self) -> list:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def __enter__(self) -> Server:
        log = self.work.log(self.name)
        self._output = open(log, "w")
        self._process = subprocess.Popen([str(part) for part in self.command()], stdout=self._output, stderr=subprocess.STDOUT,
                                         env=os.environ | self.environment(), start_new_session=True)
        begun = time.monotonic()
        try:
            while not self._ready():
                if self._process.poll() is not None or time.monotonic() - begun > _START_SECONDS:
                    raise RuntimeError(f"{self.name} did not start: {log.read_text(errors='replace')[-1500:]}")
                time.sleep(0.2)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        """Ends the process and what it started, which has a session of its own."""
        for how, patience in ((signal.SIGTERM, 30), (signal.SIGKILL, 10)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
                break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._output.close()

    def _ready(self) -> bool:
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(self.url + self.health, timeout=2) as answer:
                return answer.status == 200
        return False

    def resident(self) -> int:
        """MiB of all its processes."""
        return sum(each.memory_info().rss for each in self._processes()) >> 20

    def processor_seconds(self) -> float:
        """Of all its processes so far."""
        return sum(sum(each.cpu_times()[:2]) for each in self._processes())

    def _processes(self) -> list[psutil.Process]:
        own = psutil.Process(self._process.pid)
        return [own, *own.children(recursive=True)]


class Tesserae(Server):
    """`./tesserae up`: the four services in one process, as anybody starts them."""

    name = "tesserae"
    health = "/q/health/ready"

    def __init__(self, work: Work, precision: str | None = None, options: dict[str, str] | None = None):
        super().__init__(work)
        self.folder = work.model(f"tesserae-{precision or work.precision}")
        self.model, self._grpc, self._options = self.folder.name, _free_port(), options or {}

    def command(self) -> list:
        return [ROOT / "tesserae", "up", "--model", self.folder, "--port", self.port, "--grpc-port", self._grpc]

    def environment(self) -> dict[str, str]:
        # Room for 32 sequences at once, as vLLM is given; a context for the longest prompt here.
        return {"TESSERAE_LLM_SLOTS": "32", "TESSERAE_LLM_CONTEXT": "2048", "TESSERAE_LLM_THREADS": str(self.work.threads),
                "TESSERAE_VISION_THREADS": str(self.work.threads), "TESSERAE_PROJECTOR_THREADS": str(self.work.threads)} | self._options

    def metrics(self) -> dict[str, float]:
        """Every sample of its Prometheus page, by name and tags."""
        with urllib.request.urlopen(self.url + "/q/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))}


class Vllm(Server):
    """Its CPU build in bfloat16, compiled; caches of pictures off where they would only cost."""

    name = "vllm"

    def command(self) -> list:
        return [install.python(), "-m", "vllm.entrypoints.openai.api_server", "--model", self.work.checkpoint, "--served-model-name", self.model,
                "--host", "127.0.0.1", "--port", self.port, "--max-model-len", 2048, "--max-num-seqs", 32, "--dtype", "bfloat16"]

    def environment(self) -> dict[str, str]:
        openmp = install.home() / "python/lib/libiomp5.so"
        return {"VLLM_CPU_KVCACHE_SPACE": "2", "VLLM_CPU_OMP_THREADS_BIND": f"0-{self.work.threads - 1}", "HF_HUB_OFFLINE": "1",
                "TRANSFORMERS_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"} | ({"LD_PRELOAD": str(openmp)} if openmp.is_file() else {})


class LlamaCpp(Server):
    """llama.cpp's own server with both halves in 8 bits."""

    name = "llama.cpp"
    slots = 8
    beside = {"logit_bias": {"5692": 100}}  # it tells no ids: let every token be the word " stone", which is whole

    def command(self) -> list:
        return [install.llama("llama-server"), "-m", self.work.model("llama-Q8_0.gguf"), "--mmproj", self.work.model("llama-mmproj-Q8_0.gguf"),
                "--host", "127.0.0.1", "--port", self.port, "-t", self.work.threads, "-tb", self.work.threads, "-np", self.slots,
                "-c", 2048 * self.slots, "-b", 2048, "-ub", 512, "--cache-ram", 0, "--jinja"]


def _free_port() -> int:
    """One that was free a moment ago; not a low one, since a stage's health may be answered 920 below its own."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
