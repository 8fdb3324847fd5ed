"""Starts the system by its own command line, once as one process and once as four, and stops it by Ctrl-C."""

import base64
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "models" / "tesserae-135m" / "examples"


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class System:
    def __init__(self, split, log):
        self.port, self.grpc_port, vision, projector, llm = free_ports(5)
        environment = {"TESSERAE_VISION_PORT": vision, "TESSERAE_PROJECTOR_PORT": projector, "TESSERAE_LLM_PORT": llm}
        command = [str(ROOT / "tesserae"), "up", "--port", str(self.port), "--grpc-port", str(self.grpc_port)]
        self.log = open(log, "w")
        self.process = subprocess.Popen(command + (["--split"] if split else []), stdout=self.log, stderr=subprocess.STDOUT,
                                        env=os.environ | {key: str(value) for key, value in environment.items()})
        self.url = f"http://localhost:{self.port}"
        self.await_ready()

    def await_ready(self):
        for _ in range(1200):
            assert self.process.poll() is None, pathlib.Path(self.log.name).read_text()[-4000:]
            try:
                with urllib.request.urlopen(self.url + "/q/health/ready", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("not ready: " + pathlib.Path(self.log.name).read_text()[-4000:])

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(30) is not None
        self.log.close()


class Given:
    """A system that runs already, such as one in containers: TESSERAE_TEST_URL, with gRPC on this machine's port TESSERAE_TEST_GRPC_PORT."""

    def __init__(self):
        self.url = os.environ["TESSERAE_TEST_URL"].rstrip("/")
        self.grpc_port = int(os.environ["TESSERAE_TEST_GRPC_PORT"])

    def stop(self):
        pass


@pytest.fixture(scope="module", params=["given"] if "TESSERAE_TEST_URL" in os.environ else ["all-in-one", "split"])
def system(request, tmp_path_factory):
    if request.param == "given":
        yield Given()
        return
    running = System(request.param == "split", tmp_path_factory.mktemp("log") / "up.log")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def photograph():
    return next(path for path in sorted(EXAMPLES.iterdir()) if path.suffix in (".jpg", ".png"))


@pytest.fixture(scope="session")
def photograph_url(photograph):
    kind = "png" if photograph.suffix == ".png" else "jpeg"
    return f"data:image/{kind};base64," + base64.b64encode(photograph.read_bytes()).decode()
