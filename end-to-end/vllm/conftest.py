"""Figures that the tests leave behind are printed at the end of ./tesserae test."""

from pathlib import Path

import pytest

FIGURES = Path(__file__).parents[2] / "end-to-end/target/figures"


@pytest.fixture(scope="session")
def figures():
    FIGURES.mkdir(parents=True, exist_ok=True)
    with open(FIGURES / "vllm.txt", "w") as file:
        def write(line: str) -> None:
            file.write(line + "\n")
            file.flush()
        yield write
