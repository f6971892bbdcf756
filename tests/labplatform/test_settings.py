"""Production refuses to start while required settings are missing; the demonstration keeps its key."""

import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from labplatform.settings import base, startup_checks
from tests.accounts.openid.test_configuration import GIVEN
from tests.labplatform.production import ABSENT, Answers, start
from tools.lint_deploy import PRODUCTION

ROOT = Path(__file__).parent.parent.parent


def test_production_starts_with_all_settings():
    done = start("labplatform.settings.production", **PRODUCTION)
    assert done.stdout == f"{PRODUCTION['SECRET_KEY']} False False\n"


def test_refused_settings_stop_the_process():
    given = {name: value for name, value in PRODUCTION.items() if name != "REDIS_URL"}
    done = start("labplatform.settings.production", **given)
    assert done.returncode == 1
    assert "ImproperlyConfigured: Set REDIS_URL before starting in production." in done.stderr


LONG = "a1b2C3d4e5F6g7h8i9J0" * 3
DRAWN = "4d1f0b7c9a3e5f82610cde94ab73f5d8"
NAMED_HOSTS = "ALLOWED_HOSTS must name each host in full, as in lab.example: '*' and a leading '.' let others in."
GUESSED = "has a password that is easy to guess: set another. Draw one: "
NO_PASSWORD = "DATABASE_URL has no password: set one, as in postgresql://user:password@host/name. Draw one: "
PLAIN = "EMAIL_URL would send e-mails and passwords unencrypted to mail.example: begin it with smtp+tls:// (STARTTLS)"


def of_database(password: str, user: str = "lab") -> dict[str, str]:
    return {"DATABASE_URL": f"postgresql://{user}:{password}@db.example/platform"}


def of_provider(**changes: str) -> dict[str, str]:
    return {"OIDC_PROVIDERS": json.dumps([GIVEN | changes])}


def of_bucket(endpoint: str) -> dict[str, str]:
    keys = {"FILES_ACCESS_KEY": "lab", "FILES_SECRET_KEY": DRAWN}
    return {"FILES_BUCKET": "lab", "FILES_ENDPOINT": endpoint, **keys}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name in startup_checks.REQUIRED for value in (ABSENT, "", " ")],
)
def test_production_refuses_to_start_without(printed: Answers, name: str, value: str):
    assert printed({name: value}) == [f"Set {name} before starting in production."]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"ALLOWED_HOSTS": "*"}, NAMED_HOSTS),
        ({"ALLOWED_HOSTS": "lab.example,*"}, NAMED_HOSTS),
        ({"ALLOWED_HOSTS": "lab.example,*.example"}, NAMED_HOSTS),
        ({"ALLOWED_HOSTS": "lab.example,."}, NAMED_HOSTS),
        ({"ALLOWED_HOSTS": ".example"}, NAMED_HOSTS),
        ({"ALLOWED_HOSTS": "lab.example, .lab.example"}, NAMED_HOSTS),
        ({"ALLOWED_HOSTS": "lab.example,,"}, NAMED_HOSTS),
        ({"ALLOWED_HOSTS": "other.example"}, "ALLOWED_HOSTS must name lab.example, the host of BASE_URL."),
        ({"BASE_URL": "http://lab.example"}, "BASE_URL must begin with https://: e-mails lead there,"),
        ({"BASE_URL": "https://lab.example/lab"}, "BASE_URL must be the scheme and the host only"),
        ({"SECRET_KEY": LONG[:49]}, "SECRET_KEY must be 50 random characters or more"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY must be 50 random characters or more"),
        ({"SECRET_KEY": "change-me-" + LONG}, "SECRET_KEY must be 50 random characters or more, and no placeholder"),
        ({"SECRET_KEY": "only-for-tests-" + "x" * 40}, "SECRET_KEY must be 50 random characters or more"),
        ({"SECRET_KEY": "django-insecure-" + LONG}, "SECRET_KEY must be 50 random characters or more"),
        ({"SECRET_KEY_FALLBACKS": f"{LONG},short"}, "SECRET_KEY must be 50 random characters or more"),
        ({"PSEUDONYM_KEY": "short"}, "PSEUDONYM_KEY must be 32 random characters or more"),
        ({"PSEUDONYM_KEY": LONG[:31]}, "PSEUDONYM_KEY must be 32 random characters or more"),
        ({"ENCRYPTION_KEYS": LONG[:31]}, "ENCRYPTION_KEYS must be 32 random characters or more"),
        ({"ENCRYPTION_KEYS": f"{LONG},"}, "ENCRYPTION_KEYS must be 32 random characters or more"),
        ({"ENCRYPTION_KEYS": f"{LONG},change-me-{LONG}"}, "ENCRYPTION_KEYS must be 32 random characters or more"),
        ({"ERASURE_JOURNAL": "/nowhere"}, "ERASURE_JOURNAL must name a folder that the application may write to"),
        ({"ERASURE_JOURNAL": __file__}, "ERASURE_JOURNAL must name a folder that the application may write to"),
        ({"METRICS_TOKEN": "metrics"}, "METRICS_TOKEN must be 32 random characters or more"),
        ({"DATABASE_URL": "postgresql://lab@db.example/platform"}, NO_PASSWORD),
        ({"DATABASE_URL": "postgresql://lab:@db.example/platform"}, NO_PASSWORD),
        ({"DATABASE_URL": "postgresql://lab@localhost/platform"}, NO_PASSWORD),
        (of_database("change-me"), f"DATABASE_URL {GUESSED}"),
        (of_database("postgres"), f"DATABASE_URL {GUESSED}"),
        (of_database("Postgres-2026!!"), f"DATABASE_URL {GUESSED}"),
        (of_database("password1234567"), f"DATABASE_URL {GUESSED}"),
        (of_database("p%61ssword-p%61ssword-1"[:12]), f"DATABASE_URL {GUESSED}"),
        (of_database("laboratory-of-a-city", "laboratory-of-a-city"), f"DATABASE_URL {GUESSED}"),
        (of_database("platform-2026"), f"DATABASE_URL {GUESSED}"),
        (of_database(DRAWN[:11]), f"DATABASE_URL {GUESSED}"),
        (of_database("121212121212121212"), f"DATABASE_URL {GUESSED}"),
        (of_database("qwertyuiop123"), f"DATABASE_URL {GUESSED}"),
        ({"DATABASE_URL": "postgresql://lab@db.example/platform", "PGPASSWORD": "lab"}, f"DATABASE_URL {GUESSED}"),
        ({"MIGRATION_DATABASE_URL": "postgresql://owner:owner@db/lab"}, f"MIGRATION_DATABASE_URL {GUESSED}"),
        ({"MIGRATION_DATABASE_URL": "postgresql://owner@db/lab"}, f"MIGRATION_{NO_PASSWORD}"),
        ({"REDIS_URL": "redis://:redis@redis/0"}, f"REDIS_URL {GUESSED}"),
        ({"REDIS_URL": "redis://:xxxx@redis/0"}, f"REDIS_URL {GUESSED}"),
        ({"EMAIL_URL": "smtp+tls://lab:password@mail.example"}, "EMAIL_URL has a password that is easy to guess"),
        ({"EMAIL_URL": "console://"}, "EMAIL_URL must name a mail server"),
        ({"EMAIL_URL": "smtp+tlss://mail.example"}, "EMAIL_URL must name a mail server"),
        ({"EMAIL_URL": "smtp+tls://mail.example:port"}, "EMAIL_URL is not an address: write it as in smtp+tls://host"),
        ({"EMAIL_URL": "smtp://["}, "EMAIL_URL is not an address: write it as in smtp+tls://host:587."),
        ({"EMAIL_URL": "smtp://mail.example"}, PLAIN),
        ({"EMAIL_URL": "smtp://lab:secret-of-the-mail@mail.example:587"}, PLAIN),
        ({"EMAIL_URL": "smtp://mail.example:587/?tls=false"}, PLAIN),
        ({"EMAIL_URL": "smtp://mail.example", "EMAIL_ALLOW_PLAIN": "false"}, PLAIN),
        ({"EMAIL_URL": "smtp://127.0.0.1.mail.example"}, PLAIN.replace("mail.ex", "127.0.0.1.mail.ex")),
        ({"EMAIL_URL": "smtp://192.0.2.1"}, PLAIN.replace("mail.example", "192.0.2.1")),
        ({"FILES_BUCKET": "lab"}, "FILES_BUCKET needs FILES_ENDPOINT, FILES_ACCESS_KEY, FILES_SECRET_KEY."),
        (
            of_bucket("http://s3.example"),
            "FILES_ENDPOINT must begin with https://: the files would travel unencrypted.",
        ),
        (of_bucket("s3.example"), "FILES_ENDPOINT must begin with https://"),
        (of_provider(secret=""), "OIDC_PROVIDERS: rivage lacks secret."),
        (of_provider(server_url="http://localhost:3000"), "OIDC_PROVIDERS: rivage: production takes https:// only."),
        ({"DEMO": "true"}, "DEMO shows sign-ins and everyone's e-mails: it is refused in production."),
    ],
)
def test_production_refuses_to_start_with(printed: Answers, given: dict[str, str], why: str):
    [line] = printed(given)
    assert line.startswith(why)


@pytest.mark.parametrize(
    "given",
    [
        of_database(DRAWN[:12]),
        of_database(DRAWN),
        {"DATABASE_URL": "postgresql://lab@db.example/platform", "PGPASSWORD": DRAWN},
        {"DATABASE_URL": "postgresql://lab@db.example/platform?sslcert=lab.pem&sslkey=lab.key"},
        {"DATABASE_URL": "postgresql://lab@db.example/platform", "PGPASSFILE": "/run/secrets/pgpass"},
        {"DATABASE_URL": "postgresql:///platform"},
        {"DATABASE_URL": "postgresql://lab@%2Frun%2Fpostgresql/platform"},
        of_provider(),
        {"EMAIL_URL": "smtp://localhost"},
        {"EMAIL_URL": "smtp://127.0.0.2:25"},
        {"EMAIL_URL": "smtp://[::1]:25"},
        {"EMAIL_URL": "smtp://mail.example", "EMAIL_ALLOW_PLAIN": "true"},
        {"EMAIL_URL": "smtp+tls://lab:short@mail.example"},
        of_bucket("https://s3.example"),
        of_bucket("http://127.0.0.1:8333"),
    ],
    ids=lambda given: " ".join(f"{name}={value}" for name, value in given.items()),
)
def test_production_starts_with(printed: Answers, given: dict[str, str]):
    assert printed(given) == [f"{PRODUCTION['SECRET_KEY']} False False"]


MAIL = """
from django.conf import settings
names = ("BACKEND", "HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL", "TIMEOUT")
print(*(getattr(settings, f"EMAIL_{name}") for name in names))
"""


@pytest.mark.parametrize(
    ("address", "port", "encryption"),
    [
        ("smtp+tls://", 587, "STARTTLS"),
        ("submission://", 587, "STARTTLS"),
        ("submit://", 587, "STARTTLS"),
        ("smtp+ssl://", 465, "TLS"),
        ("smtps://", 465, "TLS"),
        ("submissions://", 465, "TLS"),
        ("smtp://?tls=true", 587, "STARTTLS"),
        ("smtp://?tls=1", 587, "STARTTLS"),
        ("smtp://?ssl=True", 465, "TLS"),
        ("smtp+tls://?ssl=yes", 465, "TLS"),
        ("smtp+ssl://?tls=on", 587, "STARTTLS"),
    ],
)
@pytest.mark.parametrize("given_port", [None, 2587])
def test_each_mail_scheme_encrypts_as_documented(
    printed: Answers, address: str, port: int, encryption: str, given_port: int | None
):
    scheme, _separator, query = address.partition("://")
    host = f"mail.example:{given_port}" if given_port else "mail.example"
    given = {"EMAIL_URL": f"{scheme}://lab%40lab.example:p%40ss:w%2Frd@{host}/{query}"}
    [line] = printed(given, MAIL)
    assert line.split() == [
        "django.core.mail.backends.smtp.EmailBackend",
        "mail.example",
        str(given_port or port),
        "lab@lab.example",
        "p@ss:w/rd",
        str(encryption == "STARTTLS"),
        str(encryption == "TLS"),
        "10",
    ]


def test_documented_key_command_gives_accepted_keys():
    """With four equal characters as a mark of placeholders, one key in sixteen thousand was refused."""
    shell = re.compile(r"python3? -c (['\"])import secrets; print\(secrets\.(?P<how>\w+)\((?P<bytes>\d+)\)\)\1")
    texts = [(ROOT / name).read_text() for name in (".env.example", "docs/operations/secrets.md")]
    ways = {
        (found["how"], int(found["bytes"]))
        for text in [*texts, startup_checks.KEY_COMMAND, startup_checks.DRAW_HINT]
        for found in shell.finditer(text)
    }
    assert ways == {("token_urlsafe", 50), ("token_hex", 24)}
    drawn = [secrets.token_urlsafe(50) for _ in range(50_000)]
    assert [
        key
        for key in drawn
        if startup_checks.is_weak(key, min_characters=max(startup_checks.MIN_KEY_CHARACTERS.values()))
    ] == []
    assert not startup_checks.is_weak(f"{LONG}XxxX", min_characters=50)


def test_documented_password_command_gives_accepted_passwords():
    address = urlsplit("postgresql://labplatform@postgres/labplatform")
    drawn = [secrets.token_hex(24) for _ in range(50_000)]
    assert [password for password in drawn if startup_checks.is_guessable(password, address)] == []


def test_production_lists_every_problem_at_once(printed: Answers):
    wrong = {"SECRET_KEY": "short", "BASE_URL": "http://lab.example", "ALLOWED_HOSTS": "*", "EMAIL_URL": "console://"}
    found = [line.split()[0] for line in printed(wrong | of_database("lab"))]
    assert found == ["SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_URL"]


def test_a_secret_may_be_in_a_file(printed: Answers, tmp_path: Path):
    file = tmp_path / "secret"
    file.write_text(f"{PRODUCTION['SECRET_KEY']}\n")
    given = {"SECRET_KEY": ABSENT, "SECRET_KEY_FILE": str(file)}
    assert printed(given) == [f"{PRODUCTION['SECRET_KEY']} False False"]


KEYS = "from django.conf import settings; print(*settings.SECRET_KEY_FALLBACKS, settings.ALLAUTH_TRUSTED_PROXY_COUNT)"


def test_fallback_keys_still_verify_signatures(printed: Answers):
    assert printed({"SECRET_KEY_FALLBACKS": f"{LONG},{LONG[::-1]}"}, KEYS) == [f"{LONG} {LONG[::-1]} 1"]


def test_production_starts_without_the_monitoring_packages():
    hidden = ("structlog", "django_structlog", "django_prometheus", "prometheus_client", "sentry_sdk")
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({hidden}));"
        "import django; django.setup(); from django.conf import settings; from labplatform import wsgi, urls;"
        "print(settings.LOGGING['formatters']['line']['()'], len(settings.MIDDLEWARE), len(settings.INSTALLED_APPS))"
    )
    ours = f"{len(base.MIDDLEWARE)} {len(base.INSTALLED_APPS)}"
    done = start("labplatform.settings.production", code, **PRODUCTION)
    assert (done.stdout, done.returncode) == (f"labplatform.monitoring.log_lines.PlainFormatter {ours}\n", 0)


def test_sentry_dsn_without_its_package_is_refused():
    code = "import sys; sys.modules['sentry_sdk'] = None; from django.conf import settings; settings.DEBUG"
    given = {**PRODUCTION, "SENTRY_DSN": "https://key@sentry.example/1"}
    done = start("labplatform.settings.production", code, **given)
    assert (done.returncode, done.stderr.strip()) == (
        1,
        "SENTRY_DSN is set, and sentry-sdk is not installed: install requirements/prod.txt.",
    )


def test_demonstration_keeps_its_key_between_starts(tmp_path: Path):
    first = start("labplatform.settings.demo", VAR_DIR=str(tmp_path))
    again = start("labplatform.settings.demo", VAR_DIR=str(tmp_path))
    assert first.stdout == again.stdout
    assert first.stdout.split()[1:] == ["True", "False"]
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


AT_ONCE = """
import multiprocessing
from labplatform.settings import demo

fork = multiprocessing.get_context("fork")

def ask(start, answers):
    start.wait()
    answers.put(demo._stored_secret())

for _ in range(25):
    (demo.VAR_DIR / "secret-key").unlink()
    start, answers = fork.Barrier(8), fork.SimpleQueue()
    processes = [fork.Process(target=ask, args=(start, answers)) for _ in range(8)]
    for process in processes:
        process.start()
    keys = {answers.get() for _ in processes}
    for process in processes:
        process.join()
    stored = (demo.VAR_DIR / "secret-key").read_text()
    print(keys == {stored}, len(stored) >= 50, [path.name for path in demo.VAR_DIR.iterdir() if path.is_file()])
"""


def test_concurrent_processes_share_one_key(tmp_path: Path):
    """Web server, worker and beat start together on an empty `var/`; with two keys, sign-ins would fail."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert set(done.stdout.splitlines()) == {"True True ['secret-key']"}, done.stderr
    assert len(done.stdout.splitlines()) == 25
