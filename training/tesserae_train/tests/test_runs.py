"""Budgets, checkpoints and drawers of the trainings."""

import pytest
import torch

from tesserae_train import runs


def test_the_rate_rises_and_falls_over_the_budget():
    begun, ended = runs.Budget(10), runs.Budget(10, spent=600)
    assert begun.rate(step=0, rise=100, least=0.01) == pytest.approx(0.01, abs=1e-3)
    assert begun.rate(step=99, rise=100, least=0.01) == pytest.approx(1, abs=1e-3)
    assert ended.progress() >= 1 and ended.rate(step=500, rise=100, least=0.01) == pytest.approx(0.01)


def test_a_run_goes_on_from_what_it_saved(tmp_path):
    path = tmp_path / "checkpoint.pt"
    assert runs.resume(path) is None
    runs.save(path, weights={"a": torch.ones(2)}, step=7)
    assert runs.resume(path)["step"] == 7 and [p.name for p in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_points_of_a_curve_are_lines_of_json(tmp_path):
    runs.note(tmp_path, "eye", 25, 12.345, **runs.means([{"class": 1.0}, {"class": 2.00004}]))
    assert (tmp_path / "loss.jsonl").read_text() == '{"phase": "eye", "step": 25, "seconds": 12.3, "class": 1.5}\n'


def counting(seed, put):
    put(seed)
    raise KeyError("what the table does not have")


def test_a_drawer_that_dies_ends_the_training():
    with runs.Drawers(counting, ["7"]) as drawers:
        assert drawers.batch() == "7"
        with pytest.raises(RuntimeError, match="has ended"):
            drawers.batch(patience=0.2)
