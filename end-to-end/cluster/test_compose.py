"""The system by Compose on a real dockerd."""

import json
import os
import time

import pytest

from load import Load
from tools import ROOT, SERVICES, answers, clients_suite, figure, free_port, get, metric, run, until

PROJECT = "tesserae-test"


class Compose:
    def __init__(self, environment):
        self.http, self.grpc, self.prometheus = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.http}"
        self.environment = environment | {"TESSERAE_PORT": str(self.http), "TESSERAE_GRPC_PORT": str(self.grpc), "TESSERAE_APPLICATION": "prebuilt",
                                          "TESSERAE_PROMETHEUS_PORT": str(self.prometheus)}

    def __call__(self, *arguments, **more):
        return run("docker", "compose", "-p", PROJECT, "-f", ROOT / "docker-compose.yml", *arguments, env=self.environment, **more)

    def containers(self, service):
        return [json.loads(line) for line in self("ps", "-a", "--format", "json", service).stdout.splitlines() if line.strip()]

    def page(self, container):
        """A container's own figures, asked from inside its network."""
        return run("docker", "exec", container, "cat", "/proc/1/status").stdout


@pytest.fixture(scope="module")
def compose(images, docker):
    """Only what runs from images built here: others would have to be pulled."""
    system = Compose(docker)
    begun = time.monotonic()
    system("up", "-d", "--no-build", "--wait", *SERVICES, timeout=900)
    figure(f"docker compose up, images at hand, to all healthy: {time.monotonic() - begun:.0f} s")
    yield system
    system("down", "-v", "-t", "10", timeout=300, check=False)


def test_the_clients_suite_passes(compose):
    figure("compose, clients' suite: " + clients_suite(compose.url, compose.grpc, "cluster-compose-clients.xml"))


def test_cold_start_and_memory(compose):
    with Load(compose.url, workers=2) as load:
        until("some answers", lambda: load.count() >= 6)
    assert not load.failed, load.failed
    for service in SERVICES:
        container = compose.containers(service)[0]["Name"]
        started = [line for line in run("docker", "logs", container).stdout.splitlines() if "started in" in line][-1]
        record = json.loads(started)
        seconds = record["message"].split("started in ")[1].split("s.")[0]
        stats = run("docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", container).stdout.split(" / ")[0]
        resident = next(line for line in compose.page(container).splitlines() if line.startswith("VmRSS")).split()[1]
        figure(f"{service}: JVM to ready {seconds} s; memory after {load.count()} pictures: container {stats}, resident {int(resident) / 1024:.0f} MiB")


def test_logs_are_json_with_the_requests_ids(compose):
    lines = run("docker", "logs", compose.containers("gateway")[0]["Name"]).stdout.splitlines()
    records = [json.loads(line) for line in lines if line.startswith("{")]
    answered = [record for record in records if record["loggerName"] == "io.tesserae.requests" and "finish" in record.get("mdc", {})]
    assert answered, lines[-3:]
    fields = answered[-1]["mdc"]
    assert {"requestId", "millis", "firstTokenMillis", "stage.encode", "tiles"} <= fields.keys(), fields


def test_nothing_but_tmp_can_be_written_and_nobody_is_root(compose):
    for service in SERVICES:
        container = compose.containers(service)[0]["Name"]
        state = json.loads(run("docker", "inspect", container).stdout)[0]
        assert state["HostConfig"]["ReadonlyRootfs"] and state["HostConfig"]["CapDrop"] == ["ALL"]
        status = run("docker", "exec", container, "cat", "/proc/1/status").stdout
        assert "Uid:\t10001\t10001" in status
        assert "CapEff:\t0000000000000000" in status
        assert run("docker", "exec", container, "touch", "/app/file", check=False).returncode != 0


def test_the_jvm_knows_the_containers_memory(compose):
    container = compose.containers("llm-service")[0]["Name"]
    flags = run("docker", "exec", container, "java", "-XX:+PrintFlagsFinal", "-version").stdout
    heap = next(int(line.split("=")[1].split()[0]) for line in flags.splitlines() if " MaxHeapSize " in line)
    assert heap == pytest.approx((4 << 30) * 0.25, rel=0.01), "a quarter of the 4 GB that Compose gives"


def test_three_eyes_share_the_work(compose):
    compose("up", "-d", "--no-build", "--no-recreate", "--wait", "--scale", "vision-service=3", *SERVICES, timeout=900)
    containers = [container["Name"] for container in compose.containers("vision-service")]
    assert len(containers) == 3

    def encoded():
        return [metric(run("docker", "exec", name, "java", "-cp", "/app/run.jar", "io.tesserae.contract.probe.ReadPage", "http://localhost:8080/q/metrics").stdout,
                       "tesserae_stage_duration_seconds_count", stage="encode") for name in containers]

    before = encoded()
    with Load(compose.url, workers=3) as load:
        until("every eye has work", lambda: min(now - then for now, then in zip(encoded(), before)) > 0)
        middle = encoded()
        until("enough to compare", lambda: sum(encoded()) - sum(middle) >= 150, 600)
        after = encoded()
    assert not load.failed, load.failed
    shares = [now - then for now, then in zip(after, middle)]
    mean = sum(shares) / 3
    figure(f"compose --scale vision-service=3: tiles by replica {[int(share) for share in shares]}")
    assert max(abs(share - mean) for share in shares) <= 0.3 * mean, shares


def test_sigterm_ends_a_stream_whole(compose):
    container = compose.containers("gateway")[0]["Name"]
    with Load(compose.url, workers=1, detail=None, tokens=48) as load:
        until("an answer is being written", lambda: metric(get(compose.url + "/q/metrics"), "tesserae_gateway_requests_running") > 0)
        load.over.set()
        run("docker", "stop", "-t", "40", container, timeout=120)
    assert not load.failed, load.failed
    code = json.loads(run("docker", "inspect", container).stdout)[0]["State"]["ExitCode"]
    assert code in (0, 143), f"it ended by itself, not by force: {code}"
    run("docker", "start", container)
    until("the gateway answers again", lambda: answers(compose.url + "/q/health/ready"))


def test_its_prometheus_finds_every_replica(compose, docker):
    if not os.environ.get("TESSERAE_PROMETHEUS_IMAGE"):
        pytest.skip("no image of Prometheus at hand (TESSERAE_PROMETHEUS_IMAGE)")
    compose("up", "-d", "--no-build", "--no-recreate", "--no-deps", "prometheus")
    base = f"http://127.0.0.1:{compose.prometheus}"

    def targets():
        try:
            return [t for t in json.loads(get(base + "/api/v1/targets"))["data"]["activeTargets"] if t["health"] == "up"]
        except OSError:
            return []

    up = until("six targets", lambda: targets() if len(targets()) >= 6 else None, 120)
    assert {t["labels"]["service"] for t in up} == set(SERVICES)
    assert sum(t["labels"]["service"] == "vision-service" for t in up) == 3
