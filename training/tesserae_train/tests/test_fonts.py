from tesserae_train import font_sources
from tesserae_train.data import fonts


def face(family, weight, italic=False, missing="", style=""):
    return {"path": f"{family}-{weight}{'i' * italic}.ttf", "family": family, "style": style, "weight": weight, "italic": italic,
            "missing": missing}


def test_a_family_gives_its_regular_bold_and_italic():
    fonts_found = [face("Plain", w, i) for w in (100, 400, 700, 900) for i in (False, True)]
    assert [f["path"] for f in fonts.chosen(fonts_found)] == ["Plain-400.ttf", "Plain-400i.ttf", "Plain-700.ttf"]


def test_faces_that_lack_characters_or_are_no_text_faces_are_left_out():
    assert not fonts.chosen([face("Latinless", 400, missing="A"), face("Some Symbols", 400), face("Text", 400, style="Outline")])


def test_held_out_packages_are_not_trained_on():
    trained = font_sources.folders(font_sources.NPM_TRAINING, "") + font_sources.folders(font_sources.DEBIAN_TRAINING, "")
    held_out = font_sources.folders(font_sources.NPM_HELD_OUT, "")
    assert len(held_out) >= 12 and len(trained) == len(set(trained))
    assert not {name.replace("-", "") for name in held_out} & {name.replace("-", "") for name in trained}
