import pytest

from tesserae_train.data import emoji


@pytest.mark.parametrize("phrase, head", [
    ("red apple", "apple"), ("glass of milk", "glass"), ("house with garden", "house"), ("teapot", None), ("fork and knife", None),
])
def test_head_noun(phrase, head):
    assert emoji.head_noun(phrase) == head


def test_listed_names_come_first_and_can_forbid_the_head_noun():
    assert emoji._spoken("automobile", "automobile", ["car"]) == ["car", "automobile"]
    assert emoji._spoken("red-apple", "red apple", []) == ["red apple", "apple"]
    assert emoji._spoken("hot-dog", "hot dog", ["=", "sausage", "!"]) == ["hot dog", "sausage"]


def test_keys_of_a_set_are_matched_by_alias_hyphens_face_and_number():
    keys = ["alarmclock", "bear-face", "doughnut-1", "fox", "fox-face", "gem", "unknown"]
    wanted = {"alarm-clock", "bear", "doughnut", "fox", "gem-stone"}
    assert emoji.matched(keys, {"gem": "gem-stone"}, wanted) == {
        "alarm-clock": "alarmclock", "bear": "bear-face", "doughnut": "doughnut-1", "fox": "fox", "gem-stone": "gem"}


def test_tables_are_whole():
    names, aliases = emoji.table("emoji_names.txt"), emoji.table("emoji_aliases.txt")
    assert len(names) > 500 and all(all(words) for words in names.values())
    assert set(aliases) <= set(emoji.STYLES)
    assert all(pair.count("=") == 1 for pairs in aliases.values() for pair in pairs)
