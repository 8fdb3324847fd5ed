"""Answers are sentences that are true of the facts."""

import random
from collections import Counter

import pytest

from tesserae_train.data import conversation, scenes
from tesserae_train.measure.judges import named as accepted


@pytest.mark.parametrize(("thing", "said"), [
    ("cat", "a cat"), ("umbrella", "an umbrella"), ("unicorn", "a unicorn"), ("scissors", "scissors"), ("octopus", "an octopus"),
    ("glasses", "glasses"), ("map of Japan", "the map of Japan"), ("slice of bread", "a slice of bread"), ("hourglass", "an hourglass"),
])
def test_articles(thing, said):
    assert conversation.a(thing) == said


def test_naming_a_thing_names_it():
    rng = random.Random(3)
    for _ in range(200):
        assert "teapot" in conversation.naming({"name": "teapot", "ground": None}, rng)[1].lower()


def scene(*objects, kind="mixed"):
    return {"kind": kind, "ground": "white", "objects": [{"shape": s, "colour": c, "box": box} for s, c, box in objects]}


def test_counts_are_said_as_counted():
    crosses = scene(*[("cross", "red", [x, 0, x + 20, 20]) for x in (0, 50, 100)], kind="many")
    answers = [answer for _, answer in conversation.about_scene(crosses, (384, 384), random.Random(0))]
    assert "There are three crosses." in answers


def test_every_answer_about_a_scene_is_true():
    big, small = ("circle", "red", [10, 10, 210, 210]), ("star", "blue", [300, 300, 340, 340])
    for seed in range(200):
        for question, answer in conversation.about_scene(scene(big, small), (384, 384), random.Random(seed)):
            if question.startswith("Which is") and "smaller" in question:
                assert "star" in answer and "circle" not in answer
            elif question.startswith("Which is"):
                assert "circle" in answer and "star" not in answer
            elif question.startswith("Where") and "star" in question:
                assert answer.endswith("bottom right.")
            elif answer.startswith("Yes"):
                assert any(word in answer for word in ("circle", "star"))
            elif answer.startswith("No"):
                assert not any(f"no {colour} {shape} in" in answer or f"no {shape} in" in answer for shape, colour, _ in (big, small))


def test_a_page_too_small_to_read_is_said_to_be():
    facts = {"lines": [{"key": "Total", "value": "48.20"}]}
    assert all("too small" in answer for _, answer in conversation.about_page(facts, random.Random(1), readable=False))
    assert any("«48.20»" in answer for _, answer in conversation.about_page(facts, random.Random(1)))


def test_accepting_an_answer_asks_for_a_whole_word():
    assert accepted("This is a cat.", ["cat"]) and accepted("I see two dogs.", ["dog"])
    assert not accepted("This is a catapult.", ["cat"])


def test_two_shapes_are_said_to_be_the_same_only_where_they_are():
    assert conversation.same_shape("star", "star", random.Random(0))[1] == "Yes, both pictures show a star."
    assert conversation.same_shape("star", "oval", random.Random(0))[1] == "No, the first picture shows a star and the second picture shows an oval."


def test_some_of_a_scene_are_alike_and_some_are_not():
    for seed in range(20):
        _, facts = scenes.scene([], random.Random(seed), 128, 128, "some")
        most = Counter(o["shape"] for o in facts["objects"]).most_common(1)[0][1]
        assert 2 <= most and len(facts["objects"]) <= 6
