"""What each system makes of the one checkpoint. Each is made once and kept in the run's folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from . import checkpoint
from .peers import install
from .work import ROOT, Work, say


def ready(work: Work, peers: set[str]) -> None:
    _once(work.text_checkpoint, lambda: checkpoint.make(work.checkpoint))
    for precision in {work.precision, "int4", "int8"}:
        folder = work.model(f"tesserae-{precision}")
        if folder.exists() and _older(folder / "tesserae.json", ROOT / "training/tesserae_export"):
            shutil.rmtree(folder)
        _once(folder, lambda: _export(work, precision))
    if peers & {"genai", "openvino", "onnxruntime", "vllm"}:
        install.install_python()
    if "genai" in peers:
        for bits in ("int4", "int8"):
            _once(work.model(f"genai-{bits}"), lambda: _genai(work, bits))
    if peers & {"openvino", "onnxruntime"}:
        _once(work.model("plain"), lambda: _inside(work, "plain_graphs", work.checkpoint, work.model("plain.part"), keep=work.model("plain")))
    if "llama.cpp" in peers:
        install.install_llama()
        for part, options in (("", ()), ("mmproj-", ("--mmproj",))):
            _once(work.model(f"llama-{part}Q8_0.gguf"), lambda: _gguf(work, f"llama-{part}", options))
        _once(work.model("llama-Q4_0.gguf"), lambda: _quantised(work, "llama-", "Q4_0"))


def _older(file: Path, sources: Path) -> bool:
    return not file.is_file() or any(source.stat().st_mtime > file.stat().st_mtime for source in sources.rglob("*.py"))


def _once(made: Path, make: Callable[[], object]) -> None:
    if not made.exists():
        say(f"making {made.name} (once) …")
        make()


def _export(work: Work, precision: str) -> None:
    out = work.model(f"tesserae-{precision}")
    environment = {"PYTHONPATH": str(ROOT / "training")}
    try:
        _run(work, [sys.executable, "-m", "tesserae_export", work.checkpoint, out, "--precision", precision, "--no-check"], environment)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def _genai(work: Work, bits: str) -> None:
    """Its own model builder: fused attention; 4 or 8 bits in blocks of 32, as ours and llama.cpp's."""
    out = work.model(f"genai-{bits}")
    _run(work, [install.python(), "-m", "onnxruntime_genai.models.builder", "-i", work.text_checkpoint, "-o", f"{out}.part", "-p", bits, "-e", "cpu",
                "-c", work.folder / "genai-cache", "--extra_options", "accuracy_level=4", "block_size=32"])
    Path(f"{out}.part").rename(out)


def _inside(work: Work, module: str, *arguments, keep: Path) -> None:
    """Runs a module of `library` in the peers' environment; what it wrote to `keep` with `.part` is kept once it is whole."""
    part = Path(f"{keep}.part")
    shutil.rmtree(part, ignore_errors=True)
    _run(work, [install.python(), "-m", f"compare.library.{module}", *arguments], {"PYTHONPATH": str(ROOT / "bench")})
    part.rename(keep)


def _gguf(work: Work, name: str, options: tuple[str, ...]) -> None:
    """Eye and nerve are read from the checkpoint, the brain from its Llama, which is all that the converter knows of it."""
    plain = work.model(f"{name}F16.gguf")
    source, given = install.llama_source(), work.checkpoint if options else work.text_checkpoint
    if not plain.exists():
        _run(work, [sys.executable, source / "convert_hf_to_gguf.py", given, "--outtype", "f16", "--outfile", plain, *options],
             {"PYTHONPATH": str(source / "gguf-py")})
    _quantised(work, name, "Q8_0")


def _quantised(work: Work, name: str, kind: str) -> None:
    _run(work, [install.llama("llama-quantize"), work.model(f"{name}F16.gguf"), work.model(f"{name}{kind}.gguf"), kind])


def _run(work: Work, command: list, environment: dict[str, str] | None = None) -> None:
    log = work.log("models")
    with open(log, "a") as output:
        done = subprocess.run([str(part) for part in command], stdout=output, stderr=subprocess.STDOUT, env=os.environ | (environment or {}))
    if done.returncode:
        raise RuntimeError(f"'{' '.join(map(str, command[1:4]))} …' ended with {done.returncode}: {log.read_text(errors='replace')[-800:]}")
