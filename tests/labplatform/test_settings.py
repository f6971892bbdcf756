"""Production refuses to start while something it needs is missing; the demonstration keeps its key."""

import json
import os
import subprocess
import sys
from pathlib import Path

from labplatform.settings import base
from tests.lint_deploy import PRODUCTION

ROOT = Path(__file__).parent.parent.parent


PRINTED = "from django.conf import settings; print(settings.SECRET_KEY, settings.DEMO, settings.DEBUG)"


def start(settings: str, code: str = PRINTED, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import a settings module in a process of its own, which prints what is asked: its SECRET_KEY first of all."""
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": settings}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**bare, **environment}, capture_output=True, text=True, check=False
    )


EACH = """
import json, os, sys, tempfile, traceback
import csp.constants, django.conf, django_stubs_ext, environs

for given in json.load(sys.stdin):
    with tempfile.TemporaryFile("w+") as said:
        if not (child := os.fork()):
            os.environ.update(given)
            try:
                django.conf.settings.SECRET_KEY
            except BaseException:
                traceback.print_exc(file=said)
                said.flush()
                os._exit(1)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        print(json.dumps([code, said.read()]))
"""


def refusals(*environments: dict[str, str]) -> list[tuple[int, str]]:
    """Import the settings of production in a process for each environment: how it ended, and what was said.

    The processes are forks of one that has imported nothing of ours: starting Python took most of the time.
    """
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "labplatform.settings.production"}
    told = json.dumps(environments)
    done = subprocess.run(
        [sys.executable, "-c", EACH], cwd=ROOT, env=bare, input=told, capture_output=True, text=True, check=True
    )
    ended = map(json.loads, done.stdout.splitlines())
    return [(code, said.partition("ImproperlyConfigured: ")[2]) for code, said in ended]


def test_production_starts_when_everything_is_given():
    done = start("labplatform.settings.production", **PRODUCTION)
    assert done.stdout == f"{PRODUCTION['SECRET_KEY']} False False\n"


def test_production_refuses_to_start_without():
    names = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL")
    given = [{name: value for name, value in PRODUCTION.items() if name != missing} for missing in names]
    assert refusals(*given) == [(1, f"Set {missing} before starting in production.\n") for missing in names]


def test_nothing_is_refused_where_nothing_is_missing():
    assert refusals(PRODUCTION) == [(0, "")]


LONG = "a1b2C3d4e5F6g7h8i9J0" * 3


REFUSED: list[tuple[dict[str, str], str]] = [
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
    ({"EMAIL_URL": "console://"}, "EMAIL_URL must name a mail server"),
    ({"DEMO": "true"}, "DEMO shows sign-ins and everybody's letters: it is refused in production."),
]


def test_production_refuses_to_start_with():
    ended = refusals(*({**PRODUCTION, **given} for given, _why in REFUSED))
    told = [(given, code, why in said) for (given, why), (code, said) in zip(REFUSED, ended, strict=True)]
    assert told == [(given, 1, True) for given, _why in REFUSED]


def test_production_says_everything_that_is_wrong_at_once():
    wrong = {"SECRET_KEY": "short", "BASE_URL": "http://lab.example", "ALLOWED_HOSTS": "*"}
    done = start("labplatform.settings.production", **{**PRODUCTION, **wrong})
    told = done.stderr.partition("ImproperlyConfigured: ")[2].splitlines()
    assert [line.split()[0] for line in told] == ["SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL"]


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
