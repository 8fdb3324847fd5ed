"""Figures that have benchmarks of their own: run by their own commands, their rows put beside ours."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

from ..measure import Measure
from ..work import ROOT

NAMES = ("gateway", "pictures", "brain")


def rows(measure: Measure, name: str) -> list[dict]:
    """`./tesserae bench NAME --json FILE`"""
    def run() -> dict:
        measure.gate.wait()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.json"
            log = measure.work.log(f"bench-{name}")
            with open(log, "w") as output:
                done = subprocess.run([ROOT / "tesserae", "bench", name, "--json", file], stdout=output, stderr=subprocess.STDOUT, env=os.environ)
            if not file.is_file():
                raise RuntimeError(f"'./tesserae bench {name}' ended with {done.returncode}: {log.read_text(errors='replace')[-800:]}")
            return {"rows": json.loads(file.read_text())}

    return measure.work.measured(f"bench {name}", run)["rows"]
