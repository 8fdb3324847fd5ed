"""Steady load: a bounded number of requests at a time, each with a picture of its own, over a connection of its own."""

import base64
import http.client
import json
import random
import struct
import threading
import time
import urllib.parse
import zlib


def picture(width=1000, height=700, rng=random):
    """A PNG that nobody has sent before, so that no cache knows it."""
    row = b"\x00" + bytes(rng.randrange(256) for _ in range(3)) * width
    unique = b"\x00" + rng.randbytes(3 * width)
    data = zlib.compress(unique + row * (height - 1), 1)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


class Load:
    """Use as a context: requests go out until it is left. Then 'done' has (seconds, tokens) of each answer, 'failed' what went wrong."""

    def __init__(self, url, workers=2, detail="high", tokens=4, stream=True, pause=0.0):
        self.address = urllib.parse.urlparse(url)
        self.workers, self.detail, self.tokens, self.stream, self.pause = workers, detail, tokens, stream, pause
        self.done, self.failed, self.lock, self.over = [], [], threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(workers)]

    def __enter__(self):
        self.begun = time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(300)
        assert not any(thread.is_alive() for thread in self.threads), "a request hangs"

    def count(self):
        with self.lock:
            return len(self.done) + len(self.failed)

    def work(self):
        while not self.over.is_set():
            start = time.monotonic()
            try:
                words = self.ask()
                with self.lock:
                    self.done.append((time.monotonic() - start, words))
            except Exception as wrong:  # whatever it is, it is a request that was not answered
                with self.lock:
                    self.failed.append(f"after {start - self.begun:.1f}+{time.monotonic() - start:.1f} s: {wrong!r}")
                time.sleep(0.2)
            time.sleep(self.pause)

    def ask(self):
        content = [{"type": "text", "text": "What is in this picture?"}]
        if self.detail:
            url = "data:image/png;base64," + base64.b64encode(picture()).decode()
            content.insert(0, {"type": "image_url", "image_url": {"url": url, "detail": self.detail}})
        body = json.dumps({"stream": self.stream, "temperature": 0, "max_completion_tokens": self.tokens, "ignore_eos": True,
                           "messages": [{"role": "user", "content": content}]})
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=240)
        try:
            connection.request("POST", "/v1/chat/completions", body, {"content-type": "application/json", "connection": "close"})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status != 200:
            raise AssertionError(f"{response.status} {text[:300]}")
        if not self.stream:
            return json.loads(text)["choices"][0]["message"]["content"]
        if not text.rstrip().endswith("data: [DONE]") or '"error"' in text:
            raise AssertionError("the stream broke: " + text[-300:])
        return text.count("data: ")
