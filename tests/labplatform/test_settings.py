"""Production refuses to start while something it needs is missing; the demonstration keeps its key."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv

from labplatform.settings import base, refusing
from labplatform.settings.refusing import LETTERS_LEAVE_BY, refuse
from tests.lint_deploy import PRODUCTION

ROOT = Path(__file__).parent.parent.parent


PRINTED = "from django.conf import settings; print(settings.SECRET_KEY, settings.DEMO, settings.DEBUG)"


def start(settings: str, code: str = PRINTED, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import a settings module in a process of its own, which prints what is asked: its SECRET_KEY first of all."""
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": settings}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**bare, **environment}, capture_output=True, text=True, check=False
    )


def test_production_starts_when_everything_is_given():
    done = start("labplatform.settings.production", **PRODUCTION)
    assert done.stdout == f"{PRODUCTION['SECRET_KEY']} False False\n"


def refusal(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> str:
    """Why production would not start with these variables and no other; "" where it would."""
    monkeypatch.setattr(os, "environ", given)
    try:
        refuse(FileAwareEnv(), given["EMAIL_BACKEND"])
    except ImproperlyConfigured as why:
        return str(why)
    return ""


GIVEN = PRODUCTION | {"EMAIL_BACKEND": LETTERS_LEAVE_BY}


def test_with_everything_it_is_not_refused(monkeypatch: pytest.MonkeyPatch):
    assert refusal(monkeypatch, GIVEN) == ""


@pytest.mark.parametrize(
    "missing",
    ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL"],
)
def test_production_refuses_to_start_without(missing: str, monkeypatch: pytest.MonkeyPatch):
    given = {name: value for name, value in GIVEN.items() if name != missing}
    assert refusal(monkeypatch, given) == f"Set {missing} before starting in production."


def test_what_is_refused_does_not_start():
    given = {name: value for name, value in PRODUCTION.items() if name != "REDIS_URL"}
    done = start("labplatform.settings.production", **given)
    assert done.returncode == 1
    assert "ImproperlyConfigured: Set REDIS_URL before starting in production." in done.stderr


LONG = "a1b2C3d4e5F6g7h8i9J0" * 3


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts: '*' is refused."),
        ({"ALLOWED_HOSTS": "lab.example,*.example"}, "ALLOWED_HOSTS must name the hosts: '*' is refused."),
        ({"ALLOWED_HOSTS": "other.example"}, "ALLOWED_HOSTS must name lab.example, the host of BASE_URL."),
        ({"BASE_URL": "http://lab.example"}, "BASE_URL must begin with https://: letters lead there,"),
        ({"BASE_URL": "https://lab.example/lab"}, "BASE_URL must be the scheme and the host only"),
        ({"SECRET_KEY": LONG[:49]}, "SECRET_KEY must be 50 random characters or more"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY must be 50 random characters or more"),
        ({"SECRET_KEY": "change-me-" + LONG}, "SECRET_KEY must be 50 random characters or more, and no placeholder"),
        ({"SECRET_KEY": "only-for-tests-" + "x" * 40}, "SECRET_KEY must be 50 random characters or more"),
        ({"SECRET_KEY": "django-insecure-" + LONG}, "SECRET_KEY must be 50 random characters or more"),
        ({"SECRET_KEY_FALLBACKS": f"{LONG},short"}, "SECRET_KEY must be 50 random characters or more"),
        ({"PSEUDONYM_KEY": "short"}, "PSEUDONYM_KEY must be 32 random characters or more"),
        ({"METRICS_TOKEN": "metrics"}, "METRICS_TOKEN must be 32 random characters or more"),
        ({"DATABASE_URL": "postgresql://lab:change-me@db/lab"}, "DATABASE_URL has a password everybody knows"),
        ({"REDIS_URL": "redis://:redis@redis/0"}, "REDIS_URL has a password everybody knows"),
        ({"REDIS_URL": "redis://:xxxx@redis/0"}, "REDIS_URL has a password everybody knows"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "EMAIL_URL must name a mail server"),
        ({"DEMO": "true"}, "DEMO shows sign-ins and everybody's letters: it is refused in production."),
    ],
)
def test_production_refuses_to_start_with(given: dict[str, str], why: str, monkeypatch: pytest.MonkeyPatch):
    said = refusal(monkeypatch, GIVEN | given)
    assert (said.startswith(why), len(said.splitlines())) == (True, 1)


def test_a_key_drawn_as_the_documents_say_is_never_refused():
    """With four of a letter as a mark of placeholders, one key in sixteen thousand was."""
    shell = re.compile(r"python3? -c (['\"])import secrets; print\(secrets\.(?P<how>\w+)\((?P<bytes>\d+)\)\)\1")
    texts = [(ROOT / name).read_text() for name in (".env.example", "docs/operations/secrets.md")]
    ways = {(found["how"], int(found["bytes"])) for text in [*texts, refusing.HOW] for found in shell.finditer(text)}
    assert ways == {("token_urlsafe", 50)}
    drawn = [secrets.token_urlsafe(50) for _ in range(50_000)]
    assert [key for key in drawn if refusing.is_weak(key, shortest=max(refusing.SHORTEST.values()))] == []
    assert not refusing.is_weak(f"{LONG}XxxX", shortest=50)


def test_production_says_everything_that_is_wrong_at_once():
    wrong = {"SECRET_KEY": "short", "BASE_URL": "http://lab.example", "ALLOWED_HOSTS": "*", "EMAIL_URL": "console://"}
    done = start("labplatform.settings.production", **{**PRODUCTION, **wrong})
    told = done.stderr.partition("ImproperlyConfigured: ")[2].splitlines()
    assert [line.split()[0] for line in told] == ["SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_URL"]


def test_a_secret_may_be_in_a_file(tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text(f"{PRODUCTION['SECRET_KEY']}\n")
    given = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    done = start("labplatform.settings.production", **given, SECRET_KEY_FILE=str(file))
    assert done.stdout == f"{PRODUCTION['SECRET_KEY']} False False\n"


KEYS = "from django.conf import settings; print(*settings.SECRET_KEY_FALLBACKS, settings.ALLAUTH_TRUSTED_PROXY_COUNT)"


def test_keys_that_are_on_their_way_out_still_read_what_they_signed():
    given = {**PRODUCTION, "SECRET_KEY_FALLBACKS": f"{LONG},{LONG[::-1]}"}
    assert start("labplatform.settings.production", KEYS, **given).stdout == f"{LONG} {LONG[::-1]} 1\n"


def test_production_starts_and_serves_without_the_packages_that_watch():
    hidden = ("structlog", "django_structlog", "django_prometheus", "prometheus_client", "sentry_sdk")
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({hidden}));"
        "import django; django.setup(); from django.conf import settings; from labplatform import wsgi, urls;"
        "print(settings.LOGGING['formatters']['line']['()'], len(settings.MIDDLEWARE), len(settings.INSTALLED_APPS))"
    )
    ours = f"{len(base.MIDDLEWARE)} {len(base.INSTALLED_APPS)}"
    done = start("labplatform.settings.production", code, **PRODUCTION)
    assert (done.stdout, done.returncode) == (f"labplatform.watching.lines.Plain {ours}\n", 0)


def test_an_error_that_should_be_reported_and_cannot_be_is_no_start():
    code = "import sys; sys.modules['sentry_sdk'] = None; from django.conf import settings; settings.DEBUG"
    given = {**PRODUCTION, "SENTRY_DSN": "https://key@sentry.example/1"}
    done = start("labplatform.settings.production", code, **given)
    assert (done.returncode, done.stderr.strip()) == (
        1,
        "SENTRY_DSN is set, and sentry-sdk is not installed: install requirements/prod.txt.",
    )


def test_the_demonstration_keeps_its_key_between_starts(tmp_path: Path):
    first = start("labplatform.settings.demo", VAR_DIR=str(tmp_path))
    again = start("labplatform.settings.demo", VAR_DIR=str(tmp_path))
    assert first.stdout == again.stdout
    assert first.stdout.split()[1:] == ["True", "False"]
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


AT_ONCE = """
import multiprocessing
from labplatform.settings import demo

fork = multiprocessing.get_context("fork")

def ask(start, said):
    start.wait()
    said.put(demo._kept_secret())

for _ in range(25):
    (demo.VAR_DIR / "secret-key").unlink()
    start, said = fork.Barrier(8), fork.SimpleQueue()
    processes = [fork.Process(target=ask, args=(start, said)) for _ in range(8)]
    for process in processes:
        process.start()
    keys = {said.get() for _ in processes}
    for process in processes:
        process.join()
    kept = (demo.VAR_DIR / "secret-key").read_text()
    print(keys == {kept}, len(kept) >= 50, [path.name for path in demo.VAR_DIR.iterdir() if path.is_file()])
"""


def test_processes_that_start_at_once_have_one_key(tmp_path: Path):
    """Web server, worker and beat begin together on an empty `var/`: with two keys, sign-ins of one fail in another."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert set(done.stdout.splitlines()) == {"True True ['secret-key']"}, done.stderr
    assert len(done.stdout.splitlines()) == 25
