"""Questions asked apart: each as if it were the first, the picture once for all."""

import random

import torch
from tesserae_train import dense, prompt
from tesserae_train.data import glyphless, words
from tesserae_train.data.glyphs import CHARACTERS
from tesserae_train.lessons import Lesson, packed
from tesserae_train.teacher import seen_by


class Tokenizer:
    """A token a character; «<image>» is one."""

    def __call__(self, text, add_special_tokens=False):
        ids = []
        while text:
            image = text.startswith(prompt.IMAGE)
            ids.append(prompt.IMAGE_ID if image else 10 + ord(text[0]))
            text = text[len(prompt.IMAGE) if image else 1:]
        return type("Ids", (), {"input_ids": ids})


def test_each_question_stands_where_it_would_stand_alone():
    turns = [("A?", "b"), ("Longer?", "«cd» e")]
    whole = prompt.encode_lesson(Tokenizer(), Lesson({}, [None], turns, apart=True), 3)
    picture = 4  # three image tokens and a line break
    for number, turn in enumerate(turns, 1):
        ids, targets = prompt.encode(Tokenizer(), [None], [turn], False, 3)
        mine = [i for i, branch in enumerate(whole.branches) if branch in (0, number)]
        assert [whole.ids[i] for i in mine] == ids
        assert [whole.targets[i] for i in mine] == targets
        assert [whole.positions[i] for i in mine] == list(range(len(ids)))
    assert whole.branches[:picture] == [0] * picture and whole.ids[:3] == [prompt.IMAGE_ID] * 3


def test_a_question_sees_the_picture_and_itself():
    mask = seen_by(torch.tensor([[0, 0, 1, 1, 2]]))[0, 0]
    assert (mask == 0).int().tolist() == [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1, 1, 0, 0, 1]]


def test_the_head_comes_before_all():
    lesson = prompt.after([7, 8], prompt.Encoded([1, 2], [-100, 5], [0, 1], [0, 1]))
    assert (lesson.ids, lesson.targets, lesson.branches, lesson.positions) == ([7, 8, 1, 2], [-100, -100, -100, 5], [0, 0, 0, 1], [0, 1, 2, 3])


def test_batches_of_short_lessons_are_larger_and_none_is_lost():
    given = [Lesson({}, [None], [("Is it?", "It is.")] * n) for n in (1, 14, 2, 1, 1, 14, 3, 1, 1, 9, 1, 14, 1)]
    batches = packed(list(given), 2)
    assert sorted(map(id, given)) == sorted(id(lesson) for batch in batches for lesson in batch)
    lengths = [[len(lesson.turns) for lesson in batch] for batch in batches]
    assert lengths[0] == [14, 14] and len(lengths[-1]) > 2
    assert all(len(batch) * (100 + max(batch) * 16) <= 2 * (100 + 14 * 16) for batch in lengths)


def test_a_word_that_was_never_drawn_is_read_as_one_that_was(monkeypatch):
    monkeypatch.setattr(words, "vocabulary", lambda: ("letter", "happen", "stone"))
    rng, twice = random.Random(1), 0
    for _ in range(60):
        said, kind = glyphless.text(rng)
        rows = glyphless.rows(said, rng)
        assert rows.shape == (dense.GLYPHS, dense.GLYPH_FEATURES)
        there = rows[rows[:, dense.N_GLYPH] > 0.5]
        assert "".join(CHARACTERS[row[:dense.N_GLYPH].argmax()] for row in there) == said and (kind == "number") == said.isdigit()
        assert not rows[len(said):].any() and there[:, dense.N_GLYPH + 3].tolist() == [1] + [0] * (len(said) - 1)
        assert (there[1:, dense.N_GLYPH + 4] > there[:-1, dense.N_GLYPH + 4]).all()
        twice += any(a == b for a, b in zip(said, said[1:]))
    assert twice > 15
