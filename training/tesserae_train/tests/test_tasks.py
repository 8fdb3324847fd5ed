"""Tasks that need nothing fetched: what is drawn is what is expected, and the right answer is judged right."""

import collections
import random

import pytest

from tesserae_train.data import scenes
from tesserae_train.measure import judges, tasks


def answer_of(question):
    """A plain answer that is right, from what is expected."""
    if question.judge == "bigger":
        return f"The {' '.join(question.expected['right'])} is {question.expected['asked']}."
    return f"{question.expected}"


@pytest.mark.parametrize("name", ("colour", "shape", "place", "bigger", "count", "follow-up", "two-pictures"))
def test_questions_can_be_answered_and_are_the_same_again(name):
    made = tasks.TASKS[name].make(random.Random("a"), 12)
    again = tasks.TASKS[name].make(random.Random("a"), 12)
    assert len(made) == 12 and [q.turns for q in made] == [q.turns for q in again]
    assert all(a.tobytes() == b.tobytes() for q, r in zip(made, again) for a, b in zip(q.pictures, r.pictures))
    for question in made:
        assert judges.JUDGES[question.judge](answer_of(question), question.expected), question
        assert not judges.JUDGES[question.judge]("I cannot tell.", question.expected), question
        assert question.task == name and question.pictures[0].size == (tasks.SIDE, tasks.SIDE)


def test_counts_are_balanced():
    found = collections.Counter(q.expected for q in tasks.counts(random.Random(1), 24))
    assert found == {n: 4 for n in range(1, 7)}


def test_yes_and_no_of_two_pictures_are_balanced():
    found = collections.Counter(q.expected for q in tasks.two_pictures(random.Random(1), 24) if q.judge == "yes_no")
    assert found == {"yes": 6, "no": 6}


def test_a_place_is_never_on_a_border():
    for question in tasks.places(random.Random(2), 12):
        assert question.expected in {scenes.place({"box": (x, y, x, y)}, 384, 384) for x in (64, 192, 320) for y in (64, 192, 320)}


def test_things_that_share_a_word_are_not_apart():
    assert tasks._apart(["cat"], ["dog"]) and not tasks._apart(["polar bear"], ["bears", "panda"])
