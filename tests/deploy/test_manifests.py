"""What stands in `deploy/` for containers, systemd and Caddy agrees with the playground and with itself."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.proxy import UPLOAD_MEGABYTES

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"


def documents(*paths: Path) -> list[dict[str, Any]]:
    return [found for path in paths for found in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


@pytest.fixture
def objects() -> dict[tuple[str, str], dict[str, Any]]:
    """All that `kubectl apply --kustomize` would apply, by kind and name."""
    (kustomization,) = documents(KUBERNETES / "kustomization.yaml")
    listed = {KUBERNETES / name for name in kustomization["resources"]}
    assert listed == set(KUBERNETES.glob("*.yaml")) - {KUBERNETES / "kustomization.yaml"}
    found = documents(*listed)
    return {(one["kind"], one["metadata"]["name"]): one for one in found}


def test_caddy_is_told_the_same_in_both_kinds_of_containers(objects):
    shared = (DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    assert objects["ConfigMap", "front"]["data"]["Caddyfile"] == shared
    read = set(re.findall(r"\{\$(PLAYGROUND_\w+)", shared))
    compose = documents(DEPLOY / "compose.yaml")[0]["services"]
    assert set(compose["front"]["environment"]) == read
    # What is secret stands in no map that everybody may read.
    assert set(objects["ConfigMap", "front"]["data"]) == read - {"PLAYGROUND_SECRET"} | {"Caddyfile"}


def test_caddy_keeps_a_browser_by_cookie_takes_its_uploads_and_hides_the_metrics():
    for name in ("Caddyfile", "one-machine.Caddyfile"):
        text = (DEPLOY / "caddy" / name).read_text(encoding="utf-8")
        assert "lb_policy cookie playground_replica" in text
        assert f"max_size {UPLOAD_MEGABYTES}MiB" in text
        assert "respond @inside 404" in text
        assert "frame-ancestors 'self'" in text
        assert text.count("{") == text.count("}")


def test_labels_ports_and_probes_of_the_cluster_meet(objects):
    pods = objects["Deployment", "replica"]["spec"]["template"]
    (container,) = pods["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    service = objects["Service", "replica"]["spec"]
    assert service["clusterIP"] == "None"
    assert service["selector"].items() <= pods["metadata"]["labels"].items()
    assert [port["port"] for port in service["ports"]] == [ports["http"]]
    probes = [container[kind]["httpGet"] for kind in ("startupProbe", "readinessProbe", "livenessProbe")]
    assert all(probe == {"path": "/_stcore/health", "port": "http"} for probe in probes)
    assert objects["Deployment", "replica"]["spec"]["replicas"] > 1
    assert (
        objects["ConfigMap", "front"]["data"]["PLAYGROUND_REPLICAS"]
        == service["selector"]["app"]
        == "replica"
    )
    assert f"port {ports['http']}" in objects["ConfigMap", "front"]["data"]["Caddyfile"]


def test_what_compose_starts_is_what_caddy_looks_for():
    services = documents(DEPLOY / "compose.yaml")[0]["services"]
    assert services["front"]["environment"]["PLAYGROUND_REPLICAS"] in services
    assert services["replica"]["deploy"]["replicas"] == "${REPLICAS:-2}"
    assert services["replica"]["ulimits"]["nofile"] == 65536
    build = services["replica"]["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()
    assert (DEPLOY / services["front"]["volumes"][0].split(":")[0]).is_file()


def copied() -> list[str]:
    """What the image holds of this folder."""
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    return [line.split()[1] for line in lines if line.startswith("COPY ")]


def test_the_image_gets_what_it_copies():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == set(copied())


READS_EVERYTHING = """
import importlib, pkgutil, ui
from streamlit.testing.v1 import AppTest
from ui.app.server import preload

for module in pkgutil.walk_packages(ui.__path__, "ui."):
    if module.name != "ui.app.shell":
        importlib.import_module(module.name)
preload()
shell = AppTest.from_file("ui/app/shell.py", default_timeout=60).run()
assert not shell.exception, shell.exception
"""


@pytest.mark.slow
@pytest.mark.long
def test_the_image_holds_all_that_the_playground_reads(tmp_path):
    for name in copied():
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    command = [sys.executable, "-c", READS_EVERYTHING]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"HOME": "/"}
    )
    assert done.returncode == 0, done.stderr


def test_the_unit_starts_the_playground_again_and_keeps_it_within_bounds():
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]  # systemd minds capitals
    unit.read(DEPLOY / "systemd" / "playground@.service", encoding="utf-8")
    service = unit["Service"]
    assert (service["Restart"], service["LimitNOFILE"], service["MemoryMax"]) == ("always", "65536", "2G")
    assert "--server.port %i" in service["ExecStart"]
    assert "--server.address 127.0.0.1" in service["ExecStart"]
