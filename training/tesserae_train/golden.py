"""Example pictures of the model folder and the answers that every other implementation of the path must give to them."""

import json
import random
from pathlib import Path

import numpy
import onnxruntime
import PIL
import tokenizers
from PIL import Image, ImageDraw

from . import export
from .data import emoji, fonts, glyphs, pages, photographs, shapes
from .reference import Pipeline, nerves

ANSWER = 32
PHOTOGRAPHS = {
    "cat.jpg": ("chelsea.png", "A cat's face", "CC0 1.0", "Stéfan van der Walt, by way of scikit-image"),
    "coffee.jpg": ("coffee.png", "A cup of coffee", "CC0 1.0", "Rachel Michetti, by way of scikit-image"),
    "mountain.jpg": ("picosdeeuropa_by_Aitzol_Berasategi.jpg", "Mountains", "CC BY 4.0, made smaller", "Aitzol Berasategi, by way of lomiri-wallpapers-16.04"),
}
QUESTIONS = (
    ("cat.jpg", "What is this?", "low"), ("cat.jpg", "Describe the image.", "high"), ("coffee.jpg", "What is in the picture?", "low"),
    ("coffee.jpg", "What do you see?", "high"), ("mountain.jpg", "What is this?", "low"), ("mountain.jpg", "What does the picture show?", "auto"),
    ("elephant.png", "What is this?", "low"), ("elephant.png", "What colour is the background?", "low"),
    ("circle.png", "Describe the image.", "low"), ("circle.png", "What colour is the circle?", "auto"),
    ("stars.png", "How many stars are there?", "low"), ("stars.png", "What is this?", "high"), ("sign.png", "What does it say?", "low"),
    ("receipt.png", "What is the {key}?", "high"), ("receipt.png", "What is the {key}?", "low"), (None, "What is the capital of France?", "low"),
)
OF_OTHER_NERVES = (("cat.jpg", "What is this?", "low"), ("coffee.jpg", "What do you see?", "high"), ("stars.png", "How many stars are there?", "low"))
"""Asked of each of the model's other nerves too."""


def pictures(folder: Path) -> None:
    """Small photographs, and drawings of our own: an emoji, a wide circle (large enough for tiles), three stars, a sign, a receipt in small print."""
    held_out = {Path(entry["file"]).name: entry for entry in photographs.held_out()}
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, (source, about, licence, author) in PHOTOGRAPHS.items():
        with Image.open(photographs.locate(held_out[source])) as picture:
            small = picture.convert("RGB")
        small.thumbnail((640, 640))
        small.save(folder / name, quality=88)
        lines.append(f"{name}: {about}. {licence}. {author}.")
    drawn = Image.new("RGB", (300, 260), (70, 130, 200))
    elephant = emoji.drawn("noto", "elephant", 220)
    drawn.paste(elephant, (40, 20), elephant)
    drawn.save(folder / "elephant.png")
    lines.append("elephant.png: An elephant on blue. Apache-2.0. Noto emoji, on a ground of our own.")
    for name, size, ground, places, colour, shape in (
        ("circle.png", (1800, 1000), (245, 245, 245), [(900, 520, 330)], (210, 40, 40), "circle"),
        ("stars.png", (420, 240), (20, 20, 60), [(80, 120, 55), (210, 120, 55), (340, 120, 55)], (245, 215, 50), "star"),
    ):
        picture = Image.new("RGB", size, ground)
        for x, y, r in places:
            ImageDraw.Draw(picture).polygon(shapes.outline(shape, x, y, r, 0), fill=colour)
        picture.save(folder / name, optimize=True)
        lines.append(f"{name}: Drawn by training/tesserae_train/golden.py. Apache-2.0.")
    sign = Image.new("RGB", (480, 320), (28, 96, 64))
    ImageDraw.Draw(sign).rounded_rectangle((20, 20, 460, 300), radius=24, outline=(245, 245, 240), width=8)
    ImageDraw.Draw(sign).text((240, 160), "OPEN", font=glyphs.of_height(fonts.held_out()[0], 84), fill=(245, 245, 240), anchor="mm")
    sign.save(folder / "sign.png", optimize=True)
    receipt().save(folder / "receipt.png", optimize=True)
    lines += [f"{name}: Drawn by training/tesserae_train/golden.py in openly licensed fonts. Apache-2.0." for name in ("sign.png", "receipt.png")]
    (folder / "LICENCES.txt").write_text("\n".join(lines) + "\n")


def receipt() -> Image.Image:
    return _page()[0]


def _page() -> tuple[Image.Image, dict]:
    """A page that takes tiles to read, always the same."""
    return pages.page(rng=random.Random(7), fonts=fonts.held_out(), width=1500, height=2000)


def ask(folder: Path, questions: tuple, nerve: str | None = None) -> list[dict]:
    """Answers of the reference, through one of the model's nerves."""
    pipeline, answers, key = Pipeline(folder, nerve), [], _page()[1]["lines"][0]["key"]
    for name, question, detail in questions:
        picture = Image.open(folder / "examples" / name) if name else None
        question = question.format(key=key)
        said = pipeline.ask(question, picture, detail, ANSWER)
        answers.append({"picture": f"examples/{name}" if name else None, "question": question, "detail": detail, "nerve": nerve, "tiles": said.tiles,
                        "prompt_tokens": said.prompt_tokens, "ids": said.ids, "text": said.text, "least_margin": said.least_margin})
        print(answers[-1])
    return answers


def write(out: str | Path) -> None:
    folder = Path(out)
    pictures(folder / "examples")
    answers = ask(folder, QUESTIONS)
    own, *others = nerves(json.loads((folder / "tesserae.json").read_text()))
    for nerve in others:
        answers += ask(folder, OF_OTHER_NERVES, nerve)
    versions = {m.__name__: m.__version__ for m in (numpy, onnxruntime, PIL, tokenizers)}
    golden = {
        "script": "training/tesserae_train/golden.py", "versions": versions,
        "about": "Greedy answers of the exported graphs, float32 between the stages, at most 32 tokens, the end token included. "
                 "content is the picture, then the question; nerve is null for the model's own. least_margin: the smallest distance of the two best logits at any step; "
                 "below about 0.1 another processor's arithmetic may choose otherwise.",
        "answers": answers,
    }
    (folder / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
    export.seal(folder)
