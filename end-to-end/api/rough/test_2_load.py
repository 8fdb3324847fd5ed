"""More callers than there is room for, and callers that are in no hurry: everybody is answered, nobody is lost, and the rest goes on."""

import asyncio
import collections
import json
import socket
import threading
import time

import pytest
from conftest import ask, within

pytestmark = pytest.mark.usefixtures("unbroken")


async def one(server, body, statuses, lock=asyncio.Semaphore(1_000)):
    async with lock:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        data = json.dumps(body).encode()
        writer.write((f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {server.key}\r\ncontent-type: application/json\r\n"
                      f"content-length: {len(data)}\r\nconnection: close\r\n\r\n").encode() + data)
        await writer.drain()
        whole = await asyncio.wait_for(reader.read(), 600)
        writer.close()
        head, _, rest = whole.partition(b"\r\n\r\n")
        status = int(head.split(b" ")[1])
        statuses[status] += 1
        if status == 429:
            assert b"retry-after: " in head.lower(), head
        return status, rest


def test_a_burst_of_500_is_answered_to_the_last(server, figure, scale):
    count = scale(500)
    resident = server.resident()
    healthy, stop = [], threading.Event()

    def watch():
        while not stop.is_set():
            healthy.append(server.get("/q/health/ready")[0])
            time.sleep(0.2)

    watcher = threading.Thread(target=watch)
    watcher.start()
    statuses = collections.Counter()

    async def burst():
        stream = asyncio.create_task(one(server, ask("Count to ten.", 40, stream=True), statuses))
        await asyncio.sleep(0.5)
        await asyncio.gather(*(one(server, ask(f"Question {i}?", 8), statuses) for i in range(count)))
        return await stream

    start = time.monotonic()
    status, events = asyncio.run(burst())
    took = time.monotonic() - start
    stop.set()
    watcher.join()
    figure(f"burst of {count}", f"{dict(statuses)} in {took:.0f} s, health {dict(collections.Counter(healthy))}, "
                                f"resident {(server.resident() - resident) / 2**20:+.0f} MB")
    assert sum(statuses.values()) == count + 1, "none is lost"
    assert set(statuses) <= {200, 429, 503}, statuses
    assert statuses[200] > 1
    assert set(healthy) == {200}, "health stays up"
    assert status == 200 and events.rstrip().endswith(b"data: [DONE]") or b"[DONE]" in events, "an accepted stream ends whole"
    within(60, lambda: server.metric("tesserae_gateway_requests_running") == 0, "nothing is under way")
    assert server.metric("tesserae_held_bytes") == 0


def test_two_thousand_slow_connections_stop_nobody(server, figure, scale):
    count = scale(2_000)
    resident = server.resident()
    held = []
    begin = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + server.key.encode() + b"\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n"
    try:
        for i in range(count):
            connection = socket.create_connection((server.host, server.port), timeout=30)
            # A third says nothing, a third half a header, a third a body that does not come.
            connection.sendall([b"", begin, begin + b"\r\n{"][i % 3])
            held.append(connection)
        start = time.monotonic()
        status, answer = server.post(ask())
        took = time.monotonic() - start
        figure(f"{count} slow connections", f"a normal one is answered {status} in {took:.1f} s, resident {(server.resident() - resident) / 2**20:+.0f} MB")
        assert status == 200, answer
        assert server.get("/q/health/ready")[0] == 200
        # Those that owe a body are told so and cut off.
        slow = held[2]
        slow.settimeout(60)
        said = b""
        while chunk := slow.recv(4096):
            said += chunk
        assert said.startswith(b"HTTP/1.1 408"), said[:200]
        assert b'"code":"body_too_slow"' in said
    finally:
        for connection in held:
            connection.close()
    within(60, lambda: server.metric("tesserae_held_bytes") == 0, "their bytes are let go")


def test_who_reads_nothing_is_cut_off_and_holds_nothing(server, figure):
    """An endless answer to somebody who does not read it: the brain stops for want of room, then the connection goes."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.connect((server.host, server.port))
        body = json.dumps(ask("Count.", 1_500, stream=True, ignore_eos=True, logprobs=True, top_logprobs=20)).encode()
        connection.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + server.key.encode()
                           + b"\r\ncontent-type: application/json\r\ncontent-length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
        within(60, lambda: server.metric("tesserae_gateway_requests_running") == 1, "the answer is under way")
        before = server.metric("tesserae_generated_tokens_total", must=False)
        start = time.monotonic()
        within(100, lambda: server.metric("tesserae_gateway_requests_running") == 0, "the answer is given up")
        figure("reader that reads nothing", f"given up after {time.monotonic() - start:.0f} s, "
                                            f"{server.metric('tesserae_generated_tokens_total', must=False) - before:.0f} tokens were made in that time")
