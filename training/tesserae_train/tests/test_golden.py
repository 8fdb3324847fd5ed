"""The exported model still gives its golden answers, wherever no choice was close."""

import functools
import json
from pathlib import Path

import pytest
from PIL import Image

from tesserae_train.reference import Pipeline

FOLDER = Path(__file__).parents[3] / "models" / "tesserae-135m"
CLEAR = 1.0
ANSWERS = [a for a in json.loads((FOLDER / "golden.json").read_text())["answers"] if a["least_margin"] >= CLEAR]


@functools.cache
def pipeline(nerve):
    return Pipeline(FOLDER, nerve)


def test_enough_answers_are_clear():
    assert len(ANSWERS) >= 6 and any(a["tiles"] for a in ANSWERS) and any(not a["tiles"] for a in ANSWERS)


@pytest.mark.parametrize("golden", ANSWERS, ids=lambda a: f"{a['picture']}-{a['detail']}-{a['question']}-{a.get('nerve')}")
def test_same_tokens(golden):
    picture = Image.open(FOLDER / golden["picture"]) if golden["picture"] else None
    said = pipeline(golden.get("nerve")).ask(golden["question"], picture, golden["detail"])
    assert (said.tiles, said.prompt_tokens, said.ids) == (golden["tiles"], golden["prompt_tokens"], golden["ids"])
