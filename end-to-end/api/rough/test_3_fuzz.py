"""Requests that nobody means: made from the OpenAPI document, from the proto, and from pictures with bits turned. Nothing of it may crash, hang, leak
or be answered with 5xx."""

import base64
import io
import json
import os
import random
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

import pytest
from conftest import ask, picture

pytestmark = pytest.mark.usefixtures("unbroken")

HERE = os.path.dirname(__file__)


def test_requests_made_from_the_openapi_document(server, figure, scale, tmp_path):
    """schemathesis, with all of its checks. Its own tally says how many cases it made."""
    report = tmp_path / "report.xml"
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"), "--config-file", os.path.join(HERE, "schemathesis.toml"), "run", f"{server.url}/q/openapi?format=json",
        "--url", server.url, "--checks", "all", "--max-examples", str(scale(520)), "--seed", "1",
        "--header", f"Authorization: Bearer {server.key}", "--header", "x-request-timeout: 10", "--request-timeout", "60",
        "--report", "junit", "--report-junit-path", str(report), "--no-color", "--workers", "2",
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=3_000)
    tail = run.stdout[-12_000:]
    made = re.search(r"([0-9,]+) (?:test cases )?generated", run.stdout)
    figure("schemathesis", f"{made.group(0) if made else 'no tally'}, exit {run.returncode}")
    assert run.returncode == 0, tail + run.stderr[-2_000:]
    assert int(made.group(1).replace(",", "")) >= scale(5_000), tail
    assert xml.etree.ElementTree.parse(report).getroot().get("failures") in ("0", None)


# gRPC


@pytest.fixture(scope="module")
def contract(tmp_path_factory):
    """The generated classes of the public contract."""
    from grpc_tools import protoc

    out = str(tmp_path_factory.mktemp("generated"))
    proto = os.environ["TESSERAE_API_PROTO"]
    assert protoc.main(["protoc", "-I", proto, f"--python_out={out}", f"--grpc_python_out={out}", "tesserae/chat/v1/chat.proto"]) == 0
    sys.path.insert(0, out)
    from tesserae.chat.v1 import chat_pb2

    return chat_pb2


WORDS = ["", "user", "assistant", "system", "tool", "hi", "a" * 2_000, "\u0000", "é☕🂡", "data:image/png;base64,AAAA", "https://127.0.0.1/", "file:///etc/passwd", "<image>", "{{ 1/0 }}",
         "<|im_start|>", "tesserae-135m", "linear", "\ud7ff", "../../x", "NaN", "-1"]


def filled(message, rng, depth=0):
    """Fills a message at random: extremes and nonsense of the right type."""
    for field in message.DESCRIPTOR.fields:
        if rng.random() < 0.55 or depth > 5:
            continue
        if field.message_type and field.message_type.GetOptions().map_entry:
            values = field.message_type.fields_by_name["value"]
            for _ in range(rng.randrange(3)):
                try:
                    if values.message_type:
                        filled(getattr(message, field.name)[scalar(field.message_type.fields_by_name["key"], rng)], rng, depth + 1)
                    else:
                        getattr(message, field.name)[scalar(field.message_type.fields_by_name["key"], rng)] = scalar(values, rng)
                except (TypeError, ValueError):
                    pass
        elif field.is_repeated:
            for _ in range(rng.randrange(4)):
                if field.message_type:
                    filled(getattr(message, field.name).add(), rng, depth + 1)
                else:
                    getattr(message, field.name).append(scalar(field, rng))
        elif field.message_type:
            filled(getattr(message, field.name), rng, depth + 1)
            getattr(message, field.name).SetInParent()
        else:
            setattr(message, field.name, scalar(field, rng))
    return message


def scalar(field, rng):
    kind = field.type
    if kind in (field.TYPE_STRING,):
        return rng.choice(WORDS)
    if kind == field.TYPE_BYTES:
        return rng.randbytes(rng.choice([0, 1, 10, 1_000]))
    if kind == field.TYPE_BOOL:
        return rng.random() < 0.5
    if kind in (field.TYPE_FLOAT, field.TYPE_DOUBLE):
        return rng.choice([0.0, -0.0, 1.0, 0.5, 2.0, -2.0, 1e38, -1e38, float("nan"), float("inf"), float("-inf"), 1e-30])
    if kind == field.TYPE_ENUM:
        return rng.choice([0, 1, 2, 3, 99])
    if kind in (field.TYPE_UINT32, field.TYPE_FIXED32):
        return rng.choice([0, 1, 2, 16, 20, 21, 2**31, 2**32 - 1])
    if kind in (field.TYPE_UINT64, field.TYPE_FIXED64):
        return rng.choice([0, 1, 2**63, 2**64 - 1])
    return rng.choice([0, 1, -1, 7, 2**31 - 1, -(2**31)])


def mutated(data, rng):
    data = bytearray(data)
    for _ in range(rng.randrange(1, 8)):
        where = rng.randrange(len(data) + 1)
        what = rng.randrange(4)
        if what == 0 and data:
            data[where % len(data)] ^= 1 << rng.randrange(8)
        elif what == 1:
            data[where:where] = rng.randbytes(rng.randrange(1, 20))
        elif what == 2:
            del data[where:where + rng.randrange(1, 20)]
        else:
            data[where:where] = data[: rng.randrange(len(data) + 1)]
    return bytes(data)


def test_messages_made_from_the_contract_and_broken(server, figure, scale, contract):
    import collections

    import grpc

    rng = random.Random(7)
    count = scale(20_000)
    channel = grpc.insecure_channel(server.grpc)
    metadata = (("authorization", f"Bearer {server.key}"),)
    complete = channel.unary_unary("/tesserae.chat.v1.Chat/Complete")
    stream = channel.unary_stream("/tesserae.chat.v1.Chat/StreamChat")
    models = channel.unary_unary("/tesserae.chat.v1.Chat/ListModels")
    codes, slowest, pending = collections.Counter(), 0.0, []

    def settle(keep):
        while len(pending) > keep:
            call = pending.pop(0)
            try:
                if hasattr(call, "result"):
                    call.result()
                    codes["OK"] += 1
                else:
                    for _ in call:
                        pass
                    codes["OK"] += 1
            except grpc.RpcError as refused:
                codes[refused.code().name] += 1

    resident = server.resident()
    for i in range(count):
        message = filled(contract.ChatRequest(), rng)
        if rng.random() < 0.9:
            # Answers are not what is tried here.
            message.max_tokens = rng.choice([1, 2])
        data = message.SerializeToString()
        if rng.random() < 0.5:
            data = mutated(data, rng)
        way = rng.random()
        start = time.perf_counter()
        if way < 0.7:
            pending.append(complete.future(data, timeout=20, metadata=metadata))
        elif way < 0.97:
            pending.append(stream(data, timeout=20, metadata=metadata))
        else:
            pending.append(models.future(data, timeout=20, metadata=metadata))
        settle(32)
        slowest = max(slowest, time.perf_counter() - start)
    settle(0)
    channel.close()
    figure(f"gRPC fuzz of {count}", f"{dict(codes)}, resident {(server.resident() - resident) / 2**20:+.0f} MB")
    assert sum(codes.values()) == count
    allowed = {"OK", "INVALID_ARGUMENT", "NOT_FOUND", "UNIMPLEMENTED", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED", "CANCELLED"}
    assert set(codes) <= allowed, codes
    assert codes["DEADLINE_EXCEEDED"] < max(2, count * 0.005), "nothing hangs"


# Pictures


def seeds():
    from PIL import Image

    rng = random.Random(3)
    base = Image.effect_mandelbrot((61, 47), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    turned = base.rotate(30, expand=True)
    for name, image, options in [
        ("jpeg", base, {"format": "JPEG"}), ("progressive jpeg", turned, {"format": "JPEG", "progressive": True}), ("cmyk jpeg", base.convert("CMYK"), {"format": "JPEG"}),
        ("grey jpeg", base.convert("L"), {"format": "JPEG"}), ("png", base, {"format": "PNG"}), ("palette png", base.convert("P"), {"format": "PNG"}),
        ("alpha png", base.convert("RGBA"), {"format": "PNG"}), ("1-bit png", base.convert("1"), {"format": "PNG"}), ("16-bit png", base.convert("I;16"), {"format": "PNG"}),
        ("lossy webp", base, {"format": "WEBP"}), ("lossless webp", turned, {"format": "WEBP", "lossless": True}), ("alpha webp", base.convert("RGBA"), {"format": "WEBP"}),
        ("animated webp", base, {"format": "WEBP", "save_all": True, "append_images": [base.rotate(90), base.rotate(5)]}),
        ("gif", base.convert("P"), {"format": "GIF"}), ("animated gif", base.convert("P"), {"format": "GIF", "save_all": True, "append_images": [base.rotate(9).convert("P")]}),
        ("exif jpeg", base, {"format": "JPEG", "exif": exif(rng)}),
    ]:
        out = io.BytesIO()
        image.save(out, **options)
        yield name, out.getvalue()


def exif(rng):
    from PIL import Image

    tags = Image.Exif()
    tags[0x0112] = 6
    tags[0x010E] = "a" * 300
    return tags.tobytes()


def test_pictures_with_bits_turned(server, figure, scale):
    """One request at a time for each of two callers, so that what hangs is seen. Each is asked about with the least that an answer takes."""
    import collections
    import concurrent.futures

    count = scale(10_000)
    rng = random.Random(11)
    all_seeds = list(seeds())
    statuses, times = collections.Counter(), []
    held = server.live_heap()
    resident = server.resident()

    def send(job):
        name, data = job
        start = time.perf_counter()
        status, answer = server.post(picture("data:image/png;base64," + base64.b64encode(data).decode(), "a", max_completion_tokens=1), timeout=60)
        return name, status, answer, time.perf_counter() - start

    def jobs():
        for i in range(count):
            name, data = all_seeds[i % len(all_seeds)]
            yield name, mutated(data, rng)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, status, answer, took in pool.map(send, jobs(), buffersize=64) if sys.version_info >= (3, 14) else batches(pool, send, jobs()):
            statuses[status] += 1
            times.append(took)
            assert status in (200, 400, 413, 415), (name, status, answer)
    times.sort()
    grown, grown_resident = server.live_heap() - held, server.resident() - resident
    figure(f"{count} mutated pictures", f"{dict(statuses)}, median {times[len(times) // 2] * 1000:.0f} ms, slowest {times[-1] * 1000:.0f} ms, "
                                        f"heap held {grown / 2**20:+.1f} MB, resident {grown_resident / 2**20:+.0f} MB")
    # What a picture costs is asked of the decoder itself, in a test that runs without anybody else; here, that nothing ever hangs.
    assert times[-1] < 30
    # Embeddings of the pictures that could be read are kept: 64 MB, and no more.
    assert grown < 110 << 20


def batches(pool, work, jobs):
    batch = []
    for job in jobs:
        batch.append(job)
        if len(batch) == 64:
            yield from pool.map(work, batch)
            batch = []
    yield from pool.map(work, batch)
