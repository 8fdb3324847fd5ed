"""What the tests here run: commands, images, and waiting for a condition."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURES = ROOT / "end-to-end" / "target" / "figures" / "cluster.txt"
SERVICES = ["gateway", "vision-service", "projector-service", "llm-service"]


def needs(*programs):
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        pytest.skip(f"{', '.join(missing)} not found")


def run(*command, timeout=600, check=True, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=timeout, **more)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done


def until(what, condition, seconds=300, pause=0.5):
    """What the condition comes to, once that is true. Generous: it says that something happens, not how fast."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(pause)


def figure(text):
    """Keeps a measured figure, which the test command prints at its end."""
    print(text)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    with open(FIGURES, "a") as file:
        file.write(text + "\n")


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def get(url, timeout=10):
    with urllib.request.urlopen(url, timeout=timeout) as answer:
        return answer.read().decode()


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def metric(page, name, **labels):
    """Sum of a metric's series on a page, over those that have these labels."""
    total = 0.0
    for line in page.splitlines():
        if (line.startswith(name + "{") or line.startswith(name + " ")) and all(f'{key}="{value}"' in line for key, value in labels.items()):
            total += float(line.rsplit(" ", 1)[1])
    return total


def clients_suite(url, grpc_port, xml):
    """The suite of real HTTP clients, against a system that runs: its counts."""
    reports = ROOT / "target" / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"TESSERAE_TEST_URL": url, "TESSERAE_TEST_GRPC_PORT": str(grpc_port)}
    done = run(os.environ["TESSERAE_CLIENTS_PYTHON"], "-m", "pytest", "-q", ROOT / "end-to-end" / "clients", "-k", "given", "--junitxml", reports / xml,
               env=environment, check=False, timeout=1200)
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout.strip().splitlines()[-1]


def dumps(value):
    return json.dumps(value, indent=1)
