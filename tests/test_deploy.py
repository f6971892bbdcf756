"""What docker-compose.yml, the Dockerfile and the proxy promise, read from the files: no engine is at hand."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from labplatform.monitoring.probe import is_ready

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: make install-dev")

from tools.rehearsal import compose  # noqa: E402

ROOT = Path(__file__).parent.parent
WHOLE = {
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


def every(name: str) -> Any:
    return services()[name]


def test_these_are_the_services():
    assert sorted(services()) == SERVICES


def test_only_the_proxy_is_reached_from_outside():
    assert {name for name, service in services().items() if "ports" in service} == {"proxy"}


def test_postgresql_and_redis_are_on_a_network_that_leads_nowhere():
    assert [every(name)["networks"] for name in ("postgres", "redis")] == [["inside"], ["inside"]]
    assert compose.read()["networks"]["inside"] == {"internal": True}


def test_no_service_has_a_name_of_its_own_so_that_there_may_be_more_of_it():
    assert [name for name, service in services().items() if {"container_name", "hostname"} & service.keys()] == []


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_without_a_secret_or_an_address_nothing_starts(name: str):
    """Compose stops at `${NAME:?…}`; so does every service that needs it."""
    given = WHOLE | {name: ""}
    refusing = []
    for service, what in services().items():
        try:
            compose.environment(what, given)
        except KeyError as error:
            refusing.append((service, error.args[0]))
    needing = ("postgres", "migrate") if name == OWNERS else ("web", "worker", "beat", "migrate")
    assert {(service, f"Set {name} in .env") for service in needing} <= set(refusing)


def test_only_the_migrations_sign_in_as_the_owner_of_the_tables():
    """Nothing else holds the owner's password, not even where `.env`, which holds it, is read whole."""
    told = {name: compose.environment(what, WHOLE) for name, what in services().items()}
    addresses = {name: env["MIGRATION_DATABASE_URL"] for name, env in told.items() if "DATABASE_URL" in env}
    owner = f"postgresql://labplatform_owner:{WHOLE[OWNERS]}@postgres:5432/labplatform"
    assert addresses == {"web": "", "worker": "", "beat": "", "migrate": owner}
    assert {told[name][OWNERS] for name in addresses} == {""}
    assert {told[name]["DATABASE_URL"].partition(":d")[0] for name in addresses} == {"postgresql://labplatform"}
    assert told["postgres"]["POSTGRES_USER"] == told["postgres"]["PGUSER"] == "labplatform_owner"
    assert {name for name, what in services().items() if ".env" in str(what.get("env_file"))} == set(addresses)


def test_no_secret_is_written_in_the_files():
    """Each comes from a variable that has no value of its own, or an empty one."""
    found = [
        f"{service} {name}"
        for service, what in services().items()
        for name, value in what.get("environment", {}).items()
        if SECRET.search(name) and value and not re.fullmatch(r"\$\{\w+(:\?[^{}]+|:-)?\}", str(value))
    ]
    example = dict(
        line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"\w+=", line)
    )
    assert (found, [name for name in example if SECRET.search(name) and example[name]]) == ([], [])
    assert WHOLE.keys() <= example.keys()


def test_every_service_that_stays_has_a_health_check_and_others_wait_for_it():
    assert {name for name, what in services().items() if "test" not in what["healthcheck"]} == {"migrate"}
    after = {}
    for name, what in services().items():
        after[name] = {other: how["condition"] for other, how in what.get("depends_on", {}).items()}
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


def test_every_service_has_limits_a_log_that_rotates_and_no_rights_it_does_not_need():
    for name, what in services().items():
        assert what["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
        assert what["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert (what["cap_drop"], what["security_opt"]) == (["ALL"], ["no-new-privileges:true"]), name
        assert what["restart"] == ("no" if name == "migrate" else "unless-stopped"), name
    assert {name for name, what in services().items() if not what.get("read_only")} == {"postgres"}


def test_images_are_pinned():
    images = {compose.filled(what["image"], {}) for what in services().values()} - {"labplatform:local"}
    images |= set(re.findall(r"^ARG \w+_IMAGE=(\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    assert len(images) == 5
    pinned = re.compile(r":\d+\.\d+(\.\d+)?(-[\w.-]+)?(@sha256:[0-9a-f]{64})?$")
    assert [image for image in images if not pinned.search(image)] == []


def test_replicas_are_one_option_each():
    found = {name: what["deploy"]["replicas"] for name, what in services().items() if "replicas" in what["deploy"]}
    assert found == {
        "web": "${WEB_REPLICAS:-2}",
        "worker": "${WORKER_REPLICAS:-2}",
        "beat": "${BEAT_REPLICAS:-1}",
    }


DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_image_runs_as_nobody_special_from_locked_packages_and_holds_no_secret():
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert "\nUSER 10001:10001\n" in last
    assert "\nHEALTHCHECK " in last
    assert DOCKERFILE.count("--require-hashes") == DOCKERFILE.count("pip install ") == 2
    assert "npm ci --ignore-scripts" in DOCKERFILE
    assert "node_modules/lucide-static/" in DOCKERFILE.partition("collectstatic")[2]  # icons
    assert [line for line in DOCKERFILE.splitlines() if SECRET.search(line.partition("#")[0])] == []


def test_nothing_goes_into_the_image_but_what_is_named():
    named = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] not in "#"]
    assert named[0] == "*"
    let_in = {line[1:] for line in named if line.startswith("!")}
    assert {"tests", "docs", "var", ".git", ".env"} & let_in == set()
    assert [name for name in let_in if not (ROOT / name).exists()] == []


PROXY = (ROOT / "deploy" / "nginx.conf.template").read_text()


def block(opening: str) -> str:
    return PROXY.partition(opening)[2].partition("\n        }")[0]


def test_the_proxy_serves_files_only_when_the_application_says_so_and_under_a_sandbox():
    from web.exports.downloads import HARMLESS, HARMLESS_PICTURE

    inside = block("location ^~ /protected/ {")
    assert "internal;" in inside
    told = dict(re.findall(r'add_header (\S+) "?(.+?)"? always;', inside))
    for name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
        assert told[name] == HARMLESS[name]
    assert told["Content-Security-Policy"] == "$files_policy"
    policies = PROXY.partition("map $upstream_http_content_type $files_policy {")[2].partition("}")[0]
    assert dict(re.findall(r'"?(\S+?)"? "(.+?)";', policies)) == {
        "~^image/": HARMLESS_PICTURE["Content-Security-Policy"],
        "default": HARMLESS["Content-Security-Policy"],
    }
    assert every("web")["environment"]["FILES_ACCEL"] == "/protected/"


def test_figures_are_not_reached_through_the_proxy_and_addresses_are_not_believed():
    assert "return 404;" in block("location = /metrics {")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in block("location / {\n            set")
    [form] = re.findall(r"log_format closed.*?;", PROXY, re.DOTALL)
    assert (
        set(re.findall(r"\$(\w+)", form)) & {"remote_addr", "request", "request_uri", "args", "http_user_agent"}
        == set()
    )


def test_everything_the_template_takes_is_put_in():
    taken = set(re.findall(r"\$\{(\w+)\}", PROXY))
    script = every("proxy")["command"][-1]
    assert set(re.findall(r"\$\$(\w+)(?=[ '])", script)) == taken
    assert taken <= every("proxy")["environment"].keys()


def test_scripts_of_the_backup_are_sound_shell():
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
def test_a_container_asks_its_own_server_under_the_name_it_is_served_by(live_server: Any):
    port = live_server.url.rpartition(":")[2]
    assert is_ready(port, "https://localhost")
    assert not is_ready(port, "https://other.example")
    assert not is_ready("1", "https://localhost")


def test_the_proxy_speaks_tls_of_today_with_strong_ciphers_and_lists_no_folder():
    said = dict(re.findall(r"^\s*(ssl_\w+|autoindex|server_tokens) (.+);", PROXY, re.MULTILINE))
    assert said["ssl_protocols"] == "TLSv1.2 TLSv1.3"
    ciphers = said["ssl_ciphers"].partition(";")[0].split(":")
    strong = re.compile(r"ECDHE-(RSA|ECDSA)-(AES\d+-GCM-SHA\d+|CHACHA20-POLY1305)")
    assert [name for name in ciphers if not strong.fullmatch(name)] == []
    assert (said.get("autoindex"), said["server_tokens"], said["ssl_session_tickets"]) == (None, "off", "off")
