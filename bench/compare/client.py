"""A measuring client of `/v1/chat/completions`: when each piece of each answer came.

A small one of our own, because it shares the machine with what it measures: it only notes times while tokens come, and reads them afterwards.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_SECONDS = 1800


class Refused(RuntimeError):
    """The server did not answer 200; the message says what it said."""


@dataclass
class Answer:
    sent: float
    times: list[float] = field(default_factory=list)  # of every event that brought tokens
    tokens: int = 0
    token_ids: list[int] = field(default_factory=list)
    prompt_tokens: int = 0
    timings: dict = field(default_factory=dict)  # Tesserae's own account
    text: str = ""

    @property
    def first(self) -> float:
        """Seconds to the first token."""
        return self.times[0] - self.sent

    @property
    def whole(self) -> float:
        return self.times[-1] - self.sent

    @property
    def decode_rate(self) -> float:
        """Tokens a second after the first."""
        return (self.tokens - 1) / (self.times[-1] - self.times[0])

    def gaps(self, begin: float, end: float) -> list[float]:
        """Seconds between tokens that came between two times."""
        return [later - earlier for earlier, later in zip(self.times, self.times[1:]) if later >= begin and earlier <= end]


async def ask(url: str, body: dict) -> Answer:
    """Streams one answer."""
    parts = urlsplit(url)
    data = json.dumps(body | {"stream": True, "stream_options": {"include_usage": True}}).encode()
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 22)
    try:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: {parts.netloc}\r\ncontent-type: application/json\r\naccept: text/event-stream\r\n" \
               f"connection: close\r\ncontent-length: {len(data)}\r\n\r\n"
        answer = Answer(time.perf_counter())
        writer.write(head.encode() + data)
        await writer.drain()
        events = await asyncio.wait_for(_events(reader), _SECONDS)
    finally:
        writer.close()
    for when, line in events:
        _read(answer, when, line)
    if not answer.times:
        raise Refused(f"no token came: {events[-1:]}")
    answer.tokens = answer.tokens or len(answer.times)
    return answer


async def _events(reader: asyncio.StreamReader) -> list[tuple[float, bytes]]:
    """(time, line) of everything after `data: `."""
    status = int((await reader.readline()).split()[1])
    chunked = False
    while (line := await reader.readline()).strip():
        chunked |= line.lower().startswith(b"transfer-encoding:") and b"chunked" in line.lower()
    if status != 200:
        raise Refused(f"status {status}: {(await reader.read(2000)).decode(errors='replace').strip()}")
    events, rest = [], b""
    while True:
        if chunked:
            size = int((await reader.readline()).split(b";")[0] or b"0", 16)
            piece = (await reader.readexactly(size + 2))[:-2] if size else b""
        else:
            piece = await reader.read(1 << 16)
        if not piece:
            return events
        now = time.perf_counter()
        *lines, rest = (rest + piece).split(b"\n")
        events += [(now, line[5:].strip()) for line in lines if line.startswith(b"data:")]


def _read(answer: Answer, when: float, line: bytes) -> None:
    if line == b"[DONE]":
        return
    event = json.loads(line)
    if "error" in event:
        raise Refused(str(event["error"]))
    if event.get("usage"):
        answer.tokens, answer.prompt_tokens = event["usage"]["completion_tokens"], event["usage"]["prompt_tokens"]
    answer.timings = event.get("timings") or answer.timings
    for choice in event.get("choices") or ():
        said, ids = (choice.get("delta") or {}).get("content"), choice.get("token_ids") or []
        answer.token_ids += ids
        answer.text += said or ""
        if said or ids:
            answer.times.append(when)


def one(url: str, body: dict) -> Answer:
    return asyncio.run(ask(url, body))


def together(url: str, bodies: list[dict]) -> tuple[list[Answer], float]:
    """All at once; and the seconds until the last token of all."""
    async def run() -> list[Answer]:
        return list(await asyncio.gather(*(ask(url, body) for body in bodies)))

    answers = asyncio.run(run())
    return answers, max(answer.times[-1] for answer in answers) - min(answer.sent for answer in answers)
