"""One dockerd with the images of this tree, and one Kubernetes node with the system on it."""

import http.server
import json
import os
import subprocess
import threading

import pytest

from tools import ROOT, SERVICES, answers, free_port, metric, needs, run, until


@pytest.fixture(scope="session")
def docker():
    """A dockerd that answers."""
    needs("docker")
    if run("docker", "info", check=False).returncode:
        pytest.skip("no dockerd answers (DOCKER_HOST)")
    return os.environ | {"DOCKER_BUILDKIT": "1"}


@pytest.fixture(scope="session")
def images(docker):
    """The images of all services and of the model, from the applications that were built in this tree."""
    names = ["tesserae/" + name for name in SERVICES + ["model"]]
    if os.environ.get("TESSERAE_CLUSTER_IMAGES") == "present":
        return names
    arguments = ["--build-arg", "APPLICATION=prebuilt"]
    if os.environ.get("TESSERAE_BASE_IMAGE"):
        arguments += ["--build-arg", "BASE_IMAGE=" + os.environ["TESSERAE_BASE_IMAGE"]]
    for service in SERVICES:
        run("docker", "build", "-q", *arguments, "--build-arg", "SERVICE=" + service, "-t", "tesserae/" + service, ROOT, env=docker, timeout=1800)
    run("docker", "build", "-q", *arguments, "--build-arg", "SERVICE=gateway", "--target", "model", "-t", "tesserae/model", ROOT, env=docker, timeout=1800)
    return names


class Cluster:
    namespace = "tesserae"
    url, grpc_port = "http://127.0.0.1:30080", 30090

    def kubectl(self, *arguments, **more):
        return run("kubectl", *arguments, **more)

    def get(self, *arguments):
        return json.loads(self.kubectl("-n", self.namespace, "get", *arguments, "-o", "json").stdout)

    def pods(self, service):
        """Pods of a service that are ready and stay."""
        return [pod for pod in self.get("pods", "-l", "app.kubernetes.io/name=" + service)["items"]
                if "deletionTimestamp" not in pod["metadata"]
                and any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", []))]

    def scale(self, service, replicas):
        self.kubectl("-n", self.namespace, "scale", "deployment/" + service, f"--replicas={replicas}")

    def rolled_out(self, service, seconds=600):
        self.kubectl("-n", self.namespace, "rollout", "status", "deployment/" + service, f"--timeout={seconds}s", timeout=seconds + 30)

    def metrics(self, pod):
        """A pod's own figures, by way of the API server."""
        return self.kubectl("get", "--raw", f"/api/v1/namespaces/{self.namespace}/pods/{pod}:8080/proxy/q/metrics").stdout

    def encoded(self, pod):
        return metric(self.metrics(pod), "tesserae_stage_duration_seconds_count", stage="encode")


@pytest.fixture(scope="session")
def node():
    """A Kubernetes API that answers."""
    needs("kubectl")
    if not os.environ.get("KUBECONFIG") or run("kubectl", "get", "--raw", "/readyz", check=False).returncode:
        pytest.skip("no Kubernetes node answers (KUBECONFIG)")
    return Cluster()


@pytest.fixture(scope="session")
def cluster(node, request, tmp_path_factory):
    """The system on the node, by 'kubectl apply -k' and nothing else."""
    images = [] if os.environ.get("TESSERAE_CLUSTER_IMAGES") == "present" else request.getfixturevalue("images")
    load = os.environ.get("TESSERAE_CLUSTER_LOAD")
    if load and images:
        for image in images:
            tar = tmp_path_factory.mktemp("images") / "image.tar"
            run("docker", "save", "-o", tar, image)
            run(*load.split(), tar, timeout=900)
            tar.unlink()
    node.kubectl("apply", "-k", ROOT / "k8s" / "overlays" / "local")
    for service in SERVICES:
        node.rolled_out(service, 900)
    until("the gateway answers", lambda: answers(node.url + "/q/health/ready"), 300)
    yield node
    if not os.environ.get("TESSERAE_CLUSTER_KEEP"):
        node.kubectl("delete", "-k", ROOT / "k8s" / "overlays" / "local", "--wait=false")


class Targets(http.server.BaseHTTPRequestHandler):
    """Tells Prometheus which pods there are, as its HTTP service discovery asks: not every build of it knows Kubernetes."""

    cluster, api = None, 0

    def do_GET(self):
        groups = []
        for pod in self.cluster.get("pods", "-l", "app.kubernetes.io/component in (gateway,stage)")["items"]:
            if pod["status"].get("phase") == "Running":
                name, service = pod["metadata"]["name"], pod["metadata"]["labels"]["app.kubernetes.io/name"]
                groups.append({"targets": [f"127.0.0.1:{self.api}"], "labels": {
                    "service": service, "instance": name,
                    "__metrics_path__": f"/api/v1/namespaces/{self.cluster.namespace}/pods/{name}:8080/proxy/q/metrics"}})
        body = json.dumps(groups).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def prometheus(cluster, tmp_path_factory):
    """Prometheus beside the node: it reads the pods by way of the API server."""
    needs("prometheus")
    folder, port, api = tmp_path_factory.mktemp("prometheus"), free_port(), free_port()
    Targets.cluster, Targets.api = cluster, api
    targets = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Targets)
    threading.Thread(target=targets.serve_forever, daemon=True).start()
    (folder / "prometheus.yml").write_text(f"""
global: {{ scrape_interval: 2s, evaluation_interval: 5s }}
rule_files: [{ROOT}/observability/rules.yml]
scrape_configs:
  - job_name: tesserae
    http_sd_configs: [{{ url: "http://127.0.0.1:{targets.server_port}", refresh_interval: 3s }}]
""")
    proxy = subprocess.Popen(["kubectl", "proxy", f"--port={api}", "--address=127.0.0.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = subprocess.Popen(["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                               f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.retention.time=2h"],
                              stdout=subprocess.DEVNULL, stderr=open(folder / "log", "w"))
    try:
        until("Prometheus is ready", lambda: answers(f"http://127.0.0.1:{port}/-/ready"), 120)
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in (server, proxy):
            process.terminate()
            process.wait(60)
        targets.shutdown()
