"""The measuring client against a server that cuts its events at the worst places."""

import asyncio
import json

import pytest

from compare import client

EVENTS = [{"choices": [{"delta": {"role": "assistant"}}]}, {"choices": [{"delta": {"content": "a "}, "token_ids": [5]}]},
          {"choices": [{"delta": {"content": ""}, "token_ids": [6]}]}, {"choices": [{"delta": {"content": "ü"}, "token_ids": [7]}]},
          {"choices": [], "usage": {"completion_tokens": 3, "prompt_tokens": 11}, "timings": {"stages": {"prefill_ms": 2.5}}}]


async def asked(chunks: list[bytes], status: str = "200 OK", body: dict | None = None, pause: float = 0.0) -> tuple[client.Answer, dict]:
    """What the client makes of a server that sends so; and what it was asked."""
    seen = {}

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        seen.update(json.loads(await reader.readexactly(length)))
        writer.write(f"HTTP/1.1 {status}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for chunk in chunks:
            writer.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            await writer.drain()
            await asyncio.sleep(pause)
        writer.write(b"0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        return await client.ask(f"http://127.0.0.1:{port}", body or {"model": "m"}), seen


def lines() -> bytes:
    return b"".join(b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n" for event in EVENTS) + b"data: [DONE]\n\n"


@pytest.mark.parametrize("size", [1, 7, 50, 10_000])
def test_events_are_read_however_they_are_cut(size):
    whole = lines()
    answer, body = asyncio.run(asked([whole[at:at + size] for at in range(0, len(whole), size)]))
    assert (answer.text, answer.token_ids, answer.tokens, answer.prompt_tokens) == ("a ü", [5, 6, 7], 3, 11)
    assert answer.timings["stages"] == {"prefill_ms": 2.5} and len(answer.times) == 3  # the role is no token
    assert body == {"model": "m", "stream": True, "stream_options": {"include_usage": True}}


def test_times_are_those_of_arrival():
    cut = [b"data: " + json.dumps(event).encode() + b"\n\n" for event in EVENTS]
    answer, _ = asyncio.run(asked(cut, pause=0.05))
    # However late a busy machine is, nothing can be earlier than it was sent.
    assert answer.first >= 0.05 and answer.whole >= 0.15 and answer.times == sorted(answer.times)


def test_rates_and_gaps_come_from_the_times():
    answer = client.Answer(sent=10.0, times=[12.0, 12.5, 13.0, 15.0], tokens=7)
    assert (answer.first, answer.whole, answer.decode_rate) == (2.0, 5.0, 2.0)
    assert answer.gaps(0, 99) == [0.5, 0.5, 2.0] and answer.gaps(12.6, 12.9) == [0.5] and answer.gaps(12.8, 14.0) == [0.5, 2.0]


@pytest.mark.parametrize("status,chunks,said", [
    ("400 Bad Request", [b'{"error":"no"}'], "400(?s:.*)no"), ("200 OK", [b'data: {"error": {"code": "internal"}}\n\n'], "internal"),
    ("200 OK", [b"data: [DONE]\n\n"], "no token")])
def test_a_refusal_says_what_the_server_said(status, chunks, said):
    with pytest.raises(client.Refused, match=said):
        asyncio.run(asked(chunks, status))
