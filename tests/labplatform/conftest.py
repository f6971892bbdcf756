"""The published facts, loaded once for a module's tests and removed after them, and starts of production."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.labplatform.production import ABSENT, ANSWERING, PRINTED, ROOT, Answers
from tools.lint_deploy import PRODUCTION


@pytest.fixture(scope="module")
def published(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, int]]:
    """Return the report of the first loading; changes of each test are rolled back by `db`."""
    from tests.labplatform.published import published_facts

    with django_db_blocker.unblock(), transaction.atomic():
        yield published_facts()
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def answering() -> Iterator[subprocess.Popen[str]]:
    """Run a process that has loaded Django without settings and forks a child for each environment."""
    bare = {"PATH": os.environ["PATH"]}
    words = [sys.executable, "-c", ANSWERING]
    with subprocess.Popen(words, cwd=ROOT, env=bare, stdin=-1, stdout=-1, text=True) as process:
        yield process
        assert process.stdin
        process.stdin.close()


@pytest.fixture
def printed(answering: subprocess.Popen[str]) -> Answers:
    """Start production with these variables changed, and return what it printed, or why it did not start."""

    def ask(given: dict[str, str], code: str = PRINTED) -> list[str]:
        env = {name: value for name, value in (PRODUCTION | given).items() if value != ABSENT}
        assert answering.stdin
        assert answering.stdout
        answering.stdin.write(json.dumps([env, code]) + "\n")
        answering.stdin.flush()
        status, output = json.loads(answering.stdout.readline())
        lines = output.rpartition("ImproperlyConfigured: ")[2].splitlines()
        assert bool(status) is ("ImproperlyConfigured: " in output), output
        return lines

    return ask
