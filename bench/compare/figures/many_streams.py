"""Many at once: texts, pictures, and what a picture's prompt costs the answers that are being written meanwhile."""

from __future__ import annotations

import asyncio
import statistics

from .. import client, prompts
from ..measure import Measure
from .row import at_least, at_most

_WRITING, _LONG_ANSWER = 4, 900


def texts(measure: Measure) -> list[dict]:
    rows = []
    for count, goal in ((8, 1.6), (32, 1.4)):
        ours = measure.texts("tesserae", count)
        theirs = measure.texts("vllm", count) if "vllm" in measure.peers else None
        rows.append(at_least(f"{count} text streams at once, all tokens a second", goal, theirs and ours["rate"] / theirs["rate"], "× vLLM's",
                             tesserae=ours, vllm=theirs, precision=measure.work.precision))
    return rows


def pictures(measure: Measure) -> list[dict]:
    ours = measure.pictures("tesserae", 8)
    theirs = measure.pictures("vllm", 8) if "vllm" in measure.peers else None
    return [at_most("8 pictures of 17 tiles at once, all answered", 0.6, theirs and ours["seconds"] / theirs["seconds"], "× vLLM's time",
                    tesserae=ours, vllm=theirs)]


def gaps(measure: Measure) -> list[dict]:
    """Answers are being written; a picture comes; how long do they stand still until its first token?"""
    async def once(server, texts: list[dict], picture: dict) -> list[float]:
        writing = [asyncio.create_task(client.ask(server.url, text)) for text in texts]
        await asyncio.sleep(3)
        picture = await client.ask(server.url, picture)
        answers = await asyncio.gather(*writing)
        end = picture.times[0]
        if any(answer.times[-1] < end for answer in answers):
            raise RuntimeError("the answers ended before the picture's prompt was read: let them be longer")
        return [gap for answer in answers for gap in answer.gaps(picture.sent, end)]

    def ask(server) -> list[float]:
        # Drawn before anything is timed.
        texts = [prompts.about_text(server, measure.fresh(), 32, _LONG_ANSWER) for _ in range(_WRITING)]
        return asyncio.run(once(server, texts, prompts.about_picture(server, measure.fresh(), 2)))

    def all_(server) -> dict:
        found = [(statistics.quantiles(gaps, n=100)[98], statistics.median(gaps)) for gaps in measure.each(lambda: ask(server))]
        return {"ratio": statistics.median(p99 / middle for p99, middle in found), "p99_ms": 1000 * statistics.median(p99 for p99, _ in found),
                "median_ms": 1000 * statistics.median(middle for _, middle in found)}

    found = measure.served("tesserae", "gaps beside a picture", all_)
    return [at_most("p99 gap between tokens of 4 running streams while a picture of 17 tiles is read", 3.0, found["ratio"], "× the median gap", **found)]
