"""What every shape is asked: twelve pictures of odd sizes, alone and three at a time, at each `detail`."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import parity_pictures

# Width, height, file. A dot, a thread, panoramas, squares, primes: what makes tilings disagree.
PICTURES = (
    (1, 1, "png"), (17, 900, "png"), (333, 257, "jpg"), (1000, 1000, "jpg"), (2000, 300, "jpg"), (640, 480, "jpg"), (90, 151, "webp"),
    (513, 511, "png"), (37, 41, "png"), (1201, 797, "jpg"), (255, 1025, "jpg"), (449, 448, "webp"))
_QUESTIONS = ("What is in this picture?", "Describe the picture in one sentence.", "How many colours can you see?",
              "Was siehst du auf dem Bild? Größe?", "图片里有什么？", "Is this a cat? 🐈 Answer yes or no.")


def draw(folder: Path) -> list[str]:
    """Writes the pictures; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for index, (width, height, kind) in enumerate(PICTURES):
        name = f"{width}x{height}.{kind}"
        buffer = io.BytesIO()
        options = {"jpg": {"format": "JPEG", "quality": 85}, "png": {"format": "PNG"}, "webp": {"format": "WEBP", "lossless": True}}[kind]
        parity_pictures.drawn(width, height, 100 + index).save(buffer, **options)
        (folder / name).write_bytes(buffer.getvalue())
        names.append(name)
    return names


def conversations(names: list[str], detail: str) -> dict[str, list[dict]]:
    """Case → messages."""
    def image(name: str) -> dict:
        return {"type": "image", "picture": name, "detail": detail}

    def text(value: str) -> dict:
        return {"type": "text", "text": value}

    cases = {name: [{"role": "user", "content": [image(name), text(_QUESTIONS[index % len(_QUESTIONS)])]}] for index, name in enumerate(names)}
    for begin in range(0, len(names), 3):
        first, second, third = names[begin : begin + 3]
        parts = [text("Compare"), image(first), text("with"), image(second), text("and"), image(third), text("please.")]
        cases[f"{first}, {second}, {third}"] = [{"role": "user", "content": parts}]
    return cases


def request(messages: list[dict], pictures: Path, tokens: int) -> dict:
    """The body of POST /v1/chat/completions."""
    def part(given: dict) -> dict:
        if given["type"] == "text":
            return given
        data = base64.b64encode((pictures / given["picture"]).read_bytes()).decode()
        return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}", "detail": given["detail"]}}

    return {"messages": [{"role": message["role"], "content": [part(each) for each in message["content"]]} for message in messages],
            "temperature": 0, "max_completion_tokens": tokens, "return_token_ids": True}
