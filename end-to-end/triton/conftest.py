"""One model repository and one tritonserver for all tests that do not break it."""

import io
import os
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from server import TritonServer
from service import MODEL, ROOT, Service, on_triton

FIGURES = ROOT / "target/figures"


@pytest.fixture(scope="session")
def repository(tmp_path_factory):
    out = tmp_path_factory.mktemp("triton") / "repository"
    subprocess.run([os.environ.get("TESSERAE_JAVA", "java"), "-jar", str(ROOT / "cli/target/tesserae-cli.jar"), "triton-repository", str(MODEL), str(out),
                    "--backend", "python"], check=True)
    return out


@pytest.fixture(scope="session")
def triton(repository, tmp_path_factory):
    with TritonServer(repository, tmp_path_factory.mktemp("log") / "triton.log") as server:
        yield server


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    """Starts a service with these stages on a Triton; all are stopped at the end."""
    started = []

    def service(name, address="", *stages, application="all-in-one", **properties):
        log = tmp_path_factory.mktemp("log") / f"{name}.log"
        started.append(Service(log, on_triton(address, *stages) | {key.replace("__", "."): value for key, value in properties.items()}, application))
        return started[-1]

    yield service
    for service in started:
        service.stop()


@pytest.fixture(scope="session")
def everything(start, triton):
    """All three stages on Triton."""
    return start("all", triton.address, "vision", "projector", "llm").await_ready()


def drawn(index):
    """A picture of its own for each index."""
    image = Image.new("RGB", (200 + index % 97, 160), (index * 37 % 256, index * 91 % 256, index * 53 % 256))
    ImageDraw.Draw(image).ellipse((20, 20, 60 + index % 89, 120), fill=(255 - index * 37 % 256, 200, index * 11 % 256))
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


@pytest.fixture(scope="session")
def questions():
    """Thirty questions about pictures: every example with three questions, and drawn pictures."""
    asked = ("What is in this picture?", "Describe the picture.", "What colour is it?")
    examples = [path.read_bytes() for path in sorted((MODEL / "examples").iterdir()) if path.suffix in (".png", ".jpg")]
    all_of_them = [(question, picture) for picture in examples for question in asked] + [(asked[index % 3], drawn(index)) for index in range(30)]
    return all_of_them[:30]


@pytest.fixture(scope="session")
def figure():
    """Keeps a line that the run ends with."""
    FIGURES.mkdir(parents=True, exist_ok=True)

    def write(line):
        with (FIGURES / "triton.txt").open("a") as file:
            file.write(f"triton: {line}\n")

    return write
