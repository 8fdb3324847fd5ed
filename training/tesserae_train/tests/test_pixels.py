"""The eye's pixels and the prompt's layout, by the rules that the serving side repeats."""

import numpy as np
import pytest
from PIL import Image

from tesserae_train import pixels, prompt
from tesserae_train.nerve import tokens


@pytest.mark.parametrize(("size", "expected"), [
    ((2000, 1500), (4, 3)), ((1414, 2000), (3, 5)), ((2000, 2000), (4, 4)), ((600, 200), (2, 1)), ((100, 900), (1, 3)), ((385, 384), (2, 1)),
])
def test_the_grid_shrinks_the_picture_least_and_then_has_the_fewest_tiles(size, expected):
    assert pixels.grid(*size) == expected


def test_overview_is_letterboxed_in_the_middle():
    canvas = np.asarray(pixels.overview(Image.new("RGB", (400, 100), (255, 0, 0))))
    assert canvas.shape == (384, 384, 3)
    assert tuple(canvas[0, 0]) == pixels.GROUND == (127, 127, 127)
    assert tuple(canvas[192, 5]) == (255, 0, 0)
    assert (canvas[144:240, :, 0] == 255).all() and (canvas[143, :, 0] == 127).all()


def test_tiles_are_cut_in_reading_order():
    picture = Image.new("RGB", (768, 384))
    picture.paste((255, 255, 255), (384, 0, 768, 384))
    left, right = pixels.tiles(picture, 2, 1)
    assert np.asarray(left)[100, 50, 0] == 0 and np.asarray(right)[100, 200, 0] == 255


@pytest.mark.parametrize(("size", "detail", "slots"), [
    ((1500, 1000), "auto", 1), ((1537, 1000), "auto", 16), ((1537, 1000), "low", 1), ((300, 200), "high", 1), ((640, 426), "high", 5),
])
def test_detail_decides_about_tiles(size, detail, slots):
    assert len(pixels.slots(Image.new("RGB", size), detail)[0]) == slots


def test_prompt_holds_a_line_break_before_each_row_and_one_at_the_end():
    for school in ("c-abstractor", "linear"):
        slot = prompt.IMAGE * tokens(school)
        assert prompt.expanded(None, tokens(school)) == slot + "\n"
        assert prompt.expanded((2, 2), tokens(school)) == f"{slot}\n{slot}{slot}\n{slot}{slot}\n"
