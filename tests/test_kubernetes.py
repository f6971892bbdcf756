"""deploy/kubernetes and the Procfile, checked as files because no cluster is available."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from labplatform.settings.mail import PORTS as MAIL_PORTS
from labplatform.settings.startup_checks import REQUIRED
from tests.test_operations_doc import rows

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: make install-dev")
kubernetes_validate = pytest.importorskip("kubernetes_validate", reason="it is not installed: make install-dev")

from tools.rehearsal import compose  # noqa: E402

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "deploy" / "kubernetes"
VERSION = "1.37"
SET_FOR_THEM = {"WEB_CONCURRENCY", "PROMETHEUS_MULTIPROC_DIR", "WORKER_ALIVE"}


def documents(name: str = "*") -> list[dict[str, Any]]:
    return [each for path in sorted(FOLDER.glob(f"{name}.yaml")) for each in yaml.safe_load_all(path.read_text())]


def workloads() -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each["spec"] for each in documents() if each["kind"] in ("Deployment", "Job")}


def pods() -> dict[str, dict[str, Any]]:
    return {name: spec["template"]["spec"] for name, spec in workloads().items()}


def names_in_example() -> set[str]:
    return set(re.findall(r"^(\w+)=$", (FOLDER / "secrets.env.example").read_text(), re.MULTILINE))


def test_every_document_follows_its_schema():
    kustomization, *_ = documents("kustomization")
    assert sorted([*kustomization["resources"], "kustomization.yaml"]) == sorted(
        path.name for path in FOLDER.glob("*.yaml")
    )
    checked = [each for each in documents() if each["kind"] != "Kustomization"]
    for document in checked:
        kubernetes_validate.validate(document, VERSION, strict=True)
    assert len(checked) == 12
    with pytest.raises(kubernetes_validate.ValidationError, match="retriez"):
        kubernetes_validate.validate(checked[0] | {"retriez": 3}, VERSION, strict=True)


def test_settings_and_secrets_are_documented_and_complete():
    [settings] = [each["data"] for each in documents("settings")]
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", " ".join(cells[0] for cells in rows("Settings"))))
    given = settings.keys() | names_in_example()
    assert given - documented - SET_FOR_THEM == set()
    assert set(REQUIRED) - given == set()
    assert settings.keys() & names_in_example() == set()


def test_pods_get_secrets_by_reference_and_only_migrations_get_the_owner():
    sources = {
        name: [
            next(iter(source.values()))["name"]
            for pod_container in pod["containers"]
            for source in pod_container["envFrom"]
        ]
        for name, pod in pods().items()
    }
    given = ["labplatform", "labplatform"]
    assert sources == {"web": given, "worker": given, "beat": given, "migrate": [*given, "labplatform-migrations"]}
    assert [each["kind"] for each in documents() if each["kind"] == "Secret"] == []


def test_every_container_runs_unprivileged_with_limits_from_the_image_of_the_kustomization():
    kustomization, *_ = documents("kustomization")
    for name, pod in pods().items():
        security = pod["securityContext"]
        assert (security["runAsNonRoot"], security["runAsUser"], security["seccompProfile"]["type"]) == (
            True,
            10001,
            "RuntimeDefault",
        ), name
        assert pod["automountServiceAccountToken"] is False
        for each in [*pod["containers"], *pod.get("initContainers", [])]:
            assert each["image"] == kustomization["images"][0]["name"]
            assert each["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert each["resources"]["limits"].keys() == {"cpu", "memory"}
            assert {mount["mountPath"] for mount in each["volumeMounts"]} == {"/tmp", "/files", "/erasures"}  # noqa: S108


def test_commands_probes_and_migrations_are_those_of_the_compose_file():
    services = compose.read()["services"]
    commands = {name: pod["containers"][0]["command"] for name, pod in pods().items()}
    assert commands == {name: services[name]["command"] for name in commands}
    web = pods()["web"]["containers"][0]
    probes = {name: web[name]["httpGet"]["path"] for name in ("startupProbe", "readinessProbe", "livenessProbe")}
    assert probes == {"startupProbe": "/livez", "readinessProbe": "/readyz", "livenessProbe": "/livez"}
    for name in ("worker", "beat"):
        check = services[name]["healthcheck"]["test"][1].replace("$$", "$").replace('\\"', '"').replace("'", "")
        assert pods()[name]["containers"][0]["livenessProbe"]["exec"]["command"][-1] == check
    waiting = {name: [each["name"] for each in pod.get("initContainers", [])] for name, pod in pods().items()}
    first = ["wait-for-migrations"]
    assert waiting == {"web": first, "worker": first, "beat": first, "migrate": []}


def test_selectors_budgets_and_policies_name_pods_that_exist():
    labels = {tuple(spec["template"]["metadata"]["labels"].items()) for spec in workloads().values()}
    parts = [dict(each) for each in labels]
    selectors = [
        each["spec"].get("podSelector", each["spec"].get("selector", {}))
        for each in documents()
        if each["kind"] in ("Deployment", "PodDisruptionBudget", "NetworkPolicy", "Service")
    ]
    wanted = [selector.get("matchLabels", selector) for selector in selectors]
    assert len(wanted) == 8
    assert [each for each in wanted if not any(each.items() <= part.items() for part in parts)] == []


def test_procfile_has_the_commands_of_the_compose_file_and_the_settings_of_production():
    """Without the image, which sets it, `manage.py` and Celery would take the settings of the demonstration."""
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    production = "DJANGO_SETTINGS_MODULE=labplatform.settings.production"
    assert f"{production} \\\n" in (ROOT / "Dockerfile").read_text()
    commands = {name: shlex.split(line.removeprefix(f"{production} ")) for name, line in lines.items()}
    services = compose.read()["services"]
    assert commands == {
        "release": ["python", "manage.py", "migrate", "--no-input"],
        "web": ["BIND=0.0.0.0:$PORT", *services["web"]["command"]],
        "worker": services["worker"]["command"],
        "beat": services["beat"]["command"],
    }
    assert all(line.startswith(f"{production} ") for line in lines.values())


def test_optional_settings_of_the_compose_file_are_named_in_kubernetes_too():
    """Only what concerns the containers of compose themselves is left out."""
    example = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    of_compose = {"SERVER_NAME", "DATABASE_PASSWORD", "DATABASE_OWNER_PASSWORD", "REDIS_PASSWORD", "CERTIFICATES"}
    of_compose |= {name for name in example if name.endswith("_REPLICAS")}
    [settings] = [each["data"] for each in documents("settings")]
    assert example - of_compose - settings.keys() - names_in_example() == set()


def test_pods_may_reach_each_server_that_the_documentation_names_at_its_usual_port():
    [egress] = [each["spec"]["egress"] for each in documents("network") if "egress" in each["spec"]]
    ports = {(port["protocol"], port["port"]) for rule in egress for port in rule["ports"]}
    servers = {5432, 6432, 6379, 443, *(port for encryption, port in MAIL_PORTS.items() if encryption)}
    assert ports == {("UDP", 53), ("TCP", 53), *(("TCP", port) for port in servers)}
