"""`./tesserae bench compare`: one run, one table, one file of rows `{name, goal, figure, holds, measured}`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
from functools import partial
from pathlib import Path

from . import models
from .figures import many_streams, one_stream, others, own_cost, row
from .measure import Measure
from .quiet import Gate
from .work import ROOT, Work, cache, say

PEERS = ("vllm", "llama.cpp", "genai", "onnxruntime", "openvino", "transformers")
# Libraries first, each in a process of its own; then each server with all that is asked of it, so that it is started once.
FIGURES = {
    "first-token": one_stream.first_token, "decode": one_stream.decode, "eye": one_stream.eye, "prefill": one_stream.prefill,
    "texts": many_streams.texts, "pictures": many_streams.pictures, "gaps": many_streams.gaps,
    "overhead": own_cost.overhead, "again": own_cost.again,
} | {f"bench-{name}": partial(others.rows, name=name) for name in others.NAMES}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("tesserae bench compare", description="Tesserae beside other systems on this machine, the same weights and prompts.")
    parser.add_argument("--json", type=Path, help="file to write the rows to")
    parser.add_argument("--work", type=Path, default=cache() / "compare", help="folder of models and measurements (default %(default)s)")
    parser.add_argument("--only", default=",".join(FIGURES), help="figures, by name: %(default)s")
    parser.add_argument("--peers", default=",".join(PEERS), help="what to compare with (default %(default)s; 'none' for nobody)")
    parser.add_argument("--precision", choices=("int8", "int4"), default="int8", help="of our model (default %(default)s)")
    parser.add_argument("--repeats", type=int, default=5, help="of every measurement; medians are told (default %(default)s)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of every system (default: all, %(default)s)")
    parser.add_argument("--again", default="", help="measurements to forget before, by a part of their names (such as tesserae); 'all' for all")
    parser.add_argument("--loud", action="store_true", help="measure on a busy machine too, to try the benchmark itself")
    parser.add_argument("--prepare", action="store_true", help="install peers and make models, measure nothing")
    given = parser.parse_args()
    given.only, given.peers = given.only.split(","), {peer for peer in given.peers.split(",") if peer != "none"}
    for chosen, known, what in ((given.only, FIGURES, "figure"), (given.peers, PEERS, "peer")):
        for name in chosen:
            if name not in known:
                parser.error(f"there is no {what} {name} (there are {', '.join(known)})")
    return given


def main() -> int:
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped then too
    sys.path[:0] = [str(ROOT / "training"), str(ROOT / "training/fixtures")]
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TRANSFORMERS_VERBOSITY="error", ORT_DISABLE_TELEMETRY="1")
    work = Work(given.work, given.repeats, given.threads, given.precision, given.loud)
    for name in filter(None, given.again.split(",")):
        work.forget("" if name == "all" else name)
    models.ready(work, given.peers)
    if given.prepare:
        return 0
    measure = Measure(work, Gate(None if given.loud else 0.1), given.peers)
    try:
        _peers_first(measure, given.only)
        rows = [each for name in given.only for each in _rows(measure, name)]
    finally:
        measure.stop()
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    _table(rows, given)
    return 0 if all(each["holds"] for each in rows) else 1


def _peers_first(measure: Measure, only: list[str]) -> None:
    """What figures ask of the peers, in an order in which each server is started once. Their failures are told with the figures."""
    wanted = [("libraries", measure.libraries)] if {"decode", "eye", "prefill"} & set(only) else []
    for server in ("llama.cpp", "vllm"):
        if server in measure.peers and "first-token" in only:
            wanted.append((server, partial(measure.picture, server)))
    if "vllm" in measure.peers:
        wanted += [("vllm", partial(measure.texts, "vllm", count)) for count in (8, 32) if "texts" in only]
        wanted += [("vllm", partial(measure.pictures, "vllm", 8))] if "pictures" in only else []
    for peer, ask in wanted:
        try:
            ask()
        except Exception as failure:
            say(f"{peer}: {failure}")
            measure.stop()


def _rows(measure: Measure, name: str) -> list[dict]:
    """A figure that cannot be made is a row that does not hold and says why; the others go on."""
    try:
        return FIGURES[name](measure)
    except Exception as failure:
        say(f"{name}: {failure}")
        measure.stop()
        return [row.failed(name, "measured", failure)]


def _table(rows: list[dict], given: argparse.Namespace) -> None:
    print(f"\n{platform.processor() or platform.machine()}, {given.threads} threads, medians of {given.repeats}"
          f"{', on a BUSY machine: not to be quoted' if given.loud else ''}\n")
    for each in rows:
        print(f"{'holds' if each['holds'] else 'fails'}  {each['figure']!s:>9}  {each['goal']:<32}  {each['name']}")


if __name__ == "__main__":
    sys.exit(main())
