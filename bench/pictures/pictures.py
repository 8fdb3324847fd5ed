"""JPEG decoding and resizing against Pillow's, on one picture of 12 million pixels.

    ./tesserae bench pictures [--json FILE] [--rounds N]

The picture is made here: noise of all sizes as photographs have it, discs with hard edges, and a sensor's grain; 4000×3000, 4:2:0,
quality 90, about 2.8 MB. Pillow and a fresh JVM, warmed up, take turns; a figure is the ratio of the medians over all rounds.
"""

import argparse
import hashlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, features

HERE = Path(__file__).parent
WIDTH, HEIGHT = 4000, 3000
SMALLER = (2048, 1536)
WARM, MEASURED = 60, 15


def noise(rng: np.random.Generator, slope: float) -> np.ndarray:
    """float32 [height, width] of deviation 1: octaves of noise, each weaker by its number of cells to the power `slope`."""
    total, cells = np.zeros((HEIGHT, WIDTH), np.float32), 4
    while cells < WIDTH:
        coarse = rng.standard_normal((max(2, cells * HEIGHT // WIDTH), cells)).astype(np.float32)
        total += np.asarray(Image.fromarray(coarse).resize((WIDTH, HEIGHT), Image.BICUBIC)) * cells**-slope
        cells *= 2
    return total / total.std()


def photograph() -> Image.Image:
    rng = np.random.default_rng(7)
    luma, cb, cr = 128 + 45 * noise(rng, 0.8), 18 * noise(rng, 1.3), 18 * noise(rng, 1.3)
    y, x = np.ogrid[0:HEIGHT, 0:WIDTH]
    for _ in range(60):
        disc = (x - rng.uniform(0, WIDTH)) ** 2 + (y - rng.uniform(0, HEIGHT)) ** 2 < rng.uniform(20, WIDTH / 12) ** 2
        luma[disc] = luma[disc] / 2 + rng.uniform(0, 128)
        cb[disc] += rng.uniform(-50, 50)
        cr[disc] += rng.uniform(-50, 50)
    luma += rng.standard_normal(luma.shape).astype(np.float32) * 4.5
    rgb = np.stack((luma + 1.402 * cr, luma - 0.344 * cb - 0.714 * cr, luma + 1.772 * cb), -1)
    return Image.fromarray(rgb.clip(0, 255).astype(np.uint8))


def timed(work) -> list[float]:
    times = []
    for _ in range(MEASURED + 2):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1e3)
    return times[2:]


def pillow(data: bytes) -> dict:
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    small = picture.resize(SMALLER, Image.LANCZOS)
    return {"decode_ms": timed(lambda: Image.open(io.BytesIO(data)).convert("RGB")), "resize_ms": timed(lambda: picture.resize(SMALLER, Image.LANCZOS)),
            "sha256": hashlib.sha256(picture.tobytes()).hexdigest(), "resized_sha256": hashlib.sha256(small.tobytes()).hexdigest()}


def jvm(java: str, application: Path, file: Path, threads: int) -> dict:
    path = os.pathsep.join(f"{application / folder}/*" for folder in ("app", "lib/main", "lib/boot"))
    command = [java, f"-XX:ActiveProcessorCount={threads}", "-cp", path, HERE / "PictureTimes.java", file, str(WARM), str(MEASURED), *map(str, SMALLER)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def row(name: str, goal: float, ours: list[dict], theirs: list[dict], key: str, hash_key: str, **more) -> dict:
    mine, reference = (statistics.median(value for one in runs for value in one[key]) for runs in (ours, theirs))
    equal = {one[hash_key] for one in ours} == {theirs[0][hash_key]}
    ratio = round(mine / reference, 3)
    return {"name": name, "goal": f"≤ {goal:g} times Pillow's time, equal pixels", "figure": ratio, "holds": equal and ratio <= goal,
            "measured": {"ours_ms": round(mine, 1), "pillow_ms": round(reference, 1), "equal_pixels": equal, **more}}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--java", default="java")
    parser.add_argument("--application", type=Path, required=True, help="the gateway's quarkus-app folder")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    stream = io.BytesIO()
    photograph().save(stream, "JPEG", quality=90, subsampling=2)
    cores = min(2, len(os.sched_getaffinity(0)))
    theirs, ours, alone = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "photograph.jpg"
        file.write_bytes(stream.getvalue())
        for _ in range(args.rounds):
            theirs.append(pillow(stream.getvalue()))
            ours.append(jvm(args.java, args.application, file, cores))
            alone.append(jvm(args.java, args.application, file, 1))
    more = {"threads": cores, "pillow": PIL.__version__, "libjpeg_turbo": features.version("libjpeg_turbo"), "bytes": len(stream.getvalue()),
            "load": os.getloadavg()[0]}
    rows = [row("pictures: JPEG of 12 megapixels to RGB", 1.5, ours, theirs, "decode_ms", "sha256", **more,
                first_ms=round(statistics.median(one["first_ms"] for one in ours), 1)),
            row("pictures: JPEG of 12 megapixels to RGB, one thread", 1.5, alone, theirs, "decode_ms", "sha256"),
            row("pictures: 12 megapixels to 2048×1536, Lanczos", 1.5, ours, theirs, "resize_ms", "resized_sha256", threads=cores)]
    for one in rows:
        print(json.dumps(one, ensure_ascii=False))
    if args.json:
        args.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
