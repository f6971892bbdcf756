"""docker-compose.yml, the Dockerfile and the proxy configuration, checked as files because no container engine is
available.
"""

import re
import subprocess
import tomllib
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile

from labplatform.devstack.postgres import DURABLE_OPTIONS
from labplatform.monitoring.probe import is_ready
from labplatform.settings.base import OUR_APPS

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: make install-dev")

from tools.rehearsal import compose  # noqa: E402

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {
    "SERVER_NAME": "lab.example",
    "SECRET_KEY": "k" * 60,
    "PSEUDONYM_KEY": "p" * 60,
    "ENCRYPTION_KEYS": "e" * 60,
    "DATABASE_PASSWORD": "d" * 32,
    "DATABASE_OWNER_PASSWORD": "o" * 32,
    "REDIS_PASSWORD": "r" * 32,
    "EMAIL_URL": "smtp://mail.example",
    "DEFAULT_FROM_EMAIL": "lab@lab.example",
}
OWNERS = "DATABASE_OWNER_PASSWORD"
SECRET = re.compile(r"(SECRET|PASSWORD|KEY|TOKEN|AUTH)")
SERVICES = ["beat", "migrate", "postgres", "proxy", "redis", "web", "worker"]


def services() -> dict[str, Any]:
    return compose.read()["services"]


def service(name: str) -> Any:
    return services()[name]


def test_compose_file_has_the_expected_services():
    assert sorted(services()) == SERVICES


def test_only_the_proxy_publishes_ports():
    assert {name for name, service in services().items() if "ports" in service} == {"proxy"}


def test_postgresql_and_redis_are_on_an_internal_network():
    assert [service(name)["networks"] for name in ("postgres", "redis")] == [["inside"], ["inside"]]
    assert compose.read()["networks"]["inside"] == {"internal": True}


def test_no_service_has_a_fixed_container_name_or_hostname():
    assert [name for name, service in services().items() if {"container_name", "hostname"} & service.keys()] == []


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_services_do_not_start_without_a_required_variable(name: str):
    """Compose stops at `${NAME:?…}`; every service that needs the variable has it."""
    environment = ENVIRONMENT | {name: ""}
    refusing = []
    for service, service_config in services().items():
        try:
            compose.environment(service_config, environment)
        except KeyError as error:
            refusing.append((service, error.args[0]))
    needing = ("postgres", "migrate") if name == OWNERS else ("web", "worker", "beat", "migrate")
    assert {(service, f"Set {name} in .env") for service in needing} <= set(refusing)


def test_only_migrations_use_the_owner_of_the_tables():
    """No other service has the owner's password, even where the whole `.env` is read."""
    environments = {
        name: compose.environment(service_config, ENVIRONMENT) for name, service_config in services().items()
    }
    addresses = {name: env["MIGRATION_DATABASE_URL"] for name, env in environments.items() if "DATABASE_URL" in env}
    owner = f"postgresql://labplatform_owner:{ENVIRONMENT[OWNERS]}@postgres:5432/labplatform"
    assert addresses == {"web": "", "worker": "", "beat": "", "migrate": owner}
    assert {environments[name][OWNERS] for name in addresses} == {""}
    assert {environments[name]["DATABASE_URL"].partition(":d")[0] for name in addresses} == {"postgresql://labplatform"}
    assert environments["postgres"]["POSTGRES_USER"] == environments["postgres"]["PGUSER"] == "labplatform_owner"
    assert {
        name for name, service_config in services().items() if ".env" in str(service_config.get("env_file"))
    } == set(addresses)


def test_files_contain_no_secret():
    """Each secret comes from a variable without a default, or with an empty one."""
    found = [
        f"{service} {name}"
        for service, service_config in services().items()
        for name, value in service_config.get("environment", {}).items()
        if SECRET.search(name) and value and not re.fullmatch(r"\$\{\w+(:\?[^{}]+|:-)?\}", str(value))
    ]
    example = dict(
        line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"\w+=", line)
    )
    assert (found, [name for name in example if SECRET.search(name) and example[name]]) == ([], [])
    assert ENVIRONMENT.keys() <= example.keys()


def test_every_lasting_service_has_a_health_check_that_others_wait_for():
    assert {name for name, service_config in services().items() if "test" not in service_config["healthcheck"]} == {
        "migrate"
    }
    after = {}
    for name, service_config in services().items():
        after[name] = {other: how["condition"] for other, how in service_config.get("depends_on", {}).items()}
    ready = {"postgres": "service_healthy", "redis": "service_healthy"}
    migrated = ready | {"migrate": "service_completed_successfully"}
    assert after == {
        "postgres": {},
        "redis": {},
        "migrate": ready,
        "web": migrated,
        "worker": migrated,
        "beat": migrated,
        "proxy": {"web": "service_healthy"},
    }


def test_postgresql_has_the_options_of_the_demonstration():
    assert services()["postgres"]["command"] == [
        "postgres",
        *(word for each in DURABLE_OPTIONS for word in ("-c", each)),
    ]


def test_every_service_has_limits_log_rotation_and_minimal_rights():
    for name, service_config in services().items():
        assert service_config["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
        assert service_config["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert (service_config["cap_drop"], service_config["security_opt"]) == (["ALL"], ["no-new-privileges:true"]), (
            name
        )
        assert service_config["restart"] == ("no" if name == "migrate" else "unless-stopped"), name
    assert {name for name, service_config in services().items() if not service_config.get("read_only")} == {"postgres"}


def test_images_are_pinned():
    images = {compose.fill_variables(service_config["image"], {}) for service_config in services().values()} - {
        "labplatform:local"
    }
    images |= set(re.findall(r"^ARG \w+_IMAGE=(\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    assert len(images) == 5
    pinned = re.compile(r":\d+\.\d+(\.\d+)?(-[\w.-]+)?(@sha256:[0-9a-f]{64})?$")
    assert [image for image in images if not pinned.search(image)] == []


def test_replicas_are_one_option_each():
    found = {
        name: service_config["deploy"]["replicas"]
        for name, service_config in services().items()
        if "replicas" in service_config["deploy"]
    }
    assert found == {
        "web": "${WEB_REPLICAS:-2}",
        "worker": "${WORKER_REPLICAS:-2}",
        "beat": "${BEAT_REPLICAS:-1}",
    }


DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_image_runs_unprivileged_from_locked_packages_without_secrets():
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert "\nUSER 10001:10001\n" in last
    assert "\nHEALTHCHECK " in last
    assert DOCKERFILE.count("--require-hashes") == DOCKERFILE.count("pip install ") == 2
    assert "npm ci --ignore-scripts" in DOCKERFILE
    assert "cp -r --parents lucide-static/icons" in DOCKERFILE.partition("collectstatic")[2]
    assert [line for line in DOCKERFILE.splitlines() if SECRET.search(line.partition("#")[0])] == []


def test_only_named_files_go_into_the_image():
    named = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] not in "#"]
    assert named[0] == "*"
    let_in = {line[1:] for line in named if line.startswith("!")}
    assert {"tests", "docs", "var", ".git", ".env"} & let_in == set()
    assert [name for name in let_in if not (ROOT / name).exists()] == []
    assert set(OUR_APPS) - let_in == set()


PROXY = (ROOT / "deploy" / "nginx.conf.template").read_text()


def location_block(opening: str) -> str:
    return PROXY.partition(opening)[2].partition("\n        }")[0]


def test_proxy_serves_files_only_internally_and_with_a_sandbox_policy():
    from web.exports.downloads import SAFE_HEADERS, SAFE_PICTURE_HEADERS

    inside = location_block("location ^~ /protected/ {")
    assert "internal;" in inside
    headers = dict(re.findall(r'add_header (\S+) "?(.+?)"? always;', inside))
    for name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
        assert headers[name] == SAFE_HEADERS[name]
    assert headers["Content-Security-Policy"] == "$files_policy"
    policies = PROXY.partition("map $upstream_http_content_type $files_policy {")[2].partition("}")[0]
    assert dict(re.findall(r'"?(\S+?)"? "(.+?)";', policies)) == {
        "~^image/": SAFE_PICTURE_HEADERS["Content-Security-Policy"],
        "default": SAFE_HEADERS["Content-Security-Policy"],
    }
    assert service("web")["environment"]["FILES_ACCEL"] == "/protected/"


def test_proxy_passes_no_error_and_no_redirect_of_the_object_storage_on():
    pages = re.findall(r"error_page ([\d\s]+)=(\d+) @(\w+);", PROXY)
    answers = {int(code): (int(status), name) for codes, status, name in pages for code in codes.split()}
    assert {code: answer for code, answer in answers.items() if answer[0] != 502} == {
        403: (404, "file_missing"),
        404: (404, "file_missing"),
        416: (416, "no_such_part"),
    }
    assert {code.value for code in HTTPStatus if code >= 300} - answers.keys() == {HTTPStatus.NOT_MODIFIED}
    for status, name in set(answers.values()):
        assert location_block(f"location @{name} {{").strip() == f"return {status};"
    assert {"proxy_intercept_errors on;", "proxy_hide_header Location;"} <= {
        line.strip() for line in PROXY.splitlines()
    }


def test_for_a_style_sheet_of_an_ended_release_the_proxy_sends_the_present_one():
    storage = ManifestStaticFilesStorage()
    style, script = (
        storage.hashed_name(f"web/site.{ending}", ContentFile(b"of a release")) for ending in ("css", "js")
    )
    [(location, path)] = re.findall(
        r'location ~ "(\S+/static/\S+)" \{.+?error_page 404 502 504 = (\S+);', PROXY, re.DOTALL
    )
    pattern = location.replace("(?<", "(?P<")
    assert re.sub(pattern, re.sub(r"\$(\w+)", r"\\g<\1>", path), f"/static/{style}") == "/static/web/site.css"
    assert re.search(pattern, "/static/web/site.css") is None  # its own errors reach the browser
    assert re.search(pattern, f"/static/{script}") is None


def test_proxy_hides_metrics_and_overwrites_client_addresses():
    assert "return 404;" in location_block("location = /metrics {")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in location_block("location / {\n            set")
    [form] = re.findall(r"log_format closed.*?;", PROXY, re.DOTALL)
    assert (
        set(re.findall(r"\$(\w+)", form)) & {"remote_addr", "request", "request_uri", "args", "http_user_agent"}
        == set()
    )


def test_every_variable_of_the_proxy_template_is_set():
    variables = set(re.findall(r"\$\{(\w+)\}", PROXY))
    script = service("proxy")["command"][-1]
    assert set(re.findall(r"\$\$(\w+)(?=[ '])", script)) == variables
    assert variables <= service("proxy")["environment"].keys()


def test_backup_scripts_are_valid_shell():
    for name in ("back_up", "restore"):
        path = ROOT / "deploy" / "backup" / name
        assert subprocess.run(["/bin/sh", "-n", str(path)], check=False).returncode == 0
        assert path.stat().st_mode & 0o111 == 0o111


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
REQUIRED = {
    "base": PROJECT["project"]["dependencies"],
    "prod": PROJECT["project"]["optional-dependencies"]["prod"],
    **PROJECT["dependency-groups"],
}


@pytest.mark.parametrize("lock", sorted(REQUIRED))
def test_each_requirement_is_pinned_in_its_lock_file(lock: str):
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / f"{lock}.txt").read_text(), re.MULTILINE)
    required = [re.match(r"[\w.-]+", requirement)[0].lower() for requirement in REQUIRED[lock]]
    assert [name for name in required if name not in pinned] == []


@pytest.mark.django_db(transaction=True)
def test_health_check_uses_the_host_name_of_the_server(live_server: Any):
    port = live_server.url.rpartition(":")[2]
    assert is_ready(port, "https://localhost")
    assert not is_ready(port, "https://other.example")
    assert not is_ready("1", "https://localhost")


def test_proxy_uses_modern_tls_with_strong_ciphers_and_lists_no_folder():
    options = dict(re.findall(r"^\s*(ssl_\w+|autoindex|server_tokens) (.+);", PROXY, re.MULTILINE))
    assert options["ssl_protocols"] == "TLSv1.2 TLSv1.3"
    ciphers = options["ssl_ciphers"].partition(";")[0].split(":")
    strong = re.compile(r"ECDHE-(RSA|ECDSA)-(AES\d+-GCM-SHA\d+|CHACHA20-POLY1305)")
    assert [name for name in ciphers if not strong.fullmatch(name)] == []
    assert (options.get("autoindex"), options["server_tokens"], options["ssl_session_tickets"]) == (None, "off", "off")
