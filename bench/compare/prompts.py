"""What everybody is asked. Every question is a fresh one, so that no cache answers it; the same seeds give the same questions to each system."""

from __future__ import annotations

import base64
import functools
import io

TILES = 17  # four by four and the overview
_SIDE = 1024
_WORDS = ("river stone lamp garden window copper letter winter harbour candle market orchard thunder pocket mirror valley engine carpet "
          "silver ladder meadow button cellar forest anchor bridge basket marble needle violin").split()
# A prompt's tokens: these words are a token each, and the template adds a few.
SHORT, LONG = 256, 1190


def text(seed: int, tokens: int) -> str:
    """`tokens` words, different from the first on."""
    state, words = seed * 2654435761 % 2**32 or 1, []
    for _ in range(tokens):
        state = (1664525 * state + 1013904223) % 2**32
        words.append(_WORDS[(state >> 16) % len(_WORDS)])
    return " ".join(words)


@functools.lru_cache(64)
def picture(seed: int) -> str:
    """A drawn square picture as a data URL: as many tiles as a picture can have."""
    import parity_pictures

    stored = io.BytesIO()
    parity_pictures.drawn(_SIDE, _SIDE, 5000 + seed).save(stored, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(stored.getvalue()).decode()


def about_text(server, seed: int, prompt_tokens: int, tokens: int) -> dict:
    """The body of a question for a server (its `model` and what it wants `beside`)."""
    return _body(server, text(seed, prompt_tokens), tokens)


def about_picture(server, seed: int, tokens: int, question: str = "What is in this picture?") -> dict:
    return _body(server, [{"type": "image_url", "image_url": {"url": picture(seed)}}, {"type": "text", "text": question}], tokens)


def _body(server, content, tokens: int) -> dict:
    # As many tokens as asked from everybody, whatever the answer says.
    asked = {"model": server.model, "messages": [{"role": "user", "content": content}], "max_tokens": tokens, "temperature": 0, "ignore_eos": True}
    return asked | server.beside
