"""Answers are sentences that are true of the facts."""

import random

import pytest

from tesserae_train.data import conversation
from tesserae_train.evaluate import accepted


@pytest.mark.parametrize(("thing", "said"), [
    ("cat", "a cat"), ("umbrella", "an umbrella"), ("unicorn", "a unicorn"), ("scissors", "scissors"), ("octopus", "an octopus"),
    ("glasses", "glasses"), ("map of Japan", "the map of Japan"), ("slice of bread", "a slice of bread"), ("hourglass", "an hourglass"),
])
def test_articles(thing, said):
    assert conversation.a(thing) == said


def test_every_turn_about_a_named_thing_names_it():
    rng = random.Random(3)
    for _ in range(200):
        for question, answer in conversation.turns({"name": "teapot"}, ["cat", "tree"], rng):
            assert "teapot" in answer.lower() or (question, answer) in conversation.ASIDES


def test_counts_are_said_as_counted():
    turns = conversation._shape_turns({"shape": "cross", "colour": "red", "count": 3}, random.Random(0))
    assert ("There are three crosses." in [answer for _, answer in turns])


def test_accepting_an_answer_asks_for_a_whole_word():
    assert accepted("This is a cat.", ["cat"]) and accepted("I see two dogs.", ["dog"])
    assert not accepted("This is a catapult.", ["cat"])
