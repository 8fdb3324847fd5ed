"""The eye's pixels and the prompt's layout, by the rules that the serving side repeats."""

import numpy as np
import pytest
from PIL import Image

from tesserae_train import pixels, prompt
from tesserae_train.nerve import TOKENS


@pytest.mark.parametrize(("size", "expected"), [
    ((3000, 2000), (3, 2)), ((1000, 1000), (2, 2)), ((600, 200), (3, 1)), ((100, 900), (1, 6)),
])
def test_grid_has_the_nearest_aspect(size, expected):
    assert pixels.grid(*size) == expected


def test_a_tie_goes_to_the_larger_grid_only_when_the_picture_fills_half_of_it():
    assert pixels.grid(1280, 1024) == (3, 2)
    assert pixels.grid(125, 100) == (2, 2)


def test_overview_is_letterboxed_in_the_middle():
    canvas = np.asarray(pixels.overview(Image.new("RGB", (400, 100), (255, 0, 0))))
    assert canvas.shape == (256, 256, 3)
    assert tuple(canvas[0, 0]) == pixels.GROUND == (127, 127, 127)
    assert tuple(canvas[128, 5]) == (255, 0, 0)
    assert (canvas[96:160, :, 0] == 255).all() and (canvas[95, :, 0] == 127).all()


def test_tiles_are_cut_in_reading_order():
    picture = Image.new("RGB", (512, 256))
    picture.paste((255, 255, 255), (256, 0, 512, 256))
    left, right = pixels.tiles(picture, 2, 1)
    assert np.asarray(left)[100, 50, 0] == 0 and np.asarray(right)[100, 200, 0] == 255


@pytest.mark.parametrize(("size", "detail", "slots"), [
    ((1500, 1000), "auto", 1), ((1537, 1000), "auto", 7), ((1537, 1000), "low", 1), ((300, 200), "high", 7),
])
def test_detail_decides_about_tiles(size, detail, slots):
    assert len(pixels.slots(Image.new("RGB", size), detail)[0]) == slots


def test_prompt_holds_a_line_break_before_each_row_and_one_at_the_end():
    slot = prompt.IMAGE * TOKENS
    assert prompt.expanded(None) == slot + "\n"
    assert prompt.expanded((2, 2)) == f"{slot}\n{slot}{slot}\n{slot}{slot}\n"
