"""How many replicas of each stage meet a rate of questions and a time to the first token.

The system is played through in small steps of time. An eye and a nerve take all tiles that wait, up to their batch, and answer them together. A brain does
one step after the other: a chunk of one prompt and a token of every answer that is being written. Where the stages share processors, each runs the slower
the more of them are at work. Times come from a file (--times), or are measured on a running system (--measure URL).
"""

import argparse
import base64
import concurrent.futures
import json
import random
import struct
import time
import urllib.request
import zlib
from collections import deque
from dataclasses import asdict, dataclass, field, replace

STEP = 0.001


@dataclass
class Times:
    """Seconds of one processor's work; made of runs on two processors' default model, to be measured anew for another (--measure)."""
    eye_run: float = 0.004
    eye_tile: float = 0.045
    eye_batch: int = 8
    nerve_tile: float = 0.006
    nerve_batch: int = 8
    prefill_token: float = 0.0017
    decode_step: float = 0.0126
    decode_answer: float = 0.0050
    slots: int = 8
    chunk: int = 512
    gateway: float = 0.004


@dataclass
class Load:
    """What is asked: questions a second, tiles of each picture, tokens of text, image tokens a tile, tokens of an answer."""
    rate: float = 1.0
    tiles: int = 1
    text: int = 30
    image_tokens: int = 88
    answer: int = 32
    seconds: float = 120.0


@dataclass
class Question:
    arrival: float
    tiles_missing: int
    prompt: int
    answer: int
    first: float = 0.0
    end: float = 0.0
    written: int = 0


@dataclass
class Worker:
    """One replica: work that waits for it, and the run that it is at."""
    stage: str
    waiting: deque = field(default_factory=deque)
    left: float = 0.0
    at: list = field(default_factory=list)
    reading: deque = field(default_factory=deque)
    writing: list = field(default_factory=list)

    def load(self):
        return len(self.waiting) + len(self.at) + len(self.reading) + len(self.writing)


def begin(worker, times):
    """Starts the worker's next run, if there is work."""
    if worker.stage in ("eye", "nerve"):
        batch = times.eye_batch if worker.stage == "eye" else times.nerve_batch
        worker.at = [worker.waiting.popleft() for _ in range(min(batch, len(worker.waiting)))]
        if worker.at:
            per_tile = times.eye_tile if worker.stage == "eye" else times.nerve_tile
            worker.left = (times.eye_run if worker.stage == "eye" else 0) + per_tile * len(worker.at)
        return
    while worker.waiting and len(worker.reading) + len(worker.writing) < times.slots:
        worker.reading.append(worker.waiting.popleft())
    chunk = min(times.chunk, worker.reading[0].prompt) if worker.reading else 0
    if not chunk and not worker.writing:
        return
    worker.at = [chunk]
    worker.left = chunk * times.prefill_token
    if worker.writing:
        worker.left += times.decode_step + times.decode_answer * (len(worker.writing) - 1)


def finish(worker, now, least):
    """Ends a run: hands its tiles on, or counts its tokens. `least` gives the least loaded replica of a stage."""
    if worker.stage == "eye":
        for question in worker.at:
            least("nerve").waiting.append(question)
    elif worker.stage == "nerve":
        for question in worker.at:
            question.tiles_missing -= 1
            if question.tiles_missing == 0:
                least("brain").waiting.append(question)
    else:
        for question in list(worker.writing):
            question.written += 1
            if question.written >= question.answer:
                question.end = now
                worker.writing.remove(question)
        if worker.at[0]:
            question = worker.reading[0]
            question.prompt -= worker.at[0]
            if question.prompt == 0:
                worker.reading.popleft()
                question.first = now
                question.written = 1
                worker.writing.append(question)
    worker.at = []


def simulate(times, load, replicas, processors, seed=1):
    """All questions of one run. `processors`: how many are shared by all replicas; None where each replica has its own."""
    chance = random.Random(seed)
    workers = [Worker(stage) for stage, count in replicas.items() for _ in range(count)]

    def least(stage):
        return min((worker for worker in workers if worker.stage == stage), key=Worker.load)

    arrivals, at = deque(), 0.0
    while at < load.seconds:
        at += chance.expovariate(load.rate)
        arrivals.append(Question(at, load.tiles, load.text + load.tiles * load.image_tokens, load.answer))
    questions = list(arrivals)
    now = 0.0
    while now < 4 * load.seconds and (arrivals or any(not question.end for question in questions)):
        now += STEP
        while arrivals and arrivals[0].arrival + times.gateway <= now:
            question = arrivals.popleft()
            if question.tiles_missing == 0:
                least("brain").waiting.append(question)
            for _ in range(question.tiles_missing):
                least("eye").waiting.append(question)
        for worker in workers:
            if not worker.at:
                begin(worker, times)
        busy = [worker for worker in workers if worker.at]
        speed = 1.0 if processors is None else min(1.0, processors / max(1, len(busy)))
        for worker in busy:
            worker.left -= STEP * speed
            if worker.left <= 0:
                finish(worker, now, least)
    return questions


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def first_token(questions, part):
    return percentile([question.first - question.arrival if question.first else float("inf") for question in questions], part)


def plan(times, load, goal, part, most, processors=None):
    """The fewest replicas of each stage for which that part of the first tokens comes in time: the stage that helps most is given one more, until it holds."""
    replicas = {"eye": 1, "nerve": 1, "brain": 1}
    while sum(replicas.values()) <= most:
        reached = first_token(simulate(times, load, replicas, processors), part)
        if reached <= goal:
            return replicas, reached
        stages = ["eye", "nerve", "brain"] if load.tiles else ["brain"]
        replicas = min(({**replicas, stage: replicas[stage] + 1} for stage in stages),
                       key=lambda more: first_token(simulate(times, load, more, processors), part))
    return None, float("inf")


def picture(seed):
    """A PNG of noise, 96 pixels square, that no cache has seen."""
    rows = b"".join(b"\0" + random.Random(seed * 1000 + row).randbytes(96 * 3) for row in range(96))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 96, 96, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def ask(url, seed, load):
    """Asks one streamed question; gives seconds to the first token and to the end, and tokens of the prompt."""
    content = [{"type": "text", "text": f"{seed}: What is in this picture? " + "Say it well. " * max(0, (load.text - 20) // 4)}]
    for tile in range(load.tiles):
        data = base64.b64encode(picture(seed * 100 + tile)).decode()
        content.insert(0, {"type": "image_url", "image_url": {"url": "data:image/png;base64," + data, "detail": "low"}})
    body = {"stream": True, "stream_options": {"include_usage": True}, "max_completion_tokens": load.answer, "ignore_eos": True,
            "temperature": 0, "messages": [{"role": "user", "content": content}]}
    request = urllib.request.Request(url + "/v1/chat/completions", json.dumps(body).encode(), {"content-type": "application/json"})
    start, first, prompt = time.monotonic(), 0.0, 0
    with urllib.request.urlopen(request, timeout=300) as answer:
        for line in answer:
            if not line.startswith(b"data: {"):
                continue
            event = json.loads(line[6:])
            if "error" in event:
                raise RuntimeError(event["error"])
            if not first and any(choice.get("delta", {}).get("content") for choice in event["choices"]):
                first = time.monotonic() - start
            if event.get("usage"):
                prompt = event["usage"]["prompt_tokens"]
    return first, time.monotonic() - start, prompt


def median(values):
    return percentile(values, 0.5)


def measure(url, times, load, repeats=5):
    """Stage times of a running system, from how long single questions take: with tiles and without, long and short, alone and together."""
    seed = random.randrange(1 << 20)
    for warm in range(3):
        ask(url, seed + warm, load)

    def alone(these):
        nonlocal seed
        heard = []
        for _ in range(repeats):
            seed += 1
            heard.append(ask(url, seed, these))
        return median([one[0] for one in heard]), median([one[1] for one in heard]), median([one[2] for one in heard])

    short = alone(replace(load, tiles=0, text=30))
    long = alone(replace(load, tiles=0, text=430))
    seen = alone(replace(load, tiles=1, text=30))
    prefill = max(1e-5, (long[0] - short[0]) / max(1, long[2] - short[2]))
    step = (short[1] - short[0]) / max(1, load.answer - 1)
    with concurrent.futures.ThreadPoolExecutor(4) as together:
        crowd = list(together.map(lambda number: ask(url, seed + 1000 + number, replace(load, tiles=0, text=30)), range(4)))
    crowded = median([(one[1] - one[0]) / max(1, load.answer - 1) for one in crowd])
    tile = max(0.001, seen[0] - short[0] - prefill * (seen[2] - short[2]))
    return replace(times, prefill_token=prefill, decode_step=step, decode_answer=max(0.0, (crowded - step) / 3), eye_run=0.0,
                   eye_tile=0.9 * tile, nerve_tile=0.1 * tile, gateway=max(0.0, short[0] - prefill * short[2])), seen[2] - short[2]


def check(url, times, load, processors, replicas):
    """Asks at the load's rate; gives what was measured beside what the simulation says."""
    chance, start = random.Random(1), time.monotonic()
    seed = random.randrange(1 << 20)
    gaps, at = [], 0.0
    while at < load.seconds:
        at += chance.expovariate(load.rate)
        gaps.append(at)
    with concurrent.futures.ThreadPoolExecutor(64) as callers:
        def one(number, when):
            time.sleep(max(0.0, start + when - time.monotonic()))
            return ask(url, seed + number, load)
        heard = list(callers.map(one, range(len(gaps)), gaps))
    played = simulate(times, load, replicas, processors)
    return ({"questions": len(heard), **{f"first_p{round(100 * part)}": percentile([one[0] for one in heard], part) for part in (0.5, 0.95)}},
            {f"first_p{round(100 * part)}": first_token(played, part) for part in (0.5, 0.95)})


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rate", type=float, default=10, help="questions a second")
    options.add_argument("--tiles", type=int, default=1, help="tiles of each question's picture; 0 for words alone")
    options.add_argument("--text", type=int, default=30, help="tokens of text of each question")
    options.add_argument("--answer", type=int, default=32, help="tokens of each answer")
    options.add_argument("--first-token", type=float, default=1.0, help="seconds within which the first token must come")
    options.add_argument("--part", type=float, default=0.95, help="part of the questions for which it must")
    options.add_argument("--most", type=int, default=200, help="replicas at most")
    options.add_argument("--times", help="file of stage times, as --measure prints them")
    options.add_argument("--measure", metavar="URL", help="measure a running system's stage times")
    options.add_argument("--check", action="store_true", help="with --measure: also ask at --rate for a while and compare")
    options.add_argument("--processors", type=float, help="processors that all replicas share; absent: each has its own")
    options.add_argument("--seconds", type=float, default=120, help="how long is simulated, and asked with --check")
    options.add_argument("--json", help="file for the rows {name, goal, figure, holds}")
    given = options.parse_args()
    times, rows = Times(), []
    load = Load(given.rate, given.tiles, given.text, answer=given.answer, seconds=given.seconds)
    if given.times:
        with open(given.times, encoding="utf-8") as file:
            times = Times(**json.load(file))
    if given.measure:
        times, image_tokens = measure(given.measure, times, load)
        load = replace(load, image_tokens=max(1, round(image_tokens)))
        print(json.dumps(asdict(times), indent=1))
        rows.append({"name": "measured stage times", "goal": "reported", "figure": json.dumps(asdict(times)), "holds": True})
    if given.check:
        measured, played = check(given.measure, times, load, given.processors, {"eye": 1, "nerve": 1, "brain": 1})
        for part in ("first_p50", "first_p95"):
            ratio = played[part] / measured[part]
            rows.append({"name": f"{part} at {load.rate} questions a second, simulated against measured", "goal": "0.67 to 1.5",
                         "figure": f"{played[part]:.3f} s / {measured[part]:.3f} s = {ratio:.2f}", "holds": 0.67 <= ratio <= 1.5})
    else:
        replicas, reached = plan(times, load, given.first_token, given.part, given.most, given.processors)
        figure = "no number of replicas" if replicas is None else ", ".join(f"{count} {stage}" for stage, count in replicas.items()) + f": {reached:.3f} s"
        rows.append({"name": f"replicas for {load.rate} questions a second of {load.tiles} tiles and {load.answer} tokens",
                     "goal": f"first token of {given.part:.0%} within {given.first_token} s", "figure": figure, "holds": replicas is not None})
    for row in rows:
        print(f"{'ok  ' if row['holds'] else 'MISS'} {row['name']}: {row['figure']} (goal {row['goal']})")
    if given.json:
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
