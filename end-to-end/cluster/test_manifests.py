"""What can be said of the manifests without a cluster."""

import json
import os
import pathlib
import subprocess
import sys

import kubernetes_validate
import pytest
import yaml

from tools import ROOT, figure, needs, run

VERSIONS = ["1.30.0", "1.31.0", "1.32.0", "1.33.0", "1.34.0", "1.35.0"]
# The schemas that the package kubernetes-validate ships: JSON schemas made of Kubernetes' own OpenAPI.
SCHEMAS = pathlib.Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
# Custom resources: their definitions come in the Go modules of those who define them.
DEFINITIONS = {
    "github.com/kedacore/keda/v2@v2.21.0": ["config/crd/bases/keda.sh_scaledobjects.yaml"],
    "github.com/prometheus-operator/prometheus-operator@v0.80.1": [
        "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml",
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml"],
    "sigs.k8s.io/gateway-api@v1.4.0": [
        "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml", "config/crd/standard/gateway.networking.k8s.io_grpcroutes.yaml"],
}
KINDS = ["namespace-v1", "service-v1", "serviceaccount-v1", "configmap-v1", "persistentvolumeclaim-v1", "deployment-apps-v1",
         "poddisruptionbudget-policy-v1", "networkpolicy-networking-v1", "ingress-networking-v1", "horizontalpodautoscaler-autoscaling-v2"]
OVERLAYS = ["base", "overlays/local", "overlays/cpu", "overlays/gpu"]
COMPONENTS = sorted(folder.name for folder in (ROOT / "k8s" / "components").iterdir() if (folder / "kustomization.yaml").exists())


def strict(schema):
    """As the API server has it with strict field validation: a field that is not in the schema is wrong."""
    if isinstance(schema, dict):
        if "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
        for key, value in schema.items():
            if key in ("properties", "definitions"):
                for each in value.values():
                    strict(each)
            elif isinstance(value, (dict, list)):
                strict(value)
    elif isinstance(schema, list):
        for each in schema:
            strict(each)
    return schema


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """Kubernetes' own kinds, each schema whole in itself: kubeconform follows no reference from file to file."""
    folder = tmp_path_factory.mktemp("kinds")
    for version in VERSIONS:
        schemas = SCHEMAS / f"v{version}-local-strict"
        shared = json.loads((schemas / "_definitions.json").read_text())["$defs"]
        (folder / version).mkdir()
        for kind in KINDS:
            schema = json.loads((schemas / f"{kind}.json").read_text().replace('"/api/_definitions.json#', '"#'))
            (folder / version / f"{kind}.json").write_text(json.dumps(schema | {"$defs": shared}))
    return folder


@pytest.fixture(scope="module")
def definitions(tmp_path_factory, kinds):
    needs("go")
    folder = tmp_path_factory.mktemp("definitions")
    (folder / "go.mod").write_text("module definitions\n")
    for module, files in DEFINITIONS.items():
        where = json.loads(run("go", "mod", "download", "-json", module, cwd=folder).stdout)["Dir"]
        for file in files:
            spec = yaml.safe_load((pathlib.Path(where) / file).read_text())["spec"]
            for version in spec["versions"]:
                schema = version["schema"]["openAPIV3Schema"]
                schema["properties"]["metadata"] = {"type": "object"}
                strict(schema)
                schema["properties"]["metadata"] = {"type": "object"}
                (folder / f"{spec['names']['kind'].lower()}_{version['name']}.json").write_text(json.dumps(schema))
    for version in VERSIONS:
        (folder / version).symlink_to(kinds / version)
    return folder


def conforms(manifests, definitions):
    valid = []
    for version in VERSIONS:
        location = str(definitions / version / "{{ .ResourceKind }}{{ .KindSuffix }}.json")
        done = run("kubeconform", "-strict", "-summary", "-output", "json", "-kubernetes-version", version, "-schema-location", location,
                   "-schema-location", str(definitions / "{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json"), manifests, check=False)
        report = json.loads(done.stdout)
        assert done.returncode == 0 and report["summary"]["skipped"] == 0, f"{version}: {done.stdout}"
        valid.append(report["summary"]["valid"])
    assert len(set(valid)) == 1, valid
    return valid[0]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_overlays_conform(overlay, definitions, tmp_path):
    needs("kubectl", "kubeconform")
    manifests = tmp_path / "all.yaml"
    manifests.write_text(run("kubectl", "kustomize", ROOT / "k8s" / overlay).stdout)
    figure(f"kubeconform -strict, {overlay}, 1.30 to 1.35: {conforms(manifests, definitions)} objects valid, 0 invalid, 0 skipped")


@pytest.mark.parametrize("component", COMPONENTS)
def test_components_conform(component, definitions, tmp_path):
    needs("kubectl", "kubeconform")
    way = os.path.relpath(ROOT / "k8s", tmp_path)
    (tmp_path / "kustomization.yaml").write_text(f"""
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: tesserae
resources: [{way}/base]
components: [{way}/components/{component}]
""")
    manifests = tmp_path / "all.yaml"
    manifests.write_text(run("kubectl", "kustomize", tmp_path).stdout)
    conforms(manifests, definitions)


def test_a_wrong_field_is_seen(definitions, tmp_path):
    needs("kubectl", "kubeconform")
    text = run("kubectl", "kustomize", ROOT / "k8s" / "overlays" / "cpu").stdout
    for right, wrong in (("minReplicaCount:", "minReplicas:"), ("podMetricsEndpoints:", "endpoints:"), ("terminationGracePeriodSeconds:", "gracePeriod:")):
        manifests = tmp_path / "wrong.yaml"
        manifests.write_text(text.replace(right, wrong))
        with pytest.raises(AssertionError):
            conforms(manifests, definitions)


def test_check_passes():
    done = subprocess.run([sys.executable, ROOT / "k8s" / "check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    figure("k8s/check: " + done.stdout.strip().splitlines()[-1])
