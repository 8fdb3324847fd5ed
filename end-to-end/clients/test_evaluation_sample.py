"""A fixed sample of the evaluation, asked over HTTP: the default model must be right about at least as much as is kept with the sample."""

import sys
import time

import pytest

from conftest import ROOT, System

sys.path.insert(0, str(ROOT / "training"))

from tesserae_train.measure import floors  # noqa: E402
from tesserae_train.measure.asking import Server  # noqa: E402

MOST_SECONDS = 120
"""It takes about 20 s on two cores that have nothing else to do."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = System(False, tmp_path_factory.mktemp("log") / "up.log")
    yield Server(running.url)
    running.stop()


def test_the_default_model_is_as_right_as_it_was(server):
    start = time.monotonic()
    rows, short = floors.check(server)
    seconds = time.monotonic() - start
    figure = ROOT / "target" / "figures" / "evaluation-sample.txt"
    figure.parent.mkdir(parents=True, exist_ok=True)
    figure.write_text(f"evaluation sample: {sum(row['right'] for row in rows)} of {len(rows)} right in {seconds:.0f} s\n")
    wrong = [f"{row['task']} {row['pictures']}: {row['turns'][-1]} -> {row['answer']!r}, expected {row['expected']}" for row in rows if not row["right"]]
    assert not short, "; ".join(short) + "\nwrong answers:\n" + "\n".join(wrong)
    assert seconds < MOST_SECONDS


def test_the_sample_is_of_this_model_and_asks_enough(server):
    kept = floors.read()
    assert kept["model"] == server.model()["id"]
    assert kept["graphs"] == floors.graphs_of(ROOT / "models" / kept["model"]), "the model is another one: run ./tesserae eval --write-sample"
    assert len(kept["questions"]) >= 40 and kept["floors"]["in all"] >= 10
    assert all((floors.FOLDER / name).is_file() for question in kept["questions"] for name in question["pictures"])
