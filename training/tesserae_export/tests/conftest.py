"""Puts the fixtures' small checkpoints on the path: the exporter is tested on what the parity fixtures are made of."""

import sys
from pathlib import Path

TRAINING = Path(__file__).parents[2]
sys.path[:0] = [str(TRAINING), str(TRAINING / "fixtures")]
