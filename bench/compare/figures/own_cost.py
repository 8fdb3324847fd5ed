"""What our services cost above the graphs that they run, and what they save where a question comes again."""

from __future__ import annotations

import statistics

from .. import client, prompts
from ..measure import Measure
from .row import at_least, at_most


def overhead(measure: Measure) -> list[dict]:
    text, picture = measure.long_text("tesserae"), measure.picture("tesserae")
    bare_text, bare_picture = measure.bare_loop(text["prompt_tokens"]), measure.bare_loop(picture["prompt_tokens"])
    first = prompts.TILES * bare_picture["eye_ms"] / 1000 + bare_picture["prefill_seconds"]
    return [at_least("decode over HTTP against the same graphs in a bare loop", 0.97, text["decode"] / bare_text["decode"], "×",
                     tokens_a_second={"tesserae": text["decode"], "bare loop": bare_text["decode"]}, precision=measure.work.precision),
            at_most("first token over HTTP against the same graphs in a bare loop, picture of 17 tiles", 1.03, picture["first"] / first, "×",
                    seconds={"tesserae": picture["first"], "bare loop": first}, stages_ms=picture["stages_ms"], bare=bare_picture)]


def again(measure: Measure) -> list[dict]:
    def all_(server) -> dict:
        def once() -> dict:
            seed = measure.fresh()
            first = client.one(server.url, prompts.about_picture(server, seed, 8))
            before = server.metrics()
            # Each request is a connection of its own, as from another client.
            second = client.one(server.url, prompts.about_picture(server, seed, 8, "Which colours do you see?"))
            after = server.metrics()
            return {"first": first.first, "second": second.first, "tiles": _tiles(after) - _tiles(before), "hits": _hits(after) - _hits(before)}

        found = measure.each(once)
        return {"ratio": statistics.median(each["second"] / each["first"] for each in found), "first": statistics.median(each["first"] for each in found),
                "second": statistics.median(each["second"] for each in found), "tiles_encoded": max(each["tiles"] for each in found),
                "cache_hits": min(each["hits"] for each in found)}

    found = measure.served("tesserae", "second question", all_)
    return [at_most("first token of a second question about the same picture of 17 tiles", 0.05, found["ratio"], "× the first question's",
                    seconds={"first": found["first"], "second": found["second"]}),
            at_most("tiles encoded for the same picture from another client", 0, found["tiles_encoded"], "(counted by tesserae_batch_size_sum of the eye)",
                    encoder_cache_hits=found["cache_hits"])]


def _tiles(metrics: dict[str, float]) -> float:
    return sum(value for name, value in metrics.items() if name.startswith("tesserae_batch_size_sum") and 'stage="encode"' in name)


def _hits(metrics: dict[str, float]) -> float:
    return sum(value for name, value in metrics.items() if name.startswith("tesserae_cache_hits_total") and 'cache="encoder"' in name)
