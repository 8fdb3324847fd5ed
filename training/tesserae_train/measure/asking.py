"""Asking a running server over plain HTTP, as any client would."""

from __future__ import annotations

import base64
import io
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 12_000_000
TIMEOUT = 300


@dataclass
class Question:
    """One thing to ask, and what would be right.

    turns: what the user says, one after the other; the pictures stand in the first, before its text. All but the last are asked too, and the
    server's own answers stay in the conversation; only the last answer is judged.
    judge: a name in `judges.JUDGES`; expected: what it takes.
    detail: of its pictures. about: what tells this question from others, for whoever reads the report.
    """

    task: str
    turns: list[str]
    judge: str
    expected: object
    pictures: list[Image.Image | Path | bytes] = field(default_factory=list)
    detail: str = "auto"
    about: str = ""
    tokens: int = 32


def encoded(picture: Image.Image | Path | bytes) -> bytes:
    """A file's own bytes where the server takes them, a drawn picture as PNG."""
    if isinstance(picture, bytes):
        return picture
    if isinstance(picture, Path):
        from PIL import Image

        with Image.open(picture) as opened:
            pixels = opened.width * opened.height
            if opened.format in ("JPEG", "PNG", "WEBP") and pixels <= MOST_PIXELS:
                return picture.read_bytes()
            smaller = opened.convert("RGB")
        smaller.thumbnail([int(side * min(1, (MOST_PIXELS / pixels) ** 0.5)) for side in smaller.size])
        return saved(smaller, "JPEG", quality=92)
    return saved(picture, "PNG")


def saved(picture: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def url_of(data: bytes) -> str:
    kind = "png" if data.startswith(b"\x89PNG") else "webp" if data[8:12] == b"WEBP" else "jpeg"
    return f"data:image/{kind};base64," + base64.b64encode(data).decode()


def first_turn(text: str, pictures: list[bytes], detail: str) -> dict:
    parts = [{"type": "image_url", "image_url": {"url": url_of(p), "detail": detail}} for p in pictures]
    return {"role": "user", "content": [*parts, {"type": "text", "text": text}]}


class Server:
    """A server at an address. nerve: which of the model's nerves to ask for; None for the model's own."""

    def __init__(self, url: str, nerve: str | None = None):
        self.url, self.nerve = url.rstrip("/"), nerve

    def model(self) -> dict:
        """What is loaded, as /v1/models has it."""
        return self._send("/v1/models", None)["data"][0]

    def answer(self, messages: list[dict], tokens: int = 32) -> dict:
        """The whole reply to a conversation, greedy."""
        return self._send("/v1/chat/completions", self._body(messages, tokens))

    def stream(self, messages: list[dict], tokens: int, **more) -> Iterator[tuple[float, dict]]:
        """(seconds since the request was sent, event) as they come."""
        body = self._body(messages, tokens) | {"stream": True, "stream_options": {"include_usage": True}} | more
        start = time.perf_counter()
        with self._open("/v1/chat/completions", body) as reply:
            for line in reply:
                if line.startswith(b"data: ") and not line.startswith(b"data: [DONE]"):
                    yield time.perf_counter() - start, json.loads(line[6:])

    def ask(self, question: Question) -> str:
        """The answer to its last turn."""
        pictures = [encoded(p) for p in question.pictures]
        messages, said = [], ""
        for number, text in enumerate(question.turns):
            messages.append(first_turn(text, pictures, question.detail) if number == 0 else {"role": "user", "content": text})
            said = self.answer(messages, question.tokens)["choices"][0]["message"]["content"]
            messages.append({"role": "assistant", "content": said})
        return said

    def ask_all(self, questions: list[Question], at_once: int) -> Iterator[str]:
        """Answers in the order of the questions."""
        with ThreadPoolExecutor(at_once) as threads:
            yield from threads.map(self.ask, questions)

    def _body(self, messages: list[dict], tokens: int) -> dict:
        body = {"messages": messages, "temperature": 0, "max_tokens": tokens}
        return body | ({"tesserae": {"nerve": self.nerve}} if self.nerve else {})

    def _send(self, path: str, body: dict | None) -> dict:
        with self._open(path, body) as reply:
            return json.load(reply)

    def _open(self, path: str, body: dict | None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": "application/json"})
        try:
            return urllib.request.urlopen(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as refused:
            raise SystemExit(f"{self.url}{path} answered {refused.code}: {refused.read().decode(errors='replace')[:600]}") from None
        except urllib.error.URLError as silent:
            raise SystemExit(f"no server at {self.url}: {silent.reason}") from None
