"""What can be said of the deployment's files in a moment. Each tool is used where it is; './tesserae test --cluster' runs the real thing."""

import json
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "observability" / "rules.yml"


def run(*command):
    if not shutil.which(command[0]):
        pytest.skip(command[0] + " not found")
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("overlay", ["local", "cpu", "gpu"])
def test_overlay_builds(overlay):
    assert run("kubectl", "kustomize", ROOT / "k8s" / "overlays" / overlay).count("kind: Deployment\n") >= 4


def test_compose_file_is_valid():
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker has no compose")
    services = json.loads(run("docker", "compose", "-f", ROOT / "docker-compose.yml", "--profile", "tracing", "config", "--format", "json"))["services"]
    assert set(services) == {"gateway", "vision-service", "projector-service", "llm-service", "prometheus", "grafana", "jaeger"}
    for name in ("vision-service", "projector-service", "llm-service"):
        assert "container_name" not in services[name] and not services[name].get("ports"), f"{name} can be scaled"


def test_rules_and_their_tests():
    run("promtool", "check", "rules", RULES)
    run("promtool", "test", "rules", ROOT / "observability" / "rules-test.yml")


def test_kubernetes_has_the_same_rules():
    rules = RULES.read_text().split("groups:\n")[1]
    wrapped = (ROOT / "k8s" / "components" / "monitoring" / "rules.yaml").read_text().split("  groups:\n")[1]
    assert wrapped == "".join("  " + line + "\n" for line in rules.splitlines()), "k8s/components/monitoring/rules.yaml is not observability/rules.yml"


def test_every_alert_has_its_runbook_and_its_test():
    alerts = re.findall(r"alert: (\w+)", RULES.read_text())
    assert len(alerts) > 5
    runbooks = (ROOT / "docs" / "runbooks.md").read_text()
    assert re.findall(r"^## (Tesserae\w+)$", runbooks, re.MULTILINE) == alerts
    tested = (ROOT / "observability" / "rules-test.yml").read_text()
    for alert in alerts:
        assert re.search(rf"alertname: {alert}\n +exp_alerts:\n", tested), f"{alert} is never seen to fire in its tests"
        assert f"docs/runbooks.md#{alert.lower()}" in RULES.read_text()


def test_the_dashboard_asks_for_what_exists():
    """Every metric that the dashboard and the rules name is one that some service has under that name."""
    names = (ROOT / "proto/src/main/java/io/tesserae/contract/metric/Metrics.java").read_text()
    known = {name.replace(".", "_") for name in re.findall(r'"(tesserae\.[a-z.]+)"', names)}
    known |= {"tesserae_gateway_requests_running", "tesserae_gateway_requests_waiting"}
    asked = (ROOT / "k8s/components/monitoring/dashboard.json").read_text() + RULES.read_text()
    asked += "".join(file.read_text() for file in (ROOT / "k8s/components/autoscaling").glob("*.yaml"))
    for name in set(re.findall(r"\btesserae_[a-z_]+", asked)):
        plain = re.sub(r"(_seconds)?(_bucket|_sum|_count|_total)?$", "", name)
        assert plain in known or name in known or re.sub(r"(_bucket|_sum|_count|_total)$", "", name) in known, name
