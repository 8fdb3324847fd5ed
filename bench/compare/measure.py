"""Every measurement there is: of one library, or of one server in one situation. Each is made once and kept."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from . import client, prompts
from .peers import install
from .peers.servers import LlamaCpp, Server, Tesserae, Vllm
from .quiet import Gate
from .work import ROOT, Work, say

TOKENS = 64
SERVERS = {"tesserae": Tesserae, "vllm": Vllm, "llama.cpp": LlamaCpp}
# library → (module, arguments after the model's folder, the folder's name in models/)
LIBRARIES = {
    "onnxruntime int8": ("plain_stages", ("onnxruntime", "int8"), "plain"),
    "onnxruntime float32": ("plain_stages", ("onnxruntime", "float32"), "plain"),
    "openvino bf16": ("plain_stages", ("openvino", "bf16"), "plain"),
    "transformers bf16": ("transformers_stages", (), "../checkpoint"),
    "genai int4": ("onnxruntime_genai_brain", (), "genai-int4"),
    "genai int8": ("onnxruntime_genai_brain", (), "genai-int8"),
}


class Measure:
    def __init__(self, work: Work, gate: Gate, peers: set[str]):
        self.work, self.gate, self.peers = work, gate, peers
        self._running: Server | None = None
        self._seed = 0
        self.failed: dict[str, str] = {}

    # Libraries

    def libraries(self) -> dict[str, dict]:
        """Library and precision → its figures: eye_ms, prefill, decode, as far as it has them. What could not be measured is in `failed`."""
        asked = {name: lambda name=name: self.library(name) for name in LIBRARIES if name.split()[0] in self.peers}
        if "llama.cpp" in self.peers:
            asked |= {f"llama.cpp {kind}": lambda kind=kind: self.work.measured(f"library llama.cpp {kind}", lambda: self._llama_bench(kind))
                      for kind in ("Q4_0", "Q8_0")}
        found = {}
        for name, ask in asked.items():
            try:
                found[name] = ask()
            except (RuntimeError, subprocess.CalledProcessError, ValueError, OSError) as failure:
                say(f"{name}: {failure}")
                self.failed[name] = str(failure)[-300:]
        return found

    def library(self, name: str) -> dict:
        module, arguments, folder = LIBRARIES[name]
        return self.work.measured(f"library {name}", lambda: self._python(install.python(), module, self.work.model(folder), *arguments))

    def bare_loop(self, prompt: int) -> dict:
        """Our own graphs without our services, after a prompt of so many tokens."""
        return self.work.measured(f"bare loop at {prompt} {self.work.precision}", lambda: self._python(
            sys.executable, "bare_loop", self.work.model(f"tesserae-{self.work.precision}"), "--prompt", prompt))

    def _python(self, python, module: str, *arguments) -> dict:
        self.stop()
        self.gate.wait()
        command = [python, "-m", f"compare.library.{module}", *arguments, "--threads", self.work.threads, "--repeats", self.work.repeats]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=os.environ | {
            "PYTHONPATH": str(ROOT / "bench"), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": str(self.work.threads)})
        if done.returncode:
            raise RuntimeError(f"{module}: {done.stderr[-1500:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def _llama_bench(self, kind: str) -> dict:
        self.stop()
        self.gate.wait()
        command = [install.llama("llama-bench"), "-m", self.work.model(f"llama-{kind}.gguf"), "-t", self.work.threads, "-r", self.work.repeats,
                   "-p", prompts.LONG, "-n", TOKENS, "-d", "0,1200", "-o", "json"]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
        runs = json.loads(done.stdout)
        rate = {(run["n_prompt"] > 0, run["n_depth"]): statistics.median(run["samples_ts"]) for run in runs}
        return {"prefill": rate[True, 0], "decode": rate[False, 1200]}

    # Servers

    def served(self, name: str, situation: str, measure: Callable[[Server], dict]) -> dict:
        """What `measure` finds on a server that is started for it, if it does not run already."""
        label = f"{name} {self.work.precision}" if name == "tesserae" else name
        return self.work.measured(f"{situation}, {label}", lambda: measure(self._start(name)))

    def _start(self, name: str) -> Server:
        if self._running is None or self._running.name != name:
            self.stop()
            self._running = SERVERS[name](self.work).__enter__()
        return self._running

    def stop(self) -> None:
        if self._running is not None:
            self._running.__exit__()
            self._running = None
            time.sleep(1)

    def fresh(self) -> int:
        """A seed that no request of this run had."""
        self._seed += 1
        return self._seed

    def each(self, ask: Callable[[], object]) -> list:
        """`repeats` times on a quiet machine, after one that warms up."""
        ask()
        found = []
        for _ in range(self.work.repeats):
            self.gate.wait(self._running.processor_seconds)
            found.append(ask())
        return found

    def picture(self, name: str) -> dict:
        return self.served(name, "one picture", lambda server: _summary(self.each(
            lambda: client.one(server.url, prompts.about_picture(server, self.fresh(), TOKENS))), server))

    def long_text(self, name: str) -> dict:
        return self.served(name, "one text", lambda server: _summary(self.each(
            lambda: client.one(server.url, prompts.about_text(server, self.fresh(), prompts.LONG, TOKENS))), server))

    def texts(self, name: str, count: int) -> dict:
        """Total tokens a second of so many at once."""
        def once(server: Server) -> tuple[float, float]:
            answers, seconds = client.together(server.url, [prompts.about_text(server, self.fresh(), prompts.SHORT, TOKENS) for _ in range(count)])
            return sum(answer.tokens for answer in answers) / seconds, statistics.median(answer.first for answer in answers)

        def all_(server: Server) -> dict:
            found = self.each(lambda: once(server))
            return {"rate": statistics.median(rate for rate, _ in found), "first": statistics.median(first for _, first in found),
                    "rates": [round(rate, 1) for rate, _ in found], "resident_mib": server.resident()}

        return self.served(name, f"{count} texts", all_)

    def pictures(self, name: str, count: int) -> dict:
        """Seconds until so many at once are all answered."""
        def all_(server: Server) -> dict:
            found = self.each(lambda: client.together(
                server.url, [prompts.about_picture(server, self.fresh(), TOKENS) for _ in range(count)])[1])
            return {"seconds": statistics.median(found), "each": [round(each, 2) for each in found], "resident_mib": server.resident()}

        return self.served(name, f"{count} pictures", all_)


def _summary(answers: list[client.Answer], server: Server) -> dict:
    stages = [answer.timings.get("stages", {}) for answer in answers]
    return {"first": statistics.median(answer.first for answer in answers), "decode": statistics.median(answer.decode_rate for answer in answers),
            "firsts": [round(answer.first, 3) for answer in answers], "decodes": [round(answer.decode_rate, 1) for answer in answers],
            "prompt_tokens": answers[0].prompt_tokens, "tokens": answers[0].tokens, "resident_mib": server.resident(),
            "stages_ms": {name: statistics.median(stage[name] for stage in stages) for name in stages[0]}}
