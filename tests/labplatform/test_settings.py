"""Production refuses to start while something it needs is missing; the demonstration keeps its key."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lint_deploy import PRODUCTION

ROOT = Path(__file__).parent.parent.parent


def start(settings: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import a settings module in a process of its own; what it prints is its SECRET_KEY."""
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": settings}
    code = "from django.conf import settings; print(settings.SECRET_KEY, settings.DEMO, settings.DEBUG)"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**bare, **environment}, capture_output=True, text=True, check=False
    )


def test_production_starts_when_everything_is_given():
    done = start("labplatform.settings.production", **PRODUCTION)
    assert done.stdout == f"{PRODUCTION['SECRET_KEY']} False False\n"


@pytest.mark.parametrize(
    "missing",
    ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL"],
)
def test_production_refuses_to_start_without(missing: str):
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    done = start("labplatform.settings.production", **given)
    assert done.returncode == 1
    assert f"ImproperlyConfigured: Set {missing} before starting in production." in done.stderr


def test_production_refuses_every_host():
    done = start("labplatform.settings.production", **{**PRODUCTION, "ALLOWED_HOSTS": "*"})
    assert "ImproperlyConfigured: ALLOWED_HOSTS must name the hosts" in done.stderr


def test_production_cannot_be_turned_into_a_demonstration():
    done = start("labplatform.settings.production", **PRODUCTION, DEMO="true")
    assert done.returncode == 1
    assert "ImproperlyConfigured: DEMO shows sign-ins" in done.stderr


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
