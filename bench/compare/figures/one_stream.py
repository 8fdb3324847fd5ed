"""One question at a time: first token, decode, and the two stages that make them, beside the best of each."""

from __future__ import annotations

import statistics

from .. import client, prompts
from ..measure import Measure
from .agreement import agreement
from .row import at_least, at_most, ratio

# The nearest equal precision of the libraries that decode.
_EQUAL = {"int8": ("llama.cpp Q8_0", "genai int8"), "int4": ("llama.cpp Q4_0", "genai int4")}


def first_token(measure: Measure) -> list[dict]:
    ours = measure.picture("tesserae")
    others = {name: measure.picture(name) for name in ("vllm", "llama.cpp") if name in measure.peers}
    figure, best = ratio(ours["first"], {name: each["first"] for name, each in others.items()}, least=True)
    return [at_most("first token, picture of 17 tiles, one stream", 0.65, figure, "× the best server's", best=best,
                    seconds={"tesserae": ours["first"]} | {name: each["first"] for name, each in others.items()},
                    stages_ms=ours["stages_ms"], precision=measure.work.precision)]


def decode(measure: Measure) -> list[dict]:
    ours, libraries = measure.long_text("tesserae"), measure.libraries()
    rates = {name: libraries[name]["decode"] for name in _EQUAL[measure.work.precision] if name in libraries}
    figure, best = ratio(ours["decode"], rates, least=False)
    return [at_least("decode at context 1200, one stream, over HTTP", 1.0, figure, "× the best library's", best=best,
                     tokens_a_second={"tesserae": ours["decode"]} | {name: each["decode"] for name, each in libraries.items() if "decode" in each},
                     precision=measure.work.precision, not_measured=measure.failed)]


def eye(measure: Measure) -> list[dict]:
    """Ours as the service tells it of a picture of one tile: eye and nerve, hand-over included."""
    def one_tile(server) -> dict:
        def ask() -> float:
            body = prompts.about_picture(server, measure.fresh(), 1)
            body["messages"][0]["content"][0]["image_url"]["detail"] = "low"
            stages = client.one(server.url, body).timings["stages"]
            return stages["encode_ms"] + stages.get("project_ms", 0)

        return {"eye_ms": statistics.median(measure.each(ask))}

    ours, libraries = measure.served("tesserae", "one tile", one_tile), measure.libraries()
    times = {name: each["eye_ms"] for name, each in libraries.items() if "eye_ms" in each}
    figure, best = ratio(ours["eye_ms"], times, least=True)
    return [at_most("eye and nerve, one tile, over HTTP", 1.0, figure, "× the best library's", best=best, milliseconds={"tesserae": ours["eye_ms"]} | times,
                    not_measured=measure.failed)]


def prefill(measure: Measure) -> list[dict]:
    ours, libraries = measure.long_text("tesserae"), measure.libraries()
    rate = ours["prompt_tokens"] / ours["stages_ms"]["prefill_ms"] * 1000
    rates = {name: each["prefill"] for name, each in libraries.items() if "prefill" in each}
    figure, best = ratio(rate, rates, least=False)
    return [at_least("prefill of 1200 tokens, one stream", 1.0, figure, "× the best library's", best=best, tokens_a_second={"tesserae": rate} | rates,
                     precision=measure.work.precision, greedy_agreement=agreement(measure), not_measured=measure.failed)]
