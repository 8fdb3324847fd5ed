"""The exported model still gives its golden answers, wherever no choice was close."""

import json
from pathlib import Path

import pytest
from PIL import Image

from tesserae_train.reference import Pipeline

FOLDER = Path(__file__).parents[3] / "models" / "tesserae-135m"
CLEAR = 1.0
ANSWERS = [a for a in json.loads((FOLDER / "golden.json").read_text())["answers"] if a["least_margin"] >= CLEAR]


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline(FOLDER)


def test_enough_answers_are_clear():
    assert len(ANSWERS) >= 6 and any(a["tiles"] for a in ANSWERS) and any(not a["tiles"] for a in ANSWERS)


@pytest.mark.parametrize("golden", ANSWERS, ids=lambda a: f"{a['picture']}-{a['detail']}-{a['question']}")
def test_same_tokens(pipeline, golden):
    said = pipeline.ask(golden["question"], Image.open(FOLDER / golden["picture"]), golden["detail"])
    assert (said.tiles, said.prompt_tokens, said.ids) == (golden["tiles"], golden["prompt_tokens"], golden["ids"])
