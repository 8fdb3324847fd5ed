"""The system on a real Kubernetes node."""

import json
import os
import time

import pytest
import yaml

from load import Load
from tools import ROOT, SERVICES, clients_suite, figure, run, until


def test_everything_is_ready(cluster):
    for service in SERVICES:
        pods = cluster.pods(service)
        assert len(pods) == 1, service
        times = {c["type"]: c["lastTransitionTime"] for c in pods[0]["status"]["conditions"]}
        container = pods[0]["status"]["containerStatuses"][0]
        assert container["restartCount"] == 0
        started = container["state"]["running"]["startedAt"]
        figure(f"node, {service}: pod {pods[0]['metadata']['creationTimestamp'][11:19]}, container {started[11:19]}, ready {times['Ready'][11:19]}")


def test_the_clients_suite_passes(cluster):
    figure("node, clients' suite: " + clients_suite(cluster.url, cluster.grpc_port, "cluster-node-clients.xml"))


def test_restricted_is_enforced(cluster):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "root", "namespace": cluster.namespace},
           "spec": {"containers": [{"name": "root", "image": "tesserae/gateway", "securityContext": {"runAsUser": 0}}]}}
    refused = run("kubectl", "apply", "-f", "-", input=json.dumps(pod), check=False)
    assert refused.returncode != 0 and 'violates PodSecurity "restricted' in refused.stderr, refused.stderr


def test_logs_carry_the_requests_figures(cluster):
    with Load(cluster.url, workers=1) as load:
        until("an answer", lambda: load.count() >= 1)
    assert not load.failed, load.failed
    lines = cluster.kubectl("-n", cluster.namespace, "logs", "deployment/gateway").stdout.splitlines()
    assert any(json.loads(line).get("loggerName") == "io.tesserae.requests" for line in lines if line.startswith("{"))


def test_new_eyes_are_used_at_once_and_evenly(cluster):
    with Load(cluster.url, workers=3) as load:
        until("a steady load", lambda: len(load.done) >= 5)
        cluster.scale("vision-service", 3)
        seen, ready = {}, {}

        def all_seen():
            for pod in cluster.pods("vision-service"):
                name = pod["metadata"]["name"]
                ready.setdefault(name, time.monotonic())
                if name not in seen and cluster.encoded(name) > 0:
                    seen[name] = time.monotonic()
            return len(seen) == 3

        until("three eyes have encoded", all_seen, 600, 0.2)
        names = sorted(seen)
        before = {name: cluster.encoded(name) for name in names}
        until("enough to compare", lambda: sum(cluster.encoded(name) - before[name] for name in names) >= 240, 900, 2)
        shares = [cluster.encoded(name) - before[name] for name in names]
    assert not load.failed, load.failed[:5]
    delays = sorted(seen[name] - ready[name] for name in names)[1:]
    mean = sum(shares) / 3
    figure(f"vision 1 to 3 under load: first tile {', '.join(f'{delay:.1f}' for delay in delays)} s after ready was seen; "
           f"tiles {[int(share) for share in shares]}, furthest from even {max(abs(share - mean) for share in shares) / mean:.0%}; {len(load.done)} answers, 0 failed")
    assert max(abs(share - mean) for share in shares) <= 0.3 * mean, shares
    cluster.scale("vision-service", 1)
    until("one eye is left", lambda: len(cluster.get("pods", "-l", "app.kubernetes.io/name=vision-service")["items"]) == 1, 300)


@pytest.mark.parametrize("service", ["vision-service", "projector-service", "llm-service", "gateway"])
def test_a_rollout_drops_nothing(cluster, service):
    with Load(cluster.url, workers=2, tokens=12) as load:
        until("a steady load", lambda: len(load.done) >= 3)
        cluster.kubectl("-n", cluster.namespace, "rollout", "restart", "deployment/" + service)
        cluster.rolled_out(service)
        # Until the old replica is gone, and a while longer.
        until("the old replica is gone", lambda: len(cluster.get("pods", "-l", "app.kubernetes.io/name=" + service)["items"]) == 1, 300)
        answered = len(load.done)
        until("some more", lambda: load.count() >= answered + 5)
    figure(f"rollout restart of {service} under load: {len(load.done)} answered, {len(load.failed)} failed")
    assert not load.failed, load.failed[:5]


def scaled_object(cluster, prometheus_url):
    """The eye's ScaledObject as it ships, for one machine: from one to three replicas, back after seconds in place of minutes."""
    documents = list(yaml.safe_load_all((ROOT / "k8s/components/autoscaling/vision-service.yaml").read_text()))
    scaled = documents[0]
    scaled["metadata"]["namespace"] = cluster.namespace
    scaled["spec"].update(minReplicaCount=1, maxReplicaCount=3)
    scaled["spec"]["fallback"]["replicas"] = 1
    down = scaled["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
    down.update(stabilizationWindowSeconds=20, policies=[{"type": "Pods", "value": 2, "periodSeconds": 15}])
    for trigger in scaled["spec"]["triggers"]:
        trigger["metadata"]["serverAddress"] = prometheus_url
    return scaled


def test_the_autoscaler_does_it_by_itself(cluster, prometheus):
    if run("kubectl", "get", "crd", "scaledobjects.keda.sh", check=False).returncode:
        pytest.skip("KEDA is not on this node")
    address = os.environ.get("TESSERAE_PROMETHEUS_URL", prometheus)
    scaled = scaled_object(cluster, address)
    begun = time.monotonic()
    run("kubectl", "apply", "-f", "-", input=json.dumps(scaled))
    try:
        def replicas():
            return cluster.get("deployment", "vision-service")["spec"]["replicas"]

        assert replicas() == 1
        with Load(cluster.url, workers=8, tokens=1) as load:
            until("more than one eye is asked for", lambda: replicas() > 1, 600, 1)
            up = time.monotonic() - begun
            until("and is ready", lambda: len(cluster.pods("vision-service")) > 1, 600, 1)
            most = replicas()
        quiet = time.monotonic()
        until("one eye again", lambda: replicas() == 1, 900, 2)
        figure(f"KEDA on the eye's own signals: 1 to {most} replicas, first step {up:.0f} s after the load began, "
               f"back to 1 {time.monotonic() - quiet:.0f} s after it ended; {len(load.done)} answered, {len(load.failed)} failed")
        assert not load.failed, load.failed[:5]
    finally:
        run("kubectl", "-n", cluster.namespace, "delete", "scaledobject", "vision-service", check=False)
        cluster.scale("vision-service", 1)
