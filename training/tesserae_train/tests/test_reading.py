"""What becomes of the found characters: put in order, corrected by the reader, joined into words by the nerve."""

import random

import torch
from tesserae_train import dense, spelling
from tesserae_train.data.glyphs import CHARACTERS
from tesserae_train.dense import GLYPHS, N_GLYPH, compact
from tesserae_train.reader import Reader, matched


def rows(lines: list[str], slots: int = 2 * GLYPHS, missing: tuple = ()) -> torch.Tensor:
    """[1, slot, GLYPH_FEATURES] of lines of text as the tower finds them; the characters numbered `missing` are not there."""
    made, number = torch.zeros(1, slots, dense.GLYPH_FEATURES), 0
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            if character == " ":
                continue
            made[0, number, CHARACTERS.index(character)] = 1
            gap = column == 0 or line[column - 1] == " "
            facts = (1, 0.9, float(gap), float(column == 0), (column + 1) / 20, (row + 1) / 10, 0.0)
            made[0, number, N_GLYPH:] = torch.tensor(facts)
            number += 1
    made[0, list(missing)] = 0
    return made


def text(found: torch.Tensor) -> str:
    return "".join(CHARACTERS[int(r[:N_GLYPH].argmax())] for r in found[0] if r[N_GLYPH] > 0.5)


def test_what_is_there_moves_together_and_lines_begin_anew():
    found = compact(rows(["ABC", "DE"], missing=(0, 3)), GLYPHS)
    assert found.shape == (1, GLYPHS, dense.GLYPH_FEATURES)
    assert text(found) == "BCE"
    assert found[0, :4, N_GLYPH + 3].tolist() == [1, 0, 1, 0]
    assert not found[0, 3:].any()


def test_more_than_fit_are_cut_at_the_end():
    assert text(compact(rows(["A" * 20, "B" * 20]), GLYPHS)) == "A" * 20 + "B" * 12


def test_an_untaught_reader_changes_nothing_that_is_certain():
    given = rows(["STOP", "42"])
    read = Reader()(given)
    assert text(read) == "STOP42"
    assert read[0, 6:].abs().sum() == 0


def test_a_character_belongs_to_the_candidate_on_it_and_the_rest_is_none():
    given = rows(["AB", "Z"])
    side = 200
    known = [[{"class": 1 + CHARACTERS.index(c), "x": x * side, "y": 0.1 * side, "size": side / 16, "gap": g}
              for c, x, g in (("A", 0.05, True), ("8", 0.1, False))]]
    characters, gaps = matched(given, known, side)
    assert characters[0, :3].tolist() == [CHARACTERS.index("A"), CHARACTERS.index("8"), -1]
    assert gaps[0, :2].tolist() == [1, 0]


def test_words_are_said_at_their_last_character_only():
    torch.manual_seed(1)
    speller = spelling.Spelling(8)
    said = speller(rows(["TO GO", "UP"], GLYPHS))
    spoken = said[0].abs().sum(-1) > 0
    assert spoken[:7].tolist() == [False, True, False, True, False, True, False]
    alone = speller(rows(["GO"], GLYPHS))
    assert torch.allclose(said[0, 3], alone[0, 1])  # neither the word before nor the place matters


def test_spelling_learns_its_words_and_leaves_others_alone():
    table = torch.randn(4, 8, generator=torch.Generator().manual_seed(1))

    class Tokenizer:
        def __call__(self, text, add_special_tokens):
            return type("Ids", (), {"input_ids": [["total", "date", "soup", "rent"].index(text.strip())]})

    speller = spelling.Spelling(8)
    right = spelling.teach(speller, table, Tokenizer(), ["total", "date", "soup", "rent"], ["house", "river", "cloud"], steps=500, size=32)
    assert right > 0.95
    rng = random.Random(1)
    known = lambda texts: float(torch.sigmoid(speller.word(torch.stack([spelling.window(t, rng) for t in texts]).flatten(1))[1]).mean().detach())
    assert known(["Total:", "DATE"]) > 0.8 > 0.3 > known(["river", "81.20"])
