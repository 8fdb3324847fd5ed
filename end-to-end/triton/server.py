"""A real tritonserver of the nvidia-pytriton wheel, started without pytriton itself: on a model repository, with a port each for HTTP, gRPC and metrics."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytriton


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def end_with_parent():
    """In the child: whoever kills the tests kills their server; Linux alone knows how."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class TritonServer:
    def __init__(self, repository, log, grpc_port=None):
        self.repository, self.log = Path(repository), Path(log)
        self.http, self.grpc, self.metrics_port = free_port(), grpc_port or free_port(), free_port()
        self.process = None

    def binaries(self):
        """The wheel's server with the stub of this Python's version beside its Python backend, where it looks for it."""
        wheel = Path(pytriton.__file__).parent / "tritonserver"
        stub = wheel / "python_backend_stubs" / f"{sys.version_info[0]}.{sys.version_info[1]}" / "triton_python_backend_stub"
        target = wheel / "backends/python/triton_python_backend_stub"
        if not target.exists():
            shutil.copy(stub, target)
        return wheel

    def start(self, wait=True, *options):
        wheel = self.binaries()
        site = Path(pytriton.__file__).parent.parent
        environment = os.environ | {
            "LD_LIBRARY_PATH": f"{site / 'nvidia_pytriton.libs'}:{os.environ.get('LD_LIBRARY_PATH', '')}",
            # The backend's interpreter takes its packages from the environment of the first python on the path.
            "PATH": f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}",
            "ORT_DISABLE_TELEMETRY": "1",
        }
        command = [str(wheel / "bin/tritonserver"), f"--model-repository={self.repository}", f"--backend-directory={wheel / 'backends'}",
                   "--http-address=127.0.0.1", f"--http-port={self.http}", "--grpc-address=127.0.0.1", f"--grpc-port={self.grpc}",
                   "--metrics-address=127.0.0.1", f"--metrics-port={self.metrics_port}", "--allow-metrics=true", "--allow-gpu-metrics=false",
                   "--model-control-mode=explicit", "--load-model=*", "--exit-on-error=false", "--exit-timeout-secs=5",
                   f"--backend-config=python,shm-region-prefix-name=tesserae_{os.getpid()}_{self.grpc}", *options]
        # A group of its own: the Python backend's stubs outlive a server that is killed.
        self.process = subprocess.Popen(command, stdout=self.log.open("ab"), stderr=subprocess.STDOUT, env=environment, start_new_session=True,
                                        preexec_fn=end_with_parent)
        if wait:
            self.await_ready()
        return self

    def await_ready(self, seconds=300):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"tritonserver ended with {self.process.returncode}:\n{self.log.read_text()[-4000:]}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.http}/v2/health/ready", timeout=2)
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"tritonserver was not ready within {seconds} s:\n{self.log.read_text()[-4000:]}")

    @property
    def address(self):
        return f"127.0.0.1:{self.grpc}"

    def metric(self, name, **labels):
        """The sum of a metric's values over all label sets that hold these."""
        page = urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=10).read().decode()
        return sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines()
                   if line.startswith((name + "{", name + " ")) and all(f'{key}="{value}"' in line for key, value in labels.items()))

    def kill(self):
        """At once, its stubs too."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                pass
        # Stubs that were orphaned belong to the group still.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, AttributeError):
            pass
        if self.process:
            self.process.wait()
        for left in Path("/dev/shm").glob(f"tesserae_{os.getpid()}_{self.grpc}*"):
            left.unlink(missing_ok=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
