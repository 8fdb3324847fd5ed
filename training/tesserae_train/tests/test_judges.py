"""Each judge, on answers that are right, wrong, hedged, turned round and said otherwise."""

import pytest

from tesserae_train.measure import judges

CASES = {
    "named": (
        (["cat"], "This is a cat.", True), (["cat"], "The picture shows two cats.", True), (["cat"], "CAT", True), (["fox"], "I see foxes.", True),
        (["soccer ball", "football"], "This is a soccer ball.", True), (["coffee", "espresso"], "It shows a cup of espresso.", True),
        (["cat"], "This is a catalogue.", False), (["cat"], "This is a dog.", False), (["cat"], "", False), (["sun"], "This is a sunflower.", False),
        (["cat"], "This is a cat or a dog.", False), (["cat"], "It is either a cat, or a fox.", False),
        (["cat"], "I see a dog, a cat, a bird, a horse and a cow.", False), (["cat"], "a dog, a golden retriever, with a cat", True),
        (["cat"], "This is not a cat.", False), (["cat"], "This isn't a cat, it is a dog.", False), (["cat"], "There is no dog, but there is a cat.", True),
        (["cat"], "No, it is a cat.", True), (["trick or treat"], "It is trick or treat.", True),
        (["ice cream"], "This is an ice cream.", True), (["ice cream"], "This is ice.", False), (["t-shirt"], "This is a t-shirt.", True),
    ),
    "colour": (
        ("red", "The circle is red.", True), ("red", "Red", True), ("red", "It is a red circle.", True), ("gray", "It is grey.", True),
        ("purple", "It is violet.", True), ("turquoise", "Cyan.", True), ("blue", "It is light blue.", True),
        ("red", "The circle is red or blue.", False), ("red", "The circle is blue.", False), ("red", "The circle is red, blue and green.", False),
        ("red", "The image shows a red circle on a white background.", True), ("white", "The image shows a red circle on a white background.", False),
        ("white", "The circle is on a white background.", True), ("red", "It is not red.", False), ("red", "It is reddish.", False), ("red", "", False),
    ),
    "shape": (
        ("circle", "This is a circle.", True), ("circle", "These are red circles.", True), ("cross", "These are crosses.", True), ("oval", "An ellipse.", True),
        ("square", "This is a rectangle.", False), ("square", "A square or a rectangle.", False), ("diamond", "A rhombus.", True),
        ("star", "This is not a star.", False), ("ring", "There is a string.", False), ("star", "I start here.", False),
    ),
    "place": (
        ("top left", "The circle is at the top left.", True), ("top left", "In the upper left corner.", True), ("top left", "It is at the top.", False),
        ("top left", "Top left or bottom left.", False), ("top left", "On the left.", False), ("top", "At the top, in the middle.", True),
        ("top", "At the top left.", False), ("left", "On the left side.", True), ("left", "In the middle of the left side.", True),
        ("left", "Bottom left.", False), ("centre", "It is in the center.", True), ("centre", "In the middle of the picture.", True),
        ("centre", "At the top, in the middle.", False), ("centre", "It is somewhere.", False), ("right", "It is not on the right.", False),
    ),
    "order": (
        ("first", "The first picture.", True), ("second", "The second one is.", True), ("first", "The first or the second.", False),
        ("first", "The second picture.", False), ("second", "Both.", False),
    ),
    "count": (
        (3, "There are three circles.", True), (3, "3", True), (3, "There are 3 red circles.", True), (3, "There are 13 circles.", False),
        (3, "Three or four.", False), (3, "Some.", False), (1, "There is one circle.", True), (1, "There is a circle.", True), (2, "There is a circle.", False),
        (3, "There are 3.5 circles.", False), (3, "There are threefold.", False), (0, "Zero.", True),
    ),
    "yes_no": (
        ("yes", "Yes, it is a cat.", True), ("yes", "yes", True), ("no", "No, it is a dog.", True), ("no", "There is no dog in the picture.", True),
        ("yes", "No. Yes.", False), ("yes", "Yesterday.", False), ("no", "Nobody knows.", False), ("yes", "It is a cat.", False),
    ),
    "exact": (
        ("HELLO", 'It says "HELLO".', True), ("HELLO", "It says “HELLO.”", True), ("HELLO", "The word is HELLO.", True), ("HELLO", "HELLO", True),
        ("HELLO", "Hello", False), ("HELLO", "It says HELLO WORLD.", False), ("HELLO", 'It says "HELLO" or "HALLO".', False),
        ("HELLO", "HELLO or HALLO", False), ("4821", "The number is 4821.", True), ("4821", "The number is 4812.", False), ("48.20", "The total is 48.20.", True),
        ("48.20", "48.2", False), ("reads", "It says reads.", True), ("is", "The text is is.", True), ("B12", "Code: B12", True), ("it's", 'It says "it\'s".', True),
        ("Word", "The text says the word Word.", True), ("HELLO", "", False), ("say", "It says 'say'.", True),
    ),
    "exact_any_case": (("HELLO", "It says hello.", True), ("Hello", 'It says "HELLO".', True), ("HELLO", "hallo", False)),
}


@pytest.mark.parametrize("judge,expected,answer,right", [(judge, *case) for judge, cases in CASES.items() for case in cases])
def test_verdict(judge, expected, answer, right):
    assert judges.JUDGES[judge](answer, expected) is right


@pytest.mark.parametrize("answer,right", [
    ("The red circle is bigger.", True), ("The red circle is bigger than the blue star.", True), ("The red one.", True), ("The circle.", True),
    ("The blue star is smaller than the red circle.", True), ("The red circle is smaller than the blue star.", False), ("The blue star is bigger.", False),
    ("The blue star is larger than the red circle.", False), ("The red circle or the blue star.", False), ("The red star.", False),
    ("Both.", False), ("The red circle is not bigger than the blue star.", False),
])
def test_bigger(answer, right):
    assert judges.bigger(answer, {"asked": "bigger", "right": ["red", "circle"], "wrong": ["blue", "star"]}) is right


@pytest.mark.parametrize("answer,right", [
    ("The blue star is smaller.", True), ("The blue star is smaller than the red circle.", True), ("The red circle is bigger than the blue star.", True),
    ("The red circle.", False), ("The blue star is bigger than the red circle.", False),
])
def test_smaller(answer, right):
    assert judges.bigger(answer, {"asked": "smaller", "right": ["blue", "star"], "wrong": ["red", "circle"]}) is right


def test_every_judge_is_tested():
    assert set(judges.JUDGES) == set(CASES) | {"bigger"}
