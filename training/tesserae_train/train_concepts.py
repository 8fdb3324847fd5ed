"""Teaches the eye's concept layers the names of drawn things, in every training style, on every kind of ground."""

import functools
import io
import multiprocessing
import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageEnhance, ImageFilter
from torch.nn import functional as F

from . import concepts, runs
from .data import emoji
from .eye import Eye
from .train_dense import pixels
from .workspace import run_folder, work_folder

SIDE = 192
LAST_SIDE = 256
"""The last fifth of the budget sees pictures at the size that serving shows."""


def names() -> list[str]:
    """The taught names, in the order of their classes."""
    return sorted({emoji.name(key).lower() for key in emoji.concepts()})


def rendered() -> list[tuple[str, str, bytes]]:
    """(name, style, PNG) of every concept in every training style; made once for a table of names."""
    kept = work_folder() / "emoji.pt"
    if kept.exists():
        found = torch.load(kept)
        if {name for name, _, _ in found} == set(names()):
            return found
    found = []
    for key in emoji.concepts():
        for style in emoji.STYLES:
            try:
                image = emoji.drawn(style, key, 176)
            except Exception:  # a vendor's file that resvg refuses is one picture fewer
                image = None
            if image is not None and image.getbbox():
                buffer = io.BytesIO()
                image.crop(image.getbbox()).save(buffer, "PNG", compress_level=1)
                found.append((emoji.name(key).lower(), style, buffer.getvalue()))
    torch.save(found, kept)
    return found


def pasted(image: Image.Image, photos: list, rng: random.Random, width: int, height: int) -> tuple[Image.Image, str | None]:
    """One drawn thing, worn by chance, on a ground; the ground's colour where it is plain."""
    from .data import ground

    back, colour = ground.any_ground(width, height, photos, rng) if rng.random() < 0.75 else (Image.new("RGB", (width, height), (255, 255, 255)), "white")
    thing = image
    if rng.random() < 0.4:
        thing = thing.rotate(rng.uniform(-15, 15), Image.BICUBIC, expand=True)
    if rng.random() < 0.25:
        thing = thing.transpose(Image.FLIP_LEFT_RIGHT)
    if rng.random() < 0.5:
        alpha = thing.getchannel("A")
        tone = thing.convert("RGB")
        for kind in (ImageEnhance.Color, ImageEnhance.Brightness, ImageEnhance.Contrast):
            tone = kind(tone).enhance(rng.uniform(0.6, 1.4))
        if rng.random() < 0.2:
            h, s, v = tone.convert("HSV").split()
            shift = rng.randint(0, 255)
            tone = Image.merge("HSV", (h.point(lambda p: (p + shift) % 256), s, v)).convert("RGB")
        thing = tone.copy()
        thing.putalpha(alpha)
    side = min(width, height)
    scale = side * rng.uniform(0.45, 0.98) / max(thing.size)
    stretch = rng.uniform(0.88, 1.14)
    size = max(8, min(side, round(thing.width * scale * stretch))), max(8, min(side, round(thing.height * scale / stretch)))
    thing = thing.resize(size, Image.BICUBIC)
    back.paste(thing, (rng.randint(0, width - size[0]), rng.randint(0, height - size[1])), thing)
    if rng.random() < 0.15:
        back = back.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.2)))
    return back, colour


def pasted_png(png: bytes, photos: list, rng: random.Random, width: int, height: int, name: str) -> tuple[Image.Image, dict]:
    """The same with the facts of a lesson."""
    picture, colour = pasted(Image.open(io.BytesIO(png)).convert("RGBA"), photos, rng, width, height)
    return picture, {"name": name, "ground": colour}


def _draw(seed: str, put, batch: int, side) -> None:
    from .data import fonts, ground, photographs, scenes, words

    torch.set_num_threads(1)
    things, photos, faces = rendered(), photographs.grounds(768), fonts.training()
    index = {name: i for i, name in enumerate(names())}
    none = len(index)
    by_name: dict[str, list] = {}
    for name, style, png in things:
        by_name.setdefault(name, []).append(png)
    rng = random.Random(seed)
    order: list[str] = []
    while True:
        drawn, labels = [], []
        for _ in range(batch):
            kind = rng.random()
            s = side.value
            if kind < 0.84:
                if not order:
                    order = list(by_name)
                    rng.shuffle(order)
                name = order.pop()
                picture, colour = pasted(Image.open(io.BytesIO(rng.choice(by_name[name]))).convert("RGBA"), photos, rng, s, s)
                label = (index[name], 1, colour)
            elif kind < 0.91:
                picture, label = ground.crop(rng.choice(photos), s, s, rng), (none, 0, None)
            elif kind < 0.95:
                picture, facts = scenes.scene(photos, rng, s, s)
                label = (none, 2, facts["ground"])
            elif kind < 0.98:
                picture, label = words.word(rng, faces, s, s, photos)[0], (none, 3, None)
            else:
                picture, colour = ground.any_ground(s, s, [], rng)
                label = (none, 4, colour)
            drawn.append(np.asarray(picture.convert("RGB"), np.uint8))
            known = label[2] if kind < 0.84 or label[1] in (2, 4) else "unknown"
            labels.append((label[0], label[1], -100 if known == "unknown" else concepts.GROUNDS.index(known or "none")))
        put((np.stack(drawn), np.array(labels)))


def train(name: str = "concepts", minutes: float = 40, batch: int = 48, rate: float = 1.5e-3, threads: int = 1, seed: int = 1,
          rate_share: float = 1.0) -> Path:
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    folder = run_folder(name)
    eye = Eye()
    layers = concepts.Concepts(eye, len(names())).train()
    new = [p for n, p in layers.named_parameters() if n.split(".")[0] not in ("blocks", "head")]
    old = [p for n, p in layers.named_parameters() if n.split(".")[0] in ("blocks", "head")]
    optimizer = torch.optim.AdamW([{"params": old, "share": 0.4}, {"params": new, "share": 2.0}], lr=rate, weight_decay=0.02)
    checkpoint = folder / "checkpoint.pt"
    saved = runs.resume(checkpoint) or runs.START
    if "layers" in saved:
        if saved["names"] != names():
            raise ValueError(f"{checkpoint} was taught other names than data/emoji_names.txt has now: move it away to begin anew")
        layers.load_state_dict(saved["layers"])
    if "optimizer" in saved:
        optimizer.load_state_dict(saved["optimizer"])
    earlier = saved["earlier"]
    rendered()
    side = multiprocessing.Value("i", LAST_SIDE if earlier["step"] else SIDE)
    step, seen, budget, recent = saved["step"], saved["samples"], runs.Budget(minutes, saved["seconds"] - earlier["seconds"]), []
    seconds = lambda: earlier["seconds"] + budget.seconds()

    def save():
        runs.save(checkpoint, layers=layers.state_dict(), optimizer=optimizer.state_dict(), names=names(), step=step, samples=seen,
                  seconds=seconds(), earlier=earlier)

    with runs.Drawers(functools.partial(_draw, batch=batch, side=side), [f"{seed} {step}"], ahead=4) as drawers:
        while budget.progress() < 1:
            if budget.progress() > 0.8:
                side.value = LAST_SIDE
            for group in optimizer.param_groups:
                group["lr"] = rate * rate_share * group["share"] * budget.rate(step - earlier["step"], rise=100, least=0.01)
            pictures, labels = drawers.batch()
            seen = pixels(pictures)
            with torch.autocast("cpu", torch.bfloat16):
                with torch.no_grad():
                    middle = eye.middle(seen)
                called, domain, back = layers(middle, seen)
            labels = torch.from_numpy(labels)
            losses = {"loss": F.cross_entropy(called.float(), labels[:, 0], label_smoothing=0.05), "domain": F.cross_entropy(domain.float(), labels[:, 1]),
                      "ground": F.cross_entropy(back.float(), labels[:, 2])}
            (losses["loss"] + 0.3 * losses["domain"] + 0.3 * losses["ground"]).backward()
            torch.nn.utils.clip_grad_norm_(layers.parameters(), 2.0)
            optimizer.step()
            optimizer.zero_grad()
            step, seen = step + 1, seen + len(pictures)
            right = (called.argmax(1) == labels[:, 0]).float().mean()
            recent.append({**{k: float(v.detach()) for k, v in losses.items()}, "right": float(right)})
            if step % 20 == 0:
                print(runs.note(folder, "concepts", step, seconds(), pictures=seen, waiting=drawers.waiting(), **runs.means(recent)), flush=True)
                recent = []
            if step % 200 == 0:
                save()
    save()
    return checkpoint
