"""Where working data lives: downloads, features, checkpoints. Never inside the repository."""

import os
from pathlib import Path


def work_folder() -> Path:
    """The folder named by TESSERAE_TRAIN_WORK, or one in the user's cache."""
    folder = os.environ.get("TESSERAE_TRAIN_WORK", "~/.cache/tesserae/train")
    path = Path(folder).expanduser()
    path.mkdir(parents=True, exist_ok=True)
    return path


def sources_folder() -> Path:
    return work_folder() / "sources"


def brain_folder() -> Path:
    return work_folder() / "brain"


def vision_graph() -> Path:
    """The frozen eye as the graph that is shipped; training reads its features from this very graph."""
    return work_folder() / "eye" / "model.onnx"


def run_folder(name: str) -> Path:
    path = work_folder() / "runs" / name
    path.mkdir(parents=True, exist_ok=True)
    return path
