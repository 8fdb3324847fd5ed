"""Every family of the exporter has the parts that every family has, here and in the services.

Run: python -m pytest training/tesserae_export/tests
"""

import re
from collections import Counter
from pathlib import Path

import pytest

import make_parity
import parity_models
from tesserae_export import families
from tesserae_export.families import FAMILIES

ROOT = Path(__file__).parents[3]
JAVA = ROOT / "families/src/main/java/io/tesserae/families"


def test_every_module_is_a_family():
    modules = {file.stem for file in Path(families.__file__).parent.glob("*.py")} - {"__init__"}
    assert {module.__name__.rpartition(".")[2] for module in FAMILIES.values()} == modules


def test_no_two_families_export_one_architecture():
    counts = Counter(name for family in FAMILIES.values() for name in family.ARCHITECTURES)
    assert counts and max(counts.values()) == 1


@pytest.mark.parametrize("name", FAMILIES)
def test_a_module_has_every_part(name):
    family = FAMILIES[name]
    assert family.__doc__ and family.ARCHITECTURES
    for part in ("brain", "image_token_id", "vision", "projector", "reference"):
        assert callable(getattr(family, part, None)), f"{family.__name__} has no {part}"


@pytest.mark.parametrize("name", FAMILIES)
def test_the_services_know_it(name):
    named = [file for file in JAVA.rglob("*Family.java") if f'return "{name}";' in file.read_text()]
    assert len(named) == 1, f"no class in {JAVA} is the family {name}"


@pytest.mark.parametrize("name", FAMILIES)
def test_it_is_proven(name):
    shapes = [shape.name for shape in parity_models.SHAPES if shape.family == name]
    assert len(shapes) >= 2, "parity is shown for at least two shapes"
    parity, precision = ((ROOT / f"docs/{page}.md").read_text() for page in ("parity", "precision"))
    for shape in shapes:
        assert f"| {name} | {shape} | one process |" in parity, f"docs/parity.md has no row for {shape}"
    for kind in ("fp32", "fp16", "int8", "int4"):
        assert f"| {name} | {shapes[0]} | {kind} |" in precision, f"docs/precision.md has no row for {kind}"
    assert name in make_parity.SEEDS, "make_parity.py makes no model folder for ./tesserae test"
    fixtures = ROOT / "end-to-end/fixtures"
    assert (fixtures / f"models/{name}-random/tesserae.json").is_file() and (fixtures / f"golden/{name}-random.json").is_file()
    assert re.search(rf"^\|[^|]*`{re.escape(name)}`", (ROOT / "README.md").read_text(), re.MULTILINE), "README.md does not list it"
