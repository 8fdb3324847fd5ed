"""What the images are."""

import json
import os

from tools import SERVICES, figure, run


def inspect(image):
    return json.loads(run("docker", "image", "inspect", image).stdout)[0]


def test_size_is_the_applications_and_the_base_images(images):
    base = inspect(os.environ.get("TESSERAE_BASE_IMAGE", "eclipse-temurin:17-jre"))["Size"]
    for service in SERVICES:
        size = inspect("tesserae/" + service)["Size"]
        figure(f"image {service}: {size / 1e6:.0f} MB, of which the base image {base / 1e6:.0f} MB")
        assert size - base < 200e6, "what is added to the base image stays small: foreign libraries are left out"


def test_runs_as_nobody_and_says_what_it_is(images):
    for service in SERVICES:
        config = inspect("tesserae/" + service)["Config"]
        assert config["User"] == "10001:10001"
        assert config["Labels"]["org.opencontainers.image.title"] == "tesserae-" + service
        assert config["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0"
        assert config["Healthcheck"]["Test"][:2] == ["CMD", "java"], "no shell is needed"
        assert config["Entrypoint"][0] == "java", "the JVM is process 1, and hears SIGTERM"


def test_holds_its_bill_of_materials(images, tmp_path):
    for service in SERVICES:
        container = run("docker", "create", "tesserae/" + service).stdout.strip()
        try:
            run("docker", "cp", container + ":/app/sbom.json", tmp_path / service)
        finally:
            run("docker", "rm", container)
        bill = json.loads((tmp_path / service).read_text())
        assert bill["bomFormat"] == "CycloneDX"
        purls = {component.get("purl", "") for component in bill["components"]}
        assert any("io.grpc/grpc-api" in purl for purl in purls), sorted(purls)[:5]


def test_classes_come_from_the_archive(images):
    log = run("docker", "run", "--rm", "--read-only", "--tmpfs", "/tmp:exec,mode=1777", "--entrypoint", "java", "tesserae/gateway",
              "-XX:SharedArchiveFile=/app/classes.jsa", "-Xshare:auto", "-Xlog:class+load:stdout", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
              "-cp", "/app/run.jar", "io.tesserae.contract.container.Rehearsal", "io.quarkus.runner.GeneratedMain", "http://localhost:8080/q/health/live", "100",
              timeout=300).stdout
    shared = sum("shared objects file (top)" in line for line in log.splitlines())
    assert shared > 1000, f"{shared} classes from the archive: it does not fit the JVM or the class path\n{log[:2000]}"
    figure(f"gateway: {shared} classes come from the archive at start")
